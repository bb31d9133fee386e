"""What leaves a task's modified_at alone: found where all is read again every so many days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import HOUR, Run, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

DAY = 24 * HOUR
STREAMS = ("tasks", "stories", "task_memberships")


@pytest.fixture
def tasks(sandbox: SandboxClient) -> list[str]:
    """Tasks in the first section of a project, in a world where comments touch none."""
    sandbox.switch(comments_touch=False)
    project = sandbox.make("projects", name="Trip")["gid"]
    gids = [sandbox.make("tasks", name=f"T{n}", projects=[project])["gid"] for n in range(5)]
    sandbox.advance(HOUR)
    return gids


def entry(run: Run, sandbox: SandboxClient) -> dict[str, Any]:
    found: dict[str, Any] = run.state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]
    return found


def comments(run: Run) -> list[str]:
    return [one["text"] for one in run.records["stories"] if one["type"] == "comment"]


def test_comments_that_touch_no_task_come_when_all_is_read_again(
    sandbox: SandboxClient, tasks: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    run = run_tap(sandbox, *STREAMS)
    sandbox.make(f"tasks/{tasks[3]}/stories", text="hello")
    for _ in range(2):
        sandbox.advance(14 * DAY)
        run = run_tap(sandbox, *STREAMS, state=run.state)
        assert not run.records["tasks"]
    sandbox.advance(3 * DAY)
    caplog.set_level("INFO")
    run = run_tap(sandbox, *STREAMS, state=run.state)
    assert sorted(run.gids()) == tasks
    assert comments(run) == ["hello"]
    assert "read whole, as was last done at " in caplog.text
    sandbox.advance(29 * DAY)
    assert not run_tap(sandbox, *STREAMS, state=run.state).records


def test_a_move_that_touches_no_task_comes_so_too(sandbox: SandboxClient, tasks: list[str]) -> None:
    run = run_tap(sandbox, *STREAMS, stories_full_refresh_days=1)
    project = sandbox.data(f"/tasks/{tasks[0]}")["projects"][0]["gid"]
    later = sandbox.make(f"projects/{project}/sections", name="Later")["gid"]
    sandbox.do(f"/sections/{later}/addTask", task=tasks[0])
    sandbox.advance(HOUR)
    run = run_tap(sandbox, *STREAMS, state=run.state, stories_full_refresh_days=1)
    assert not run.records["task_memberships"]
    sandbox.advance(DAY)
    run = run_tap(sandbox, *STREAMS, state=run.state, stories_full_refresh_days=1)
    assert later in {row["section_gid"] for row in run.records["task_memberships"]}


def test_with_0_days_nothing_is_read_again(sandbox: SandboxClient, tasks: list[str]) -> None:
    del tasks
    run = run_tap(sandbox, *STREAMS)
    sandbox.advance(1000 * DAY)
    assert not run_tap(sandbox, *STREAMS, state=run.state, stories_full_refresh_days=0).records


def test_a_refusal_while_all_is_read_again_leaves_that_part_due(
    sandbox: SandboxClient, tasks: list[str]
) -> None:
    run = run_tap(sandbox, *STREAMS)
    sandbox.advance(DAY)
    run = run_tap(sandbox, *STREAMS, state=run.state)
    sandbox.make(f"tasks/{tasks[3]}/stories", text="hello")
    sandbox.advance(31 * DAY)
    sandbox.fault({"method": "GET", "path": "/tasks", "status": 403, "times": 1})
    run = run_tap(sandbox, *STREAMS, state=run.state, workers=0)
    assert "whole_at" not in entry(run, sandbox)
    assert not comments(run)
    assert comments(run_tap(sandbox, *STREAMS, state=run.state)) == ["hello"]
