"""`asana-sandbox serve` as a process: ready line, options, files, signals."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import running_sandbox, start_sandbox

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
    with running_sandbox("--save", str(saved)) as client:
        task = client.make("tasks", name="call")

    with running_sandbox("--state", str(saved)) as client:
        assert client.data(f"/tasks/{task['gid']}") == task


def test_people_can_be_made_up_or_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAda Lovelace,ada@example.com\n", encoding="utf-8-sig")

    assert names_with("--people", str(file), "--empty") == {"Olivia Owner", "Ada Lovelace"}
    assert len(names_with("--people", "120", "--empty")) == 121


def names_with(*options: str) -> set[str]:
    """Start a sandbox and give the names of the people in it."""
    with running_sandbox(*options) as client:
        users = client.listed("/users", workspace=client.workspace)
    return {user["name"] for user in users}


def test_the_options_move_the_switches() -> None:
    with running_sandbox("--plan", "free", "--latency", "0.001") as client:
        switches = client.control_get("switches")
        assert (switches["plan"], switches["latency"]) == ("free", 0.001)
        assert client.limits()["quota"] == 150

        client.reset()
        assert client.control_get("switches") == switches


def test_the_sample_has_a_little_of_everything() -> None:
    with running_sandbox("--sample") as client:
        kinds = {line["resource_type"] for line in state_of(client)}

    assert set(KINDS) <= kinds


KINDS = (
    *("workspace", "user", "team", "team_membership", "workspace_membership", "user_task_list"),
    *("project", "section", "task", "story", "tag", "attachment"),
    *("custom_field", "custom_field_setting", "enum_option"),
)


def state_of(client: SandboxClient) -> list[dict[str, Any]]:
    """Give every object of a sandbox, as it would be saved."""
    lines = client.session.get(f"{client.control}/state", timeout=30).text
    return [json.loads(line) for line in lines.splitlines()]


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
