"""OAuth: access tokens that expire, and the endpoint that renews them.

Source of the rules: Asana's docs on OAuth; the shape of the refusals is that of a recorded answer
of the real endpoint. They differ from the API's own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest

    from asana_sandbox.auth import Token
    from asana_sandbox.sandbox import Sandbox

ACCESS_SECONDS = 3600
"""How long an access token is good for: `expires_in` of Asana's docs on OAuth."""

_ERROR_URI = "https://developers.asana.com/docs/oauth"


@dataclass(slots=True)
class App:
    """An OAuth application, and the users whose refresh tokens it holds."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_tokens: dict[str, str] = field(default_factory=dict, repr=False)


class OAuth:
    """The applications known to one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._apps: dict[str, App] = {}

    def clear(self) -> None:
        """Forget all applications."""
        self._apps.clear()

    def grant(self, user: str) -> dict[str, str]:
        """Register an application that a user has let in.

        Returns:
            What its developer would hold: client id and secret, refresh and access token.
        """
        app = App(self._sandbox.world.store.new_gid(), secrets.token_hex(16))
        refresh = f"2/{user}/{app.client_id}:{secrets.token_hex(16)}"
        app.refresh_tokens[refresh] = user
        self._apps[app.client_id] = app
        return {
            "token": self._access(app, user).value,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "refresh_token": refresh,
        }

    async def token(self, http: HttpRequest) -> JSONResponse:
        """`POST /-/oauth_token`: a new access token for a refresh token."""
        form = {name: str(value) for name, value in (await http.form()).items()}
        app = self._app(form)
        if app is None:
            return _refuse("invalid_client", "The `client_id` or `client_secret` is invalid.")
        kind = form.get("grant_type")
        if kind != "refresh_token":
            return _refuse("unsupported_grant_type", f"The `grant_type` {kind} is not offered.")
        user = app.refresh_tokens.get(form.get("refresh_token", ""))
        if user is None:
            return _refuse("invalid_grant", "The `refresh_token` provided was invalid.")
        person = self._sandbox.world.store[user]
        return JSONResponse(
            {
                "access_token": self._access(app, user).value,
                "token_type": "bearer",
                "expires_in": ACCESS_SECONDS,
                "data": {"id": user, "name": person["name"], "email": person["email"]},
            }
        )

    async def revoke(self, http: HttpRequest) -> JSONResponse:
        """`POST /-/oauth_revoke`: forget a refresh token; a bearer token is refused."""
        form = {name: str(value) for name, value in (await http.form()).items()}
        app = self._app(form)
        if app is None:
            return _refuse("invalid_client", "The `client_id` or `client_secret` is invalid.")
        text = form.get("token", "")
        if self._sandbox.tokens.knows(text):
            return _refuse("invalid_request", "A bearer token cannot be revoked.")
        if user := app.refresh_tokens.pop(text, None):
            self._sandbox.tokens.revoke(app=app.client_id, user=user)
        return JSONResponse({})

    def _app(self, form: dict[str, str]) -> App | None:
        app = self._apps.get(form.get("client_id", ""))
        good = app and secrets.compare_digest(
            app.client_secret.encode(), form.get("client_secret", "").encode()
        )
        return app if good else None

    def _access(self, app: App, user: str) -> Token:
        expiry = self._sandbox.now() + ACCESS_SECONDS
        return self._sandbox.tokens.issue(user, app=app.client_id, expires_at=expiry)


def _refuse(error: str, description: str) -> JSONResponse:
    body: dict[str, Any] = {
        "error": error,
        "error_uri": _ERROR_URI,
        "error_description": description,
    }
    return JSONResponse(body, status_code=400)
