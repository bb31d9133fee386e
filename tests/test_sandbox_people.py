"""Workspaces, users, teams of the sandbox, and who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def elsewhere(sandbox: SandboxClient) -> dict[str, Any]:
    """A second workspace of the owner's, with one more person, who is not in the first."""
    workspace = sandbox.control_post("workspaces", {"name": "Elsewhere", "is_organization": True})
    user = sandbox.user("Stranger", "stranger@else.example", workspace["gid"])
    return {**workspace, "user": user["gid"], "token": sandbox.token_of(user["gid"])}


def test_people_see_the_workspaces_they_are_in(
    sandbox: SandboxClient, elsewhere: dict[str, Any]
) -> None:
    theirs = sandbox.get("/workspaces", token=elsewhere["token"]).json()["data"]

    mine = [one["name"] for one in sandbox.data("/workspaces")]
    assert mine == ["Sandbox", "Elsewhere"]
    assert [one["name"] for one in theirs] == ["Elsewhere"]
    response = sandbox.get(f"/workspaces/{sandbox.workspace}", token=elsewhere["token"])
    assert said(response) == (403, "You do not have access to this workspace.")


def test_strangers_see_no_project_and_no_task(
    sandbox: SandboxClient, elsewhere: dict[str, Any]
) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    token = elsewhere["token"]

    for response, kind in (
        (sandbox.get(f"/projects/{project}", token=token), "project"),
        (sandbox.get("/tasks", project=project, token=token), "project"),
        (sandbox.get(f"/tasks/{task}", token=token), "task"),
        (sandbox.put(f"/tasks/{task}", {"name": "U"}, token=token), "task"),
    ):
        assert said(response) == (403, f"You do not have access to this {kind}.")


def test_a_private_project_is_for_its_members(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P", privacy_setting="private")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    wei = sandbox.token_of("wei@sandbox.example")

    assert sandbox.get(f"/projects/{project}", token=wei).status_code == 403
    assert sandbox.get(f"/tasks/{task}", token=wei).status_code == 403
    listed = sandbox.get("/projects", workspace=sandbox.workspace, token=wei)
    assert listed.json()["data"] == []
    sandbox.do(f"/projects/{project}/addMembers", members="wei@sandbox.example")
    assert sandbox.get(f"/tasks/{task}", token=wei).ok


def test_a_task_of_no_project_is_for_who_has_to_do_with_it(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    wei = sandbox.token_of("wei@sandbox.example")
    assert sandbox.get(f"/tasks/{task}", token=wei).status_code == 403

    sandbox.do(f"/tasks/{task}/addFollowers", followers=["wei@sandbox.example"])
    assert sandbox.get(f"/tasks/{task}", token=wei).ok
    child = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]
    assert sandbox.get(f"/tasks/{child}", token=wei).ok


def test_a_list_over_several_workspaces_wants_one_named(sandbox: SandboxClient) -> None:
    assert len(sandbox.data("/users")) == 4
    body = {"name": "Second", "is_organization": True}
    second = sandbox.control_post("workspaces", body)["gid"]

    for path in ("/users", "/projects", "/tags"):
        assert said(sandbox.get(path)) == (400, "workspace: Missing input")
    assert len(sandbox.data("/users", workspace=second)) == 1


def test_users_come_by_gid_or_by_name(sandbox: SandboxClient) -> None:
    by_gid = [one["gid"] for one in sandbox.data("/users", workspace=sandbox.workspace)]
    by_name = sandbox.data(f"/workspaces/{sandbox.workspace}/users")

    assert by_gid == sorted(by_gid, key=int)
    assert [one["name"] for one in by_name] == sorted(one["name"] for one in by_name)
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    assert len(sandbox.data(f"/teams/{team}/users")) == 3


def test_a_user_is_who_the_token_says(sandbox: SandboxClient) -> None:
    me = sandbox.data("/users/me")

    assert (me["email"], me["workspaces"][0]["name"]) == ("olivia@sandbox.example", "Sandbox")
    assert (
        sandbox.data("/users/olivia@sandbox.example") == sandbox.data(f"/users/{me['gid']}") == me
    )
    assert sandbox.put("/users/me", {"name": "Olivia O."}).json()["data"]["name"] == "Olivia O."
    assert sandbox.put("/users/wei@sandbox.example", {"name": "W"}).status_code == 403


def test_people_are_let_in_and_put_out(sandbox: SandboxClient) -> None:
    path = f"/workspaces/{sandbox.workspace}"
    user = sandbox.do(f"{path}/addUser", user="new@sandbox.example")
    task = sandbox.make("tasks", name="T", assignee="new@sandbox.example")["gid"]
    assert len(sandbox.data("/users", workspace=sandbox.workspace)) == 5

    wei = sandbox.token_of("wei@sandbox.example")
    body = {"user": user["gid"]}
    assert sandbox.post(f"{path}/removeUser", body, token=wei).status_code == 403
    sandbox.do(f"{path}/removeUser", user=user["gid"])
    assert sandbox.data(f"/tasks/{task}")["assignee"] is None
    assert len(sandbox.data(f"{path}/workspace_memberships")) == 4


def test_memberships_of_workspaces_tell_the_list_of_tasks(sandbox: SandboxClient) -> None:
    (membership,) = sandbox.data("/users/me/workspace_memberships")
    full = sandbox.data(f"/workspace_memberships/{membership['gid']}")
    mine = sandbox.data("/users/me/user_task_list", workspace=sandbox.workspace)

    assert full["is_admin"] is True
    assert full["user_task_list"] == mine == sandbox.data(f"/user_task_lists/{mine['gid']}")


def test_teams_are_made_joined_and_left(sandbox: SandboxClient) -> None:
    team = sandbox.make("teams", name="New", organization=sandbox.workspace)
    path = f"/teams/{team['gid']}"
    joined = sandbox.do(f"{path}/addUser", user="wei@sandbox.example")
    assert (joined["user"]["name"], joined["team"]["name"]) == ("Wei Chen", "New")

    assert len(sandbox.data(f"{path}/team_memberships")) == 2
    assert len(sandbox.data("/team_memberships", team=team["gid"])) == 2
    query = {"user": "wei@sandbox.example", "workspace": sandbox.workspace}
    assert len(sandbox.data("/team_memberships", **query)) == 1
    wei = sandbox.data("/users/wei@sandbox.example/teams", organization=sandbox.workspace)
    assert [one["name"] for one in wei] == ["New"]
    assert sandbox.do(f"{path}/removeUser", user="wei@sandbox.example") == {}
    assert sandbox.get(f"/team_memberships/{joined['gid']}").status_code == 404
    renamed = sandbox.put(path, {"name": "Newer", "description": "d"}).json()["data"]
    assert renamed["name"] == "Newer"
    assert sandbox.data(path, opt_fields="html_description")["html_description"] == "<body>d</body>"


def test_only_members_let_others_into_a_team(sandbox: SandboxClient) -> None:
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    wei = sandbox.token_of("wei@sandbox.example")
    response = sandbox.post(f"/teams/{team}/addUser", {"user": "me"}, token=wei)

    assert said(response) == (403, "You do not have access to this team.")


def test_plain_workspaces_have_no_teams(sandbox: SandboxClient) -> None:
    plain = sandbox.control_post("workspaces", {"name": "Plain", "is_organization": False})
    user = sandbox.user("P", "p@plain.example", plain["gid"])
    token = sandbox.token_of(user["gid"])
    body = {"name": "T", "organization": plain["gid"]}

    assert sandbox.post("/teams", body, token=token).status_code == 400


def test_a_service_account_sees_private_projects(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P", privacy_setting="private")["gid"]
    account = sandbox.token_of("wei@sandbox.example", service_account=True)

    assert sandbox.get(f"/projects/{project}", token=account).ok


@pytest.mark.parametrize("place", ["/workspaces/{workspace}/users", "/teams/{team}/users"])
def test_people_stand_in_the_order_of_the_alphabet(sandbox: SandboxClient, place: str) -> None:
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    for name in ("bea", "Ada"):
        user = sandbox.user(name, f"{name}@sandbox.example")["gid"]
        sandbox.do(f"/teams/{team}/addUser", user=user)

    listed = sandbox.data(place.format(workspace=sandbox.workspace, team=team))
    assert [one["name"] for one in listed][:2] == ["Ada", "bea"]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("place", "field"), [("tags", "workspace"), ("teams", "organization")])
def test_who_is_in_two_workspaces_must_name_one(
    sandbox: SandboxClient, place: str, field: str
) -> None:
    assert said(sandbox.post(f"/{place}", {"name": "N"})) == (400, f"{field}: Missing input")


def test_a_project_is_shared_with_people_of_its_own_workspace(
    sandbox: SandboxClient, elsewhere: dict[str, Any]
) -> None:
    project = sandbox.make("projects", name="P", workspace=elsewhere["gid"])["gid"]
    shared = sandbox.make("memberships", parent=project, member=elsewhere["user"])
    wei = sandbox.post("/memberships", {"parent": project, "member": "wei@sandbox.example"})

    assert shared["member"]["gid"] == elsewhere["user"]
    assert [
        one["gid"] for one in sandbox.data("/memberships", parent=project, member=elsewhere["user"])
    ] == [shared["gid"]]
    assert said(wei) == (400, "member: Not a user in Organization: wei@sandbox.example")
