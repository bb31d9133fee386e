"""The settings that say who we are to Asana and where it is: the same for reading and writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_asana.api.auth import auth_from_config
from tap_asana.api.client import API_URL, Client

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS: dict[str, Any] = {
    "access_token": {
        "type": ["string", "null"],
        "title": "Access token",
        "description": "A personal access token, or a service account's. "
        "Instead of it: `client_id`, `client_secret` and `refresh_token`.",
        "secret": True,
        "writeOnly": True,
    },
    "client_id": {
        "type": ["string", "null"],
        "title": "Client ID",
        "description": "The OAuth app's; it needs full permissions.",
    },
    "client_secret": {
        "type": ["string", "null"],
        "title": "Client secret",
        "description": "The OAuth app's.",
        "secret": True,
        "writeOnly": True,
    },
    "refresh_token": {
        "type": ["string", "null"],
        "title": "Refresh token",
        "description": "From the OAuth app's code exchange; access tokens are made from it as "
        "needed.",
        "secret": True,
        "writeOnly": True,
    },
}
"""JSON schema of the settings that authenticate."""

CONNECTION: dict[str, Any] = {
    "api_url": {
        "type": ["string", "null"],
        "default": API_URL,
        "title": "API URL",
        "description": "Base of Asana's API, or of a sandbox's.",
    },
    "user_agent": {
        "type": ["string", "null"],
        "title": "User agent",
        "description": "How requests introduce themselves.",
    },
    "rate_limit_per_minute": {
        "type": ["integer", "null"],
        "minimum": 1,
        "title": "Requests per minute",
        "description": "The token's quota. Without it, it is learnt: 150 on a free plan, 1,500 on "
        "a paid one.",
    },
}
"""JSON schema of the settings of the connection."""


def client_from_config(config: Mapping[str, Any], user_agent: str) -> Client:
    """The client these settings ask for; it sends nothing yet.

    Args:
        config: Values of `CREDENTIALS` and `CONNECTION`, among others.
        user_agent: How requests introduce themselves when the settings do not say.

    Raises:
        ValueError: Settings are missing or hold what cannot be; says which.
    """
    api_url = config.get("api_url") or API_URL
    server = urlsplit(api_url)
    if server.scheme not in {"http", "https"} or not server.hostname:
        raise ValueError(f"api_url: {api_url!r} is no address; write https://…")
    agent = config.get("user_agent") or user_agent
    if not (agent.isascii() and agent.isprintable()):
        raise ValueError("user_agent holds characters that no header can.")
    return Client(
        auth_from_config(config, api_url),
        api_url=api_url,
        user_agent=agent,
        requests_per_minute=config.get("rate_limit_per_minute"),
    )


def without_secrets(text: str, config: Mapping[str, Any]) -> str:
    """A complaint about settings without the values of the secret ones, which it may quote."""
    for name, setting in CREDENTIALS.items():
        if setting.get("secret") and config.get(name):
            text = text.replace(repr(config[name]), "…")
    return text
