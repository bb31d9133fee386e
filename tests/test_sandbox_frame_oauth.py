"""The sandbox's OAuth: tokens that expire, their renewal, and refusals in a shape of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import requests

    from tests.conftest import SandboxClient


@pytest.fixture
def grant(sandbox: SandboxClient) -> dict[str, str]:
    """What an application holds that the owner let in."""
    grant: dict[str, str] = sandbox.control_post(
        "tokens", {"user": sandbox.data("/users/me")["gid"], "oauth": True}
    )
    return grant


def ask(sandbox: SandboxClient, endpoint: str, **form: Any) -> requests.Response:
    """Post a form to an OAuth endpoint."""
    root = sandbox.url.removesuffix("/api/1.0")
    return sandbox.session.post(f"{root}/-/{endpoint}", data=form, timeout=30)


def renew(sandbox: SandboxClient, grant: dict[str, str], **changes: str) -> requests.Response:
    """Ask for a new access token."""
    names = ("client_id", "client_secret", "refresh_token")
    form = {"grant_type": "refresh_token", **{name: grant[name] for name in names}, **changes}
    return ask(sandbox, "oauth_token", **form)


def test_an_access_token_expires_after_an_hour(
    sandbox: SandboxClient, grant: dict[str, str]
) -> None:
    assert sandbox.get("/users/me", token=grant["token"]).ok
    sandbox.advance(3600)

    assert sandbox.get("/users/me", token=grant["token"]).status_code == 401


def test_a_refresh_token_brings_a_new_access_token(
    sandbox: SandboxClient, grant: dict[str, str]
) -> None:
    sandbox.advance(3600)
    answer = renew(sandbox, grant).json()

    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    assert "refresh_token" not in answer
    me = sandbox.get("/users/me", token=answer["access_token"]).json()["data"]
    assert answer["data"] == {"id": me["gid"], "name": me["name"], "email": me["email"]}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"refresh_token": "x"}, "invalid_grant"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_refusal_has_the_shape_of_oauth(
    sandbox: SandboxClient, grant: dict[str, str], change: dict[str, str], error: str
) -> None:
    response = renew(sandbox, grant, **change)

    assert response.status_code == 400
    assert response.json().keys() == {"error", "error_uri", "error_description"}
    assert response.json()["error"] == error


def test_a_revoked_refresh_token_is_no_longer_good(
    sandbox: SandboxClient, grant: dict[str, str]
) -> None:
    client = {name: grant[name] for name in ("client_id", "client_secret")}
    assert ask(sandbox, "oauth_revoke", **client, token=grant["refresh_token"]).ok

    assert renew(sandbox, grant).json()["error"] == "invalid_grant"
    assert sandbox.get("/users/me", token=grant["token"]).status_code == 401


def test_only_refresh_tokens_can_be_revoked(sandbox: SandboxClient, grant: dict[str, str]) -> None:
    client = {name: grant[name] for name in ("client_id", "client_secret")}

    assert ask(sandbox, "oauth_revoke", **client, token=grant["token"]).status_code == 400
    assert ask(sandbox, "oauth_revoke", **client, token=grant["client_id"]).status_code == 200
