"""Events as a stream: sync tokens in the state, one feed or many, nothing told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_asana.api import BadRequest
from tap_asana.complaints import RefusedError
from tap_asana.tap import TapAsana
from tests.tap_runs import HOUR, Run, config_of, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

OF_ALL = "GET /workspaces/{workspace_gid}/events"
OF_ONE = "GET /events"


@pytest.fixture
def served(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> SandboxClient:
    """The sandbox as a service account sees it."""
    token = sandbox.token_of("olivia@sandbox.example", service_account=True)
    monkeypatch.setattr(sandbox, "token", token)
    return sandbox


@pytest.fixture
def projects(sandbox: SandboxClient) -> list[str]:
    """Three projects, and a goal."""
    sandbox.make("goals", name="G", workspace=sandbox.workspace)
    return [sandbox.make("projects", name=name)["gid"] for name in "ABC"]


def told(run: Run) -> list[tuple[str, str, str]]:
    """Say of each event what happened to what."""
    return [
        (record["action"], record["resource"]["resource_type"], record["resource"]["name"])
        for record in run.records["events"]
    ]


def syncs(run: Run, sandbox: SandboxClient) -> dict[str, str]:
    """The sync tokens in the state, by what they are of."""
    found: dict[str, str] = run.state["bookmarks"]["events"]["workspaces"][sandbox.workspace]
    return found


def asked(sandbox: SandboxClient) -> dict[str, int]:
    """How often each kind of feed was asked since the last time this was asked."""
    counted = sandbox.requests()["by_operation"]
    sandbox.forget_requests()
    return {name: counted[name] for name in (OF_ALL, OF_ONE) if name in counted}


def lines(caplog: pytest.LogCaptureFixture, level: str) -> list[str]:
    return [r.message for r in caplog.records if r.levelname == level and "vents of" in r.message]


def test_the_first_run_begins_and_the_next_one_tells(
    served: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first = run_tap(served, "events")
    task = served.make("tasks", name="T")["gid"]
    served.put(f"/tasks/{task}", {"assignee": "me"})
    served.delete(f"/tasks/{task}")
    second = run_tap(served, "events", state=first.state)

    assert not first.records["events"]
    assert lines(caplog, "WARNING") == []
    assert "1 feeds begin now" in lines(caplog, "INFO")[0]
    assert syncs(first, served).keys() == {served.workspace}
    assert ("added", "task", "T") in told(second)
    assert ("deleted", "task", "T") in told(second)
    assigned = next(
        record["change"]
        for record in second.records["events"]
        if (record["change"] or {}).get("field") == "assignee"
    )
    assert (assigned["action"], assigned["new_value"]["name"]) == ("changed", "Olivia Owner")
    assert second.records["events"][0]["workspace_gid"] == served.workspace
    assert not run_tap(served, "events", state=second.state).records["events"]


def test_a_service_account_asks_once_however_many_projects_there_are(
    served: SandboxClient, projects: list[str]
) -> None:
    state = run_tap(served, "events").state
    assert asked(served) == {OF_ALL: 1}
    for project in projects:
        served.make("tasks", name="T", projects=[project])
    run_tap(served, "events", state=state)

    assert asked(served) == {OF_ALL: 1}


@pytest.mark.parametrize("status", [402, 403])
def test_whichever_way_the_feed_of_all_is_refused_each_project_is_asked(
    served: SandboxClient, projects: list[str], status: int
) -> None:
    path = "/workspaces/*/events"
    served.fault({"method": "GET", "path": path, "status": status, "times": 1})
    run = run_tap(served, "events", on_forbidden="fail")

    assert syncs(run, served).keys() > set(projects)


def test_more_than_a_thousand_events_are_walked(served: SandboxClient) -> None:
    task = served.make("tasks", name="T")["gid"]
    state = run_tap(served, "events").state
    for n in range(510):
        served.put(f"/tasks/{task}", {"name": f"name {n}"})
    served.forget_requests()
    run = run_tap(served, "events", state=state)

    assert len(run.records["events"]) == 1020
    assert asked(served) == {OF_ALL: 2}


def test_any_other_token_asks_each_project_and_goal(
    sandbox: SandboxClient, projects: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    first = run_tap(sandbox, "events")
    assert asked(sandbox) == {OF_ALL: 1, OF_ONE: 4}
    assert set(projects) < syncs(first, sandbox).keys()
    sandbox.make("tasks", name="T", projects=[projects[1]])
    second = run_tap(sandbox, "events", state=first.state)

    assert asked(sandbox) == {OF_ALL: 1, OF_ONE: 4}
    assert ("added", "task", "T") in told(second)
    assert lines(caplog, "WARNING") == []


def test_an_event_that_two_feeds_tell_is_one_record(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    task = sandbox.make("tasks", name="T", projects=projects)["gid"]
    state = run_tap(sandbox, "events").state
    sandbox.put(f"/tasks/{task}", {"notes": "n"})
    run = run_tap(sandbox, "events", state=state)

    fields = [(record["change"] or {}).get("field") for record in run.records["events"]]
    assert fields.count("notes") == 1


def test_keys_are_unique_and_the_same_when_events_are_read_again(
    served: SandboxClient, projects: list[str]
) -> None:
    state = run_tap(served, "events").state
    task = served.make("tasks", name="T", projects=projects)["gid"]
    for name in "abcabc":
        served.put(f"/tasks/{task}", {"name": name})
    first, again = (run_tap(served, "events", state=state) for _ in range(2))
    keys = [record["event_id"] for record in first.records["events"]]

    assert len(keys) == len(set(keys)) > 12
    assert [record["event_id"] for record in again.records["events"]] == keys


def test_a_key_is_the_same_whichever_feed_tells(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    served = sandbox.token_of("olivia@sandbox.example", service_account=True)
    some, everything = (
        run_tap(sandbox, "events", access_token=token).state for token in (sandbox.token, served)
    )
    sandbox.make("tasks", name="T", projects=[projects[0]])
    by_workspace = run_tap(sandbox, "events", state=everything, access_token=served)
    by_project = run_tap(sandbox, "events", state=some)

    keys = {record["event_id"] for record in by_project.records["events"]}
    assert keys
    assert keys <= {record["event_id"] for record in by_workspace.records["events"]}


def test_expired_tokens_are_one_warning_and_a_new_beginning(
    sandbox: SandboxClient, projects: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    state = run_tap(sandbox, "events").state
    sandbox.make("tasks", name="lost", projects=[projects[0]])
    sandbox.advance(25 * HOUR)
    late = run_tap(sandbox, "events", state=state)
    sandbox.make("tasks", name="told", projects=[projects[0]])
    after = run_tap(sandbox, "events", state=late.state)

    assert not late.records["events"]
    (warning,) = lines(caplog, "WARNING")
    assert "4 sync tokens had expired" in warning
    names = {name for _, _, name in told(after)}
    assert "told" in names
    assert "lost" not in names


def test_a_run_that_is_cut_short_is_gone_on_with(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    state = run_tap(sandbox, "events").state
    for project in projects:
        sandbox.make("tasks", name=f"in {project}", projects=[project])
    sandbox.fault({"method": "GET", "path": "/events", "status": 400, "skip": 1})
    broken = run_tap(sandbox, "events", state=state, workers=0, ends_with=BadRequest)
    resumed = run_tap(sandbox, "events", state=broken.state)

    added = [name for run in (broken, resumed) for action, _, name in told(run) if name]
    assert {f"in {project}" for project in projects} <= set(added)
    assert len(broken.records["events"]) > 0
    assert not {record["event_id"] for record in broken.records["events"]} & {
        record["event_id"] for record in resumed.records["events"]
    }


def test_no_state_is_ahead_of_its_events(sandbox: SandboxClient, projects: list[str]) -> None:
    """A STATE with the newest token of a feed comes behind all that the feed told."""
    first = run_tap(sandbox, "events")
    for project in projects:
        sandbox.make("tasks", name=f"in {project}", projects=[project])
    run = run_tap(sandbox, "events", state=first.state)
    newest, out = syncs(run, sandbox), set()
    for message in run.messages:
        if message["type"] == "RECORD":
            out.add((message["record"]["parent"] or {}).get("gid"))
        elif message["type"] == "STATE" and "bookmarks" in message["value"]:
            places = message["value"]["bookmarks"]["events"]["workspaces"][sandbox.workspace]
            assert {gid for gid in projects if places[gid] == newest[gid]} <= out
    assert set(projects) <= out


def test_what_is_gone_is_followed_no_more(sandbox: SandboxClient, projects: list[str]) -> None:
    state = run_tap(sandbox, "events").state
    sandbox.delete(f"/projects/{projects[0]}")
    run = run_tap(sandbox, "events", state=state)

    assert projects[0] not in syncs(run, sandbox)
    assert set(projects[1:]) < syncs(run, sandbox).keys()


def test_a_project_that_goes_in_between_stops_nothing(
    sandbox: SandboxClient, projects: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    state = run_tap(sandbox, "events").state
    sandbox.make("tasks", name="T", projects=[projects[2]])
    fault = {"method": "GET", "path": "/events", "status": 400}
    text = f"resource: Unknown object: {projects[0]}"
    sandbox.fault({**fault, "skip": 0, "message": text})
    run = run_tap(sandbox, "events", state=state, workers=0)

    assert ("added", "task", "T") in told(run)
    assert "Not all of 'events' is read" in caplog.text


def test_chosen_projects_are_all_that_is_followed(
    served: SandboxClient, projects: list[str]
) -> None:
    first = run_tap(served, "events", projects=[projects[0]])
    assert asked(served) == {OF_ONE: 1}
    for project in projects:
        served.make("tasks", name=f"in {project}", projects=[project])
    second = run_tap(served, "events", state=first.state, projects=[projects[0]])

    assert {name for _, kind, name in told(second) if kind == "task"} == {f"in {projects[0]}"}


def test_a_guest_follows_what_a_guest_sees(sandbox: SandboxClient, projects: list[str]) -> None:
    person = {"name": "Gus", "email": "gus@guest.example", "is_guest": True}
    people = {"workspace": sandbox.workspace, "people": [person]}
    guest = sandbox.control_post("users", people)[0]["gid"]
    sandbox.do(f"/projects/{projects[0]}/addMembers", members=guest)
    sandbox.forget_requests()
    run = run_tap(sandbox, "events", access_token=sandbox.token_of(guest))

    assert projects[0] in syncs(run, sandbox)
    assert asked(sandbox)[OF_ONE] == len(syncs(run, sandbox))


def test_on_a_free_plan_projects_are_followed_without_goals(
    sandbox: SandboxClient, projects: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    sandbox.switch(plan="free", requests_per_minute=1_000_000)
    run = run_tap(sandbox, "events")

    assert syncs(run, sandbox).keys() == set(projects)
    assert any("the plan holds no goals" in line for line in lines(caplog, "INFO"))
    assert lines(caplog, "WARNING") == []


def test_refusing_the_workspaces_feed_is_no_failure_where_nothing_may_be_refused(
    sandbox: SandboxClient, projects: list[str]
) -> None:
    run = run_tap(sandbox, "events", on_forbidden="fail")
    assert set(projects) < syncs(run, sandbox).keys()
    sandbox.fault({"method": "GET", "path": "/events", "status": 403, "times": 9})

    run_tap(sandbox, "events", on_forbidden="fail", ends_with=RefusedError)


def test_events_go_into_batches_too(served: SandboxClient, tmp_path: Any) -> None:
    storage = {"root": f"file://{tmp_path}", "prefix": ""}
    encoding = {"format": "jsonl", "compression": "gzip"}
    batches = {"encoding": encoding, "storage": storage}
    state = run_tap(served, "events").state
    served.make("tasks", name="T")
    run = run_tap(served, "events", state=state, batch_config=batches)
    kinds = [message["type"] for message in run.messages]

    assert "BATCH" in kinds
    for message in run.messages[: kinds.index("BATCH")]:
        if message["type"] == "STATE":
            assert message["value"]["bookmarks"]["events"] == state["bookmarks"]["events"]
    assert syncs(run, served) != state["bookmarks"]["events"]["workspaces"][served.workspace]


@pytest.mark.parametrize(
    "broken",
    [
        {"events": {"workspaces": {"1": {"2": 3}}}},
        {"events": {"workspaces": []}},
        {"audit_log_events": {"workspaces": {"1": {"created_at": "yesterday"}}}},
    ],
)
def test_a_broken_state_is_one_clear_line(sandbox: SandboxClient, broken: Any) -> None:
    with pytest.raises(ConfigValidationError, match="The state is broken at bookmarks/"):
        TapAsana(config=config_of(sandbox), state={"bookmarks": broken})
