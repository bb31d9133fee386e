"""Goals as the tap reads them: with what supports them, their periods, and their stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import HOUR, catalog_of, config_of, run_command, run_tap
from tests.test_sandbox_goals import goal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

GOALS = ("goals", "goal_relationships", "time_periods")


def test_a_goal_comes_with_its_metric_people_and_period(sandbox: SandboxClient) -> None:
    period = sandbox.data("/time_periods", workspace=sandbox.workspace)[0]
    due = {"start_on": "2026-01-01", "due_on": "2026-12-31"}
    gid = goal(sandbox, name="Grow", owner="me", time_period=period["gid"], **due)
    sandbox.do(f"/goals/{gid}/setMetric", target_number_value=5, current_number_value=2.5)
    sandbox.put(f"/goals/{gid}", {"status": "yellow"})

    (record,) = run_tap(sandbox, "goals").records["goals"]
    assert (record["gid"], record["name"], record["status"]) == (gid, "Grow", "yellow")
    assert (record["start_on"], record["due_on"]) == ("2026-01-01", "2026-12-31")
    assert record["owner"]["name"] == record["followers"][0]["name"] == "Olivia Owner"
    assert record["time_period"]["display_name"] == period["display_name"]
    assert record["metric"]["target_number_value"] == 5
    assert record["workspace"]["gid"] == sandbox.workspace


def test_what_supports_goals_is_a_table_that_tells_both_sides(sandbox: SandboxClient) -> None:
    above, below = goal(sandbox), goal(sandbox)
    project = sandbox.make("projects", name="P")["gid"]
    for by, weight in ((below, 1), (project, 0.5)):
        body = {"supporting_resource": by, "contribution_weight": weight}
        sandbox.do(f"/goals/{above}/addSupportingRelationship", **body)

    found = run_tap(sandbox, "goal_relationships").records["goal_relationships"]
    assert [
        (
            one["supported_goal"]["gid"],
            one["resource_subtype"],
            one["supporting_resource"]["resource_type"],
            one["supporting_resource"]["gid"],
            one["contribution_weight"],
        )
        for one in found
    ] == [
        (above, "subgoal", "goal", below, 1),
        (above, "supporting_work", "project", project, 0.5),
    ]


def test_periods_tell_their_workspace_and_what_they_are_part_of(sandbox: SandboxClient) -> None:
    records = run_tap(sandbox, "time_periods").records["time_periods"]

    assert len(records) == 14
    assert {record["workspace_gid"] for record in records} == {sandbox.workspace}
    quarter = next(record for record in records if record["period"] == "Q3")
    assert quarter["parent"]["period"] == "H2"
    assert (quarter["start_on"][4:], quarter["end_on"][4:]) == ("-07-01", "-09-30")


def test_stories_of_tasks_and_of_goals_are_one_stream(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]
    gid = goal(sandbox)
    for target in (f"tasks/{task}", f"goals/{gid}"):
        sandbox.make(f"{target}/stories", text=f"on {target}")
    sandbox.advance(HOUR)

    run = run_tap(sandbox, "stories")
    comments = [one for one in run.records["stories"] if one["type"] == "comment"]
    assert {(one["text"], one["target"]["resource_type"]) for one in comments} == {
        (f"on tasks/{task}", "task"),
        (f"on goals/{gid}", "goal"),
    }
    schemas = [one for one in run.messages if one["type"] == "SCHEMA"]
    assert [one["stream"] for one in schemas] == ["stories"]


def test_stories_of_goals_do_not_move_the_bookmark_of_tasks(sandbox: SandboxClient) -> None:
    sandbox.make("tasks", name="old", assignee="me")
    gid = goal(sandbox)
    sandbox.advance(HOUR)
    first = run_tap(sandbox, "tasks", "goals", "stories")
    sandbox.advance(HOUR)
    sandbox.make("tasks", name="new", assignee="me")
    sandbox.make(f"goals/{gid}/stories", text="Half done.")
    sandbox.advance(HOUR)

    second = run_tap(sandbox, "tasks", "goals", "stories", state=first.state)
    assert second.names() == ["new"]
    targets = [one["target"]["resource_type"] for one in second.records["stories"]]
    assert sorted(targets) == ["goal", "task"]
    assert second.names("goals") == ["G"]


def test_goals_that_nobody_selected_cost_nothing(sandbox: SandboxClient) -> None:
    goal(sandbox)
    sandbox.forget_requests()
    run_tap(sandbox, "projects")

    asked = sandbox.requests()["by_operation"]
    assert not any("goal" in operation or "time_period" in operation for operation in asked)


@pytest.mark.parametrize("stream", GOALS)
def test_each_stream_of_goals_asks_for_one_field_if_one_is_selected(
    sandbox: SandboxClient, stream: str
) -> None:
    above = goal(sandbox)
    sandbox.do(f"/goals/{above}/addSupportingRelationship", supporting_resource=goal(sandbox))
    sandbox.forget_requests()
    selection: dict[str, Any] = {stream: ["resource_type"]}
    run = run_tap(sandbox, selection=selection)

    assert all(record.keys() == {"gid", "resource_type"} for record in run.records[stream])
    fields = {
        entry["query"]["opt_fields"]
        for entry in sandbox.requests()["log"]
        if entry["path"].split("/")[1] == stream
    }
    assert fields == {"gid,resource_type"}


def test_the_free_plan_is_one_warning_a_stream_and_no_failure(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    for _ in range(3):
        goal(sandbox)
    sandbox.switch(plan="free")
    catalog = {"catalog": catalog_of(dict.fromkeys([*GOALS, "projects"]))}
    done, problems = run_command(tmp_path, config=config_of(sandbox), **catalog)

    assert done.returncode == 0
    assert len(problems) == 2
    for stream, path in (("goals", "/goals"), ("time_periods", "/time_periods")):
        (told,) = (one for one in problems if one.startswith(f"Not all of '{stream}' is read"))
        assert f"GET {path}" in told
        assert "Goals are not available for free users." in told
    assert '"goal_relationships"' in done.stderr
