"""The stream of organization exports, which starts what it tells of."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import HOUR, catalog_of, command, config_of, discovered, parsed, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

STREAM = "organization_exports"
STARTED = "POST /organization_exports"


@pytest.fixture
def served(sandbox: SandboxClient) -> str:
    """The token of a service account."""
    return sandbox.token_of("olivia@sandbox.example", service_account=True)


def started(sandbox: SandboxClient) -> int:
    """Tell how many exports were started."""
    return int(sandbox.requests()["by_operation"].get(STARTED, 0))


def test_nobody_starts_one_without_having_selected_it(sandbox: SandboxClient, served: str) -> None:
    (entry,) = [
        stream
        for stream in discovered(config_of(sandbox))["streams"]
        if stream["tap_stream_id"] == STREAM
    ]
    (top,) = [one["metadata"] for one in entry["metadata"] if not one["breadcrumb"]]
    assert top["selected-by-default"] is False

    run_tap(sandbox, access_token=served)
    assert started(sandbox) == 0


def test_each_organization_is_exported_and_told_of(sandbox: SandboxClient, served: str) -> None:
    sandbox.control_post("workspaces", {"name": "Plain", "is_organization": False})
    second = sandbox.control_post("workspaces", {"name": "Second"})["gid"]
    run = run_tap(sandbox, STREAM, access_token=served)

    told = {record["organization"]["gid"]: record for record in run.records[STREAM]}
    assert told.keys() == {sandbox.workspace, second}
    assert {record["state"] for record in told.values()} == {"finished"}
    assert "download_url" not in run.records[STREAM][0]
    assert started(sandbox) == 2
    assert run.state["bookmarks"][STREAM] == {"exports": {}}


def test_selected_alone_it_starts_none_and_says_how(
    sandbox: SandboxClient, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings: dict[str, Any] = {"access_token": served, "start_organization_exports": False}
    run = run_tap(sandbox, STREAM, **settings)
    assert not run.records[STREAM]
    assert started(sandbox) == 0
    (told,) = [one.message for one in caplog.records if one.levelname == "WARNING"]
    assert "start_organization_exports" in told


def test_one_that_fails_is_told_as_it_ended(sandbox: SandboxClient, served: str) -> None:
    sandbox.switch(job_outcome="failed")

    (record,) = run_tap(sandbox, STREAM, access_token=served).records[STREAM]
    assert record["state"] == "error"


def test_killed_while_it_waits_it_goes_on_with_the_same_one(
    sandbox: SandboxClient, served: str, tmp_path: Path
) -> None:
    sandbox.switch(job_seconds=HOUR)
    config = config_of(sandbox, access_token=served)
    line = command(tmp_path, config=config, catalog=catalog_of({STREAM: None}, **config))
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tap:
        assert tap.stdout
        output = ""
        while '"exports":{"' not in output:
            output += tap.stdout.readline().decode()
        tap.send_signal(signal.SIGKILL)
    cut = parsed(output)

    sandbox.advance(HOUR + 1)
    run = run_tap(sandbox, STREAM, access_token=served, state=cut.state)
    assert [record["state"] for record in run.records[STREAM]] == ["finished"]
    assert started(sandbox) == 1


def test_one_that_is_gone_is_started_anew(sandbox: SandboxClient, served: str) -> None:
    state = {"bookmarks": {STREAM: {"exports": {sandbox.workspace: "1299999999999999"}}}}

    run = run_tap(sandbox, STREAM, access_token=served, state=state)
    assert [record["state"] for record in run.records[STREAM]] == ["finished"]
    assert started(sandbox) == 1


def test_one_that_is_gone_is_not_started_anew_unless_the_settings_allow_it(
    sandbox: SandboxClient, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = {"bookmarks": {STREAM: {"exports": {sandbox.workspace: "1299999999999999"}}}}
    settings: dict[str, Any] = {"access_token": served, "start_organization_exports": False}

    run = run_tap(sandbox, STREAM, state=state, **settings)
    assert not run.records[STREAM]
    assert started(sandbox) == 0
    assert "start_organization_exports" in caplog.text


@pytest.mark.parametrize("plan", ["paid", "free"])
def test_a_token_that_may_not_export_is_told_so(
    sandbox: SandboxClient, plan: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.switch(plan=plan)

    assert run_tap(sandbox, STREAM).records[STREAM] == []
    assert f"Not all of '{STREAM}' is read" in caplog.text
