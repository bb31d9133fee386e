"""Tasks: every depth, each once, those of no project too, with all that hangs on them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.tap_runs import run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def test_subtasks_of_every_depth_follow_their_parent_and_name_it(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Trip")
    parent = sandbox.make("tasks", name="level 0", projects=[project["gid"]])
    for level in range(1, 4):
        parent = sandbox.make(f"tasks/{parent['gid']}/subtasks", name=f"level {level}")
    sandbox.make("tasks", name="next", projects=[project["gid"]])
    run = run_tap(sandbox, "tasks")
    by_gid = {task["gid"]: task for task in run.records["tasks"]}
    parents = {
        task["name"]: task["parent"] and by_gid[task["parent"]["gid"]]["name"]
        for task in run.records["tasks"]
    }
    assert parents == {
        "level 0": None,
        "level 1": "level 0",
        "level 2": "level 1",
        "level 3": "level 2",
        "next": None,
    }
    assert sorted(run.names()) == sorted(parents)
    levels = [name for name in run.names() if name.startswith("level")]
    assert levels == ["level 0", "level 1", "level 2", "level 3"]


def test_a_task_of_many_projects_comes_once_and_so_do_its_subtasks(sandbox: SandboxClient) -> None:
    projects = [sandbox.make("projects", name=name)["gid"] for name in "ABC"]
    task = sandbox.make("tasks", name="everywhere", projects=projects)
    sandbox.make(f"tasks/{task['gid']}/subtasks", name="below")
    sandbox.forget_requests()
    run = run_tap(sandbox, "tasks", "task_memberships")
    assert run.names() == ["everywhere", "below"]
    assert {row["project_gid"] for row in run.records["task_memberships"]} == set(projects)
    assert sandbox.requests()["by_operation"]["GET /tasks/{task_gid}/subtasks"] == 1


def test_tasks_of_no_project_are_found_by_whom_they_are_assigned_to(sandbox: SandboxClient) -> None:
    person = sandbox.user("Ann", "ann@example.com")
    project = sandbox.make("projects", name="Trip")
    sandbox.make("tasks", name="planned", projects=[project["gid"]], assignee=person["gid"])
    mine = sandbox.make("tasks", name="mine", assignee="me")
    hers = sandbox.make("tasks", name="hers", assignee=person["gid"])
    sandbox.make(f"tasks/{hers['gid']}/subtasks", name="below hers")
    sandbox.make(f"tasks/{mine['gid']}/subtasks", name="below mine", assignee=person["gid"])
    run = run_tap(sandbox, "tasks")
    assert Counter(run.names()) == Counter(["planned", "mine", "hers", "below hers", "below mine"])


def test_archived_projects_are_read_too(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Old")
    sandbox.make("tasks", name="long ago", projects=[project["gid"]])
    sandbox.put(f"/projects/{project['gid']}", {"archived": True})
    assert run_tap(sandbox, "tasks").names() == ["long ago"]


def test_the_tables_of_relations_are_read_off_the_tasks_without_a_request(
    sandbox: SandboxClient,
) -> None:
    project = sandbox.make("projects", name="Trip")
    section = sandbox.make(f"projects/{project['gid']}/sections", name="Later")
    tag = sandbox.make("tags", name="urgent")
    first, second = (
        sandbox.make(
            "tasks",
            name=name,
            memberships=[{"project": project["gid"], "section": section["gid"]}],
            tags=[tag["gid"]],
        )
        for name in ("first", "second")
    )
    sandbox.do(f"/tasks/{second['gid']}/addDependencies", dependencies=[first["gid"]])
    sandbox.forget_requests()
    tables = ["task_memberships", "task_tags", "task_followers", "task_dependencies"]
    run = run_tap(sandbox, *tables)
    asked = sandbox.requests()["by_operation"]
    assert {name for name in asked if "task" in name} == {"GET /tasks"}
    assert not run.records["tasks"]
    assert run.records["task_dependencies"] == [
        {
            "task_gid": second["gid"],
            "dependency_gid": first["gid"],
            "task_modified_at": run.records["task_dependencies"][0]["task_modified_at"],
        }
    ]
    membership = run.records["task_memberships"][0]
    assert (membership["section_gid"], membership["section_name"]) == (section["gid"], "Later")
    assert [row["tag_name"] for row in run.records["task_tags"]] == ["urgent", "urgent"]
    assert {row["task_gid"] for row in run.records["task_followers"]} == {
        first["gid"],
        second["gid"],
    }


def test_children_of_a_task_come_before_it(sandbox: SandboxClient) -> None:
    """So that a STATE which has a task behind it has its stories behind it too."""
    project = sandbox.make("projects", name="Trip")
    task = sandbox.make("tasks", name="pack", projects=[project["gid"]])
    sandbox.make(f"tasks/{task['gid']}/stories", text="done?")
    run = run_tap(sandbox, "tasks", "stories")
    order = [m["stream"] for m in run.messages if m["type"] == "RECORD"]
    assert order[-1] == "tasks"
    assert "done?" in [story["text"] for story in run.records["stories"]]


@pytest.mark.parametrize("streams", [["tasks"], ["tasks", "stories", "attachments", "projects"]])
def test_the_output_is_the_same_with_any_number_of_threads(
    sandbox: SandboxClient, streams: list[str]
) -> None:
    projects = [sandbox.make("projects", name=f"P{n}")["gid"] for n in range(7)]
    for n in range(60):
        task = sandbox.make("tasks", name=f"T{n}", projects=projects[n % 7 : n % 7 + 2])
        for m in range(n % 3):
            sandbox.make(f"tasks/{task['gid']}/subtasks", name=f"T{n}.{m}", assignee="me")
    in_turn = run_tap(sandbox, *streams, workers=0)
    expected = [(m.get("stream"), m.get("record")) for m in in_turn.messages]
    for workers in (1, 16):
        ahead = run_tap(sandbox, *streams, workers=workers)
        assert [(m.get("stream"), m.get("record")) for m in ahead.messages] == expected
    assert len(set(in_turn.gids())) == len(in_turn.gids()) == 120
