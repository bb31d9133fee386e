"""What people and code are told when Asana refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_asana.api import (
    AsanaError,
    BadRequest,
    Client,
    Forbidden,
    NotFound,
    PlanLimit,
    ServerFault,
    TokenAuth,
    Unauthorized,
    auth_from_config,
)
from tap_asana.api.errors import error_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

SECRET = "0/0123456789abcdef"  # noqa: S105 - a token nobody has


@pytest.fixture
def client(sandbox: SandboxClient) -> Iterator[Client]:
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (402, PlanLimit),
        (403, Forbidden),
        (404, NotFound),
        (409, BadRequest),
        (412, BadRequest),
        (413, BadRequest),
        (422, BadRequest),
        (451, BadRequest),
    ],
)
def test_each_refusal_has_the_class_of_its_recovery(
    client: Client, sandbox: SandboxClient, status: int, kind: type[AsanaError]
) -> None:
    sandbox.fault({"method": "GET", "path": "/tasks/1", "status": status, "message": "No way"})

    with pytest.raises(AsanaError) as caught:
        client.get("/tasks/1")

    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.messages) == (status, ("No way",))
    assert caught.value.request == "GET /tasks/1"
    assert str(caught.value).startswith(f"GET /tasks/1: Asana answered {status}: No way. ")


def test_a_bad_token_is_one_clear_line(sandbox: SandboxClient) -> None:
    client = Client(TokenAuth(SECRET), api_url=sandbox.url)

    with pytest.raises(Unauthorized) as caught:
        client.get("/tasks/1")
    client.close()

    assert str(caught.value) == (
        "GET /tasks/1: Asana answered 401: Not Authorized."
        " Check access_token, or client_id, client_secret and refresh_token."
    )


def test_an_unknown_object_is_named_in_asanas_words(client: Client) -> None:
    with pytest.raises(NotFound, match="task: Unknown object: 1209999999999999") as caught:
        client.get("/tasks/1209999999999999", {"opt_fields": "name"})

    assert "opt_fields" not in str(caught.value)


def test_a_message_of_several_lines_is_told_in_one() -> None:
    error = error_for("GET /tasks", 400, {"errors": [{"message": "One\nline"}, {"message": "two"}]})

    assert str(error) == (
        "GET /tasks: Asana answered 400: One line; two. Read the message and correct the request."
    )


def test_a_phrase_is_kept_for_asanas_support() -> None:
    body = {"errors": [{"message": "Server Error", "phrase": "6 sad squid snuggle softly"}]}

    assert error_for("GET /tasks", 500, body).messages == (
        "Server Error 6 sad squid snuggle softly",
    )


@pytest.mark.parametrize("body", [None, "<html>", [], {"errors": "x"}, {"errors": [None]}])
def test_an_answer_that_is_not_asanas_is_told_by_its_status(body: object) -> None:
    error = error_for("GET /tasks", 502, body)

    assert isinstance(error, ServerFault)
    assert str(error).startswith("GET /tasks: Asana answered 502: Bad Gateway. ")


@pytest.mark.parametrize("body", [None, {"errors": []}, {"errors": [{"message": ""}]}])
def test_a_refusal_without_asanas_words_may_be_a_proxys(body: object) -> None:
    assert str(error_for("GET /tasks", 403, body)).startswith(
        "GET /tasks: Asana answered 403: Forbidden, in words that are not Asana's; check api_url"
    )


def test_a_status_nobody_knows_is_still_a_line() -> None:
    assert "Asana answered 599: no explanation." in str(error_for("GET /tasks", 599, None))


def test_an_address_that_is_none_is_said_at_once() -> None:
    client = Client(TokenAuth(SECRET), api_url="not an address")

    with pytest.raises(BadRequest, match="api_url is no address") as caught:
        client.get("/users/me")
    client.close()

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "Set access_token, or client_id, client_secret, refresh_token."),
        ({"client_id": "1", "refresh_token": "r"}, "OAuth needs client_secret too."),
        ({"client_id": "1"}, "OAuth needs client_secret and refresh_token too."),
        ({"access_token": " \n"}, "access_token is empty or holds characters no token has."),
        ({"access_token": "a\nb"}, "access_token is empty or holds characters no token has."),
        ({"access_token": "tokén"}, "access_token is empty or holds characters no token has."),
    ],
)
def test_missing_settings_are_named(config: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        auth_from_config(config, "https://app.asana.com/api/1.0")
