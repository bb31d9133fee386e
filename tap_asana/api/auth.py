"""Who we are to Asana: a token, or an OAuth app's refresh token."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from tap_asana.api.errors import BadRequest, ServerFault, Unauthorized, error_for

if TYPE_CHECKING:
    from collections.abc import Mapping

_OAUTH_SETTINGS = ("client_id", "client_secret", "refresh_token")
_REFRESH = "POST /-/oauth_token"
_REFRESH_TIMEOUT = (10.0, 60.0)
_EARLY = 60.0
"""Seconds before its end at which a token is renewed, so that none dies on its way."""


class Auth(AuthBase):
    """Puts a bearer token on requests, and may know how to get another one."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token on the request."""
        request.headers["Authorization"] = f"Bearer {self.token()}"
        return request

    def token(self) -> str:
        """The token to use now."""
        raise NotImplementedError

    def renew(self, rejected: str) -> bool:
        """Get another token than the one Asana has just rejected.

        Args:
            rejected: The ``Authorization`` header the rejected request carried.

        Returns:
            Whether there is another token, so that trying again makes sense.
        """
        del rejected
        return False


class TokenAuth(Auth):
    """A personal access token or a service account's token; neither can be renewed."""

    def __init__(self, token: str) -> None:
        self._token = _clean("access_token", token)

    def token(self) -> str:
        """The token given."""
        return self._token


class OAuth(Auth):
    """An OAuth app that acts for a user, renewing its hourly access token as needed.

    Threads that find the token stale wait for one of them to renew it. A new refresh token in an
    answer replaces the old one, in memory only. Source: Asana's docs on OAuth, token exchange.
    """

    def __init__(
        self, client_id: str, client_secret: str, refresh_token: str, token_url: str
    ) -> None:
        self._form = {
            "grant_type": "refresh_token",
            "client_id": _clean("client_id", client_id),
            "client_secret": _clean("client_secret", client_secret),
            "refresh_token": _clean("refresh_token", refresh_token),
        }
        self._token_url = token_url
        self._token = ""
        self._stale_at = 0.0
        self._renewing = threading.Lock()

    def token(self) -> str:
        """The access token, renewed when it is about to end.

        Raises:
            Unauthorized: Asana takes the app's secret or refresh token no longer.
            ServerFault: Asana could not be asked.
        """
        with self._renewing:
            if time.monotonic() >= self._stale_at:
                self._refresh()
            return self._token

    def renew(self, rejected: str) -> bool:
        """Renew the token, unless another thread has done so since the request left."""
        with self._renewing:
            if rejected == f"Bearer {self._token}":
                self._refresh()
        return True

    def _refresh(self) -> None:
        try:
            response = requests.post(self._token_url, data=self._form, timeout=_REFRESH_TIMEOUT)
        except requests.RequestException as exc:
            problem = f"no answer ({type(exc).__name__})"
            raise ServerFault(_REFRESH, messages=(problem,), sent=False) from None
        try:
            body = response.json()
        except requests.exceptions.JSONDecodeError:
            body = None
        if not response.ok:
            error = error_for(_REFRESH, response.status_code, _as_envelope(body))
            if isinstance(error, BadRequest):
                raise Unauthorized(_REFRESH, status=error.status, messages=error.messages)
            raise ServerFault(_REFRESH, status=error.status, messages=error.messages, sent=False)
        if not isinstance(body, dict) or not body.get("access_token"):
            raise ServerFault(_REFRESH, messages=("the answer holds no access token",), sent=False)
        self._token = str(body["access_token"])
        self._stale_at = time.monotonic() + float(body.get("expires_in") or 3600) - _EARLY
        self._form["refresh_token"] = body.get("refresh_token") or self._form["refresh_token"]


def auth_from_config(config: Mapping[str, Any], api_url: str) -> Auth:
    """The authentication the settings ask for.

    Args:
        config: The plugin's settings; ``access_token`` wins over the three of OAuth.
        api_url: Base of the API, from which the address of OAuth's token exchange follows.

    Raises:
        ValueError: Settings are missing or hold what no token holds; says which.
    """
    if config.get("access_token"):
        return TokenAuth(config["access_token"])
    missing = [name for name in _OAUTH_SETTINGS if not config.get(name)]
    if missing == list(_OAUTH_SETTINGS):
        raise ValueError(f"Set access_token, or {', '.join(_OAUTH_SETTINGS)}.")
    if missing:
        raise ValueError(f"OAuth needs {' and '.join(missing)} too.")
    return OAuth(**{name: config[name] for name in _OAUTH_SETTINGS}, token_url=token_url(api_url))


def token_url(api_url: str) -> str:
    """Address of OAuth's token exchange on the server of this API."""
    server = urlsplit(api_url)
    return f"{server.scheme}://{server.netloc}/-/oauth_token"


def _clean(name: str, secret: str) -> str:
    stripped = str(secret).strip()
    if not stripped or not (stripped.isascii() and stripped.isprintable()) or " " in stripped:
        raise ValueError(f"{name} is empty or holds characters no token has.")
    return stripped


def _as_envelope(body: object) -> object:
    """OAuth's own error form in the form of the API's, which is a different one."""
    if isinstance(body, dict) and "error" in body:
        return {"errors": [{"message": body.get("error_description") or body["error"]}]}
    return body
