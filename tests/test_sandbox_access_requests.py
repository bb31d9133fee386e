"""Access requests of the sandbox: asking to be let in, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def private(sandbox: SandboxClient) -> str:
    """A project that only its owner sees."""
    made = sandbox.make("projects", name="Salaries", privacy_setting="private")
    return str(made["gid"])


@pytest.fixture
def priya(sandbox: SandboxClient) -> str:
    """A token of somebody else."""
    return sandbox.token_of("priya@sandbox.example")


def ask(sandbox: SandboxClient, token: str, target: str) -> str:
    """Ask for access, and give the gid of the request."""
    body = {"target": target, "message": "For the budget."}
    response = sandbox.post("/access_requests", body, token=token)
    assert response.status_code == 201, response.text
    return str(response.json()["data"]["gid"])


def test_who_sees_the_target_reads_who_asks(
    sandbox: SandboxClient, private: str, priya: str
) -> None:
    gid = ask(sandbox, priya, private)
    (asked,) = sandbox.data("/access_requests", target=private)

    assert asked["gid"] == gid
    assert asked["requester"]["name"] == "Priya Natarajan"
    assert asked["target"] == {"gid": private, "resource_type": "project"}
    assert (asked["approval_status"], asked["message"]) == ("pending", "For the budget.")
    assert sandbox.get("/access_requests", target=private, token=priya).status_code == 403


def test_an_approval_lets_in(sandbox: SandboxClient, private: str, priya: str) -> None:
    gid = ask(sandbox, priya, private)
    assert sandbox.do(f"/access_requests/{gid}/approve") == {}

    assert sandbox.get(f"/projects/{private}", token=priya).ok
    assert sandbox.data("/access_requests", target=private) == []


def test_a_rejection_does_not(sandbox: SandboxClient, private: str, priya: str) -> None:
    gid = ask(sandbox, priya, private)
    assert sandbox.do(f"/access_requests/{gid}/reject") == {}

    assert sandbox.get(f"/projects/{private}", token=priya).status_code == 403
    assert sandbox.data("/access_requests", target=private) == []
    assert said(sandbox.post(f"/access_requests/{gid}/approve"))[0] == 400


def test_nobody_answers_their_own_request(sandbox: SandboxClient, private: str, priya: str) -> None:
    gid = ask(sandbox, priya, private)

    assert sandbox.post(f"/access_requests/{gid}/approve", token=priya).status_code == 403


def test_requests_are_found_by_user(sandbox: SandboxClient, private: str, priya: str) -> None:
    ask(sandbox, priya, private)
    tomas = sandbox.token_of("tomas@sandbox.example")
    gid = ask(sandbox, tomas, private)
    found = sandbox.data("/access_requests", target=private, user="tomas@sandbox.example")

    assert [one["gid"] for one in found] == [gid]
    assert len(sandbox.data("/access_requests", target=private)) == 2


def test_one_asks_once_and_for_what_one_does_not_see(
    sandbox: SandboxClient, private: str, priya: str
) -> None:
    ask(sandbox, priya, private)

    again = sandbox.post("/access_requests", {"target": private}, token=priya)
    own = sandbox.post("/access_requests", {"target": private})
    assert said(again) == (400, "target: You have already asked for access to it")
    assert said(own) == (400, "target: You already have access to it")


def test_only_projects_and_portfolios_can_be_asked_for(sandbox: SandboxClient, priya: str) -> None:
    task = sandbox.make("tasks", name="T")["gid"]

    for target, message in (
        (task, f"target: Not a recognized ID: {task}"),
        ("9", "target: Unknown object: 9"),
        (9, "target: Not a valid GID type: number"),
    ):
        response = sandbox.post("/access_requests", {"target": target}, token=priya)
        assert said(response) == (400, message)


def test_people_of_other_workspaces_ask_in_vain(sandbox: SandboxClient, private: str) -> None:
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    user = sandbox.user("Nia", "nia@elsewhere.example", other)["gid"]
    response = sandbox.post("/access_requests", {"target": private}, token=sandbox.token_of(user))

    assert response.status_code == 403


def test_the_free_plan_has_none(sandbox: SandboxClient, private: str) -> None:
    sandbox.switch(plan="free")

    assert sandbox.get("/access_requests", target=private).status_code == 402
    assert sandbox.post("/access_requests", {"target": private}).status_code == 402


def test_requests_go_with_their_target(sandbox: SandboxClient, private: str, priya: str) -> None:
    gid = ask(sandbox, priya, private)
    sandbox.delete(f"/projects/{private}")

    assert sandbox.post(f"/access_requests/{gid}/approve").status_code == 404
