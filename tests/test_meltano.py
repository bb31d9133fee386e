"""Both plugins under Meltano itself, with loaders that other people wrote."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest

from asana_sandbox.demo import backlog
from tap_asana.tap import TapAsana
from tests.postgres import PROGRAMS, throwaway_postgres
from tests.tap_runs import run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "asana_sandbox/sample/backlog.csv"
REAL = ROOT.parent / "shared/data/backlog.csv"
BESIDE = Path(sys.executable).parent
MELTANO = "meltano==4.4.1"

# A missing parent is a JSON null in one of the loaders, and no value in the other.
COUNTS = """
select
    (select count(*) from {schema}.tasks),
    (select count(*) from {schema}.tasks where parent ->> 'gid' is not null),
    (select count(*) from {schema}.projects),
    (select count(distinct section_gid) from {schema}.task_memberships),
    (select count(*) from {schema}.tags),
    (select count(distinct assignee ->> 'gid') from {schema}.tasks),
    (select count(*) from {schema}.task_dependencies)
"""
COUNT = 'select count(*) from asana."{stream}"'


class Project(NamedTuple):
    """A Meltano project with this repository's meltano.yml, its plugins installed."""

    place: Path
    meltano: Path

    def run(self, *arguments: str, **environment: str) -> str:
        """Run Meltano and give what it logged, which is shown when the test fails.

        One run at a time: they share the files that Meltano hands to the plugins.
        """
        command = [str(self.meltano), *arguments]
        with _locked(self.place.with_suffix(".lock")):
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                cwd=self.place,
                env=_quick(environment),
            )
        sys.stderr.write(done.stderr)
        done.check_returncode()
        return done.stderr


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep out the other processes that tests may run in."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _quick(environment: dict[str, str]) -> dict[str, str]:
    # Meltano and the plugins start many processes: without byte code each compiles everything.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "UV_COMPILE_BYTECODE": "1", **environment}


@pytest.fixture(scope="session")
def project(pytestconfig: pytest.Config) -> Project:
    """The project; it stays in pytest's cache until meltano.yml or what we depend on changes."""
    definition = (ROOT / "meltano.yml").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    mark = hashlib.sha256(definition + MELTANO.encode()).hexdigest()[:12]
    cache = pytestconfig.cache
    assert cache
    home = cache.mkdir("meltano") / mark
    made = Project(home / "project", home / "venv/bin/meltano")
    with _locked(home.with_suffix(".lock")):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            _install(made, home)
            (home / "complete").touch()
    return made


def _install(project: Project, home: Path) -> None:
    uv = str(BESIDE / "uv")
    quick = _quick({})
    project.place.mkdir(parents=True)
    for name in ("tap_asana", "target_asana", "asana_sandbox", "pyproject.toml", "LICENSE"):
        (project.place / name).symlink_to(ROOT / name)
    for name in ("README.md", "meltano.yml"):
        shutil.copy(ROOT / name, project.place)
    subprocess.run([uv, "venv", "-q", str(home / "venv")], check=True, env=quick)
    install = [uv, "pip", "install", "-q", "--python", str(home / "venv/bin/python"), MELTANO]
    subprocess.run(install, check=True, env=quick)
    project.run("install")


def _fill(sandbox: SandboxClient, file: Path, state_dir: Path) -> dict[str, int]:
    """Import a backlog, and give what it holds."""
    with duckdb.connect() as database:
        backlog.read_backlog(database, file)
        people = {"workspace": sandbox.workspace, "people": backlog.people(database)}
        sandbox.control_post("users", people)
        expected = backlog.expected(database)
    subprocess.run(
        [str(BESIDE / "target-asana"), "--config=ENV", "--csv", str(file)],
        check=True,
        env=os.environ
        | account("TARGET_ASANA", sandbox)
        | {"TARGET_ASANA_WORKSPACE": sandbox.workspace, "TARGET_ASANA_STATE_DIR": str(state_dir)},
    )
    return expected


def account(prefix: str, sandbox: SandboxClient) -> dict[str, str]:
    return {
        f"{prefix}_API_URL": sandbox.url,
        f"{prefix}_ACCESS_TOKEN": sandbox.token,
        f"{prefix}_RATE_LIMIT_PER_MINUTE": "1000000",
    }


def test_the_sample_goes_through_meltano_into_duckdb_and_then_only_what_changed(
    project: Project, sandbox: SandboxClient, tmp_path: Path
) -> None:
    expected = _fill(sandbox, SAMPLE, tmp_path / "journal")
    sandbox.advance(3600)
    file = tmp_path / "asana.duckdb"
    environment = account("TAP_ASANA", sandbox) | {
        "TARGET_DUCKDB_PATH": str(file),
        "MELTANO_DATABASE_URI": f"sqlite:///{tmp_path}/meltano.db",
    }

    project.run("run", "tap-asana", "target-duckdb", **environment)

    count = COUNTS.format(schema="main")
    with duckdb.connect(str(file), read_only=True) as database:
        (first,) = database.execute(count).fetchall()
        ((gid,),) = database.execute("select min(gid) from tasks").fetchall()
    assert dict(zip(backlog.KINDS, first, strict=True)) == expected

    sandbox.advance(3600)
    sandbox.put(f"/tasks/{gid}", {"name": "Changed by hand"})
    sandbox.forget_requests()
    project.run("run", "tap-asana", "target-duckdb", **environment)

    with duckdb.connect(str(file), read_only=True) as database:
        (second,) = database.execute(count).fetchall()
        changed = database.execute("select gid from tasks where name = 'Changed by hand'")
        assert changed.fetchall() == [(gid,)]
    assert second == first
    assert sandbox.requests()["by_operation"]["GET /tasks/{task_gid}/stories"] == 1


@pytest.fixture(scope="module")
def expected(service: SandboxClient) -> dict[str, int]:
    """How many records each stream has, those that are off by default among them.

    The audit log is not counted: a run that starts an export is told of in it.
    """
    run = run_tap(service, *TapAsana(config={}, validate_config=False).streams)
    counts = {stream: len(records) for stream, records in run.records.items()}
    assert counts.pop("audit_log_events")
    return counts


def _load_all(project: Project, service: SandboxClient, home: Path, **loader: str) -> str:
    """Load all streams; give what was logged beyond plain information."""
    log = project.run(
        *("run", "tap-asana", loader.pop("name")),
        **account("TAP_ASANA", service),
        **loader,
        TAP_ASANA__SELECT='["*.*"]',
        TAP_ASANA_START_ORGANIZATION_EXPORTS="true",
        MELTANO_DATABASE_URI=f"sqlite:///{home}/meltano.db",
    )
    return loud(log)


def loud(log: str) -> str:
    """Give what tap and loader logged beyond plain information."""
    of_plugins = (line for line in log.splitlines() if "] meltano " not in line)
    return "\n".join(filter(_LOUD.search, of_plugins))


_LOUD = re.compile(r"\bwarn|\berror|\bcritical|traceback", re.IGNORECASE)


def test_every_stream_goes_into_duckdb_without_a_warning(
    project: Project, service: SandboxClient, expected: dict[str, int], tmp_path: Path
) -> None:
    file = tmp_path / "asana.duckdb"
    told = _load_all(project, service, tmp_path, name="target-duckdb", TARGET_DUCKDB_PATH=str(file))
    assert told == ""
    with duckdb.connect(str(file), read_only=True) as database:
        counts = {stream: len(database.table(stream).fetchall()) for stream in expected}
    assert counts == expected


@pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's programs are not installed")
def test_every_stream_goes_into_postgresql_without_a_warning(
    project: Project, service: SandboxClient, expected: dict[str, int], tmp_path: Path
) -> None:
    with throwaway_postgres() as postgres:
        address = {"TARGET_POSTGRES_SQLALCHEMY_URL": postgres.url}
        told = _load_all(project, service, tmp_path, name="target-postgres", **address)
        counts = {stream: int(postgres.ask(COUNT.format(stream=stream))[0]) for stream in expected}
    assert told == ""
    assert counts == expected


@pytest.mark.skipif(not REAL.exists(), reason="the real backlog is not beside this clone")
@pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's programs are not installed")
def test_the_real_backlog_goes_through_meltano_into_postgresql(
    project: Project, sandbox: SandboxClient, tmp_path: Path
) -> None:
    expected = _fill(sandbox, REAL, tmp_path / "journal")
    with throwaway_postgres() as postgres:
        project.run(
            "run",
            "tap-asana",
            "target-postgres",
            **account("TAP_ASANA", sandbox),
            TARGET_POSTGRES_SQLALCHEMY_URL=postgres.url,
            MELTANO_DATABASE_URI=f"sqlite:///{tmp_path}/meltano.db",
        )
        found = postgres.ask(COUNTS.format(schema="asana"))

    assert dict(zip(backlog.KINDS, map(int, found), strict=True)) == expected
