"""The audit log as a stream: to its end, from where the last run was, for those who may read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import BadRequest
from tests.tap_runs import Run, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

STREAM = "audit_log_events"
OPERATION = "GET /workspaces/{workspace_gid}/audit_log_events"


@pytest.fixture
def served(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The sandbox as a service account sees it."""
    token = sandbox.token_of("olivia@sandbox.example", service_account=True)
    monkeypatch.setattr(sandbox, "token", token)
    return sandbox


def write(sandbox: SandboxClient, **entry: Any) -> dict[str, Any]:
    """Put an entry into the log."""
    made: dict[str, Any] = sandbox.control_post(
        STREAM, {"event_type": "user_login_succeeded", **entry}
    )
    return made


def logins(run: Run) -> list[str]:
    """The gids of what a run read of the entries that the test wrote."""
    return [
        record["gid"]
        for record in run.records[STREAM]
        if record["event_type"] == "user_login_succeeded"
    ]


def asked(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """The queries that the log was asked with."""
    log = sandbox.requests()["log"]
    return [entry["query"] for entry in log if entry["operation"] == OPERATION]


def ago(**time: float) -> str:
    """An instant so long ago."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


def test_the_log_is_read_to_its_empty_page_a_thousand_at_a_time(served: SandboxClient) -> None:
    made = [write(served)["gid"] for _ in range(1100)]
    run = run_tap(served, STREAM)

    assert logins(run) == made
    assert len(asked(served)) == 3
    assert all("limit" not in query for query in asked(served))
    first = run.records[STREAM][0]
    assert first["workspace_gid"] == served.workspace
    assert first["actor"]["email"] == "olivia@sandbox.example"


def test_the_next_run_reads_what_is_new_and_loses_nothing_of_the_same_instant(
    served: SandboxClient,
) -> None:
    write(served, created_at=ago(days=2))
    edge = write(served)["created_at"]
    first = run_tap(served, STREAM)
    late = write(served, created_at=edge)["gid"]
    new = write(served)["gid"]
    second = run_tap(served, STREAM, state=first.state)

    assert first.state["bookmarks"][STREAM]["workspaces"] == {
        served.workspace: {"created_at": edge}
    }
    assert logins(second)[-2:] == [late, new]
    assert len(logins(second)) == 3
    third = run_tap(served, STREAM, state=second.state)
    assert third.state == second.state


def test_nothing_before_the_start_date_is_read(served: SandboxClient) -> None:
    write(served, created_at=ago(days=5))
    kept = write(served, created_at=ago(days=3))["gid"]
    run = run_tap(served, STREAM, start_date=ago(days=4))

    assert logins(run) == [kept]


def test_no_more_is_asked_for_than_asana_keeps(
    served: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    write(served)
    run = run_tap(served, STREAM, start_date="2020-01-01")
    since = datetime.fromisoformat(asked(served)[0]["start_at"])
    assert timedelta(days=89) < datetime.now(UTC) - since < timedelta(days=91)

    served.advance(timedelta(days=100).total_seconds())
    served.forget_requests()
    run_tap(served, STREAM, state=run.state)
    (warning,) = warnings(caplog)
    assert warning.endswith("is gone: Asana keeps it for 90 days.")
    assert datetime.fromisoformat(asked(served)[0]["start_at"]) > since


def test_a_run_that_is_cut_short_is_gone_on_with(served: SandboxClient) -> None:
    made = [write(served, created_at=ago(minutes=2000 - n))["gid"] for n in range(1200)]
    served.fault({"method": "GET", "path": "*/audit_log_events", "status": 400, "skip": 1})
    broken = run_tap(served, STREAM, ends_with=BadRequest)
    resumed = run_tap(served, STREAM, state=broken.state)

    assert len(logins(broken)) == 1000
    assert sorted({*logins(broken), *logins(resumed)}) == made
    assert len(logins(resumed)) < 210


def test_no_state_is_ahead_of_its_entries(served: SandboxClient) -> None:
    for n in range(1200):
        write(served, created_at=ago(minutes=2000 - n))
    run, newest = run_tap(served, STREAM), ""
    for message in run.messages:
        if message["type"] == "RECORD":
            newest = message["record"]["created_at"]
        elif message["type"] == "STATE":
            places = message["value"].get("bookmarks", {}).get(STREAM, {}).get("workspaces", {})
            assert all(place["created_at"] <= newest for place in places.values())
    assert len(run.states) > 2


def test_a_dead_page_token_begins_anew_without_a_second_record(served: SandboxClient) -> None:
    made = [write(served)["gid"] for _ in range(1010)]
    text = "offset: Your pagination token has expired."
    fault = {"method": "GET", "path": "*/audit_log_events", "status": 400, "skip": 1}
    served.fault({**fault, "message": text})

    assert logins(run_tap(served, STREAM)) == made


@pytest.mark.parametrize("who", ["a member", "a guest"])
def test_without_a_service_account_it_is_told_once_and_the_rest_is_read(
    sandbox: SandboxClient, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = sandbox.token
    if who == "a guest":
        person = {"name": "Gus", "email": "gus@guest.example", "is_guest": True}
        people = {"workspace": sandbox.workspace, "people": [person]}
        token = sandbox.token_of(sandbox.control_post("users", people)[0]["gid"])
    run = run_tap(sandbox, STREAM, "workspaces", access_token=token)

    assert run.gids("workspaces") == [sandbox.workspace]
    (warning,) = warnings(caplog)
    assert warning.startswith(f"Not all of '{STREAM}' is read: GET /workspaces/")
    assert "403" in warning
    assert warning.endswith("or use the token of somebody who may do this.")
    assert len(asked(sandbox)) == 1


def test_nobody_asks_for_it_unless_it_is_selected(sandbox: SandboxClient) -> None:
    run_tap(sandbox)

    assert asked(sandbox) == []


def test_read_whole_it_leaves_the_state_alone(served: SandboxClient) -> None:
    made = [write(served)["gid"] for _ in range(3)]
    state = run_tap(served, STREAM).state
    again = run_tap(served, STREAM, state=state, replication_method="FULL_TABLE")

    assert logins(again) == made
