"""Many calls as one request: their order, and what is known of each when something fails."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import RESOURCES, BadRequest, Call, Client, NotFound, ServerFault, TokenAuth
from tap_asana.api.batch import outcomes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

TASKS = RESOURCES["tasks"]


@pytest.fixture
def client(sandbox: SandboxClient) -> Iterator[Client]:
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not sit out the waits between tries."""
    monkeypatch.setattr("backoff._sync.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    gid: str = sandbox.make("tasks", name="Before")["gid"]
    sandbox.forget_requests()
    return gid


def a_create(sandbox: SandboxClient, name: str) -> Call:
    data = {"name": name, "workspace": sandbox.workspace, "assignee": "me"}
    return TASKS.call("create", None, data)


def names(sandbox: SandboxClient) -> list[str]:
    mine = sandbox.listed("/tasks", assignee="me", workspace=sandbox.workspace)
    return sorted(task["name"] for task in mine)


def test_outcomes_come_in_the_order_of_the_calls(client: Client, sandbox: SandboxClient) -> None:
    sandbox.switch(batch_order="reversed")
    outcomes = client.batch([a_create(sandbox, f"Task {n}") for n in range(10)])

    made = [sandbox.data(f"/tasks/{outcome.data['gid']}")["name"] for outcome in outcomes]
    assert made == [f"Task {n}" for n in range(10)]
    assert {outcome.status for outcome in outcomes} == {201}
    assert client.requests == {"POST /batch": 1}
    assert client.actions == {"POST /tasks": 10}


def test_each_call_has_its_own_outcome(client: Client, sandbox: SandboxClient, task: str) -> None:
    made, changed, homeless, gone = client.batch(
        [
            a_create(sandbox, "Made"),
            TASKS.call("update", task, {"name": "After"}),
            Call("POST", "/tasks", {"name": "Homeless"}),
            TASKS.call("update", "1209999999999999", {"name": "After"}),
        ]
    )

    assert (made.error, changed.error) == (None, None)
    assert isinstance(homeless.error, BadRequest)
    assert isinstance(gone.error, NotFound)
    assert gone.error.request == "PUT /tasks/1209999999999999"
    assert (made.sent, changed.sent, homeless.sent, gone.sent) == (True, True, False, False)


@pytest.mark.parametrize("count", [0, 11])
def test_a_batch_holds_one_to_ten_calls(client: Client, count: int) -> None:
    with pytest.raises(ValueError, match=f"A batch holds 1 to 10 calls, not {count}."):
        client.batch([Call("POST", "/tasks")] * count)


def test_a_batch_met_by_the_rate_limit_runs_whole_and_once(
    client: Client, sandbox: SandboxClient
) -> None:
    sandbox.fault({"method": "POST", "path": "/batch", "status": 429, "retry_after": 1})
    outcomes = client.batch([a_create(sandbox, f"Task {n}") for n in range(3)])

    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert client.rejected == 1
    assert names(sandbox) == ["Task 0", "Task 1", "Task 2"]


@pytest.mark.parametrize(
    "fault", [{"drop": "after"}, {"drop": "before"}, {"truncate": True}, {"status": 503}], ids=str
)
def test_after_a_lost_batch_only_what_may_be_repeated_is(
    client: Client, sandbox: SandboxClient, task: str, fault: dict[str, Any]
) -> None:
    sandbox.fault({"method": "POST", "path": "/batch", **fault})
    made, changed = client.batch(
        [a_create(sandbox, "Made"), TASKS.call("update", task, {"name": "After"})]
    )

    assert made.unknown
    assert (changed.error, changed.status) == (None, 200)
    assert sandbox.data(f"/tasks/{task}")["name"] == "After"
    assert client.requests == {"POST /batch": 2}
    assert names(sandbox).count("Made") <= 1


def test_an_action_that_failed_is_repeated_alone_when_it_may_be(
    client: Client, sandbox: SandboxClient, task: str
) -> None:
    tag = sandbox.make("tags", name="Tag")["gid"]
    sandbox.forget_requests()
    sandbox.fault(
        {"method": "POST", "path": "/tasks", "status": 500},
        {"method": "POST", "path": f"/tasks/{task}/addTag", "status": 500, "times": 2},
    )
    made, tagged, changed = client.batch(
        [
            a_create(sandbox, "Made"),
            TASKS.link_call("tags", "add", task, tag),
            TASKS.call("update", task, {"name": "After"}),
        ]
    )

    assert made.unknown
    assert isinstance(made.error, ServerFault)
    assert (tagged.error, changed.error) == (None, None)
    assert client.actions == {
        "POST /tasks": 1,
        "POST /tasks/{gid}/addTag": 3,
        "PUT /tasks/{gid}": 1,
    }


def test_an_action_met_by_the_rate_limit_is_sent_again(
    client: Client, sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_asana.api.pace._FIRST_WAIT", 0.01)
    sandbox.fault({"method": "POST", "path": "/tasks", "status": 429})
    (outcome,) = client.batch([a_create(sandbox, "Made")])

    assert outcome.error is None
    assert client.rejected == 1
    assert names(sandbox) == ["Made"]


def test_reads_in_a_batch_take_their_parameters_as_data(
    client: Client, sandbox: SandboxClient
) -> None:
    client.send(a_create(sandbox, "Made"))
    (outcome,) = client.batch(
        [Call("GET", "/tasks", {"assignee": "me", "workspace": sandbox.workspace}, ("name",))]
    )

    assert [task["name"] for task in outcome.data] == ["Made"]


@pytest.mark.parametrize(
    "answers", [None, [], [{}], [{"status_code": "200"}], [{"status_code": 200}] * 2]
)
def test_an_answer_that_does_not_fit_leaves_the_outcome_unknown(answers: object) -> None:
    (outcome,) = outcomes_of([Call("POST", "/tasks")], answers)

    assert outcome.unknown


@pytest.mark.parametrize(
    ("method", "path", "repeatable"),
    [
        ("PUT", "/tasks/1", True),
        ("DELETE", "/tasks/1", True),
        ("POST", "/tasks/1/addProject", True),
        ("POST", "/tasks/1/removeFollowers", True),
        ("POST", "/tasks/1/setParent", True),
        ("POST", "/projects/1/sections/insert", True),
        ("POST", "/tasks", False),
        ("POST", "/tasks/1/subtasks", False),
        ("POST", "/tasks/1/stories", False),
        ("POST", "/tasks/1/duplicate", False),
        ("POST", "/projects/1/sections", False),
    ],
)
def test_what_makes_something_new_is_not_repeatable(
    method: str, path: str, *, repeatable: bool
) -> None:
    assert Call(method, path).repeatable is repeatable
