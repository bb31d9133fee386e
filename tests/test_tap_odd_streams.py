"""Counts, favorites, reactions, My Tasks, webhooks, access requests, agents: what each costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def asked(sandbox: SandboxClient) -> dict[str, int]:
    """How often each operation was asked."""
    counted: dict[str, int] = sandbox.requests()["by_operation"]
    return counted


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """A project with a finished task, an open one and a milestone."""
    gid = sandbox.make("projects", name="P")["gid"]
    for more in ({"completed": True}, {}, {"resource_subtype": "milestone"}):
        sandbox.make("tasks", name="T", projects=[gid], **more)
    sandbox.forget_requests()
    return str(gid)


COUNTS = "GET /projects/{project_gid}/task_counts"


def test_each_project_has_one_row_of_counts(sandbox: SandboxClient, project: str) -> None:
    (row,) = run_tap(sandbox, "project_task_counts").records["project_task_counts"]

    assert row == {
        "project_gid": project,
        "num_tasks": 3,
        "num_incomplete_tasks": 2,
        "num_completed_tasks": 1,
        "num_milestones": 1,
        "num_incomplete_milestones": 1,
        "num_completed_milestones": 0,
    }
    assert asked(sandbox)[COUNTS] == 1


@pytest.mark.usefixtures("project")
def test_only_the_counts_that_are_selected_are_asked_for(sandbox: SandboxClient) -> None:
    chosen = {"project_task_counts": ["num_incomplete_tasks", "num_tasks"]}
    (row,) = run_tap(sandbox, selection=chosen).records["project_task_counts"]
    query = sandbox.requests()["log"][-1]["query"]

    assert row.keys() == {"project_gid", "num_incomplete_tasks", "num_tasks"}
    assert query["opt_fields"] == "num_tasks,num_incomplete_tasks"


@pytest.mark.usefixtures("project")
def test_without_a_count_nothing_is_asked(sandbox: SandboxClient) -> None:
    run = run_tap(sandbox, selection={"project_task_counts": ["project_gid"]})

    assert COUNTS not in asked(sandbox)
    assert not run.records["project_task_counts"]


FAVORITES = "GET /users/{user_gid}/favorites"


def test_favorites_are_the_users_own_in_each_workspace(sandbox: SandboxClient) -> None:
    me = sandbox.data("/users/me")["gid"]
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    here = sandbox.make("projects", name="here")["gid"]
    there = sandbox.make("projects", name="there", workspace=other)["gid"]
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    for resource in (here, there, wei):
        sandbox.control_post("favorites", {"resource": resource})
    sandbox.control_post("favorites", {"resource": here, "user": wei})
    sandbox.forget_requests()
    rows = run_tap(sandbox, "user_favorites").records["user_favorites"]

    assert {(row["workspace_gid"], row["gid"], row["resource_type"]) for row in rows} == {
        (sandbox.workspace, here, "project"),
        (sandbox.workspace, wei, "user"),
        (other, there, "project"),
    }
    assert {row["user_gid"] for row in rows} == {me}
    assert asked(sandbox)[FAVORITES] == 12
    assert asked(sandbox)["GET /users/{user_gid}"] == 1


def test_whose_favorites_they_are_is_asked_only_where_it_is_selected(
    sandbox: SandboxClient,
) -> None:
    sandbox.control_post("favorites", {"resource": sandbox.make("projects", name="P")["gid"]})
    (row,) = run_tap(sandbox, selection={"user_favorites": ["name"]}).records["user_favorites"]

    assert row["name"] == "P"
    assert "user_gid" not in row
    assert "GET /users/{user_gid}" not in asked(sandbox)


REACTIONS = "GET /reactions"


def react(sandbox: SandboxClient, target: str, *emojis: str) -> list[str]:
    """Make the owner react."""
    return [
        sandbox.control_post("reactions", {"target": target, "emoji": emoji})["gid"]
        for emoji in emojis
    ]


def test_reactions_cost_a_request_for_each_emoji_there_is(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]
    liked, plain = (
        sandbox.make(f"tasks/{task}/stories", text=text)["gid"] for text in ("Done!", "Hm.")
    )
    project = sandbox.make("projects", name="P")["gid"]
    update = sandbox.make(
        "status_updates", parent=project, status_type="on_track", text="Fine.", title="Week 1"
    )["gid"]
    made = react(sandbox, liked, "👍", "👍🏿", "🎉") + react(sandbox, update, "❤️")
    sandbox.forget_requests()
    rows = run_tap(sandbox, "reactions").records["reactions"]

    assert {row["gid"] for row in rows} == set(made)
    assert {row["target_gid"] for row in rows} == {liked, update}
    assert {row["emoji"] for row in rows} == {"👍", "👍🏿", "🎉", "❤️"}
    assert rows[0]["user"]["name"] == "Olivia Owner"
    assert asked(sandbox)[REACTIONS] == 3
    assert plain not in {row["target_gid"] for row in rows}


def test_what_tells_of_reactions_is_asked_for_though_not_selected(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]
    story = sandbox.make(f"tasks/{task}/stories", text="Done!")["gid"]
    react(sandbox, story, "👍")
    run = run_tap(sandbox, selection={"stories": ["text"], "reactions": ["emoji"]})

    assert len(run.records["reactions"]) == 1
    assert all(record.keys() == {"gid", "text"} for record in run.records["stories"])


def test_without_reactions_nothing_is_asked(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]
    sandbox.make(f"tasks/{task}/stories", text="Hm.")
    run_tap(sandbox, "reactions")

    assert REACTIONS not in asked(sandbox)


def test_a_list_of_my_tasks_names_its_tasks(sandbox: SandboxClient) -> None:
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    mine, theirs = (
        sandbox.make("tasks", name=name, assignee=who)["gid"]
        for name, who in (("mine", "me"), ("theirs", wei))
    )
    lists = run_tap(sandbox, "user_task_lists").records["user_task_lists"]
    owner = {record["gid"]: record["owner"]["gid"] for record in lists}
    sandbox.forget_requests()
    rows = run_tap(sandbox, "user_task_list_tasks").records["user_task_list_tasks"]

    found = {row["gid"]: owner[row["user_task_list_gid"]] for row in rows}
    assert found == {mine: sandbox.data("/users/me")["gid"], theirs: wei}
    assert {row["name"] for row in rows} == {"mine", "theirs"}
    counted = asked(sandbox)["GET /user_task_lists/{user_task_list_gid}/tasks"]
    assert counted == len(lists)


def test_webhooks_are_asked_for_by_workspace(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    filters = [{"resource_type": "task", "action": "changed", "fields": ["name"]}]
    made = sandbox.make(
        "webhooks", resource=project, target="https://example.com/hook", filters=filters
    )
    sandbox.forget_requests()
    (row,) = run_tap(sandbox, "webhooks").records["webhooks"]

    assert (row["gid"], row["workspace_gid"]) == (made["gid"], sandbox.workspace)
    assert row["resource"] == {"gid": project, "name": "P", "resource_type": "project"}
    assert row["filters"] == filters
    assert asked(sandbox)["GET /webhooks"] == 1


ACCESS = "GET /access_requests"


@pytest.fixture
def salaries(sandbox: SandboxClient) -> str:
    """A private project that somebody wants to see."""
    gid = sandbox.make("projects", name="Salaries", privacy_setting="private")["gid"]
    token = sandbox.token_of("priya@sandbox.example")
    body = {"target": gid, "message": "May I?"}
    assert sandbox.post("/access_requests", body, token=token).ok
    sandbox.forget_requests()
    return str(gid)


def test_access_requests_are_asked_for_by_project(sandbox: SandboxClient, salaries: str) -> None:
    (row,) = run_tap(sandbox, "access_requests").records["access_requests"]

    assert row["target"] == {"gid": salaries, "resource_type": "project"}
    assert (row["requester"]["name"], row["message"]) == ("Priya Natarajan", "May I?")
    assert row["approval_status"] == "pending"
    assert asked(sandbox)[ACCESS] == 1


def test_access_requests_on_a_free_plan_are_one_warning(
    sandbox: SandboxClient, salaries: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.switch(plan="free", requests_per_minute=1_000_000)
    run = run_tap(sandbox, "access_requests", "projects")

    assert salaries in run.gids("projects")
    assert not run.records["access_requests"]
    told = [line for line in warnings(caplog) if "access_requests" in line]
    assert len(told) == 1
    assert "402" in told[0]


def test_agents_come_whole_from_their_list(sandbox: SandboxClient) -> None:
    body = {"name": "Planner", "description": "Plans.", "behavior_guidance": "Be brief."}
    made = sandbox.control_post("agents", body)
    (row,) = run_tap(sandbox, "agents").records["agents"]

    assert row == {
        **body,
        "gid": made["gid"],
        "resource_type": "agent",
        "resource_subtype": "asana_teammate",
        "workspace": {"gid": sandbox.workspace, "resource_type": "workspace"},
        "photo": None,
    }
    assert "GET /agents/{agent_gid}" not in asked(sandbox)


GUESTS: dict[str, Any] = {"name": "Gus", "email": "gus@guest.example", "is_guest": True}


@pytest.mark.parametrize("who", ["a service account", "a member", "a guest"])
def test_every_kind_of_token_ends_well(
    sandbox: SandboxClient, project: str, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    people = {"workspace": sandbox.workspace, "people": [GUESTS]}
    guest = sandbox.control_post("users", people)[0]["gid"]
    tokens = {
        "a service account": sandbox.token_of("olivia@sandbox.example", service_account=True),
        "a member": sandbox.token,
        "a guest": sandbox.token_of(guest),
    }
    odd = ("agents", "project_task_counts", "user_favorites", "user_task_list_tasks", "webhooks")
    run = run_tap(sandbox, *odd, access_token=tokens[who])

    seen = {row["project_gid"] for row in run.records["project_task_counts"]}
    assert seen == (set() if who == "a guest" else {project})
    assert warnings(caplog) == []
