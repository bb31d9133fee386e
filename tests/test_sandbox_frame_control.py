"""The sandbox's control plane: switches, clock, log, tokens, people, state, reset."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def test_a_switch_holds_until_the_reset(sandbox: SandboxClient) -> None:
    sandbox.switch(plan="free", write_slots=3)
    assert sandbox.control_get("switches")["write_slots"] == 3

    sandbox.reset()
    switches = sandbox.control_get("switches")
    assert (switches["plan"], switches["write_slots"]) == ("paid", 15)


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("plann", "free"),
        ("plan", "gold"),
        ("latency", "long"),
        ("latency", -1),
        ("write_slots", 1.5),
        ("write_slots", None),
        ("batch_order", ""),
    ],
)
def test_a_switch_that_cannot_be_is_refused(
    sandbox: SandboxClient, switch: str, value: Any
) -> None:
    before = sandbox.control_get("switches")
    response = requests.patch(f"{sandbox.control}/switches", json={switch: value}, timeout=30)

    assert response.status_code == 400
    assert switch in response.json()["errors"][0]["message"]
    assert sandbox.control_get("switches") == before


def test_the_clock_moves_forward_and_can_be_set(sandbox: SandboxClient) -> None:
    now = sandbox.control_post("clock", {"now": "2030-01-02T03:04:05Z"})["now"]
    later = sandbox.control_post("clock", {"advance": 3600})["now"]

    assert now.startswith("2030-01-02T03:04:05")
    assert later.startswith("2030-01-02T04:04:05")
    assert sandbox.make("tasks", name="call")["created_at"].startswith("2030-01-02T04:04:")


def test_the_log_tells_what_was_asked(sandbox: SandboxClient) -> None:
    gid = sandbox.make("tags", name="red")["gid"]
    sandbox.get(f"/tags/{gid}", opt_fields="name")
    sandbox.call("GET", "/nothing")
    report = sandbox.requests()

    assert report["count"] == 3
    assert report["by_operation"] == {
        "POST /tags": 1,
        "GET /tags/{tag_gid}": 1,
        "GET (no route)": 1,
    }
    made, read, _ = report["log"]
    assert made["data"] == {"name": "red", "workspace": sandbox.workspace}
    assert (read["path"], read["query"]) == (f"/tags/{gid}", {"opt_fields": "name"})
    assert [one["status"] for one in report["log"]] == [201, 200, 404]
    assert sandbox.token not in json.dumps(report)


def test_the_log_can_be_cleared(sandbox: SandboxClient) -> None:
    sandbox.get("/users/me")
    sandbox.forget_requests()

    assert sandbox.requests() == {"count": 0, "actions": 0, "by_operation": {}, "log": []}


def test_a_second_workspace_holds_its_own_people(sandbox: SandboxClient) -> None:
    second = sandbox.control_post("workspaces", {"name": "Second", "is_organization": False})
    sandbox.user("Ada", "ada@example.com", second["gid"])

    assert {one["name"] for one in sandbox.data("/workspaces")} == {"Sandbox", "Second"}
    people = sandbox.data("/users", workspace=second["gid"])
    assert {one["name"] for one in people} == {"Ada", sandbox.data("/users/me")["name"]}


@pytest.mark.parametrize(
    ("path", "body", "part"),
    [
        ("tokens", {}, "user: Missing input"),
        ("tokens", {"user": "nobody@example.com"}, "user: Unknown object"),
        ("users", {"workspace": "1", "people": []}, "workspace: Unknown object: 1"),
        ("workspaces", {}, "name: Missing input"),
        ("clock", {"now": "yesterday"}, "yesterday"),
        ("clock", {"advance": "long"}, "long"),
        ("clock", [], "object"),
        ("clock", {"now": "9999-12-31"}, "The clock goes from 1970 to 8999"),
        ("clock", {"advance": -1e11}, "cannot be moved so"),
        ("faults", {"path": "*"}, "list"),
        ("faults", [{"path": 5}], "path: 5 is not one of any text"),
        ("faults", [{"status": 99}], "status: 99 is not one of 200 to 599"),
        ("faults", [{"delay": "long"}], "delay: 'long' is not one of float from 0 up"),
        ("faults", [{"drop": "often"}], "drop: 'often' is not one of 'before', 'after', null"),
        ("tokens", {"user": None}, "user: Value is not a string"),
        ("users", {"people": 5}, "people: Value is not an array"),
        ("users", {"people": [5]}, "name: Missing input"),
        ("users", {"people": [{"name": 5}]}, "name: Value is not a string"),
        ("users", {"people": [], "workspace": []}, "workspace: Value is not a string"),
        ("workspaces", {"name": []}, "name: Value is not a string"),
        ("workspaces", {"name": "W", "is_organization": 1}, "is_organization: Value is not a boo"),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(
    sandbox: SandboxClient, path: str, body: Any, part: str
) -> None:
    response = requests.post(f"{sandbox.control}/{path}", json=body, timeout=30)

    assert response.status_code == 400
    assert part in response.json()["errors"][0]["message"]


def test_the_state_comes_out_and_goes_in_again(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="call")
    child = sandbox.make("tasks", name="dial", parent=task["gid"])
    state = requests.get(f"{sandbox.control}/state", timeout=30).text

    sandbox.reset()
    assert sandbox.get(f"/tasks/{task['gid']}").status_code == 404
    answer = requests.put(f"{sandbox.control}/state", data=state.encode(), timeout=30)

    assert answer.json()["workspace"] == sandbox.workspace
    assert sandbox.data(f"/tasks/{task['gid']}") == task
    assert [one["gid"] for one in sandbox.data(f"/tasks/{task['gid']}/subtasks")] == [child["gid"]]
    assert requests.get(f"{sandbox.control}/state", timeout=30).text == state


@pytest.mark.parametrize("state", [b"", b"{", b'{"resource_type": "task"}', b"[]", b"\xff"])
def test_a_state_that_is_none_changes_nothing(sandbox: SandboxClient, state: bytes) -> None:
    tag = sandbox.make("tags", name="red")
    response = requests.put(f"{sandbox.control}/state", data=state, timeout=30)

    assert response.status_code == 400
    assert sandbox.data(f"/tags/{tag['gid']}")["name"] == "red"


def test_a_reset_forgets_everything_but_the_first_token(sandbox: SandboxClient) -> None:
    other = sandbox.token_of(sandbox.data("/users/me")["gid"])
    sandbox.make("tags", name="red")
    sandbox.fault({"path": "*", "status": 500})
    sandbox.advance(1_000_000)
    sandbox.reset()

    assert sandbox.get("/users/me", token=other).status_code == 401
    assert sandbox.data("/tags", workspace=sandbox.workspace) == []
    assert sandbox.requests()["count"] == 2
