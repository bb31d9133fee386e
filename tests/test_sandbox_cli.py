"""`asana-sandbox serve` as a process: ready line, options, files, signals."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import start_sandbox, stop_sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "asana_sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_and_saves(tmp_path: Path, number: signal.Signals) -> None:
    saved = tmp_path / "state.jsonl"
    process, client = start_sandbox("--save", str(saved))
    tag = client.make("tags", name="red")
    client.session.close()
    process.send_signal(number)
    with process:
        assert process.wait(timeout=30) == 0

    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert tag["gid"] in {json.loads(line).get("gid") for line in saved.read_text().splitlines()}
    assert client.token not in saved.read_text()


def test_what_was_saved_can_be_served_again(tmp_path: Path) -> None:
    saved = tmp_path / "state.jsonl"
    process, client = start_sandbox("--save", str(saved))
    task = client.make("tasks", name="call")
    stop_sandbox(process, client)

    process, client = start_sandbox("--state", str(saved))
    found = client.data(f"/tasks/{task['gid']}")
    stop_sandbox(process, client)

    assert found == task


def test_people_can_be_made_up_or_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAda Lovelace,ada@example.com\n", encoding="utf-8-sig")

    assert names_with("--people", str(file), "--empty") == {"Olivia Owner", "Ada Lovelace"}
    assert len(names_with("--people", "120", "--empty")) == 121


def names_with(*options: str) -> set[str]:
    """Start a sandbox and give the names of the people in it."""
    process, client = start_sandbox(*options)
    users = client.listed("/users", workspace=client.workspace)
    stop_sandbox(process, client)
    return {user["name"] for user in users}


def test_the_options_move_the_switches() -> None:
    process, client = start_sandbox("--plan", "free", "--latency", "0.001")
    switches, quota = client.control_get("switches"), client.limits()["quota"]
    client.reset()
    again = client.control_get("switches")
    stop_sandbox(process, client)

    assert (switches["plan"], switches["latency"], quota) == ("free", 0.001, 150)
    assert again == switches


def test_the_sample_has_a_little_of_everything() -> None:
    process, client = start_sandbox("--sample")
    projects = client.data("/projects", workspace=client.workspace)
    tasks = client.data("/tasks", project=projects[0]["gid"])
    stop_sandbox(process, client)

    assert projects
    assert tasks


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--plan", "gold"), "gold"),
        (("--people", "no such file"), "no such file is neither a number nor a CSV file"),
        (("--state", "no such file"), "no such file"),
        (("--requests-per-minute", "0"), "0"),
    ],
)
def test_a_wrong_option_is_one_clear_error(options: tuple[str, ...], part: str) -> None:
    result = run("serve", *options)

    assert result.returncode == 2
    assert part in result.stderr
    assert "Traceback" not in result.stderr


def test_a_state_file_of_another_kind_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "state.jsonl"
    file.write_text("name,email\n")
    result = run("serve", "--state", str(file))

    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_clear_error(sandbox_process: SandboxClient) -> None:
    port = sandbox_process.control.split(":")[2].split("/")[0]
    result = run("serve", "--port", port)

    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert port in result.stderr
    assert result.stderr.count("\n") == 1


def test_help_names_every_option_of_serve() -> None:
    result = run("serve", "--help")

    for option in ("port", "plan", "requests-per-minute", "latency", "state", "save", "people"):
        assert f"--{option}" in result.stdout
