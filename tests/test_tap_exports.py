"""Tasks from an export: the same records as from the API, one export whatever happens."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import ServerFault
from tap_asana.exports import progress
from tests.tap_runs import HOUR, catalog_of, command, config_of, parsed, run_command, run_tap
from tests.test_sandbox_attachments import upload

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient
    from tests.tap_runs import Run

STREAMS = (
    *("tasks", "stories", "attachments", "task_memberships", "task_tags", "task_followers"),
    "task_dependencies",
)
STARTED = "POST /exports/resource"


@pytest.fixture
def served(sandbox: SandboxClient) -> str:
    """The token of a service account."""
    return sandbox.token_of("olivia@sandbox.example", service_account=True)


def make_tasks(sandbox: SandboxClient) -> dict[str, str]:
    """Make tasks with all that can hang on one, and give them by name."""
    project = sandbox.make("projects", name="Trip")["gid"]
    tag = sandbox.make("tags", name="urgent")["gid"]
    field = sandbox.make("custom_fields", name="Weight", resource_subtype="number", precision=1)
    sandbox.do(f"/projects/{project}/addCustomFieldSetting", custom_field=field["gid"])
    values = {field["gid"]: 12.5}
    facts = {"projects": [project], "tags": [tag], "custom_fields": values}
    pack = sandbox.make("tasks", name="Pack", **facts)["gid"]
    sandbox.make(f"tasks/{pack}/subtasks", name="Socks")
    sandbox.make(f"tasks/{pack}/stories", text="Not the red ones.")
    link = {"resource_subtype": "external", "name": "List", "url": "https://example.com/list"}
    sandbox.make("attachments", parent=pack, **link)
    go = sandbox.make("tasks", name="Go", projects=[project], due_on="2031-01-02")["gid"]
    sandbox.do(f"/tasks/{go}/addDependencies", dependencies=[pack])
    mine = sandbox.make("tasks", name="Mine", assignee="me", html_notes="<body>é</body>")["gid"]
    return {"Pack": pack, "Go": go, "Mine": mine}


def exported(sandbox: SandboxClient, token: str, *streams: str, **options: Any) -> Run:
    """Run the tap with an export as the source of tasks."""
    return run_tap(sandbox, *streams, access_token=token, tasks_source="export", **options)


def ordered(run: Run) -> dict[str, list[Any]]:
    """Give the records of each stream, in an order that does not depend on the source."""
    return {name: sorted(run.records[name], key=repr_of) for name in STREAMS}


def repr_of(record: dict[str, Any]) -> str:
    return str(sorted((name, str(value)) for name, value in record.items()))


def count(sandbox: SandboxClient, operation: str) -> int:
    """Tell how often something was asked."""
    return int(sandbox.requests()["by_operation"].get(operation, 0))


@pytest.mark.parametrize("shape", ["array", "object", "columns"])
def test_an_export_and_the_api_give_the_same_records(
    sandbox: SandboxClient, served: str, shape: str
) -> None:
    make_tasks(sandbox)
    listed = run_tap(sandbox, *STREAMS, access_token=served, custom_fields=shape)
    sandbox.forget_requests()
    read = exported(sandbox, served, *STREAMS, custom_fields=shape)

    assert ordered(read) == ordered(listed)
    assert all(listed.records[name] for name in STREAMS)
    assert count(sandbox, STARTED) == 1
    assert count(sandbox, "GET /tasks") == 0
    assert count(sandbox, "GET /tasks/{task_gid}/stories") == 0


def test_only_what_exports_leave_out_is_asked_for(sandbox: SandboxClient, served: str) -> None:
    gid = make_tasks(sandbox)["Pack"]
    sandbox.forget_requests()
    exported(sandbox, served, "attachments")
    of_the_project_and_of_the_one_task_that_has_some = 2
    asked = count(sandbox, "GET /attachments")
    assert asked == of_the_project_and_of_the_one_task_that_has_some

    sandbox.forget_requests()
    fields = {"attachments": ["gid", "name", "parent"]}
    read = exported(sandbox, served, selection=fields)
    assert count(sandbox, "GET /attachments") == 1
    (attachment,) = read.records["attachments"]
    assert (attachment["name"], attachment["parent"]["gid"]) == ("List", gid)


def test_files_of_attachments_are_stored_too(
    sandbox: SandboxClient, served: str, tmp_path: Path
) -> None:
    gid = make_tasks(sandbox)["Pack"]
    upload(sandbox, {"parent": gid, "name": "map.txt"}, b"North is up.")
    sandbox.forget_requests()
    read = exported(
        sandbox,
        served,
        selection={"attachments": ["gid", "file_path", "file_size"]},
        attachment_files="download",
        attachment_location=str(tmp_path),
    )

    assert sorted(one["file_size"] or 0 for one in read.records["attachments"]) == [0, 12]
    assert [path.read_bytes() for path in tmp_path.glob("*.txt")] == [b"North is up."]
    of_the_project = 1
    assert count(sandbox, "GET /attachments") == of_the_project


def test_a_task_that_no_list_holds_is_in_an_export(sandbox: SandboxClient, served: str) -> None:
    sandbox.make("tasks", name="adrift")

    assert run_tap(sandbox, "tasks", access_token=served).names() == []
    assert exported(sandbox, served, "tasks").names() == ["adrift"]


def test_a_later_run_exports_what_changed_since(sandbox: SandboxClient, served: str) -> None:
    tasks = make_tasks(sandbox)
    sandbox.advance(HOUR)
    first = exported(sandbox, served, *STREAMS)
    sandbox.advance(HOUR)
    sandbox.put(f"/tasks/{tasks['Go']}", {"name": "Leave"})
    later = exported(sandbox, served, *STREAMS, state=first.state)
    listed = run_tap(sandbox, *STREAMS, access_token=served, state=first.state)

    assert later.names() == ["Leave"]
    assert ordered(later) == ordered(listed)
    by_api, by_export = (run.state["bookmarks"]["tasks"] for run in (listed, later))
    assert by_export["workspaces"].keys() == by_api["workspaces"].keys()
    assert by_export["exports"] == {}


def test_what_was_refused_to_an_earlier_run_is_exported_too(
    sandbox: SandboxClient, served: str
) -> None:
    make_tasks(sandbox)
    first = exported(sandbox, served, "tasks")
    sandbox.advance(HOUR)
    entry = first.state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]
    entry["unread"] = {"1": None}

    later = exported(sandbox, served, "tasks", state=first.state)
    assert sorted(later.names()) == sorted(first.names())
    assert "unread" not in str(later.state)


def test_killed_while_it_waits_it_goes_on_with_the_same_export(
    sandbox: SandboxClient, served: str, tmp_path: Path
) -> None:
    make_tasks(sandbox)
    sandbox.switch(job_seconds=HOUR)
    config = config_of(sandbox, access_token=served, tasks_source="export")
    catalog = catalog_of({"tasks": None}, **config)
    line = command(tmp_path, config=config, catalog=catalog)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tap:
        assert tap.stdout
        output = ""
        while '"job"' not in output:
            output += tap.stdout.readline().decode()
        tap.send_signal(signal.SIGKILL)
    cut = parsed(output)
    assert cut.records["tasks"] == []

    sandbox.advance(HOUR + 1)
    rest = exported(sandbox, served, "tasks", state=cut.state)
    assert sorted(rest.names()) == ["Go", "Mine", "Pack", "Socks"]
    assert count(sandbox, STARTED) == 1
    assert rest.state["bookmarks"]["tasks"]["exports"] == {}


def test_a_full_table_run_remembers_its_export_too(sandbox: SandboxClient, served: str) -> None:
    make_tasks(sandbox)
    run = exported(sandbox, served, "tasks", replication_method="FULL_TABLE")
    begun = next(state for state in run.states if "job" in str(state))
    again = exported(sandbox, served, "tasks", replication_method="FULL_TABLE", state=begun)

    assert again.records["tasks"] == run.records["tasks"]
    assert count(sandbox, STARTED) == 1


def test_an_export_for_other_fields_is_not_gone_on_with(
    sandbox: SandboxClient, served: str
) -> None:
    make_tasks(sandbox)
    run = exported(sandbox, served, "tasks")
    begun = next(state for state in run.states if "job" in str(state))
    exported(sandbox, served, selection={"tasks": ["gid", "name"]}, state=begun)

    assert count(sandbox, STARTED) == 2


@pytest.mark.parametrize("fate", ["failed", "vanished", "too old"])
def test_an_export_that_is_of_no_use_any_more_is_started_anew(
    sandbox: SandboxClient, served: str, fate: str
) -> None:
    make_tasks(sandbox)
    sandbox.switch(job_outcome="failed" if fate == "failed" else "succeeded")
    run = exported(sandbox, served, "tasks")
    begun = next(state for state in run.states if "job" in str(state))
    sandbox.switch(job_outcome="succeeded")
    if fate == "vanished":
        entry = begun["bookmarks"]["tasks"]["exports"][sandbox.workspace]
        entry["job"] = "1299999999999999"
    if fate == "too old":
        sandbox.advance(31 * 24 * HOUR)
    sandbox.forget_requests()

    again = exported(sandbox, served, "tasks", state=begun)
    assert sorted(again.names()) == ["Go", "Mine", "Pack", "Socks"]
    assert count(sandbox, STARTED) == 1


def test_a_test_of_the_connection_exports_nothing(
    sandbox: SandboxClient, served: str, tmp_path: Path
) -> None:
    make_tasks(sandbox)
    config = config_of(sandbox, access_token=served, tasks_source="export")
    done, problems = run_command(tmp_path, "--test", config=config)

    assert (done.returncode, problems) == (0, [])
    asked = sandbox.requests()["by_operation"]
    assert not {STARTED, "POST /organization_exports"} & asked.keys()
    assert asked["GET /tasks"]


def test_start_date_bounds_an_export_too(sandbox: SandboxClient, served: str) -> None:
    tasks = make_tasks(sandbox)
    sandbox.advance(24 * HOUR)
    sandbox.put(f"/tasks/{tasks['Go']}", {"name": "Leave"})
    moment = sandbox.data(f"/tasks/{tasks['Go']}")["modified_at"]

    assert exported(sandbox, served, "tasks", start_date=moment).names() == ["Leave"]


@pytest.mark.parametrize("why", ["no service account", "free plan", "one under way", "failing"])
def test_where_nothing_can_be_exported_the_api_is_read_with_one_warning(
    sandbox: SandboxClient, served: str, caplog: pytest.LogCaptureFixture, why: str
) -> None:
    make_tasks(sandbox)
    token = sandbox.token if why == "no service account" else served
    if why == "one under way":
        sandbox.switch(job_seconds=HOUR)
        part = {"resource_type": "team"}
        body = {"workspace": sandbox.workspace, "export_request_parameters": [part]}
        assert sandbox.post("/exports/resource", body, token=served).status_code == 201
    if why == "failing":
        sandbox.switch(job_outcome="failed")
    if why == "free plan":
        sandbox.switch(plan="free")
    read = exported(sandbox, token, "tasks")

    assert sorted(read.names()) == ["Go", "Mine", "Pack", "Socks"]
    told = [record.message for record in caplog.records if "not from an export" in record.message]
    assert len(told) == 1


def test_it_waits_for_the_file_and_asks_ever_more_seldom(
    sandbox: SandboxClient, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_tasks(sandbox)
    sandbox.switch(job_seconds=600, export_url_seconds=100)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        sandbox.advance(seconds)

    monkeypatch.setattr("tap_asana.exports.time.sleep", sleep)
    run = exported(sandbox, served, "tasks")

    assert sorted(run.names()) == ["Go", "Mine", "Pack", "Socks"]
    assert (waits[:3], max(waits)) == ([1, 2, 4], 60)
    assert 700 <= sum(waits) < 770
    assert count(sandbox, STARTED) == 1


class Terminal(io.StringIO):
    """Standard error as people see it."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_a_terminal_shows_how_far_an_export_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress() as tell:
        tell("The export is in_progress.")

    assert "The export is in_progress." in terminal.getvalue()


def test_elsewhere_the_log_tells_it(
    sandbox: SandboxClient, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_tasks(sandbox)
    with caplog.at_level("INFO", "tap-asana"):
        exported(sandbox, served, "tasks")

    told = [record.message for record in caplog.records if "(job " in record.message]
    assert len(told) == 1
    assert told[0].startswith(f"The export of workspace {sandbox.workspace} (job ")
    assert told[0].endswith("): succeeded.")


def test_projects_that_the_settings_choose_are_read_from_the_api(
    sandbox: SandboxClient, served: str
) -> None:
    make_tasks(sandbox)
    project = sandbox.make("projects", name="Other")["gid"]
    sandbox.make("tasks", name="Chosen", projects=[project])

    assert exported(sandbox, served, "tasks", projects=[project]).names() == ["Chosen"]
    assert count(sandbox, STARTED) == 0


def test_the_state_tells_how_much_of_a_long_file_is_out(
    sandbox: SandboxClient, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_asana.tasks._NOTED", 2)
    make_tasks(sandbox)
    whole = exported(sandbox, served, "tasks")
    entries = [state["bookmarks"]["tasks"].get("exports", {}) for state in whole.states]
    done = [entry[sandbox.workspace].get("done") for entry in entries if entry]
    assert done[-1] == 4
    cut = next(state for state in whole.states if "'done': 2" in str(state))

    rest = exported(sandbox, served, "tasks", state=cut)
    assert rest.names() == whole.names()[2:]
    assert count(sandbox, STARTED) == 1


def test_a_file_that_breaks_off_is_fetched_again(sandbox: SandboxClient, served: str) -> None:
    make_tasks(sandbox)
    sandbox.fault({"method": "GET", "path": "/downloads/*", "truncate": True, "times": 2})

    assert sorted(exported(sandbox, served, "tasks").names()) == ["Go", "Mine", "Pack", "Socks"]
    assert count(sandbox, STARTED) == 1


def test_a_file_that_never_comes_whole_ends_the_run(
    sandbox: SandboxClient, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_asana.export_file.time.sleep", lambda _seconds: None)
    make_tasks(sandbox)
    sandbox.fault({"method": "GET", "path": "/downloads/*", "status": 403, "times": 9})

    cut = exported(sandbox, served, "tasks", ends_with=ServerFault)
    assert "job" in str(cut.state)
