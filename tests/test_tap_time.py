"""The tap's streams of time tracking: hours, their categories, timesheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_asana.api import BadRequest
from tests.tap_runs import catalog_of, config_of, run_command, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

TIME = ("time_tracking_categories", "time_tracking_entries", "timesheet_approval_statuses")


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    """A task of a project, with hours on two days under a category."""
    project = sandbox.make("projects", name="P")["gid"]
    gid = str(sandbox.make("tasks", name="T", projects=[project])["gid"])
    category = make_category(sandbox, "Design")
    for day, minutes in (("2026-01-06", 30), ("1999-12-31", 45)):
        sandbox.make(
            f"tasks/{gid}/time_tracking_entries",
            duration_minutes=minutes,
            entered_on=day,
            billable_status="billable",
            description="Sketches",
            categories=[category],
        )
    sandbox.forget_requests()
    return gid


def make_category(sandbox: SandboxClient, name: str) -> str:
    made = sandbox.make("time_tracking_categories", name=name, workspace=sandbox.workspace)
    return str(made["gid"])


def log(sandbox: SandboxClient, task: str, days: list[str]) -> None:
    """Log a minute on each of the days, ten in a batch."""
    path = f"/tasks/{task}/time_tracking_entries"
    action = {"method": "post", "relative_path": path}
    actions = [{**action, "data": {"duration_minutes": 1, "entered_on": day}} for day in days]
    for start in range(0, len(actions), 10):
        sandbox.batch(*actions[start : start + 10])


def asked(sandbox: SandboxClient) -> dict[str, int]:
    """Give how often each route was asked, but for the workspaces every run begins with."""
    counts: dict[str, int] = sandbox.requests()["by_operation"]
    return {name: count for name, count in counts.items() if name != "GET /workspaces"}


def test_entries_of_a_workspace_come_whole_in_one_listing(
    sandbox: SandboxClient, task: str
) -> None:
    run = run_tap(sandbox, "time_tracking_entries")

    assert asked(sandbox) == {"GET /time_tracking_entries": 1}
    first, second = run.records["time_tracking_entries"]
    assert [first["entered_on"], second["entered_on"]] == ["2026-01-06", "1999-12-31"]
    shown = sandbox.data(f"/time_tracking_entries/{first['gid']}")
    assert first == {**shown, "workspace_gid": sandbox.workspace, "task": first["task"]}
    assert first["task"] == {"gid": task, "name": "T", "resource_type": "task"}


def test_a_hundred_entries_more_cost_a_request_more(sandbox: SandboxClient, task: str) -> None:
    log(sandbox, task, ["2026-01-01"] * 100)
    sandbox.forget_requests()
    run = run_tap(sandbox, "time_tracking_entries")

    assert len(set(run.gids("time_tracking_entries"))) == 102
    assert asked(sandbox) == {"GET /time_tracking_entries": 2}


@pytest.mark.parametrize("days", [4, 60])
def test_entries_too_many_for_one_listing_are_listed_by_spans_of_days(
    sandbox: SandboxClient, task: str, days: int
) -> None:
    log(
        sandbox,
        task,
        [f"2026-{day % days // 28 + 1:02}-{day % days % 28 + 1:02}" for day in range(300)],
    )
    whole = run_tap(sandbox, "time_tracking_entries")
    sandbox.switch(longest_list=100)
    parts = run_tap(sandbox, "time_tracking_entries")

    assert len(whole.gids("time_tracking_entries")) == 302
    assert sorted(parts.gids("time_tracking_entries")) == sorted(
        whole.gids("time_tracking_entries")
    )


def test_a_day_too_long_for_one_listing_ends_the_run_with_what_asana_said(
    sandbox: SandboxClient, task: str
) -> None:
    log(sandbox, task, ["2026-01-01"] * 120)
    sandbox.switch(longest_list=100)

    with pytest.raises(BadRequest, match="truncated"):
        run_tap(sandbox, "time_tracking_entries")


def test_the_day_that_spans_are_made_of_is_not_written_unasked(
    sandbox: SandboxClient, task: str
) -> None:
    del task
    run = run_tap(sandbox, selection={"time_tracking_entries": ["duration_minutes"]})

    written = [set(record) for record in run.records["time_tracking_entries"]]
    assert written == [{"gid", "duration_minutes"}] * 2
    (entry,) = [one for one in sandbox.requests()["log"] if one["path"].startswith("/time")]
    fields = set(entry["query"]["opt_fields"].split(","))
    assert fields - {"gid"} == {"duration_minutes", "entered_on"}


def test_archived_categories_are_among_the_categories(sandbox: SandboxClient) -> None:
    kept, gone = make_category(sandbox, "Design"), make_category(sandbox, "Travel")
    sandbox.put(f"/time_tracking_categories/{gone}", {"is_archived": True})
    sandbox.forget_requests()
    run = run_tap(sandbox, "time_tracking_categories")

    assert asked(sandbox) == {"GET /time_tracking_categories": 2}
    records = run.records["time_tracking_categories"]
    assert {one["gid"]: one["is_archived"] for one in records} == {kept: False, gone: True}
    assert {one["workspace_gid"] for one in records} == {sandbox.workspace}


def test_timesheets_of_all_users_come_in_one_listing(sandbox: SandboxClient) -> None:
    wei = sandbox.user("Wei", "wei@example.com")["gid"]
    week = {"start_date": "2026-01-05", "end_date": "2026-01-11"}
    place = {"workspace": sandbox.workspace}
    made = [
        sandbox.make("timesheet_approval_statuses", user=user, **place, **week)
        for user in ("me", wei)
    ]
    sandbox.forget_requests()
    run = run_tap(sandbox, "timesheet_approval_statuses")

    assert asked(sandbox) == {"GET /timesheet_approval_statuses": 1}
    assert run.records["timesheet_approval_statuses"] == made


def test_on_the_free_plan_each_stream_is_one_warning_and_the_run_ends_well(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.switch(plan="free")
    catalog = catalog_of(dict.fromkeys(TIME))
    done, problems = run_command(tmp_path, config=config_of(sandbox), catalog=catalog)

    assert done.returncode == 0, done.stderr
    assert len(problems) == len(TIME)
    for name, problem in zip(TIME, sorted(problems), strict=True):
        assert problem.startswith(f"Not all of '{name}' is read: GET /{name}")
        assert "Time tracking is not available for free users." in problem
