"""The command: one clear line for each mistake, the right exit code, a good end by signal."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import catalog_of, command, config_of, parsed, run_command, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient


def test_it_says_who_it_is_without_asking_asana(tmp_path: Path) -> None:
    version, _ = run_command(tmp_path, "--version")
    assert version.returncode == 0
    assert version.stdout.startswith("tap-asana v")
    assert "could not be detected" not in version.stdout
    about, _ = run_command(tmp_path, "--about", "--format=json")
    assert about.returncode == 0
    assert "activate-version" not in about.stdout
    discover, _ = run_command(tmp_path, "--discover")
    assert discover.returncode == 0
    assert '"tap_stream_id":"tasks"' in discover.stdout.replace(" ", "")


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (
            {"access_token": "0/none"},
            (
                "GET /workspaces: Asana answered 401: Not Authorized. Check access_token, or"
                " client_id, client_secret and refresh_token."
            ),
        ),
        ({"access_token": ""}, "Set access_token, or client_id, client_secret, refresh_token."),
        (
            {"access_token": None, "client_id": "1", "refresh_token": "2"},
            "OAuth needs client_secret too.",
        ),
        (
            {"start_date": "last week"},
            "start_date: 'last week' is no date; write 2024-01-31 or 2024-01-31T12:00:00Z.",
        ),
        (
            {"workspaces": ["404"]},
            "workspaces: 404 is none of those the token sees (1200000000000001).",
        ),
        ({"workspaces": ["mine"]}, "'mine' does not match '^[0-9]+$' in config['workspaces'][0]"),
        ({"projects": "12"}, "'12' is not of type 'array', 'null' in config['projects']"),
    ],
)
def test_a_mistake_in_the_settings_is_one_clear_line(
    sandbox: SandboxClient, tmp_path: Path, settings: dict[str, Any], complaint: str
) -> None:
    done, problems = run_command(tmp_path, config=config_of(sandbox, **settings))
    assert problems == [complaint]
    assert done.returncode == 1
    assert not parsed(done.stdout).records


@pytest.mark.parametrize("settings", [{"access_token": "0/none"}, {"start_date": "last week"}])
def test_the_connection_test_finds_mistakes_too(
    sandbox: SandboxClient, tmp_path: Path, settings: dict[str, Any]
) -> None:
    done, problems = run_command(tmp_path, "--test", config=config_of(sandbox, **settings))
    assert len(problems) == 1
    assert done.returncode == 1


def test_the_connection_test_writes_a_record_of_each_stream(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    project = sandbox.make("projects", name="Trip")["gid"]
    for n in range(3):
        sandbox.make("tasks", name=f"T{n}", projects=[project])
    done, problems = run_command(tmp_path, "--test", config=config_of(sandbox))
    assert (done.returncode, problems) == (0, [])
    records = parsed(done.stdout).records
    assert {len(records[stream]) for stream in ("users", "projects", "tasks", "stories")} == {1}
    assert not any("audit_log_events" in name for name in sandbox.requests()["by_operation"])


def test_a_terminal_gets_a_table_of_what_was_read(sandbox: SandboxClient, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    line = command(tmp_path, config=config_of(sandbox))
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        # Linux answers EIO when nobody can write any more (pty(7)).
        with contextlib.suppress(OSError):
            while part := os.read(ours, 1 << 16):
                shown += part
    assert running.returncode == 0
    os.close(ours)
    assert b"workspace_memberships" in shown
    assert b"requests, 0 of them met a rate limit." in re.sub(rb"\x1b\[[0-9;]*m", b"", shown)


def test_files_that_cannot_be_read_are_one_clear_line(tmp_path: Path) -> None:
    done, problems = run_command(tmp_path, config="{not json")
    assert (done.returncode, len(problems)) == (1, 1)
    assert "config.json" in problems[0]
    done, problems = run_command(tmp_path, "--config", str(tmp_path / "none.json"))
    assert (done.returncode, len(problems)) == (1, 1)
    assert "none.json" in problems[0]
    done, problems = run_command(tmp_path, config={"access_token": "1"}, state="{not json")
    assert (done.returncode, len(problems)) == (1, 1)
    assert "state.json is no JSON" in problems[0]


def test_an_option_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    done, _ = run_command(tmp_path, "--nonsense")
    assert done.returncode == 2


def test_a_server_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    settings = {"access_token": "1", "api_url": "http://127.0.0.1:9/api/1.0"}
    with pytest.MonkeyPatch.context() as patch:
        # The retries need no waiting here: the answer will not change.
        patch.setenv("PYTHONPATH", str(_without_waiting(tmp_path)))
        done, problems = run_command(tmp_path, config=settings)
    assert done.returncode == 1
    assert problems[-1].startswith("GET /workspaces: ")
    assert len(problems) == 1


def _without_waiting(folder: Path) -> Path:
    (folder / "sitecustomize.py").write_text("import time\ntime.sleep = lambda _: None\n")
    return folder


def test_the_token_is_never_told(sandbox: SandboxClient, tmp_path: Path) -> None:
    sandbox.make("tasks", name="pack", assignee="me")
    done, _ = run_command(tmp_path, config=config_of(sandbox))
    assert done.returncode == 0
    assert sandbox.token not in done.stdout + done.stderr
    assert sandbox.token.rpartition(":")[2] not in done.stdout + done.stderr


def test_the_log_has_no_line_for_each_parent(sandbox: SandboxClient, tmp_path: Path) -> None:
    def lines_with(count: int) -> int:
        for n in range(count):
            project = sandbox.make("projects", name=f"P{n}")["gid"]
            sandbox.make("tasks", name=f"T{n}", projects=[project])
        done, problems = run_command(tmp_path, config=config_of(sandbox))
        assert problems == []
        return done.stderr.count("\n")

    assert lines_with(1) == lines_with(20)


def test_when_the_reader_is_gone_the_run_ends_with_one_line(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    for n in range(30):
        sandbox.make("tasks", name="x" * 4000, assignee="me", notes=f"{n}")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command(tmp_path, config=config_of(sandbox)),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "ERROR" in line][-1].endswith(
        "Whoever read the output is gone, so the run ends here."
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "unbuffered"), [(signal.SIGTERM, ""), (signal.SIGINT, "1")])
def test_a_signal_while_the_reader_blocks_ends_with_whole_lines_and_a_state(
    sandbox: SandboxClient, tmp_path: Path, number: signal.Signals, unbuffered: str
) -> None:
    for n in range(12):
        project = sandbox.make("projects", name=f"P{n}")["gid"]
        for m in range(20):
            sandbox.make("tasks", name=f"T{m}", projects=[project], notes="x" * 4000)
    line = command(tmp_path, config=config_of(sandbox), catalog=catalog_of({"tasks": None}))
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    ) as process:
        assert process.stdout
        assert process.stderr
        first = process.stdout.read(1)
        wait_until_blocked(process.pid)
        process.send_signal(number)
        rest = process.stdout.read()
        log = process.stderr.read().decode()
    assert process.returncode == 128 + number
    cut = parsed((first + rest).decode())
    assert cut.messages[-1]["type"] == "STATE"
    assert f"Ended by signal {int(number)}" in log
    whole = run_tap(sandbox, "tasks")
    assert 0 < len(cut.gids()) < len(whole.gids())
    resumed = run_tap(sandbox, "tasks", state=cut.state)
    assert set(cut.gids()) | set(resumed.gids()) == set(whole.gids())


def wait_until_blocked(pid: int) -> None:
    """Wait until a process sleeps in a write to a pipe, as the kernel tells."""
    while "pipe_w" not in _where(pid):
        os.sched_yield()


def _where(pid: int) -> str:
    with open(f"/proc/{pid}/wchan") as file:  # noqa: PTH123 - the kernel's, not a path of ours
        return file.read()


def test_python_m_and_the_script_are_the_same() -> None:
    from tap_asana import tap  # noqa: PLC0415 - what the script of the package imports

    done = subprocess.run(
        [sys.executable, "-m", "tap_asana", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(tap.TapAsana.name)
