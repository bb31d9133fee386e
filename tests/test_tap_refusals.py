"""What Asana refuses: told once with its reason, the rest is read, nothing is lost for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_asana.api import AsanaError, Unauthorized
from tap_asana.complaints import RefusedError
from tests.tap_runs import HOUR, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def projects(sandbox: SandboxClient) -> list[str]:
    gids = [sandbox.make("projects", name=name)["gid"] for name in "ABC"]
    for name, gid in zip("abc", gids, strict=True):
        task = sandbox.make("tasks", name=name, projects=[gid])
        sandbox.make(f"tasks/{task['gid']}/subtasks", name=f"{name} below")
    sandbox.advance(HOUR)
    return gids


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.parametrize("status", [402, 403, 404])
def test_a_refused_stream_is_told_once_and_the_others_are_read(
    sandbox: SandboxClient, projects: list[str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    path = "/projects/*/sections"
    sandbox.fault({"method": "GET", "path": path, "status": status, "times": 99})
    run = run_tap(sandbox, "sections", "projects")
    assert sorted(run.gids("projects")) == projects
    assert not run.records["sections"]
    (warning,) = warnings(caplog)
    assert warning.startswith("Not all of 'sections' is read: GET /projects/")
    assert str(status) in warning
    summary = next(r.message for r in caplog.records if r.message.startswith("SUMMARY"))
    assert '"not_read": {"sections": "GET /projects/' in summary


def test_a_stream_that_the_plan_does_not_hold_is_not_asked_for_on_and_on(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(230):
        sandbox.make("projects", name=f"P{n}")
    path = "/projects/*/custom_field_settings"
    sandbox.fault({"method": "GET", "path": path, "status": 402, "times": 999})
    run_tap(sandbox, "custom_field_settings")
    asked = sandbox.requests()["by_operation"]
    assert asked["GET /projects/{project_gid}/custom_field_settings"] <= 200
    assert len(warnings(caplog)) == 1


def test_a_project_that_is_refused_once_loses_no_change(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    first = run_tap(sandbox, "tasks")
    sandbox.advance(HOUR)
    for project in projects:
        sandbox.make("tasks", name=f"new in {project}", projects=[project])
    sandbox.advance(HOUR)
    # Two lists a project, one after the other: what changed, and what has subtasks.
    sandbox.fault({"method": "GET", "path": "/tasks", "status": 403, "skip": 2})
    second = run_tap(sandbox, "tasks", state=first.state, workers=0)
    assert second.names() == [f"new in {project}" for project in (projects[0], projects[2])]
    sandbox.advance(HOUR)
    third = run_tap(sandbox, "tasks", state=second.state)
    assert third.names() == [f"new in {projects[1]}"]
    assert run_tap(sandbox, "tasks", state=third.state).names() == []


def test_subtasks_that_are_refused_once_are_read_the_next_time(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    del projects
    path = "/tasks/*/subtasks"
    sandbox.fault({"method": "GET", "path": path, "status": 403, "times": 1})
    first = run_tap(sandbox, "tasks", workers=0)
    assert sorted(first.names()) == ["a", "b", "b below", "c", "c below"]
    assert sorted(run_tap(sandbox, "tasks", state=first.state).names()) == ["a", "a below"]


def test_a_task_that_vanishes_while_it_is_read_takes_nothing_else_along(
    sandbox: SandboxClient, projects: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    del projects
    for path in ("/tasks/*/subtasks", "/tasks/*/stories"):
        sandbox.fault({"method": "GET", "path": path, "status": 404, "times": 1})
    run = run_tap(sandbox, "tasks", "stories", workers=0)
    assert len(run.names()) == 5
    assert len(warnings(caplog)) == 2
    assert "unread" not in run.state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]


def test_when_the_projects_are_refused_the_bookmark_stays(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    del projects
    first = run_tap(sandbox, "tasks")
    sandbox.advance(HOUR)
    sandbox.fault({"method": "GET", "path": "/projects", "status": 403, "times": 1})
    second = run_tap(sandbox, "tasks", state=first.state)
    assert second.state["bookmarks"]["tasks"] == first.state["bookmarks"]["tasks"]


def test_when_the_users_are_refused_once_what_is_only_assigned_is_read_the_next_time(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    sandbox.make("tasks", name="old", assignee="me")
    sandbox.advance(HOUR)
    refusal = {"method": "GET", "path": "/users", "status": 403, "times": 1}
    sandbox.fault(refusal)
    first = run_tap(sandbox, "tasks")
    assert "old" not in first.names()
    second = run_tap(sandbox, "tasks", state=first.state)
    assert second.names() == ["old"]
    sandbox.advance(HOUR)
    sandbox.make("tasks", name="new", assignee="me")
    sandbox.advance(HOUR)
    for _ in range(2):
        sandbox.fault(refusal)
        second = run_tap(sandbox, "tasks", state=second.state)
        assert second.names() == []
    chosen = run_tap(sandbox, "tasks", state=second.state, projects=projects)
    third = run_tap(sandbox, "tasks", state=chosen.state)
    assert "new" in third.names()
    assert run_tap(sandbox, "tasks", state=third.state).names() == []


@pytest.mark.parametrize("on_forbidden", ["warn", "fail"])
def test_a_parent_that_nobody_selected_and_the_plan_does_not_hold_is_no_refusal(
    sandbox: SandboxClient,
    projects: list[str],
    on_forbidden: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    del projects
    caplog.set_level("INFO")
    sandbox.switch(plan="free")
    run = run_tap(sandbox, "tasks", "stories", on_forbidden=on_forbidden)
    assert run.records["stories"]
    assert warnings(caplog) == []
    told = [record.message for record in caplog.records]
    assert any(
        "The plan holds no goals that stories could hang on: GET /goals" in one for one in told
    )
    assert '"not_read": {}' in next(one for one in told if one.startswith("SUMMARY"))


def test_a_stream_that_hangs_on_nothing_but_what_the_plan_does_not_hold_is_told(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.switch(plan="free")
    run_tap(sandbox, "goal_relationships")
    (warning,) = warnings(caplog)
    assert warning.startswith("Not all of 'goal_relationships' is read: GET /goals")
    run_tap(sandbox, "goal_relationships", on_forbidden="fail", ends_with=RefusedError)


def test_a_stream_that_the_plan_does_not_hold_ends_the_run_if_so_set(
    sandbox: SandboxClient,
) -> None:
    sandbox.switch(plan="free")
    run_tap(sandbox, "goals", on_forbidden="fail", ends_with=RefusedError)


def test_a_rejected_token_ends_the_run(sandbox: SandboxClient, projects: list[str]) -> None:
    del projects
    sandbox.fault({"method": "GET", "path": "/projects", "status": 401, "times": 99})
    run_tap(sandbox, "projects", ends_with=Unauthorized)


@pytest.mark.parametrize("path", ["/projects/*/sections", "/tasks/*/subtasks", "/tasks"])
@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_that_is_not_asanas_ends_the_run(
    sandbox: SandboxClient, projects: list[str], path: str, status: int
) -> None:
    del projects
    sandbox.fault({"method": "GET", "path": path, "status": status, "message": ""})
    run_tap(sandbox, "sections", "tasks", ends_with=AsanaError)
