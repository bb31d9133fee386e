"""Memberships of the sandbox: one shape for users and teams in whatever people share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

WEI = "wei@sandbox.example"


def shared(sandbox: SandboxClient, kind: str) -> str:
    """Make something that can be shared, and give its gid."""
    more: dict[str, Any] = {"resource_subtype": "text"} if kind == "custom_field" else {}
    return str(sandbox.make(f"{kind}s", name="Shared", workspace=sandbox.workspace, **more)["gid"])


def team_of(sandbox: SandboxClient) -> str:
    """Give the gid of a team."""
    return str(sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"])


def test_memberships_give_teams_and_users_rights(sandbox: SandboxClient) -> None:
    project, team = shared(sandbox, "project"), team_of(sandbox)
    body = {"parent": project, "member": team, "access_level": "viewer"}
    membership = sandbox.make("memberships", **body)
    path = f"/memberships/{membership['gid']}"

    assert membership["member"] == {"gid": team, "resource_type": "team", "name": "Product"}
    assert sandbox.put(path, {"access_level": "admin"}).json()["data"]["access_level"] == "admin"
    assert len(sandbox.data("/memberships", parent=project)) == 2
    assert sandbox.data("/memberships", parent=project, member=team)[0]["gid"] == membership["gid"]
    sandbox.delete(path)
    assert sandbox.get(path).status_code == 404


@pytest.mark.parametrize(
    ("kind", "usual", "foreign"),
    [
        ("custom_field", "user", "viewer"),
        ("goal", "editor", "user"),
        ("portfolio", "viewer", "commenter"),
        ("project", "editor", "user"),
    ],
)
def test_what_is_shared_decides_the_levels(
    sandbox: SandboxClient, kind: str, usual: str, foreign: str
) -> None:
    body = {"parent": shared(sandbox, kind), "member": WEI}
    refused = sandbox.post("/memberships", {**body, "access_level": foreign})
    message = f"access_level: Value is not one of the allowed values: {foreign}"
    assert said(refused) == (400, message)

    made = sandbox.make("memberships", **body)
    assert made["resource_subtype"] == f"{kind}_membership"
    assert made["access_level"] == usual
    assert made["parent"]["resource_type"] == kind
    again = sandbox.make("memberships", **body, access_level="admin")
    assert (again["gid"], again["access_level"]) == (made["gid"], usual)


def test_a_team_is_asked_for_all_its_projects(sandbox: SandboxClient) -> None:
    team = team_of(sandbox)
    made = sandbox.make("memberships", parent=shared(sandbox, "project"), member=team)
    query = {"member": team, "resource_subtype": "project_membership"}

    assert [one["gid"] for one in sandbox.data("/memberships", **query)] == [made["gid"]]


def test_memberships_are_of_something(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]

    def refusal(**query: str) -> tuple[int, str]:
        return said(sandbox.get("/memberships", **query))

    assert refusal() == (400, "You should specify one of parent, member")
    assert refusal(member=team_of(sandbox)) == (400, "resource_subtype: Missing input")
    assert refusal(member="me", resource_subtype="project_membership")[0] == 400
    assert refusal(member=team_of(sandbox), resource_subtype="goal_membership")[0] == 400
    assert refusal(parent=task) == (400, f"parent: Not a recognized ID: {task}")
    assert said(sandbox.get(f"/memberships/{task}"))[0] == 404
    assert said(sandbox.post("/memberships", {"parent": task, "member": "me"}))[0] == 400


def test_memberships_of_what_is_private_are_private(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Secret", privacy_setting="private")["gid"]
    (membership,) = sandbox.data("/memberships", parent=project)
    wei = sandbox.token_of(WEI)

    assert sandbox.get(f"/memberships/{membership['gid']}", token=wei).status_code == 403
    assert sandbox.get("/memberships", token=wei, parent=project).status_code == 403


def test_memberships_of_goals_tell_more(sandbox: SandboxClient) -> None:
    goal = shared(sandbox, "goal")
    made = sandbox.make("memberships", parent=goal, member=WEI, access_level="editor")

    assert made["goal"]["gid"] == goal
    assert (made["role"], made["user"]["name"]) == ("editor", "Wei Chen")
    assert made["workspace"]["gid"] == sandbox.workspace
    team = sandbox.make("memberships", parent=goal, member=team_of(sandbox))
    assert team["role"] == "editor"
    assert "user" not in team


def test_a_deleted_field_takes_its_memberships_along(sandbox: SandboxClient) -> None:
    field = shared(sandbox, "custom_field")
    made = sandbox.make("memberships", parent=field, member=WEI)
    sandbox.delete(f"/custom_fields/{field}")

    assert sandbox.get(f"/memberships/{made['gid']}").status_code == 404


@pytest.mark.parametrize("kind", ["goal", "project"])
def test_who_comes_and_goes_is_an_event(sandbox: SandboxClient, kind: str) -> None:
    parent = shared(sandbox, kind)
    sync = sandbox.get("/events", resource=parent).json()["sync"]
    made = sandbox.make("memberships", parent=parent, member=WEI)
    sandbox.delete(f"/memberships/{made['gid']}")

    events = sandbox.get("/events", resource=parent, sync=sync).json()["data"]
    told = [(one["action"], one["resource"]) for one in events if one["type"] != kind]
    assert [(action, one["gid"], one["resource_type"]) for action, one in told] == [
        (action, made["gid"], f"{kind}_membership") for action in ("added", "removed")
    ]
