"""Projects, sections, tags and project members of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def make_project(sandbox: SandboxClient, **data: Any) -> str:
    """Make a project and give its gid."""
    return str(sandbox.make("projects", **{"name": "P", **data})["gid"])


def test_a_new_project_has_one_section_and_its_maker(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")

    sections = sandbox.data(f"/projects/{project['gid']}/sections")
    assert [one["name"] for one in sections] == ["Untitled section"]
    assert project["owner"]["name"] == "Olivia Owner"
    assert [one["name"] for one in project["members"]] == ["Olivia Owner"]
    assert project["team"] is None


def test_a_project_needs_a_home(sandbox: SandboxClient) -> None:
    assert said(sandbox.post("/projects", {"name": "P"})) == (
        400,
        "You should specify one of workspace, team",
    )


def test_a_team_is_home_enough(sandbox: SandboxClient) -> None:
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    project = sandbox.make("projects", name="P", team=team)
    sandbox.make(f"teams/{team}/projects", name="Q")
    sandbox.make(f"workspaces/{sandbox.workspace}/projects", name="R")

    assert project["workspace"]["gid"] == sandbox.workspace
    assert [one["name"] for one in sandbox.data(f"/teams/{team}/projects")] == ["P", "Q"]
    everything = sandbox.data("/projects", workspace=sandbox.workspace)
    assert [one["name"] for one in everything] == ["P", "Q", "R"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"public": True}, "public: Cannot write this property"),
        ({"members": []}, "members: Cannot write this property"),
        ({"owner": "no@body.example"}, "owner: Not a user in Organization: no@body.example"),
        ({"color": "beige"}, "color: Value is not one of the allowed values: beige"),
        ({"start_on": "2026-01-01"}, "start_on: You must also provide due_on"),
        (
            {"start_on": "2026-01-01", "due_on": "2026-01-01"},
            "start_on: Start date and due date must differ",
        ),
    ],
)
def test_a_bad_project_is_refused(
    sandbox: SandboxClient, data: dict[str, Any], message: str
) -> None:
    body = {"name": "P", "workspace": sandbox.workspace, **data}

    assert said(sandbox.post("/projects", body)) == (400, message)


def test_an_update_changes_only_what_it_names(sandbox: SandboxClient) -> None:
    before = sandbox.make("projects", name="P", notes="n", color="dark-red")
    path = f"/projects/{before['gid']}"
    after = sandbox.put(path, {"due_date": "2026-05-01", "archived": True}).json()["data"]

    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"archived", "due_on", "due_date", "modified_at"}
    workspace = {"workspace": sandbox.workspace}
    assert said(sandbox.put(path, workspace)) == (400, "workspace: Cannot write this property")


def test_archived_projects_are_listed_unless_asked(sandbox: SandboxClient) -> None:
    make_project(sandbox, name="live")
    make_project(sandbox, name="old", archived=True)

    def listed(**query: str) -> list[str]:
        projects = sandbox.data("/projects", workspace=sandbox.workspace, **query)
        return [one["name"] for one in projects]

    assert listed() == ["live", "old"]
    assert listed(archived="true") == ["old"]
    assert listed(archived="False") == ["live"]


def test_tasks_do_not_move_a_projects_modified_at(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")
    sandbox.advance(10)
    sandbox.make("tasks", name="T", projects=[project["gid"]])

    assert sandbox.data(f"/projects/{project['gid']}")["modified_at"] == project["modified_at"]


def test_a_deleted_project_takes_the_tasks_nobody_else_holds(sandbox: SandboxClient) -> None:
    project, other = make_project(sandbox), make_project(sandbox)
    only = sandbox.make("tasks", name="only", projects=[project])["gid"]
    shared = sandbox.make("tasks", name="shared", projects=[project, other])["gid"]
    sandbox.delete(f"/projects/{project}")

    assert sandbox.get(f"/tasks/{only}").status_code == 404
    assert [one["gid"] for one in sandbox.data(f"/tasks/{shared}")["projects"]] == [other]
    assert sandbox.get(f"/projects/{project}").status_code == 404


def test_a_subtask_in_the_project_goes_with_its_parent(sandbox: SandboxClient) -> None:
    project = make_project(sandbox)
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    subtask = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]
    sandbox.do(f"/tasks/{subtask}/addProject", project=project)

    assert sandbox.delete(f"/projects/{project}").status_code == 200
    assert sandbox.get(f"/tasks/{subtask}").status_code == 404


def test_a_deleted_project_can_leave_its_tasks(sandbox: SandboxClient) -> None:
    sandbox.switch(project_delete_takes_tasks=False)
    project = make_project(sandbox)
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    sandbox.delete(f"/projects/{project}")

    assert sandbox.data(f"/tasks/{task}")["memberships"] == []


def test_counts_are_given_only_when_asked_for(sandbox: SandboxClient) -> None:
    project = make_project(sandbox)
    sandbox.make("tasks", name="a", projects=[project], completed=True)
    sandbox.make("tasks", name="b", projects=[project], resource_subtype="milestone")
    path = f"/projects/{project}/task_counts"

    assert sandbox.data(path) == {}
    fields = "num_tasks,num_incomplete_tasks,num_completed_milestones"
    assert sandbox.data(path, opt_fields=fields) == {
        "num_tasks": 2,
        "num_incomplete_tasks": 1,
        "num_completed_milestones": 0,
    }


def test_members_are_followers_only_when_added_as_such(sandbox: SandboxClient) -> None:
    project = make_project(sandbox)
    path = f"/projects/{project}"
    both = "priya@sandbox.example,wei@sandbox.example"
    shown = sandbox.do(f"{path}/addMembers", members=both)
    assert (len(shown["members"]), len(shown["followers"])) == (3, 1)

    shown = sandbox.do(f"{path}/addFollowers", followers=["tomas@sandbox.example"])
    assert (len(shown["members"]), len(shown["followers"])) == (4, 2)
    shown = sandbox.do(f"{path}/removeFollowers", followers="tomas@sandbox.example")
    assert (len(shown["members"]), len(shown["followers"])) == (4, 1)
    shown = sandbox.do(f"{path}/removeMembers", members=["tomas@sandbox.example"])
    assert len(shown["members"]) == 3
    memberships = sandbox.data(f"{path}/project_memberships")
    full = sandbox.data(f"/project_memberships/{memberships[0]['gid']}")
    assert (full["user"]["name"], full["write_access"]) == ("Olivia Owner", "full_write")


def test_sections_are_renamed_and_deleted_only_when_empty(sandbox: SandboxClient) -> None:
    project = make_project(sandbox)
    (first,) = sandbox.data(f"/projects/{project}/sections")
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    path = f"/sections/{first['gid']}"
    assert sandbox.put(path, {"name": "Done"}).json()["data"]["project"]["gid"] == project
    assert sandbox.delete(path).status_code == 400

    second = sandbox.make(f"projects/{project}/sections", name="B", insert_before=first["gid"])
    assert sandbox.data(f"/projects/{project}/sections")[0]["name"] == "B"
    sandbox.do(f"/sections/{second['gid']}/addTask", task=task)
    assert sandbox.delete(path).json() == {"data": {}}
    sandbox.delete(f"/tasks/{task}")
    assert "last section" in said(sandbox.delete(f"/sections/{second['gid']}"))[1]


def test_a_section_needs_a_name(sandbox: SandboxClient) -> None:
    path = f"/projects/{make_project(sandbox)}/sections"

    assert said(sandbox.post(path, {})) == (400, "name: Missing input")


def test_tags_are_made_changed_and_deleted(sandbox: SandboxClient) -> None:
    tag = sandbox.make("tags", name="t", color="dark-pink", followers=["me"])
    sandbox.make(f"workspaces/{sandbox.workspace}/tags", name="t")
    task = sandbox.make("tasks", name="T", tags=[tag["gid"]])["gid"]
    path = f"/tags/{tag['gid']}"

    assert sandbox.put(path, {"color": None, "name": "u"}).json()["data"]["color"] is None
    assert [one["name"] for one in sandbox.data("/tags", workspace=sandbox.workspace)] == ["u", "t"]
    assert [one["name"] for one in sandbox.data(f"/tasks/{task}/tags")] == ["u"]
    sandbox.delete(path)
    assert sandbox.data(f"/tasks/{task}")["tags"] == []


def test_a_project_is_not_due_on_the_day_it_starts(sandbox: SandboxClient) -> None:
    dates = {"start_on": "2031-01-01", "due_on": "2031-01-02"}
    project = sandbox.make("projects", name="P", **dates)["gid"]

    assert said(sandbox.put(f"/projects/{project}", {"due_on": "2031-01-01"})) == (
        400,
        "start_on: Start date and due date must differ",
    )
