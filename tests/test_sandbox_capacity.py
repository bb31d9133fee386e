"""Capacity in the sandbox: allocations, rates, budgets, and days out of office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

DAYS = {"start_date": "2026-01-05", "end_date": "2026-01-16"}
"""Two weeks, ten working days."""


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """A project to plan."""
    return str(sandbox.make("projects", name="P")["gid"])


def plan(sandbox: SandboxClient, project: str, **more: Any) -> dict[str, Any]:
    return sandbox.make("allocations", parent=project, **{"assignee": "me", **DAYS, **more})


def gids(records: list[dict[str, Any]]) -> list[str]:
    return [record["gid"] for record in records]


def test_allocations_are_listed_by_project_or_by_person_and_workspace(
    sandbox: SandboxClient, project: str
) -> None:
    wei = sandbox.user("Wei", "wei@example.com")["gid"]
    mine = plan(sandbox, project)["gid"]
    theirs = plan(sandbox, project, assignee=wei)["gid"]

    assert gids(sandbox.data("/allocations", parent=project)) == [mine, theirs]
    assert gids(sandbox.data("/allocations", parent=project, assignee=wei)) == [theirs]
    query = {"assignee": "me", "workspace": sandbox.workspace}
    assert gids(sandbox.data("/allocations", **query)) == [mine]
    assert said(sandbox.get("/allocations", assignee="me")) == (400, "workspace: Missing input")
    assert said(sandbox.get("/allocations", workspace=sandbox.workspace)) == (
        400,
        "You should specify one of parent, assignee and workspace",
    )


def test_an_allocation_changes_but_for_what_is_not_sent(
    sandbox: SandboxClient, project: str
) -> None:
    effort = {"type": "hours", "value": 12.5}
    made = plan(sandbox, project, effort=effort)
    other = sandbox.make("projects", name="Q")["gid"]

    assert made["effort"] == effort
    changed = sandbox.put(f"/allocations/{made['gid']}", {"parent": other}).json()["data"]
    assert changed == {**made, "parent": {**made["parent"], "gid": other, "name": "Q"}}
    assert sandbox.data("/allocations", parent=project) == []
    cleared = sandbox.put(f"/allocations/{made['gid']}", {"effort": None}).json()["data"]
    assert cleared["effort"] is None
    assert sandbox.delete(f"/allocations/{made['gid']}").json() == {"data": {}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"effort": {"type": "days", "value": 1}},
        {"effort": {"type": "hours"}},
        {"effort": {"type": "hours", "value": "1"}},
        {"effort": 5},
        {"start_date": "2026-02-01"},
        {"end_date": None},
        {"assignee": "nobody@example.com"},
        {"assignee": None},
    ],
)
def test_an_allocation_with_odd_values_is_refused(
    sandbox: SandboxClient, project: str, wrong: dict[str, Any]
) -> None:
    body = {"parent": project, "assignee": "me", **DAYS, **wrong}

    assert sandbox.post("/allocations", body).status_code == 400


def test_what_is_planned_in_private_projects_is_left_out(
    sandbox: SandboxClient, project: str
) -> None:
    sandbox.put(f"/projects/{project}", {"privacy_setting": "private"})
    wei = sandbox.user("Wei", "wei@example.com")["gid"]
    plan(sandbox, project, assignee=wei)
    token = sandbox.token_of(wei)
    query = {"assignee": wei, "workspace": sandbox.workspace}

    assert sandbox.get("/allocations", token=token, **query).json()["data"] == []
    assert sandbox.get("/allocations", token=token, parent=project).status_code == 403
    assert sandbox.get("/rates", token=token, parent=project).status_code == 403
    assert sandbox.get("/budgets", token=token, parent=project).status_code == 403


def test_placeholders_are_planned_and_paid_like_people(sample: SandboxClient) -> None:
    projects = sample.data("/projects", workspace=sample.workspace)
    launch = next(one["gid"] for one in projects if one["name"] == "Website launch")
    planned = sample.data("/allocations", parent=launch)
    who = next(one["assignee"] for one in planned if one["assignee"]["gid"] != _me(sample))

    assert who["resource_type"] == "placeholder"
    (rate,) = sample.data("/rates", resource=who["gid"])
    assert rate["resource"] == who
    query = {"assignee": who["gid"], "workspace": sample.workspace}
    assert len(sample.data("/allocations", **query)) == 1
    other = sample.control_post("workspaces", {"name": "Elsewhere"})
    project = sample.make("projects", name="P", workspace=other["gid"])["gid"]
    body = {"parent": project, "assignee": who["gid"], **DAYS}
    assert sample.post("/allocations", body).status_code == 400


def _me(sandbox: SandboxClient) -> str:
    return str(sandbox.data("/users/me")["gid"])


def test_a_rate_is_of_a_resource_in_a_project_and_only_its_amount_changes(
    sandbox: SandboxClient, project: str
) -> None:
    rate = sandbox.make("rates", parent=project, resource="me", rate=80)
    path = f"/rates/{rate['gid']}"

    assert (rate["rate"], rate["currency_code"]) == (80, "USD")
    assert sandbox.put(path, {"rate": 90.5}).json()["data"]["rate"] == 90.5
    assert said(sandbox.put(path, {"resource": "me"})) == (
        400,
        "resource: Cannot write this property",
    )
    assert sandbox.put(path, {"rate": None}).status_code == 400
    again = {"parent": project, "resource": "me", "rate": 1}
    assert sandbox.post("/rates", again).status_code == 400
    assert gids(sandbox.data("/rates", parent=project, resource="me")) == [rate["gid"]]
    assert gids(sandbox.data("/rates", resource="me")) == [rate["gid"]]
    assert said(sandbox.get("/rates")) == (400, "You should specify one of parent, resource")
    assert sandbox.delete(path).json() == {"data": {}}
    assert sandbox.data("/rates", parent=project) == []


def test_a_project_has_one_budget_at_most(sandbox: SandboxClient, project: str) -> None:
    assert sandbox.data("/budgets", parent=project) == []
    made = sandbox.make("budgets", parent=project, budget_type="time")

    (listed,) = sandbox.get("/budgets", parent=project, limit=1).json().values()
    assert gids(listed) == [made["gid"]]
    again = {"parent": project, "budget_type": "cost"}
    assert said(sandbox.post("/budgets", again)) == (
        400,
        "parent: The project has a budget already",
    )
    assert said(sandbox.get("/budgets")) == (400, "parent: Missing input")
    assert sandbox.delete(f"/projects/{project}").ok
    assert sandbox.get(f"/budgets/{made['gid']}").status_code == 404


def test_a_budget_adds_up_what_was_logged_in_time_and_in_money(
    sandbox: SandboxClient, project: str
) -> None:
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    for minutes, billable in ((60, "billable"), (30, "nonBillable"), (15, "notApplicable")):
        entry = {"duration_minutes": minutes, "billable_status": billable}
        sandbox.make(f"tasks/{task}/time_tracking_entries", **entry)
    sandbox.make("rates", parent=project, resource="me", rate=80)
    made = sandbox.make("budgets", parent=project, budget_type="time")
    path = f"/budgets/{made['gid']}"

    def actual(**change: Any) -> tuple[float, str]:
        shown = sandbox.put(path, change).json()["data"]["actual"]
        return shown["value"], shown["units"]

    assert actual() == (60, "minutes")
    assert actual(actual={"billable_status_filter": "non_billable"}) == (30, "minutes")
    assert actual(actual={"billable_status_filter": "any"}) == (105, "minutes")
    assert actual(budget_type="cost") == (140, "USD")


def test_a_budget_estimates_from_capacity_plans(sandbox: SandboxClient, project: str) -> None:
    plan(sandbox, project, effort={"type": "hours", "value": 3})
    plan(sandbox, project, effort={"type": "percent", "value": 50})
    plan(sandbox, project)
    estimate = {"enabled": True, "source": "capacity_plans"}
    made = sandbox.make("budgets", parent=project, budget_type="time", estimate=estimate)

    assert made["estimate"] == {
        "billable_status_filter": "billable",
        "source": "capacity_plans",
        "enabled": True,
        "value": 3 * 60 + 10 * 4 * 60,
        "units": "minutes",
    }


def test_each_type_of_a_budget_keeps_its_own_total(sandbox: SandboxClient, project: str) -> None:
    total = {"enabled": True, "value": 600}
    made = sandbox.make("budgets", parent=project, budget_type="time", total=total)
    path = f"/budgets/{made['gid']}"

    def shown(**change: Any) -> Any:
        return sandbox.put(path, change).json()["data"]["total"]

    assert shown() == {**total, "units": "minutes"}
    costs = {"enabled": True, "value": 9000, "units": "USD"}
    assert shown(budget_type="cost", total={"value": 9000}) == costs
    assert shown(budget_type="time") == {**total, "units": "minutes"}
    off = {"enabled": False, "value": None, "units": None}
    assert shown(total={"enabled": False}) == off


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_type": "points"},
        {"estimate": {"enabled": True, "source": "none"}},
        {"estimate": {"source": "guesses"}},
        {"estimate": []},
        {"actual": {"billable_status_filter": "billed"}},
        {"actual": {"value": 5}},
        {"total": {"value": None}},
        {"total": {"enabled": "maybe"}},
        {"parent": None},
    ],
)
def test_a_budget_with_odd_values_is_refused(
    sandbox: SandboxClient, project: str, wrong: dict[str, Any]
) -> None:
    body = {"parent": project, "budget_type": "time", **wrong}

    assert sandbox.post("/budgets", body).status_code == 400


def test_absences_are_of_a_user_in_a_workspace_and_overlap_the_days_asked_for(
    sandbox: SandboxClient,
) -> None:
    place = {"user": "me", "workspace": sandbox.workspace}
    made = sandbox.make("ooo_entries", **place, **DAYS)

    def listed(**query: str) -> list[str]:
        return gids(sandbox.data("/ooo_entries", **place, **query))

    assert listed() == [made["gid"]]
    assert listed(start_date="2026-01-16") == listed(end_date="2026-01-05") == [made["gid"]]
    assert listed(start_date="2026-01-17") == listed(end_date="2026-01-04") == []
    assert said(sandbox.get("/ooo_entries", user="me")) == (400, "workspace: Missing input")
    assert sandbox.get("/ooo_entries", **place, start_date="soon").status_code == 400
    changed = sandbox.put(f"/ooo_entries/{made['gid']}", {"end_date": "2026-01-20"})
    assert changed.json()["data"]["end_date"] == "2026-01-20"
    early = sandbox.put(f"/ooo_entries/{made['gid']}", {"end_date": "2026-01-04"})
    assert said(early) == (400, "start_date: Must not be after end_date")
    assert sandbox.delete(f"/ooo_entries/{made['gid']}").json() == {"data": {}}
    assert listed() == []


@pytest.mark.parametrize("kind", ["allocations", "budgets", "rates"])
def test_capacity_is_for_paid_plans(sandbox: SandboxClient, project: str, kind: str) -> None:
    sandbox.switch(plan="free")

    assert said(sandbox.get(f"/{kind}", parent=project)) == (
        402,
        f"{kind.capitalize()} are not available for free users.",
    )
    place = {"user": "me", "workspace": sandbox.workspace}
    assert sandbox.get("/ooo_entries", **place).ok
