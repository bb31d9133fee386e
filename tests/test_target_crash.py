"""Crashes, signals and lost answers: what was sent is never sent twice, what was not is sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import Call
from target_asana.identities import Effect
from target_asana.journal import Journal, JournalInUseError
from target_asana.operations import Step
from target_asana.records import Key
from tests.target_runs import COLUMNS, config, load, record, schema, state, tasks, write_csv, writes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

ROW_SCHEMA = schema(
    "backlog", "Task ID", **{column: {"type": ["string", "null"]} for column in COLUMNS}
)
CREATE = {"method": "POST", "path": "/tasks"}


def _rows(count: int) -> list[dict[str, Any]]:
    return [
        record("backlog", **{"Task ID": str(n), "Name": f"t{n}", "Projects": "Garden"})
        for n in range(count)
    ]


def _names(sandbox: SandboxClient) -> Counter[str]:
    fields = {"workspace": sandbox.workspace}
    (project,) = sandbox.listed("/projects", **fields)
    return Counter(task["name"] for task in sandbox.listed("/tasks", project=project["gid"]))


def test_a_create_without_an_answer_is_not_sent_again(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    messages = [ROW_SCHEMA, *_rows(3), state({"n": 3})]
    sandbox.fault({**CREATE, "times": 1, "drop": "after"})

    first = load(sandbox, tmp_path, messages, batch_size=1)
    second = load(sandbox, tmp_path, messages, batch_size=1)

    assert (first.code, second.code) == (4, 4)
    assert first.records == {"input": 3, "applied": 2, "unknown": 1}
    assert second.records == {"input": 3, "unchanged": 2, "unknown": 1}
    assert first.states == second.states == []
    assert set(_names(sandbox).values()) == {1}
    assert sum(_names(sandbox).values()) == 3


def test_a_batch_without_an_answer_is_not_sent_again(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    messages = [ROW_SCHEMA, *_rows(12), state({"n": 12})]
    load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(1)])
    sandbox.fault({"method": "POST", "path": "/batch", "times": 1, "drop": "after"})

    load(sandbox, tmp_path, messages, batch_size=10)
    load(sandbox, tmp_path, messages, batch_size=10)

    assert set(_names(sandbox).values()) == {1}
    unknown = [json.loads(line) for line in (tmp_path / "unknown.jsonl").read_text().splitlines()]
    assert {u["path"] for u in unknown} == {"/tasks"}
    assert len(unknown) == 10


def test_what_may_have_been_made_is_named_as_people_know_it(
    sandbox: SandboxClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.make("projects", name="P")
    section = {"method": "POST", "path": "/projects/*/sections", "drop": "after"}
    sandbox.fault(section)
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "P", "Section/Column": "Now"},
    )

    loaded = load(sandbox, tmp_path, csv_file=path)

    assert loaded.code == 4
    assert "The creation of section 'Now'" in caplog.text


def test_an_outage_ends_the_run_before_everything_is_unknown(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.fault({**CREATE, "times": 1000, "status": 503})

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(60), state(1)], batch_size=1)

    assert (loaded.code, loaded.states) == (1, [])
    assert "503" in loaded.error
    assert loaded.report["records"]["unknown"] < 20
    assert loaded.rejected == []


def test_what_hangs_on_an_unknown_create_waits_and_holds_state_back(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    child = record("backlog", **{"Task ID": "9", "Name": "c", "Parent task": "t0"})
    load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(2)[1:]])
    sandbox.fault({**CREATE, "times": 1, "drop": "after"})

    loaded = load(
        sandbox, tmp_path, [ROW_SCHEMA, *_rows(1), state(1), child, state(2)], batch_size=1
    )

    assert loaded.code == 4
    assert loaded.records == {"input": 2, "unknown": 1, "unprocessed": 1}
    assert loaded.states == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0},
        {"drop": "before"},
    ],
    ids=["rate limit", "an update that was lost"],
)
def test_what_certainly_or_harmlessly_did_not_happen_is_sent_again(
    sandbox: SandboxClient, tmp_path: Path, fault: dict[str, Any]
) -> None:
    load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(2)])
    changed = [{**r, "record": {**r["record"], "Notes": "new"}} for r in _rows(2)]
    sandbox.fault({"method": "PUT", "path": "/tasks/*", "times": 1, **fault})

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, *changed], batch_size=1)

    assert loaded.records == {"input": 2, "applied": 2}
    assert {task["notes"] for task in tasks(sandbox, "Garden").values()} == {"new"}


def test_an_operation_found_sent_at_start_up_is_unknown_and_never_planned(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.sqlite")
    journal.begin("2026-01-01T00:00:00Z", "")
    for key, kind, call in (
        ("made", "create", Call("POST", "/tasks", {"name": "made"})),
        ("changed", "update", Call("PUT", "/tasks/1", {"name": "changed"})),
        ("never", "create", Call("POST", "/tasks", {"name": "never"})),
    ):
        subject = journal.identities.promise(Key("csv", "tasks", key))
        journal.operations.add(Step(1, "tasks", kind, subject, call, Effect()))
    ready = [journal.operations.load(op) for op, _ in journal.operations.ready(2)]
    journal.operations.mark_sent(ready, 1, "2026-01-01T00:00:00Z")
    journal.close()

    journal = Journal(tmp_path / "j.sqlite")
    journal.begin("2026-01-02T00:00:00Z", "")

    # The update may be sent again, so the input plans it anew; what was never sent, too.
    assert [op["key"] for op in journal.operations.unknown()] == ["made"]
    assert journal.operations.ready(9) == []
    journal.close()


def test_of_two_processes_on_one_journal_the_second_is_refused(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = tmp_path / f"{sandbox.workspace}-default.sqlite"
    holder = Journal(path)
    try:
        with pytest.raises(JournalInUseError, match="in use by another process"):
            Journal(path)
        refused = load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(1)])
    finally:
        holder.close()

    assert refused.code == 1
    assert "in use by another process" in refused.error
    assert writes(sandbox) == []
    assert load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(1)]).code == 0


class Process:
    """`target-asana` as a process of its own, fed over its standard input."""

    def __init__(self, sandbox: SandboxClient, directory: Path, **settings: Any) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / "config.json"
        file.write_text(json.dumps(config(sandbox, directory, **settings)))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "target_asana", "--config", str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def say(self, *messages: dict[str, Any]) -> None:
        """Send messages."""
        assert self.process.stdin
        self.process.stdin.write("".join(json.dumps(message) + "\n" for message in messages))
        self.process.stdin.flush()

    def end(self) -> None:
        """Close the input."""
        assert self.process.stdin
        self.process.stdin.close()

    def stop(self, signum: int) -> tuple[int, list[Any]]:
        """Send a signal; return the exit code and the STATE values."""
        self.process.send_signal(signum)
        assert self.process.stdin
        assert self.process.stdout
        said = self.process.stdout.read()
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()
        return self.process.wait(timeout=60), [json.loads(line) for line in said.splitlines()]


def _until_created(sandbox: SandboxClient, count: int) -> None:
    """Wait until the sandbox has made so many tasks; each look is a request, none is a sleep."""
    while sandbox.requests()["by_operation"].get("POST /tasks", 0) < count:
        pass


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_after_a_signal_in_the_middle_a_second_run_finishes_without_doubling(
    sandbox: SandboxClient, tmp_path: Path, signum: int
) -> None:
    count = 120
    messages = [m for n, row in enumerate(_rows(count), 1) for m in (row, state({"n": n}))]
    sandbox.switch(latency=0.02)
    process = Process(sandbox, tmp_path, batch_size=5)
    process.say(ROW_SCHEMA, *messages)
    process.end()
    _until_created(sandbox, 20)

    code, states = process.stop(signum)
    sandbox.switch(latency=0)
    made = set(_names(sandbox))
    again = load(sandbox, tmp_path, [ROW_SCHEMA, *messages])

    assert set(_names(sandbox).values()) == {1}
    done = states[-1]["n"] if states else 0
    assert {f"t{n}" for n in range(done)} <= made
    if signum == signal.SIGTERM:
        assert code == 128 + signal.SIGTERM
        assert again.code == 0
        assert len(_names(sandbox)) == count
    else:
        assert code == -signal.SIGKILL
        unknown = again.records.get("unknown", 0)
        assert again.code == (4 if unknown else 0)
        assert unknown <= 10
        assert len(_names(sandbox)) >= count - unknown


def test_a_signal_while_waiting_for_input_ends_at_once_with_its_own_code(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    process = Process(sandbox, tmp_path)
    process.say(ROW_SCHEMA, *_rows(1))
    while not (tmp_path / "rejected.singer.jsonl").exists():
        os.sched_yield()

    code, states = process.stop(signal.SIGTERM)

    assert (code, states) == (128 + signal.SIGTERM, [])
    assert load(sandbox, tmp_path, [ROW_SCHEMA, *_rows(1)]).records == {"input": 1, "applied": 1}
