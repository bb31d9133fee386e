"""Incremental runs: exactly what changed, and what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import HOUR, Run, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    gid: str = sandbox.make("projects", name="Trip")["gid"]
    return gid


def tasks(sandbox: SandboxClient, count: int, **data: Any) -> list[str]:
    return [sandbox.make("tasks", name=f"T{n}", **data)["gid"] for n in range(count)]


def first_run(sandbox: SandboxClient, *streams: str) -> Run:
    """Run with time before and after, as the second before a run's start is read twice."""
    sandbox.advance(HOUR)
    run = run_tap(sandbox, *streams)
    sandbox.advance(HOUR)
    return run


def test_a_run_after_some_edits_gives_those_tasks_alone(
    sandbox: SandboxClient, project: str
) -> None:
    gids = tasks(sandbox, 230, projects=[project])
    first = first_run(sandbox, "tasks")
    assert sorted(first.gids()) == sorted(gids)
    for gid in gids[10:20]:
        sandbox.put(f"/tasks/{gid}", {"name": "edited"})
    sandbox.advance(HOUR)
    second = run_tap(sandbox, "tasks", state=first.state)
    assert sorted(second.gids()) == gids[10:20]
    assert run_tap(sandbox, "tasks", state=second.state).gids() == []


def test_a_run_without_changes_asks_for_no_task_in_full(
    sandbox: SandboxClient, project: str
) -> None:
    tasks(sandbox, 230, projects=[project])
    first = first_run(sandbox, "tasks")
    sandbox.forget_requests()
    run_tap(sandbox, "tasks", state=first.state)
    lists = [entry["query"] for entry in sandbox.requests()["log"] if entry["path"] == "/tasks"]
    of_project = [query for query in lists if "project" in query]
    assert [query["opt_fields"] for query in of_project if "modified_since" not in query] == [
        "num_subtasks",
        "num_subtasks",
        "num_subtasks",
    ]
    assert len([query for query in of_project if "modified_since" in query]) == 1


def test_a_changed_subtask_is_found_though_its_parent_is_as_it_was(
    sandbox: SandboxClient, project: str
) -> None:
    top = tasks(sandbox, 3, projects=[project])
    middle = sandbox.make(f"tasks/{top[1]}/subtasks", name="middle")
    low = sandbox.make(f"tasks/{middle['gid']}/subtasks", name="low")
    first = first_run(sandbox, "tasks")
    sandbox.put(f"/tasks/{low['gid']}", {"completed": True})
    assert run_tap(sandbox, "tasks", state=first.state).names() == ["low"]


def test_a_changed_task_of_no_project_is_found(sandbox: SandboxClient) -> None:
    mine, other = tasks(sandbox, 2, assignee="me")
    below = sandbox.make(f"tasks/{other}/subtasks", name="below")
    first = first_run(sandbox, "tasks")
    sandbox.put(f"/tasks/{mine}", {"name": "edited"})
    sandbox.put(f"/tasks/{below['gid']}", {"name": "edited below"})
    second = run_tap(sandbox, "tasks", state=first.state)
    assert sorted(second.names()) == ["edited", "edited below"]


def test_a_project_made_since_the_last_run_is_read_whole(sandbox: SandboxClient) -> None:
    """Its tasks may be older than it is, and adding them may not have touched them."""
    gid = tasks(sandbox, 1, assignee="me")[0]
    below = sandbox.make(f"tasks/{gid}/subtasks", name="below")
    first = first_run(sandbox, "tasks")
    project = sandbox.make("projects", name="New")["gid"]
    sandbox.do(f"/tasks/{gid}/addProject", project=project)
    second = run_tap(sandbox, "tasks", "task_memberships", state=first.state)
    assert second.gids() == [gid, below["gid"]]
    assert [row["project_gid"] for row in second.records["task_memberships"]] == [project]


def test_stories_and_attachments_are_read_of_touched_tasks_alone(
    sandbox: SandboxClient, project: str
) -> None:
    gids = tasks(sandbox, 20, projects=[project])
    streams = ["tasks", "stories", "attachments"]
    first = first_run(sandbox, *streams)
    sandbox.make(f"tasks/{gids[7]}/stories", text="a comment")
    sandbox.forget_requests()
    second = run_tap(sandbox, *streams, state=first.state)
    assert second.gids() == [gids[7]]
    assert {story["target"]["gid"] for story in second.records["stories"]} == {gids[7]}
    assert "a comment" in [story["text"] for story in second.records["stories"]]
    asked = sandbox.requests()["by_operation"]
    assert asked["GET /tasks/{task_gid}/stories"] == 1


def test_a_touched_task_brings_all_of_its_links(sandbox: SandboxClient, project: str) -> None:
    tags = [sandbox.make("tags", name=name)["gid"] for name in "ab"]
    gid = tasks(sandbox, 1, projects=[project], tags=tags[:1])[0]
    first = first_run(sandbox, "tasks", "task_tags")
    sandbox.do(f"/tasks/{gid}/addTag", tag=tags[1])
    sandbox.put(f"/tasks/{gid}", {"name": "edited"})
    second = run_tap(sandbox, "tasks", "task_tags", state=first.state)
    assert [row["tag_gid"] for row in second.records["task_tags"]] == tags


def test_stories_without_tasks_are_incremental_too(sandbox: SandboxClient, project: str) -> None:
    gids = tasks(sandbox, 3, projects=[project])
    first = first_run(sandbox, "stories")
    sandbox.make(f"tasks/{gids[1]}/stories", text="a comment")
    second = run_tap(sandbox, "stories", state=first.state)
    assert {story["target"]["gid"] for story in second.records["stories"]} == {gids[1]}
    assert not second.records["tasks"]


def test_what_is_older_than_the_start_date_is_left_out(
    sandbox: SandboxClient, project: str
) -> None:
    old, older = tasks(sandbox, 2, projects=[project])
    sandbox.make(f"tasks/{older}/subtasks", name="older below")
    sandbox.advance(HOUR)
    new = sandbox.make("tasks", name="new", projects=[project])
    sandbox.put(f"/tasks/{old}", {"name": "old, but edited"})
    run = run_tap(sandbox, "tasks", start_date=new["created_at"])
    assert sorted(run.names()) == ["new", "old, but edited"]


def test_a_catalogue_that_asks_for_the_full_table_gets_it(
    sandbox: SandboxClient, project: str
) -> None:
    gids = tasks(sandbox, 3, projects=[project])
    first = first_run(sandbox, "tasks")
    again = run_tap(sandbox, "tasks", state=first.state, replication_method="FULL_TABLE")
    assert again.gids() == gids


def test_the_bookmark_is_the_start_of_the_run_by_asanas_clock(
    sandbox: SandboxClient, project: str
) -> None:
    tasks(sandbox, 2, projects=[project])
    sandbox.advance(1000 * HOUR)
    before = sandbox.make("tasks", name="just before", projects=[project])["created_at"]
    run = run_tap(sandbox, "tasks")
    after = sandbox.make("tasks", name="just after", projects=[project])["created_at"]
    bookmark = run.state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]["modified_at"]
    # The Date header has whole seconds, so the bookmark may lie a second too early, never too late.
    assert before[:17] <= bookmark[:17]
    assert bookmark < after
