"""Runs of the target for tests: in this process, and as the command a user types."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_asana.target import Stop, TargetAsana

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.conftest import SandboxClient

COLUMNS = [
    *("Task ID", "Created At", "Completed At", "Last Modified", "Name", "Section/Column"),
    *("Assignee", "Assignee Email", "Start Date", "Due Date", "Tags", "Notes", "Projects"),
    *("Parent task", "Blocked By (Dependencies)", "Blocking (Dependencies)"),
]


@dataclass(frozen=True)
class Loaded:
    """What a run left behind.

    Attributes:
        code: its exit code.
        error: the line it stopped with, when it did.
        states: the STATE values it printed.
        report: its report.
        rejected: the records among the dead letters.
        unprocessed: the records that were never tried.
    """

    code: int
    error: str
    states: list[Any]
    report: Any
    rejected: list[dict[str, Any]]
    unprocessed: list[dict[str, Any]]

    @property
    def records(self) -> dict[str, int]:
        """The records of the input by their end, those that are none left out."""
        return {end: count for end, count in self.report["records"].items() if count}


def _records(path: Path) -> list[dict[str, Any]]:
    messages = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [message for message in messages if message["type"] == "RECORD"]


def config(sandbox: SandboxClient, directory: Path, **settings: Any) -> dict[str, Any]:
    """Return settings for a run into the sandbox's first workspace."""
    return {
        "access_token": sandbox.token,
        "api_url": sandbox.url,
        "workspace": sandbox.workspace,
        "state_dir": str(directory),
        "rate_limit_per_minute": 1_000_000,
        **settings,
    }


def load(
    sandbox: SandboxClient,
    directory: Path,
    messages: Iterable[Mapping[str, Any] | str] = (),
    *,
    csv_file: Path | None = None,
    **settings: Any,
) -> Loaded:
    """Run the target in this process over messages, or over a CSV file."""
    target = TargetAsana(config=config(sandbox, directory, **settings))
    lines = "".join(m if isinstance(m, str) else json.dumps(m) + "\n" for m in messages)
    output, error = io.StringIO(), ""
    try:
        with redirect_stdout(output):
            code = target.load(io.StringIO(lines), csv_file)
    except Stop as stop:
        code, error = stop.exit_code, stop.message
    states = [json.loads(line) for line in output.getvalue().splitlines()]
    report = directory / "report.json"
    return Loaded(
        code,
        error,
        states,
        json.loads(report.read_text()) if report.exists() else None,
        _records(directory / "rejected.singer.jsonl"),
        _records(directory / "unprocessed.singer.jsonl"),
    )


def command(
    sandbox: SandboxClient, directory: Path, *arguments: str, text: str = "", **settings: Any
) -> subprocess.CompletedProcess[str]:
    """Run `target-asana` as a user would."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "config.json"
    file.write_text(json.dumps(config(sandbox, directory, **settings)))
    return subprocess.run(
        [sys.executable, "-m", "target_asana", "--config", str(file), *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def schema(stream: str, *keys: str, **properties: Any) -> dict[str, Any]:
    """Return a SCHEMA message that lets everything through."""
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties or {"gid": {"type": "string"}}},
        "key_properties": list(keys or ("gid",)),
    }


def record(stream: str, /, **values: Any) -> dict[str, Any]:
    """Return a RECORD message."""
    return {"type": "RECORD", "stream": stream, "record": values}


def state(value: Any) -> dict[str, Any]:
    """Return a STATE message."""
    return {"type": "STATE", "value": value}


def write_csv(path: Path, *rows: Mapping[str, str], columns: Iterable[str] = COLUMNS) -> Path:
    """Write a file as Asana's CSV export does; cells that are not given are empty."""
    names = list(columns)
    lines = [",".join(map(_quoted, names))]
    lines += [",".join(_quoted(row.get(name, "")) for name in names) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def writes(sandbox: SandboxClient) -> list[str]:
    """Return the writes the sandbox has seen, as "PUT /tasks/{task_gid}"."""
    return [
        operation
        for operation, count in sandbox.requests()["by_operation"].items()
        for _ in range(count)
        if not operation.startswith("GET ") and operation != "POST /batch"
    ]


def tasks(sandbox: SandboxClient, project: str) -> dict[str, dict[str, Any]]:
    """Return the tasks of the project of this name, by name, subtasks included."""
    gid = next(p["gid"] for p in sandbox.listed("/projects", workspace=sandbox.workspace)
               if p["name"] == project)  # fmt: skip
    fields = (
        "name,completed,due_on,notes,assignee.email,parent.name,tags.name,num_subtasks,"
        "memberships.section.name,memberships.project.name,dependencies,dependents,followers.email"
    )
    found: dict[str, dict[str, Any]] = {}
    todo = sandbox.listed("/tasks", project=gid, opt_fields=fields)
    while todo:
        task = todo.pop()
        found[task["name"]] = task
        if task["num_subtasks"]:
            todo += sandbox.listed(f"/tasks/{task['gid']}/subtasks", opt_fields=fields)
    return found
