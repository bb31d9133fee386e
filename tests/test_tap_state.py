"""The state: never ahead of the records, resumable from each STATE, the SDK's markers kept out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.helpers._util import utc_now

from tap_asana.api import BadRequest
from tap_asana.bookmark import order
from tests.tap_runs import HOUR, Run, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

STREAMS = ["tasks", "stories", "task_memberships"]


@pytest.fixture
def projects(sandbox: SandboxClient) -> list[str]:
    """Five projects of seven tasks, some in two of them, some with subtasks; and some of none."""
    gids = [sandbox.make("projects", name=f"P{n}")["gid"] for n in range(5)]
    for n in range(35):
        homes = [gids[n % 5]] if n % 3 else [gids[n % 5], gids[(n + 1) % 5]]
        task = sandbox.make("tasks", name=f"T{n}", projects=homes, assignee="me")
        if n % 4 == 0:
            sandbox.make(f"tasks/{task['gid']}/subtasks", name=f"T{n} below", assignee="me")
    for n in range(3):
        sandbox.make("tasks", name=f"none {n}", assignee="me")
    sandbox.advance(HOUR)
    return gids


def entry(state: dict[str, Any], sandbox: SandboxClient) -> dict[str, Any]:
    found: dict[str, Any] = state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]
    return found


def assert_no_state_is_ahead(run: Run, homes: dict[str, set[str]], sandbox: SandboxClient) -> None:
    """Check that what a STATE has behind it is out: tasks of finished projects, their stories."""
    out: dict[str, set[str]] = {"tasks": set(), "stories": set()}
    checked = 0
    for message in run.messages:
        if message["type"] == "RECORD" and message["stream"] in out:
            record = message["record"]
            gid = record["gid"] if message["stream"] == "tasks" else record["target"]["gid"]
            out[message["stream"]].add(gid)
        walks = message.get("value", {}).get("bookmarks", {}).get("tasks", {}).get("workspaces", {})
        walk = walks.get(sandbox.workspace, {}).get("walk")
        if walk:
            for project, tasks in homes.items():
                if walk["phase"] == "users" or order(project) <= order(walk["after"]):
                    assert tasks <= out["tasks"]
                    assert tasks <= out["stories"]
                    checked += 1
    assert checked


def homes_of(run: Run) -> dict[str, set[str]]:
    """Give the tasks of each project."""
    homes: dict[str, set[str]] = {}
    for row in run.records["task_memberships"]:
        homes.setdefault(row["project_gid"], set()).add(row["task_gid"])
    return homes


@pytest.mark.parametrize("workers", [0, 16])
def test_no_state_is_ahead_of_its_records(
    sandbox: SandboxClient, projects: list[str], workers: int
) -> None:
    run = run_tap(sandbox, *STREAMS, workers=workers)
    assert set(homes_of(run)) == set(projects)
    assert_no_state_is_ahead(run, homes_of(run), sandbox)


def test_the_last_state_holds_the_bookmark_and_nothing_else(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    """No walk, none of the SDK's markers: the two private hooks still keep those out."""
    del projects
    before = utc_now()
    run = run_tap(sandbox, *STREAMS)
    bookmark = entry(run.state, sandbox)["modified_at"]
    assert run.state["bookmarks"]["tasks"] == {
        "workspaces": {sandbox.workspace: {"modified_at": bookmark}}
    }
    assert bookmark > before.isoformat()
    others = {name: value for name, value in run.state["bookmarks"].items() if name != "tasks"}
    assert not any(others.values())
    for state in run.states:
        text = json.dumps(state)
        assert "progress_markers" not in text
        assert "replication_key_signpost" not in text
        assert "starting_replication_value" not in text


def test_a_run_from_each_state_of_an_earlier_one_completes_it(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    del projects
    whole = run_tap(sandbox, *STREAMS)
    expected = {stream: keys(whole, stream) for stream in STREAMS}
    assert len(whole.states) > 5
    for at, message in enumerate(whole.messages):
        if message["type"] == "STATE":
            cut = Run(whole.messages[: at + 1])
            rest = run_tap(sandbox, *STREAMS, state=message["value"])
            for stream in STREAMS:
                assert keys(cut, stream) | keys(rest, stream) == expected[stream]
            walk = message["value"]["bookmarks"].get("tasks", {}).get("workspaces", {})
            if "walk" in walk.get(sandbox.workspace, {}):
                started = entry(message["value"], sandbox)["walk"]["started"]
                assert entry(rest.state, sandbox)["modified_at"] == started


def keys(run: Run, stream: str) -> set[str]:
    return {
        record.get("gid") or f"{record['task_gid']} {record['project_gid']}"
        for record in run.records[stream]
    }


def test_a_resumed_run_reads_what_is_done_no_more(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    whole = run_tap(sandbox, "tasks")
    state = next(
        state
        for state in whole.states
        if entry(state, sandbox).get("walk", {}).get("after") == projects[2]
    )
    sandbox.forget_requests()
    rest = run_tap(sandbox, "tasks", state=state)
    lists = [one["query"] for one in sandbox.requests()["log"] if one["path"] == "/tasks"]
    assert {query["project"] for query in lists if "project" in query} == set(projects[3:])
    assert len(rest.gids()) == len(set(rest.gids())) < len(whole.gids())
    top = {task["gid"] for task in rest.records["tasks"] if not task["parent"]}
    done = {
        task["gid"]
        for task in whole.records["tasks"]
        if {project["gid"] for project in task["projects"]} <= set(projects[:3])
        and task["projects"]
    }
    assert not top & done


def test_what_changes_while_a_run_is_cut_short_is_found_by_the_next_but_one(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    whole = run_tap(sandbox, "tasks")
    sandbox.advance(HOUR)
    late = sandbox.make("tasks", name="late", projects=[projects[0]])
    cut = next(state for state in whole.states if "walk" in entry(state, sandbox))
    sandbox.advance(HOUR)
    resumed = run_tap(sandbox, "tasks", state=cut)
    assert late["gid"] not in resumed.gids()
    assert late["gid"] in run_tap(sandbox, "tasks", state=resumed.state).gids()


def test_an_error_that_ends_the_run_leaves_a_state_to_go_on_from(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    del projects
    whole = run_tap(sandbox, *STREAMS)
    sandbox.fault({"method": "GET", "path": "/users", "status": 400, "times": 1})
    cut = run_tap(sandbox, *STREAMS, ends_with=BadRequest)
    assert entry(cut.state, sandbox)["walk"]["phase"] == "projects"
    rest = run_tap(sandbox, *STREAMS, state=cut.state)
    for stream in STREAMS:
        assert keys(cut, stream) | keys(rest, stream) == keys(whole, stream)
