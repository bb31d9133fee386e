"""Bytes and what they mean: queries, bodies, connections that fail."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson
import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from tap_asana.api.errors import AsanaError, BadRequest, ServerFault

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEFORE_ANY_BYTE = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
)
_HANDSHAKE = frozenset(
    {
        "CERTIFICATE_VERIFY_FAILED",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
"""OpenSSL's names for what can only go wrong before the first byte of a request."""


def session(api_url: str, connections: int, user_agent: str | None) -> requests.Session:
    """A session that keeps so many connections and no cookies, for many threads.

    Which proxy and which certificates the environment names for the address is read once: reading
    it for each request would take a fifth of the processor's time for that request.
    """
    made = requests.Session()
    found = made.merge_environment_settings(api_url, {}, None, None, None)
    made.proxies, made.verify = found["proxies"], found["verify"]
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers["Accept"] = "application/json"
    if user_agent:
        made.headers["User-Agent"] = user_agent
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections + 15, pool_block=False)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def query(params: Mapping[str, Any] | None) -> str:
    """A query as Asana reads it: true and false, lists joined by commas, nothing for None."""
    said = {name: _said(value) for name, value in (params or {}).items() if value is not None}
    return urlencode(said, safe=",:()")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(_said, value))
    return str(value)


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The path a template becomes with these values, each quoted.

    Args:
        template: As "/projects/{project}/sections".
        values: By the names in the template.

    Raises:
        ValueError: A value is missing, or is nothing a path can hold.
    """

    def filled(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not isinstance(value, (str, int)) or not str(value).strip(". "):
            raise ValueError(f"{template}: {match[1]} is missing.")
        return quote(str(value), safe="")

    return re.sub(r"\{([^}]+)\}", filled, template)


def succeeded(status: int) -> bool:
    """Whether a status tells of success; a redirection does not, as none is followed."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def encode(request: str, payload: Any) -> bytes:
    """The payload as JSON.

    Raises:
        BadRequest: It holds what JSON cannot say; nothing was sent.
    """
    try:
        return json.dumps(payload, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as exc:
        raise BadRequest(request, messages=(f"not sent, as JSON cannot say it ({exc})",)) from None


def decode(request: str, response: requests.Response) -> Any:
    """The answer's JSON; None for the refusals of proxies, which answer in HTML.

    Raises:
        ServerFault: A success whose body is cut, or not in the form of Asana's.
    """
    try:
        body = _loads(response.content)
    except ValueError:
        body = None
    if succeeded(response.status_code) and not (isinstance(body, dict) and "data" in body):
        problem = "the answer was cut short or is not Asana's; check api_url"
        raise ServerFault(request, messages=(problem,))
    return body


def _loads(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        # orjson refuses halves of surrogate pairs, which Asana's texts may hold when something
        # has cut an emoji in two. They become replacement characters, as no writer takes them.
        whole = json.dumps(json.loads(content), ensure_ascii=False)
        return json.loads(whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def fault(request: str, exc: requests.RequestException) -> AsanaError:
    """The error of a request that got no whole answer.

    ``sent`` is False only when no byte of the request can have left: the connection was never
    made, the server's name never found, or no secure connection agreed upon.
    """
    if isinstance(exc, ValueError):
        return BadRequest(request, messages=("not sent, api_url is no address",))
    reason = _reason(exc)
    unsent = isinstance(exc, requests.ConnectTimeout) or isinstance(reason, _BEFORE_ANY_BYTE)
    unsent = unsent or getattr(reason, "reason", None) in _HANDSHAKE
    return ServerFault(request, messages=(_words(exc, reason),), sent=not unsent)


def _reason(exc: BaseException) -> BaseException:
    """The innermost cause; requests and urllib3 keep it in args, reason or original_error."""
    for inner in (
        getattr(exc, "reason", None),
        getattr(exc, "original_error", None),
        *getattr(exc, "args", ()),
    ):
        if isinstance(inner, Exception):
            return inner if isinstance(inner, _BEFORE_ANY_BYTE) else _reason(inner)
    return exc


def _words(exc: requests.RequestException, reason: BaseException) -> str:
    if isinstance(exc, requests.Timeout):
        return "no answer in time" if isinstance(exc, requests.ReadTimeout) else "no connection"
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "the server's name was not found; check api_url and the network"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return "no connection to the server; check api_url and the network"
    if isinstance(exc, requests.exceptions.SSLError):
        problem = getattr(reason, "reason", None) or type(reason).__name__
        return f"no secure connection ({problem}); check api_url"
    return f"the connection broke ({type(reason).__name__})"


def retry_after(response: requests.Response) -> float | None:
    """Seconds the answer asks to wait; None when it does not say, or not as a whole number."""
    seconds = response.headers.get("Retry-After", "").strip()
    return float(seconds) if seconds.isdecimal() else None
