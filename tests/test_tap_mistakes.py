"""Settings, states and catalogues that are wrong: one line that tells it, and no secrets in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import config_of, run_command, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient
    from tests.tap_runs import Record


@pytest.mark.parametrize(
    "settings",
    [
        {"access_token": 31415926535},
        {"access_token": ["31415926535"]},
        {"access_token": None, "client_id": "1", "client_secret": 31415926535},
        {"access_token": None, "client_id": "1", "refresh_token": {"is": "31415926535"}},
    ],
)
def test_a_complaint_about_a_secret_does_not_tell_it(tmp_path: Path, settings: Record) -> None:
    done, problems = run_command(tmp_path, config=settings)
    assert done.returncode == 1
    assert len(problems) == 1
    assert "is not of type 'string', 'null' in config[" in problems[0]
    assert "31415926535" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"user_agent": "two\nlines"}, "user_agent holds characters that no header can."),
        ({"user_agent": "Köln ☃"}, "user_agent holds characters that no header can."),
        ({"api_url": "app.asana.com"}, "api_url: 'app.asana.com' is no address; write https://…"),
        ({"api_url": "ftp://a/b"}, "api_url: 'ftp://a/b' is no address; write https://…"),
        ({"start_date": "0001-01-01T00:00:00+05:00"}, "start_date: '0001-01-01T00:00:00+05:00'"),
    ],
)
def test_a_setting_that_cannot_be_is_told_before_anything_is_asked(
    sandbox: SandboxClient, tmp_path: Path, settings: Record, complaint: str
) -> None:
    done, problems = run_command(tmp_path, config=config_of(sandbox, **settings))
    assert done.returncode == 1
    assert len(problems) == 1
    assert problems[0].startswith(complaint)
    assert not done.stdout


def test_a_setting_of_the_environment_that_is_wrong_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAP_ASANA_ACCESS_TOKEN", "31415926535")
    monkeypatch.setenv("TAP_ASANA_RATE_LIMIT_PER_MINUTE", "many")
    done, problems = run_command(tmp_path, "--config=ENV")
    assert done.returncode == 1
    assert len(problems) == 1
    assert "many" in problems[0]
    assert "31415926535" not in done.stderr


def entry(**content: Any) -> Record:
    """A state with this entry of a workspace."""
    return {"bookmarks": {"tasks": {"workspaces": {"1200000000000001": content}}}}


@pytest.mark.parametrize(
    "state",
    [
        "a file's name",
        3,
        [],
        {"bookmarks": []},
        {"bookmarks": None},
        {"bookmarks": {"tasks": "2024-01-01"}},
        {"bookmarks": {"tasks": {"workspaces": None}}},
        {"bookmarks": {"tasks": {"workspaces": {"1200000000000001": "2024-01-01"}}}},
        entry(modified_at=20240101),
        entry(modified_at="yesterday"),
        entry(modified_at="2024-02-31T00:00:00.000Z"),
        entry(modified_at="0001-01-01T00:00:00.000Z"),
        {"bookmarks": {"audit_log_events": {"workspaces": {"1200000000000001": "2024-01-01"}}}},
        entry(unread=["12"]),
        entry(unread={"12": "yesterday"}),
        entry(chosen="12"),
        entry(walk="far"),
        entry(walk={"since": None}),
        entry(walk={"since": None, "started": "yesterday", "phase": "projects", "after": "1"}),
    ],
)
def test_a_state_that_is_broken_is_one_line_and_nothing_is_asked(
    sandbox: SandboxClient, tmp_path: Path, state: Any
) -> None:
    done, problems = run_command(tmp_path, config=config_of(sandbox), state=json.dumps(state))
    assert done.returncode == 1
    assert len(problems) == 1
    assert "state" in problems[0]
    assert not done.stdout
    assert sandbox.requests()["count"] == 0


def test_a_state_with_what_we_do_not_know_is_gone_on_with(sandbox: SandboxClient) -> None:
    sandbox.make("tasks", name="old", assignee="me")
    sandbox.advance(3600)
    state = run_tap(sandbox, "tasks").state
    state["version"] = 9
    state["bookmarks"]["goals"] = {"after": 12}
    state["bookmarks"]["tasks"]["workspaces"][sandbox.workspace]["mood"] = "good"
    state["bookmarks"]["tasks"]["replication_key_value"] = "2020"
    again = run_tap(sandbox, "tasks", state=state)
    assert not again.records["tasks"]
    assert again.state["bookmarks"]["goals"] == {"after": 12}


@pytest.mark.parametrize("catalog", ["streams", [], {}, {"streams": 5}, {"streams": [{}]}])
def test_a_catalogue_that_is_broken_is_one_line(
    sandbox: SandboxClient, tmp_path: Path, catalog: Any
) -> None:
    done, problems = run_command(tmp_path, config=config_of(sandbox), catalog=json.dumps(catalog))
    assert done.returncode == 1
    assert len(problems) == 1
    assert "catalog" in problems[0]


def test_nothing_of_the_sdk_or_of_python_tells_a_token_when_all_is_logged(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGLEVEL", "DEBUG")
    for settings in ({}, {"access_token": f"{sandbox.token}0"}):
        token = config_of(sandbox, **settings)["access_token"]
        done, _ = run_command(tmp_path, config=config_of(sandbox, **settings))
        assert "DEBUG" in done.stderr
        assert token.rpartition(":")[2] not in done.stdout + done.stderr
