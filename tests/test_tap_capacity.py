"""The tap's streams of capacity: allocations, budgets, rates, days out of office, and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import catalog_of, config_of, run_command, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

OF_PROJECTS = ("allocations", "budgets", "rates")
DAYS = {"start_date": "2026-01-05", "end_date": "2026-01-16"}


@pytest.fixture
def projects(sandbox: SandboxClient) -> list[str]:
    """Two projects, of which the first is planned."""
    first, second = (sandbox.make("projects", name=name)["gid"] for name in "PQ")
    effort = {"type": "percent", "value": 50}
    sandbox.make("allocations", parent=first, assignee="me", effort=effort, **DAYS)
    sandbox.make("rates", parent=first, resource="me", rate=80)
    total = {"enabled": True, "value": 600}
    estimate = {"enabled": True, "source": "capacity_plans"}
    sandbox.make("budgets", parent=first, budget_type="cost", total=total, estimate=estimate)
    sandbox.forget_requests()
    return [str(first), str(second)]


def asked(sandbox: SandboxClient) -> dict[str, int]:
    """Give how often each route was asked, but for the workspaces every run begins with."""
    counts: dict[str, int] = sandbox.requests()["by_operation"]
    return {name: count for name, count in counts.items() if name != "GET /workspaces"}


@pytest.mark.parametrize("stream", OF_PROJECTS)
def test_what_is_planned_is_listed_once_for_every_project(
    sandbox: SandboxClient, projects: list[str], stream: str
) -> None:
    run = run_tap(sandbox, stream)

    assert asked(sandbox) == {"GET /projects": 1, f"GET /{stream}": 2}
    (record,) = run.records[stream]
    assert record == sandbox.data(f"/{stream}/{record['gid']}")
    assert record["parent"]["gid"] == projects[0]


def test_a_budget_says_what_it_comes_to(sandbox: SandboxClient, projects: list[str]) -> None:
    del projects
    (budget,) = run_tap(sandbox, "budgets").records["budgets"]

    assert budget["estimate"]["value"] == 10 * 4 * 80
    assert budget["actual"] == {"billable_status_filter": "billable", "value": 0, "units": "USD"}
    assert budget["total"] == {"enabled": True, "value": 600, "units": "USD"}


def test_one_field_of_one_stream_is_all_that_is_asked_for(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    del projects
    run = run_tap(sandbox, selection={"budgets": ["budget_type"]})
    (record,) = run.records["budgets"]

    assert record == {"gid": record["gid"], "budget_type": "cost"}
    log = sandbox.requests()["log"]
    fields = {entry["path"]: entry["query"]["opt_fields"] for entry in log}
    assert fields["/budgets"] in {"budget_type", "gid,budget_type"}


def test_placeholders_are_among_those_planned_and_paid(sample: SandboxClient) -> None:
    run = run_tap(sample, "allocations", "rates")

    for stream, field in (("allocations", "assignee"), ("rates", "resource")):
        who = [record[field]["resource_type"] for record in run.records[stream]]
        assert sorted(who) == ["placeholder", "user"]


def test_absences_are_listed_once_for_every_member(sandbox: SandboxClient) -> None:
    wei = sandbox.user("Wei", "wei@example.com")["gid"]
    place = {"workspace": sandbox.workspace}
    made = [sandbox.make("ooo_entries", user=user, **place, **DAYS) for user in ("me", wei)]
    people = len(sandbox.listed("/users", **place))
    sandbox.forget_requests()
    run = run_tap(sandbox, "ooo_entries")

    assert sorted(run.gids("ooo_entries")) == sorted(one["gid"] for one in made)
    whole = [{**one, "workspace_gid": sandbox.workspace} for one in made]
    assert all(one in whole for one in run.records["ooo_entries"])
    listing = "GET /workspaces/{workspace_gid}/workspace_memberships"
    assert asked(sandbox) == {listing: 1, "GET /ooo_entries": people}


def test_roles_come_with_all_they_permit(sandbox: SandboxClient) -> None:
    role: dict[str, Any] = sandbox.make(
        "roles",
        workspace=sandbox.workspace,
        name="Reader",
        description="Reads.",
        base_role_type="guest",
    )
    sandbox.forget_requests()
    run = run_tap(sandbox, "roles")

    assert asked(sandbox) == {"GET /roles": 1}
    assert run.records["roles"][-1] == role
    types = [one["base_role_type"] for one in run.records["roles"]]
    assert types == ["guest", "member", "admin", "super_admin", "guest"]


def test_on_the_free_plan_each_stream_is_one_warning_and_the_run_ends_well(
    sandbox: SandboxClient, projects: list[str], tmp_path: Path
) -> None:
    del projects
    sandbox.switch(plan="free")
    catalog = catalog_of(dict.fromkeys((*OF_PROJECTS, "ooo_entries", "roles")))
    done, problems = run_command(tmp_path, config=config_of(sandbox), catalog=catalog)

    assert done.returncode == 0, done.stderr
    assert len(problems) == len(OF_PROJECTS)
    for name, problem in zip(OF_PROJECTS, sorted(problems), strict=True):
        assert problem.startswith(f"Not all of '{name}' is read: GET /{name}")
        assert f"{name.capitalize()} are not available for free users." in problem
