"""What is tried again, and what is known of a write afterwards."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import (
    RESOURCES,
    BadRequest,
    Call,
    Client,
    ServerFault,
    TokenAuth,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

TASKS = RESOURCES["tasks"]
FAULTS: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 502},
    {"status": 503},
    {"status": 504},
    {"drop": "before"},
    {"drop": "after"},
    {"truncate": True},
]


@pytest.fixture
def client(sandbox: SandboxClient) -> Iterator[Client]:
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    yield client
    client.close()


@pytest.fixture
def refused() -> Iterator[Client]:
    """A client of a server that is not there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/1.0"
        client = Client(TokenAuth("0"), api_url=url, requests_per_minute=10_000_000)
        yield client
        client.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, noted down and not sat out."""
    waits: list[float] = []
    monkeypatch.setattr("backoff._sync.time", SimpleNamespace(sleep=waits.append))
    return waits


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    gid: str = sandbox.make("tasks", name="Before")["gid"]
    sandbox.forget_requests()
    return gid


def named(sandbox: SandboxClient, name: str) -> int:
    """How many of the owner's tasks are called so."""
    mine = sandbox.listed("/tasks", assignee="me", workspace=sandbox.workspace)
    return sum(task["name"] == name for task in mine)


def a_create(sandbox: SandboxClient) -> Call:
    data = {"name": "Made", "workspace": sandbox.workspace, "assignee": "me"}
    return TASKS.call("create", None, data)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.usefixtures("waits")
def test_a_read_survives_faults(
    client: Client, sandbox: SandboxClient, task: str, fault: dict[str, Any]
) -> None:
    sandbox.fault({"method": "GET", "path": f"/tasks/{task}", "times": 3, **fault})

    assert client.get(f"/tasks/{task}")["name"] == "Before"
    assert client.requests == {"GET /tasks/{gid}": 4}


def test_a_read_is_given_up_after_jittered_waits(
    client: Client, sandbox: SandboxClient, waits: list[float]
) -> None:
    sandbox.fault({"path": "/tasks/1", "times": None, "status": 500})

    with pytest.raises(ServerFault, match="GET /tasks/1: Asana answered 500"):
        client.get("/tasks/1")

    assert client.requests == {"GET /tasks/{gid}": 9}
    assert all(0 <= wait <= bound for wait, bound in zip(waits, (0.5, 1, 2, 4, 8), strict=False))
    assert max(waits) <= 16
    assert len(set(waits)) == len(waits)


@pytest.mark.usefixtures("waits")
def test_a_server_that_is_not_there_is_named_as_such(refused: Client) -> None:
    with pytest.raises(Unreachable, match="no connection to the server; check api_url") as caught:
        refused.get("/users/me")

    assert not caught.value.sent


def test_where_no_asana_ever_answered_seconds_are_enough(
    refused: Client, waits: list[float]
) -> None:
    with pytest.raises(Unreachable):
        refused.get("/users/me")

    assert refused.requests == {"GET /users/{gid}": 4}
    assert sum(waits) <= 0.5 + 1 + 2


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"truncate": True}])
def test_an_asana_that_answered_before_is_waited_for(
    client: Client, sandbox: SandboxClient, waits: list[float], fault: dict[str, Any]
) -> None:
    client.get("/users/me")
    sandbox.fault({"path": "/users/me", "times": None, **fault})

    with pytest.raises(ServerFault) as caught:
        client.get("/users/me")

    assert not isinstance(caught.value, Unreachable)
    assert len(waits) == 8


def test_an_asana_that_is_out_of_order_from_the_start_is_waited_for(
    client: Client, sandbox: SandboxClient, waits: list[float]
) -> None:
    sandbox.fault({"path": "/users/me", "times": 8, "status": 503})

    assert client.get("/users/me")["gid"]
    assert len(waits) == 8


@pytest.mark.usefixtures("waits")
def test_a_write_that_never_left_is_certainly_not_executed(refused: Client) -> None:
    outcome = refused.send(Call("POST", "/tasks", {"name": "Made"}))

    assert isinstance(outcome.error, ServerFault)
    assert (outcome.sent, outcome.unknown) == (False, False)
    assert refused.requests == {"POST /tasks": 9}


@pytest.mark.usefixtures("waits")
def test_a_name_that_is_not_found_left_nothing() -> None:
    client = Client(TokenAuth("0"), api_url="http://asana.invalid/api/1.0")
    outcome = client.send(Call("POST", "/tasks", {"name": "Made"}))
    client.close()

    assert not outcome.sent
    assert "name was not found" in str(outcome.error)


@pytest.mark.usefixtures("waits")
def test_a_server_that_speaks_no_tls_was_sent_nothing(sandbox: SandboxClient) -> None:
    client = Client(TokenAuth("0"), api_url=sandbox.url.replace("http:", "https:"))
    outcome = client.send(Call("POST", "/tasks", {"name": "Made"}))
    client.close()

    assert not outcome.sent
    assert "no secure connection (" in str(outcome.error)
    assert sandbox.requests()["count"] == 0


@pytest.mark.usefixtures("waits")
def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(
    sandbox: SandboxClient,
) -> None:
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, timeout=0.2)
    # Dropped after its delay, so that it is not executed in the world of the next test.
    sandbox.fault({"method": "POST", "path": "/tasks", "delay": 0.5, "drop": "before"})
    outcome = client.send(a_create(sandbox))
    client.close()

    assert outcome.unknown
    assert "no answer in time" in str(outcome.error)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.usefixtures("waits")
def test_a_create_of_unknown_outcome_is_not_sent_again(
    client: Client, sandbox: SandboxClient, fault: dict[str, Any]
) -> None:
    sandbox.fault({"method": "POST", "path": "/tasks", **fault})
    outcome = client.send(a_create(sandbox))

    assert isinstance(outcome.error, ServerFault)
    assert outcome.unknown
    assert client.requests == {"POST /tasks": 1}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.usefixtures("waits")
def test_an_update_is_sent_until_it_is_done(
    client: Client, sandbox: SandboxClient, task: str, fault: dict[str, Any]
) -> None:
    sandbox.fault({"method": "PUT", "path": f"/tasks/{task}", "times": 2, **fault})
    outcome = client.send(TASKS.call("update", task, {"name": "After"}))

    assert (outcome.error, outcome.sent, outcome.status) == (None, True, 200)
    assert outcome.data == {"gid": task}
    assert sandbox.data(f"/tasks/{task}")["name"] == "After"


@pytest.mark.usefixtures("waits")
def test_a_deletion_whose_answer_was_lost_is_done_when_nothing_is_found(
    client: Client, sandbox: SandboxClient, task: str
) -> None:
    sandbox.fault({"method": "DELETE", "path": f"/tasks/{task}", "drop": "after"})
    outcome = client.send(TASKS.call("delete", task))

    assert (outcome.error, outcome.sent) == (None, True)
    assert sandbox.get(f"/tasks/{task}").status_code == 404


def test_a_deletion_of_what_is_not_there_is_refused(client: Client) -> None:
    outcome = client.send(TASKS.call("delete", "1209999999999999"))

    assert outcome.status == 404
    assert (outcome.error is None, outcome.sent) == (False, False)


@pytest.mark.usefixtures("waits")
def test_a_create_met_by_the_rate_limit_is_made_once(
    client: Client, sandbox: SandboxClient
) -> None:
    sandbox.fault({"method": "POST", "path": "/tasks", "status": 429, "retry_after": 1, "times": 2})
    outcome = client.send(a_create(sandbox))

    assert outcome.error is None
    assert client.rejected == 2
    assert named(sandbox, "Made") == 1


def test_a_refused_write_was_not_executed(client: Client, sandbox: SandboxClient) -> None:
    outcome = client.send(Call("POST", "/tasks", {"name": "Homeless"}))

    assert isinstance(outcome.error, BadRequest)
    assert outcome.error.messages == ("You should specify one of workspace, parent, projects",)
    assert not outcome.sent
    assert sandbox.requests()["count"] == 1


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_what_json_cannot_say_is_not_sent(client: Client, value: object) -> None:
    for outcome in (
        client.send(Call("POST", "/tasks", {"name": value})),
        *client.batch([Call("POST", "/tasks", {"name": value})]),
    ):
        assert isinstance(outcome.error, BadRequest)
        assert not outcome.sent
    assert not client.requests


def test_a_write_asks_for_few_fields(client: Client, sandbox: SandboxClient) -> None:
    call = a_create(sandbox)
    wider = Call(call.method, call.path, call.data, fields=("gid", "created_at"))

    assert client.send(call).data.keys() == {"gid"}
    assert client.send(wider).data.keys() == {"gid", "created_at"}
