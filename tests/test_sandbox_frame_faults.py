"""The sandbox's faults on request: each goes wrong as asked, as often as asked, where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def tags(sandbox: SandboxClient) -> int:
    """Count the tags."""
    return len(sandbox.data("/tags", workspace=sandbox.workspace))


def make_tag(sandbox: SandboxClient) -> requests.Response:
    """Try to make a tag."""
    return sandbox.post("/tags", {"name": "red", "workspace": sandbox.workspace})


def action(sandbox: SandboxClient, name: str) -> dict[str, Any]:
    """Build a batch action that makes a tag."""
    data = {"name": name, "workspace": sandbox.workspace}
    return {"method": "post", "relative_path": "/tags", "data": data}


def test_a_status_is_answered_instead_of_executing(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/tags", "status": 500})
    response = make_tag(sandbox)

    assert response.status_code == 500
    assert response.json()["errors"][0]["message"] == "Server Error"
    assert "phrase" in response.json()["errors"][0]
    assert tags(sandbox) == 0


def test_a_fault_hits_as_often_as_asked(sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "/users/*", "status": 503, "times": 2})

    assert [sandbox.get("/users/me").status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_can_let_some_pass_first(sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "/users/me", "status": 502, "skip": 2})

    assert [sandbox.get("/users/me").status_code for _ in range(4)] == [200, 200, 502, 200]


def test_a_fault_without_number_stays_until_cleared(sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "*", "status": 504, "times": None})
    before = [sandbox.get("/users/me").status_code for _ in range(3)]
    sandbox.control_call("DELETE", "faults")

    assert before == [504] * 3
    assert sandbox.get("/users/me").ok


def test_a_fault_minds_method_and_path(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/users/me", "status": 500})
    sandbox.fault({"method": "GET", "path": "/tasks/{task_gid}", "status": 500})

    assert sandbox.get("/users/me").ok
    assert sandbox.get("/tasks/1").status_code == 500
    assert sandbox.get("/tasks/1").status_code == 404


@pytest.mark.parametrize("retry_after", [None, 7])
def test_a_429_comes_with_or_without_retry_after(
    sandbox: SandboxClient, retry_after: int | None
) -> None:
    sandbox.fault({"path": "/users/me", "status": 429, "retry_after": retry_after})
    response = sandbox.get("/users/me")

    assert response.status_code == 429
    assert response.headers.get("Retry-After") == (retry_after and str(retry_after))


def test_a_connection_dropped_before_executing_leaves_no_trace(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/tags", "drop": "before"})
    with pytest.raises(requests.ConnectionError):
        make_tag(sandbox)

    assert tags(sandbox) == 0
    assert [one["status"] for one in sandbox.requests()["log"]] == [None, 200]


def test_a_connection_dropped_after_executing_has_executed(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/tags", "drop": "after"})
    with pytest.raises(requests.ConnectionError):
        make_tag(sandbox)

    assert tags(sandbox) == 1


def test_a_body_can_end_too_early(sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "/users/me", "truncate": True})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sandbox.get("/users/me")

    assert sandbox.get("/users/me").ok


def test_a_delayed_request_is_answered_all_the_same(sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "/users/me", "delay": 0.01})

    assert sandbox.get("/users/me").ok


def test_one_action_of_a_batch_can_fail(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/tags", "status": 500, "skip": 1})
    results = sandbox.batch(*(action(sandbox, name) for name in "abc"))

    assert [result["status_code"] for result in results] == [201, 500, 201]
    assert results[1]["body"]["errors"][0]["message"] == "Server Error"
    assert tags(sandbox) == 2


def test_a_whole_batch_can_fail(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/batch", "status": 503})
    response = sandbox.post("/batch", {"actions": [action(sandbox, "a")]})

    assert response.status_code == 503
    assert tags(sandbox) == 0


def test_an_action_can_take_the_connection_down(sandbox: SandboxClient) -> None:
    sandbox.fault({"method": "POST", "path": "/tags", "drop": "before", "skip": 1})
    with pytest.raises(requests.ConnectionError):
        sandbox.batch(*(action(sandbox, name) for name in "abc"))

    assert tags(sandbox) == 2


def test_an_unknown_key_of_a_fault_is_refused(sandbox: SandboxClient) -> None:
    response = requests.post(f"{sandbox.control}/faults", json=[{"pth": "*"}], timeout=30)

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "A fault has no pth"
