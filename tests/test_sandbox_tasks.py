"""Tasks of the sandbox: what creating and updating them takes, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

NOBODY = "1299999999999999"


def create(sandbox: SandboxClient, **data: Any) -> tuple[int, str]:
    """Try to create a task, and give how that was refused."""
    return said(sandbox.post("/tasks", {"workspace": sandbox.workspace, **data}))


def test_a_task_needs_a_home(sandbox: SandboxClient) -> None:
    assert said(sandbox.post("/tasks", {"name": "x"})) == (
        400,
        "You should specify one of workspace, parent, projects",
    )


def test_a_project_or_a_parent_is_home_enough(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])
    subtask = sandbox.make("tasks", name="S", parent=task["gid"])

    assert task["workspace"]["gid"] == subtask["workspace"]["gid"] == sandbox.workspace
    assert subtask["parent"]["name"] == "T"
    assert subtask["projects"] == subtask["memberships"] == []


def test_everything_can_be_said_at_birth(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    other = sandbox.make("projects", name="Q")["gid"]
    section = sandbox.make(f"projects/{project}/sections", name="Doing")["gid"]
    tag = sandbox.make("tags", name="t")["gid"]
    task = sandbox.make(
        "tasks",
        name="T",
        memberships=[{"project": project, "section": section}],
        projects=[other],
        tags=[tag],
        followers=["priya@sandbox.example"],
        assignee="wei@sandbox.example",
        due_on="2026-03-01",
        completed=True,
    )

    assert {
        place["project"]["name"]: place["section"]["name"] for place in task["memberships"]
    } == {
        "P": "Doing",
        "Q": "Untitled section",
    }
    assert [one["gid"] for one in task["tags"]] == [tag]
    names = {"Olivia Owner", "Priya Natarajan", "Wei Chen"}
    assert {one["name"] for one in task["followers"]} == names
    assert task["completed_by"]["name"] == "Olivia Owner"


@pytest.mark.parametrize("user", ["me", "olivia@sandbox.example", "OLIVIA@sandbox.example"])
def test_a_user_is_named_by_me_or_mail_or_gid(sandbox: SandboxClient, user: str) -> None:
    gid = sandbox.data("/users/me")["gid"]

    assert sandbox.make("tasks", name="T", assignee=user)["assignee"]["gid"] == gid
    assert sandbox.make("tasks", name="T", assignee=gid)["assignee"]["gid"] == gid


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"assignee": "no@body.example"}, "assignee: Not a user in Organization: no@body.example"),
        ({"assignee": NOBODY}, f"assignee: Unknown object: {NOBODY}"),
        ({"projects": [NOBODY]}, f"projects: [0]: Unknown object: {NOBODY}"),
        ({"projects": ["x"]}, "projects: [0]: Not a recognized ID: x"),
        ({"parent": 12}, "parent: Not a valid GID type: number"),
        ({"workspace": "we"}, "workspace: Not a recognized ID: we"),
        ({"memberships": [{}]}, "memberships: [0]: project: Missing required field"),
        (
            {"due_on": "2026-1-1"},
            "due_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: 2026-1-1",
        ),
        (
            {"due_on": "2026-02-30"},
            "due_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: 2026-02-30",
        ),
        (
            {"due_on": "2026-01-01", "due_at": "2026-01-01T00:00:00Z"},
            "You may only provide one of due_on or due_at!",
        ),
        ({"custom_fields": "x"}, "custom_fields: Value is not a JSON object: x"),
        (
            {"custom_fields": {"12": "x"}},
            "Custom field with ID 12 is not on given object",
        ),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at: Cannot write this property"),
        ({"colour": "red"}, "colour: Cannot write this property"),
    ],
)
def test_a_bad_value_is_named(sandbox: SandboxClient, data: dict[str, Any], message: str) -> None:
    assert create(sandbox, name="x", **data) == (400, message)
    assert sandbox.data("/tasks", assignee="me", workspace=sandbox.workspace) == []


@pytest.mark.parametrize(
    "data",
    [
        {"start_on": "2026-01-01"},
        {"start_on": "2026-01-02", "due_on": "2026-01-01"},
        {"start_at": "2026-01-01T00:00:00Z", "due_on": "2026-01-01"},
        {"start_on": "2026-01-01", "due_on": "2026-01-02", "resource_subtype": "milestone"},
        {"approval_status": "approved"},
        {"resource_subtype": "section"},
        {"resource_subtype": "custom"},
        {"completed": "yes"},
        {"name": 3},
        {"html_notes": "<body><script/></body>"},
        {"html_notes": "no body"},
        {"html_notes": "<body>", "name": "unclosed"},
        {"html_notes": "<body/>", "notes": "both"},
        {"due_at": "tomorrow"},
        {"assignee_section": "12"},
    ],
)
def test_what_does_not_go_together_is_refused(sandbox: SandboxClient, data: dict[str, Any]) -> None:
    assert create(sandbox, **data)[0] == 400


def test_a_plain_workspace_repeats_its_gid(sandbox: SandboxClient) -> None:
    body = {"name": "Plain", "is_organization": False}
    plain = sandbox.control_post("workspaces", body)["gid"]

    assert create(sandbox, workspace=plain, assignee="wei@sandbox.example") == (
        400,
        f"assignee: Not a user in Workspace: {plain}",
    )


@pytest.mark.parametrize("field", ["projects", "memberships", "tags", "followers", "workspace"])
def test_associations_are_not_for_updates(sandbox: SandboxClient, field: str) -> None:
    task = sandbox.make("tasks", name="T")["gid"]

    assert said(sandbox.put(f"/tasks/{task}", {field: []})) == (
        400,
        f"{field}: Cannot write this property",
    )


def test_an_update_changes_only_what_it_names(sandbox: SandboxClient) -> None:
    before = sandbox.make("tasks", name="T", notes="n", due_on="2026-01-01")
    after = sandbox.put(f"/tasks/{before['gid']}", {"name": "U"}).json()["data"]

    assert {key for key in before if before[key] != after[key]} == {"name", "modified_at"}


def test_a_refused_update_changes_nothing(sandbox: SandboxClient) -> None:
    before = sandbox.make("tasks", name="T")
    response = sandbox.put(f"/tasks/{before['gid']}", {"name": "U", "assignee": "no@body.example"})

    assert response.status_code == 400
    assert sandbox.data(f"/tasks/{before['gid']}") == before


def test_a_due_time_brings_its_day(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", due_at="2026-01-01T23:30:00-02:00")

    assert (task["due_at"], task["due_on"]) == ("2026-01-02T01:30:00.000Z", "2026-01-02")
    again = sandbox.put(f"/tasks/{task['gid']}", {"due_on": "2026-02-01"}).json()["data"]
    assert (again["due_at"], again["due_on"]) == (None, "2026-02-01")


def test_completion_says_when_and_by_whom(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    done = sandbox.put(f"/tasks/{task}", {"completed": True}).json()["data"]
    undone = sandbox.put(f"/tasks/{task}", {"completed": False}).json()["data"]

    assert done["completed_at"]
    assert done["completed_by"]["name"] == "Olivia Owner"
    assert (undone["completed_at"], undone["completed_by"]) == (None, None)


@pytest.mark.parametrize("status", ["approved", "rejected", "changes_requested"])
def test_an_approval_and_its_completion_keep_in_step(sandbox: SandboxClient, status: str) -> None:
    task = sandbox.make("tasks", name="T", resource_subtype="approval")
    path = f"/tasks/{task['gid']}"
    assert (task["approval_status"], task["completed"]) == ("pending", False)

    assert sandbox.put(path, {"approval_status": status}).json()["data"]["completed"] is True
    pending = sandbox.put(path, {"completed": False}).json()["data"]
    assert pending["approval_status"] == "pending"
    done = sandbox.put(path, {"completed": True}).json()["data"]
    assert done["approval_status"] == "approved"


def test_other_tasks_have_no_approval_status(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")
    asked = sandbox.data(f"/tasks/{task['gid']}", opt_fields="approval_status,name")

    assert "approval_status" not in task
    assert asked == {"gid": task["gid"], "name": "T"}


def test_likes_are_the_likers(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", projects=[sandbox.make("projects", name="P")["gid"]])
    sandbox.put(f"/tasks/{task['gid']}", {"liked": True})
    other = sandbox.token_of("wei@sandbox.example")

    mine = sandbox.data(f"/tasks/{task['gid']}")
    theirs = sandbox.get(f"/tasks/{task['gid']}", token=other).json()["data"]
    assert (mine["liked"], theirs["liked"], theirs["num_likes"]) == (True, False, 1)
    assert theirs["likes"][0]["user"]["name"] == "Olivia Owner"


def test_a_deleted_task_is_gone_with_its_subtasks(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    subtask = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]

    assert sandbox.delete(f"/tasks/{task}").json() == {"data": {}}
    for gid in (task, subtask):
        assert said(sandbox.get(f"/tasks/{gid}")) == (404, f"task: Unknown object: {gid}")
    assert sandbox.data("/tasks", project=project) == []


@pytest.mark.parametrize("gid", ["000000000000000", "0"])
def test_an_id_is_read_as_a_number(sandbox: SandboxClient, gid: str) -> None:
    assert said(sandbox.get(f"/tasks/{gid}")) == (404, "task: Not a recognized ID: 0")


def test_a_gid_of_another_kind_is_not_recognized(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]

    assert said(sandbox.get(f"/tasks/{project}")) == (404, f"task: Not a recognized ID: {project}")


def test_there_is_no_patch(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]

    assert said(sandbox.call("PATCH", f"/tasks/{task}", json={"data": {}})) == (
        404,
        "No matching route for request",
    )


def test_unknown_fields_can_be_passed_over(sandbox: SandboxClient) -> None:
    sandbox.switch(unknown_body_fields="ignore")

    assert sandbox.make("tasks", name="T", colour="red")["name"] == "T"
    assert create(sandbox, created_at="2020-01-01T00:00:00Z")[0] == 400


def test_external_data_belongs_to_the_app_that_wrote_it(sandbox: SandboxClient) -> None:
    app = sandbox.token_of("olivia@sandbox.example", oauth=True)
    data = {"workspace": sandbox.workspace, "name": "T", "external": {"gid": "k1", "data": "d"}}
    task = sandbox.post("/tasks", data, token=app).json()["data"]

    found = sandbox.get("/tasks/external:k1", token=app).json()["data"]
    assert found["gid"] == task["gid"]
    assert found["external"] == {"gid": "k1", "data": "d"}
    assert create(sandbox, external={"gid": "k1"})[0] == 403
    assert sandbox.get("/tasks/external:k1").status_code == 404


def test_a_task_does_not_start_after_it_is_due_by_the_hour_either(sandbox: SandboxClient) -> None:
    nine, eight = (f"2031-01-02T0{hour}:00:00.000Z" for hour in (9, 8))

    assert create(sandbox, start_at=nine, due_at=eight)[0] == 400
    assert sandbox.make("tasks", start_at=eight, due_at=nine)["start_at"] == eight
