"""Time tracking in the sandbox: hours on tasks, their categories, and weeks that are approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

MONDAY, SUNDAY = "2026-01-05", "2026-01-11"


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """A project to log hours for."""
    return str(sandbox.make("projects", name="P")["gid"])


@pytest.fixture
def task(sandbox: SandboxClient, project: str) -> str:
    """A task of the project."""
    return str(sandbox.make("tasks", name="T", projects=[project])["gid"])


def log(sandbox: SandboxClient, task: str, minutes: int = 30, **more: Any) -> dict[str, Any]:
    return sandbox.make(f"tasks/{task}/time_tracking_entries", duration_minutes=minutes, **more)


def category(sandbox: SandboxClient, name: str = "Design") -> str:
    made = sandbox.make("time_tracking_categories", name=name, workspace=sandbox.workspace)
    return str(made["gid"])


def gids(records: list[dict[str, Any]]) -> list[str]:
    return [record["gid"] for record in records]


def test_a_tasks_actual_time_follows_its_entries(sandbox: SandboxClient, task: str) -> None:
    def actual() -> Any:
        return sandbox.data(f"/tasks/{task}")["actual_time_minutes"]

    assert actual() is None
    first = log(sandbox, task, 30)["gid"]
    log(sandbox, task, 15)
    assert actual() == 45
    assert sandbox.put(f"/time_tracking_entries/{first}", {"duration_minutes": 5}).ok
    assert actual() == 20
    assert sandbox.delete(f"/time_tracking_entries/{first}").json() == {"data": {}}
    assert actual() == 15


def test_an_entry_is_for_the_only_project_and_for_today_unless_it_says_so(
    sandbox: SandboxClient, project: str, task: str
) -> None:
    today = sandbox.data(f"/tasks/{task}")["created_at"][:10]
    entry = log(sandbox, task)

    assert entry["entered_on"] >= today
    assert entry["attributable_to"]["gid"] == project
    assert entry["task"]["gid"] == task
    assert entry["billable_status"] == "notApplicable"


def test_an_entry_of_a_task_in_two_projects_is_for_the_one_it_names(
    sandbox: SandboxClient, task: str
) -> None:
    other = sandbox.make("projects", name="Q")["gid"]
    path = f"/tasks/{task}/time_tracking_entries"
    assert said(sandbox.post(path, {"duration_minutes": 1, "attributable_to": other})) == (
        400,
        "attributable_to: The task is not in the project",
    )

    sandbox.do(f"/tasks/{task}/addProject", project=other)
    assert log(sandbox, task)["attributable_to"] is None
    assert log(sandbox, task, attributable_to=other)["attributable_to"]["gid"] == other


def test_an_entry_of_a_subtask_may_be_for_the_project_above(
    sandbox: SandboxClient, project: str, task: str
) -> None:
    subtask = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]

    assert log(sandbox, subtask, attributable_to=project)["attributable_to"]["gid"] == project


@pytest.mark.parametrize("minutes", [0, -1, 1.5, True, "x", None, 2**40])
def test_minutes_are_a_whole_number_above_zero(
    sandbox: SandboxClient, task: str, minutes: Any
) -> None:
    body = {"duration_minutes": minutes}

    assert sandbox.post(f"/tasks/{task}/time_tracking_entries", body).status_code == 400


def test_entries_are_listed_by_every_side(sandbox: SandboxClient, project: str, task: str) -> None:
    kind = category(sandbox)
    wei = sandbox.user("Wei", "wei@example.com")["gid"]
    token = sandbox.token_of(wei)
    mine = log(sandbox, task, entered_on="2026-01-06", categories=[kind])["gid"]
    body = {"duration_minutes": 5, "entered_on": "2026-02-06"}
    path = f"/tasks/{task}/time_tracking_entries"
    theirs = sandbox.post(path, body, token=token).json()["data"]["gid"]

    def listed(**query: str) -> list[str]:
        return gids(sandbox.listed("/time_tracking_entries", **query))

    assert gids(sandbox.data(path)) == listed(task=task) == [mine, theirs]
    assert listed(attributable_to=project) == [mine, theirs]
    assert listed(user="me") == [mine]
    assert listed(user=wei, task=task) == [theirs]
    since = {"workspace": sandbox.workspace, "entered_on_start_date": "2026-01-06"}
    assert listed(**since) == [mine, theirs]
    assert listed(**since, entered_on_end_date="2026-02-05") == [mine]
    path = f"/time_tracking_categories/{kind}/time_tracking_entries"
    assert gids(sandbox.data(path)) == [mine]
    assert sandbox.data(path, start_date="2026-01-07") == []


def test_entries_of_a_portfolio_are_those_of_its_projects(
    sandbox: SandboxClient, project: str, task: str
) -> None:
    full, empty = (
        sandbox.make("portfolios", name=name, workspace=sandbox.workspace)["gid"]
        for name in ("full", "empty")
    )
    sandbox.do(f"/portfolios/{full}/addItem", item=project)
    entry = log(sandbox, task)["gid"]

    assert gids(sandbox.data("/time_tracking_entries", portfolio=full)) == [entry]
    assert sandbox.data("/time_tracking_entries", portfolio=empty) == []


def test_entries_are_asked_for_by_a_side_and_those_of_a_workspace_by_date(
    sandbox: SandboxClient,
) -> None:
    assert said(sandbox.get("/time_tracking_entries", entered_on_start_date=MONDAY)) == (
        400,
        "You should specify one of task, attributable_to, portfolio, user, workspace",
    )
    assert said(sandbox.get("/time_tracking_entries", workspace=sandbox.workspace)) == (
        400,
        "workspace: You must also provide entered_on_start_date or entered_on_end_date",
    )


def test_entries_of_tasks_that_somebody_cannot_see_are_left_out(
    sandbox: SandboxClient, project: str, task: str
) -> None:
    sandbox.put(f"/projects/{project}", {"privacy_setting": "private"})
    entry = log(sandbox, task)["gid"]
    token = sandbox.token_of(sandbox.user("Wei", "wei@example.com")["gid"])
    query = {"workspace": sandbox.workspace, "entered_on_start_date": "2000-01-01"}

    assert sandbox.get("/time_tracking_entries", token=token, **query).json()["data"] == []
    assert sandbox.get(f"/time_tracking_entries/{entry}", token=token).status_code == 403


def test_an_entry_has_one_category_and_no_archived_one(sandbox: SandboxClient, task: str) -> None:
    design, travel = category(sandbox), category(sandbox, "Travel")
    path = f"/tasks/{task}/time_tracking_entries"
    entry = log(sandbox, task, categories=[travel])["gid"]
    assert sandbox.put(f"/time_tracking_categories/{travel}", {"is_archived": True}).ok

    both = {"duration_minutes": 1, "categories": [design, travel]}
    assert said(sandbox.post(path, both)) == (400, "categories: At most 1 category is allowed")
    archived = {"duration_minutes": 1, "categories": [travel]}
    assert said(sandbox.post(path, archived)) == (
        400,
        "categories: An archived category cannot be assigned",
    )
    assert sandbox.put(f"/time_tracking_entries/{entry}", {"categories": [travel]}).ok
    assert sandbox.delete(f"/time_tracking_categories/{travel}").ok
    assert sandbox.data(f"/time_tracking_entries/{entry}")["categories"] == []


def test_archived_categories_come_only_when_they_are_asked_for(sandbox: SandboxClient) -> None:
    design, travel = category(sandbox), category(sandbox, "Travel")
    sandbox.put(f"/time_tracking_categories/{travel}", {"is_archived": True})
    place = {"workspace": sandbox.workspace}

    assert gids(sandbox.data("/time_tracking_categories", **place)) == [design]
    archived = sandbox.data("/time_tracking_categories", **place, is_archived="true")
    assert gids(archived) == [travel]


def test_categories_are_kept_by_administrators(sandbox: SandboxClient) -> None:
    gid = category(sandbox)
    token = sandbox.token_of(sandbox.user("Wei", "wei@example.com")["gid"])
    refusal = (403, "Only administrators can manage time tracking categories.")
    body = {"workspace": sandbox.workspace, "name": "Mine"}

    assert said(sandbox.post("/time_tracking_categories", body, token=token)) == refusal
    path = f"/time_tracking_categories/{gid}"
    assert said(sandbox.put(path, {"name": "Mine"}, token=token)) == refusal
    assert said(sandbox.delete(path, token=token)) == refusal
    assert sandbox.get(path, token=token).json()["data"]["name"] == "Design"


def sheet(sandbox: SandboxClient) -> dict[str, Any]:
    week = {"start_date": MONDAY, "end_date": SUNDAY}
    return sandbox.make(
        "timesheet_approval_statuses", user="me", workspace=sandbox.workspace, **week
    )


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        ("2026-01-06", "2026-01-12", "start_date: Must be a Monday"),
        (MONDAY, "2026-01-10", "end_date: Must be the Sunday after start_date"),
        (MONDAY, "2026-01-18", "end_date: Must be the Sunday after start_date"),
        (None, SUNDAY, "start_date: Date must be in ISO-8601 (yyyy-mm-dd) format, not: None"),
    ],
)
def test_a_timesheet_is_a_week_from_monday_to_sunday(
    sandbox: SandboxClient, start: str | None, end: str, refusal: str
) -> None:
    body = {"user": "me", "workspace": sandbox.workspace, "start_date": start, "end_date": end}

    assert said(sandbox.post("/timesheet_approval_statuses", body)) == (400, refusal)


def test_a_timesheet_is_submitted_before_it_is_approved(sandbox: SandboxClient) -> None:
    made = sheet(sandbox)
    path = f"/timesheet_approval_statuses/{made['gid']}"

    assert made["approval_status"] == "DRAFT"
    assert said(sandbox.put(path, {"approval_status": "approved"})) == (
        400,
        "approval_status: Cannot change from draft to approved",
    )
    for status in ("submitted", "draft", "submitted", "rejected", "submitted", "approved"):
        body = {"approval_status": status, "message": "so"}
        shown = sandbox.put(path, body).json()["data"]
        assert shown["approval_status"] == status.upper()
    assert sandbox.put(path, {"approval_status": "APPROVED"}).status_code == 400


def test_entries_have_the_status_of_the_week_they_are_in(sandbox: SandboxClient, task: str) -> None:
    inside = log(sandbox, task, entered_on=SUNDAY)["gid"]
    outside = log(sandbox, task, entered_on="2026-01-12")["gid"]
    gid = sheet(sandbox)["gid"]
    sandbox.put(f"/timesheet_approval_statuses/{gid}", {"approval_status": "submitted"})

    def status(entry: str) -> Any:
        return sandbox.data(f"/time_tracking_entries/{entry}")["approval_status"]

    assert (status(inside), status(outside)) == ("SUBMITTED", "DRAFT")
    query = {"user": "me", "timesheet_approval_status": gid}
    assert gids(sandbox.data("/time_tracking_entries", **query)) == [inside]


def test_a_week_has_one_timesheet_of_a_user(sandbox: SandboxClient) -> None:
    made = sheet(sandbox)
    week = {name: made[name] for name in ("start_date", "end_date")}
    body = {"user": "me", "workspace": sandbox.workspace, **week}

    assert sandbox.post("/timesheet_approval_statuses", body).status_code == 400


def test_timesheets_are_listed_by_user_dates_and_status(sandbox: SandboxClient) -> None:
    gid = sheet(sandbox)["gid"]
    wei = sandbox.user("Wei", "wei@example.com")["gid"]

    def listed(**query: str) -> list[str]:
        place = {"workspace": sandbox.workspace}
        return gids(sandbox.data("/timesheet_approval_statuses", **place, **query))

    assert listed() == listed(user="me") == listed(from_date=SUNDAY, to_date=MONDAY) == [gid]
    assert listed(user=wei) == listed(from_date="2026-01-12") == listed(to_date="2026-01-04") == []
    assert listed(approval_statuses="draft,approved") == [gid]
    assert listed(approval_statuses="approved") == []
    refused = sandbox.get(
        "/timesheet_approval_statuses", workspace=sandbox.workspace, approval_statuses="DRAFT"
    )
    assert refused.status_code == 400


def test_a_task_takes_its_entries_with_it_and_a_project_leaves_them(
    sandbox: SandboxClient, project: str, task: str
) -> None:
    entry = log(sandbox, task)["gid"]
    other = sandbox.make("projects", name="Q")["gid"]
    sandbox.do(f"/tasks/{task}/addProject", project=other)

    assert sandbox.delete(f"/projects/{project}").ok
    assert sandbox.data(f"/time_tracking_entries/{entry}")["attributable_to"] is None
    assert sandbox.delete(f"/tasks/{task}").ok
    assert sandbox.get(f"/time_tracking_entries/{entry}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["time_tracking_entries", "time_tracking_categories", "timesheet_approval_statuses"],
)
def test_time_tracking_is_for_paid_plans(sandbox: SandboxClient, path: str) -> None:
    sandbox.switch(plan="free")

    assert said(sandbox.get(f"/{path}", workspace=sandbox.workspace)) == (
        402,
        "Time tracking is not available for free users.",
    )
