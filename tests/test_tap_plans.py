"""Whatever the plan and the token allow: the run ends with 0 and says what it could not read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.tap import TapAsana
from tests.tap_runs import catalog_of, config_of, run_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

Summary = dict[str, Any]


@pytest.fixture(autouse=True)
def paid(sample: SandboxClient) -> None:
    """Each test begins on the paid plan."""
    sample.switch(plan="paid")


def summary_of(log: str) -> Summary:
    (line,) = [line for line in log.splitlines() if "SUMMARY: " in line]
    summary: Summary = json.loads(line.partition("SUMMARY: ")[2])
    return summary


EVERYTHING = catalog_of(dict.fromkeys(TapAsana(config={}, validate_config=False).streams))


def run_with(
    folder: Path, sandbox: SandboxClient, token: str, catalog: Any = None
) -> tuple[Summary, list[str]]:
    """Run the command over all that is read by default; give its summary and its warnings."""
    config = config_of(sandbox) | {"access_token": token}
    files = {"catalog": catalog} if catalog else {}
    done, problems = run_command(folder, config=config, **files)
    assert done.returncode == 0, done.stderr
    return summary_of(done.stderr), problems


def token_of(sandbox: SandboxClient, **person: Any) -> str:
    """Make somebody and their token."""
    people = [{"name": "Newcomer", "email": "new@example.com", **person}]
    sandbox.control_post("users", {"workspace": sandbox.workspace, "people": people})
    return sandbox.token_of(people[0]["email"])


def test_on_a_paid_plan_only_what_is_kept_for_service_accounts_is_missing(
    sample: SandboxClient, tmp_path: Path
) -> None:
    summary, warnings = run_with(tmp_path, sample, sample.token, EVERYTHING)
    assert set(summary["not_read"]) == {"audit_log_events", "organization_exports"}
    assert [line.split("'")[1] for line in warnings] == [*summary["not_read"]]
    assert all(summary["records"][name] for name in ("goals", "portfolios", "tasks"))


def test_on_a_free_plan_each_stream_that_is_not_read_is_named_with_the_reason(
    sample: SandboxClient, tmp_path: Path
) -> None:
    sample.switch(plan="free")
    summary, warnings = run_with(tmp_path, sample, sample.token)
    missing = summary["not_read"]
    assert {"goals", "portfolios", "custom_fields", "time_tracking_entries"} <= missing.keys()
    assert missing["goal_relationships"] == "What hangs on 'goals' that could not be read."
    assert "402" in missing["goals"]
    assert summary["records"]["tasks"]
    told = {line.split("'")[1] for line in warnings if "Not all of" in line}
    assert told <= missing.keys()
    assert len(told) == len([line for line in warnings if "Not all of" in line])
    empty = {name for name, count in summary["records"].items() if not count}
    by_default = run_names(tmp_path, sample)
    assert empty & by_default <= missing.keys() | {"organization_exports"}


def run_names(folder: Path, sandbox: SandboxClient) -> set[str]:
    """The streams that have records on the paid plan."""
    sandbox.switch(plan="paid")
    summary, _ = run_with(folder, sandbox, sandbox.token)
    return {name for name, count in summary["records"].items() if count}


def test_a_guest_reads_what_is_shared_with_them(sample: SandboxClient, tmp_path: Path) -> None:
    project = sample.make("projects", name="Shared with a guest")["gid"]
    sample.make("tasks", name="For the guest", projects=[project])
    token = token_of(sample, email="guest@example.com", is_guest=True)
    sample.make("memberships", parent=project, member="guest@example.com")
    summary, _ = run_with(tmp_path, sample, token)
    assert (summary["records"]["projects"], summary["records"]["tasks"]) == (1, 1)
    assert "guests" in summary["not_read"]["custom_fields"]
    sample.delete(f"/projects/{project}")


def test_a_service_account_reads_everything(sample: SandboxClient, tmp_path: Path) -> None:
    token = sample.token_of("olivia@sandbox.example", service_account=True)
    summary, warnings = run_with(tmp_path, sample, token, EVERYTHING)
    assert (summary["not_read"], warnings) == ({}, [])
    # The first run begins to follow events, and has none to tell.
    assert {name for name, count in summary["records"].items() if not count} == {"events"}


def test_a_run_that_may_not_be_refused_anything_ends_with_one_line(
    sample: SandboxClient, tmp_path: Path
) -> None:
    sample.switch(plan="free")
    catalog = catalog_of({"users": None, "goals": None})
    config = config_of(sample, on_forbidden="fail")
    done, problems = run_command(tmp_path, config=config, catalog=catalog)
    assert done.returncode == 1
    (line,) = problems
    assert line.startswith("Not all of 'goals' can be read, and on_forbidden is fail: GET /goals")
    assert "402" in line


def test_what_vanished_while_it_was_read_was_not_forbidden(
    sample: SandboxClient, tmp_path: Path
) -> None:
    sample.fault({"method": "GET", "path": "/projects/*/sections", "status": 404, "times": 1})
    catalog = catalog_of({"sections": None})
    config = config_of(sample, on_forbidden="fail")
    done, _ = run_command(tmp_path, config=config, catalog=catalog)
    assert done.returncode == 0
    assert "sections" in summary_of(done.stderr)["not_read"]
