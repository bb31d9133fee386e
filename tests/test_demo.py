"""The demo: it says what went in and came out, and fails when the two differ."""

from __future__ import annotations

import csv
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest
from click.testing import CliRunner

from asana_sandbox.cli import main
from asana_sandbox.demo import backlog, warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "asana_sandbox/sample/backlog.csv"
REAL = ROOT.parent / "shared/data/backlog.csv"


class Ran(NamedTuple):
    """One run of the demo."""

    code: int
    said: str
    kept: Path

    def counted(self, kind: str) -> list[str]:
        """The line of a table that begins with `kind`: its cells."""
        found = re.search(rf"^ *{kind} {{2,}}(.*)$", self.said, re.MULTILINE)
        assert found, f"no line for {kind} in:\n{self.said}"
        return found[1].split()


def _run(kept: Path, *arguments: str) -> Ran:
    command = [str(Path(sys.executable).with_name("asana-sandbox")), "demo", "--keep", str(kept)]
    ran = subprocess.run(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        # A real account's settings: the demo must not let them through.
        env={**os.environ, "TAP_ASANA_API_URL": "http://127.0.0.1:9/", "COLUMNS": "100"},
    )
    return Ran(ran.returncode, ran.stdout, kept)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The demo with its own sample."""
    return _run(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database."""
    with duckdb.connect() as connection:
        yield connection


def test_everything_in_the_sample_comes_out_again(ran: Ran) -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tasks, subtasks = len(rows), sum(bool(row["Parent task"]) for row in rows)

    assert ran.code == 0, ran.said
    assert ran.counted("tasks") == [str(tasks), str(tasks), "equal"]
    assert ran.counted("subtasks") == [str(subtasks), str(subtasks), "equal"]
    assert all(ran.counted(kind)[-1] == "equal" for kind in backlog.KINDS)


def test_the_second_import_writes_nothing(ran: Ran) -> None:
    assert "The second import of the same file wrote nothing." in ran.said
    assert ran.counted("second import")[1] == "0"


def test_the_second_extract_reads_what_was_changed(ran: Ran) -> None:
    assert "The second extract read 10 tasks; 10 were changed" in ran.said


def test_no_request_came_too_fast(ran: Ran) -> None:
    assert "Requests refused because they came too fast: 0." in ran.said


def test_what_is_kept_is_for_its_owner_only(ran: Ran) -> None:
    files = [path for path in ran.kept.rglob("*") if path.is_file()]

    assert ran.kept / "asana.duckdb" in files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_database_that_is_kept_can_be_asked(ran: Ran) -> None:
    with duckdb.connect(str(ran.kept / "asana.duckdb"), read_only=True) as kept:
        (tasks,) = kept.execute("select count(distinct gid) from tasks").fetchall()

    assert tasks == (int(ran.counted("tasks")[0]),)


def test_a_task_missing_from_the_extract_is_noticed(
    ran: Ran, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = (ran.kept / "first-extract.jsonl").read_text("utf-8").splitlines()
    victim = next(
        n
        for n, line in enumerate(lines)
        if json.loads(line).get("stream") == "tasks" and json.loads(line)["type"] == "RECORD"
    )
    short = tmp_path / "short.jsonl"
    short.write_text("\n".join(lines[:victim] + lines[victim + 1 :]), "utf-8")
    backlog.read_backlog(database, SAMPLE)
    warehouse.load(database, short, 1)

    assert warehouse.extracted(database)["tasks"] == backlog.expected(database)["tasks"] - 1
    assert warehouse.different(database) == 1


def test_counts_that_disagree_are_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = backlog.expected
    monkeypatch.setattr(backlog, "expected", lambda database: truth(database) | {"dependencies": 1})
    mask = os.umask(0)
    try:
        result = CliRunner().invoke(main, ["demo"])
    finally:
        os.umask(mask)

    assert result.exit_code == 1
    assert "DIFFERENT" in result.output


def test_a_row_that_cannot_be_written_is_named_and_fails_the_demo(tmp_path: Path) -> None:
    file = tmp_path / "backlog.csv"
    file.write_text("Name,Projects,Section/Column\nOne,Web,Ready\n,Web,Ready\n", "utf-8")
    ran = _run(tmp_path / "kept", "--input", str(file))

    assert ran.code == 1
    assert re.search(r"^ *3 .*the row has no name", ran.said, re.MULTILINE)
    assert "Rows refused: 1. All others were written." in ran.said
    assert ran.counted("tasks") == ["2", "1", "DIFFERENT"]


def test_a_file_that_is_not_in_utf_8_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "backlog.csv"
    file.write_bytes("Name,Projects\nGrüße,Web\n".encode("latin-1"))
    ran = _run(tmp_path / "kept", "--input", str(file))

    assert ran.code == 1
    assert f"Error: {file} cannot be read as a CSV file" in ran.said
    assert len(ran.said.splitlines()) == 1


def test_a_file_that_is_no_export_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    ran = _run(tmp_path / "kept", "--input", str(file))

    assert ran.code == 1
    assert f"Error: {file} has no column Name" in ran.said
    assert "Traceback" not in ran.said


def test_a_directory_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    ran = _run(tmp_path)

    assert ran.code == 2
    assert "is not empty" in ran.said


def test_a_demo_that_is_asked_to_end_takes_everything_along(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("asana-sandbox")), "demo"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert "A local Asana runs" in process.stdout.readline()
        process.terminate()

    assert process.returncode == 143
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert list(tmp_path.iterdir()) == []


def test_names_are_understood_as_their_writer_meant_them(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "backlog.csv"
    file.write_text(
        "Name,Blocked By (Dependencies),Blocking (Dependencies)\n"
        "Check,,\n"
        '"Plan, then build",,\n'
        "Check,,\n"
        'Ship,"Check, Plan, then build",\n'
        "Tell,,Ship\n"
        "Rest,Ship,\n"
        "Early,Late,\n"
        "Late,,\n"
        "Twice,Never,\n",
        "utf-8",
    )
    backlog.read_backlog(database, file)
    edges = database.execute("select task, depends_on from dependencies order by all").fetchall()

    assert edges == [(4, 2), (4, 3), (4, 5), (6, 4), (7, 8)]


@pytest.mark.skipif(not REAL.exists(), reason="the real backlog is not beside this clone")
def test_the_real_backlog_counts_as_it_is_known_to(database: duckdb.DuckDBPyConnection) -> None:
    backlog.read_backlog(database, REAL)

    assert backlog.expected(database) == {
        "tasks": 3007,
        "subtasks": 832,
        "projects": 13,
        "sections": 83,
        "tags": 17,
        "assignees": 99,
        "dependencies": 319,
    }
