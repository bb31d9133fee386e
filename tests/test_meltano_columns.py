"""Columns of custom fields under Meltano: typed in a warehouse, and asked in plain SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.field_world import FieldWorld, field_world
from tests.postgres import PROGRAMS, throwaway_postgres
from tests.test_meltano import Project, account, loud, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

__all__ = ["project"]

QUERY = """
select custom_priority, sum(custom_estimate), max(custom_due_at)
from {schema}.tasks where custom_due >= '2026-03-03' group by 1
"""


@pytest.fixture
def world(sandbox: SandboxClient) -> FieldWorld:
    """Three tasks with priorities, estimates, due dates and places."""
    made = field_world(sandbox)
    made.add("Priority", "enum", "High", "Low")
    made.add("Estimate", "number", precision=1)
    made.add("Due", "date")
    made.add("Where", "multi_enum", "Linux", "macOS")
    for day, estimate in ((2, 40), (3, 2.5), (4, 0)):
        made.task(
            Priority=made.options["High"],
            Estimate=estimate,
            Due={"date_time": f"2026-03-0{day}T09:00:00.000Z"},
            Where=[made.options["macOS"]],
        )
    return made


def settings(world: FieldWorld, tmp_path: Path) -> dict[str, str]:
    return account("TAP_ASANA", world.sandbox) | {
        "TAP_ASANA_CUSTOM_FIELDS": "columns",
        "MELTANO_DATABASE_URI": f"sqlite:///{tmp_path}/meltano.db",
    }


def test_columns_are_asked_in_duckdb(project: Project, world: FieldWorld, tmp_path: Path) -> None:
    file = tmp_path / "asana.duckdb"

    log = project.run(
        *("run", "tap-asana", "target-duckdb"),
        **settings(world, tmp_path),
        TARGET_DUCKDB_PATH=str(file),
    )

    with duckdb.connect(str(file), read_only=True) as database:
        ((priority, estimate, due),) = database.execute(QUERY.format(schema="main")).fetchall()
        types = database.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_name = 'tasks'"
        ).fetchall()
    assert loud(log) == ""
    assert (priority, estimate, str(due)) == ("High", 2.5, "2026-03-04 09:00:00")
    assert dict(types).items() >= {
        ("custom_priority", "VARCHAR"),
        ("custom_estimate", "DOUBLE"),
        ("custom_due_at", "TIMESTAMP"),
    }


@pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's programs are not installed")
def test_columns_are_asked_in_postgresql_and_outlive_a_new_name_in_asana(
    project: Project, world: FieldWorld, tmp_path: Path
) -> None:
    environment = settings(world, tmp_path)
    with throwaway_postgres() as postgres:
        environment["TARGET_POSTGRES_SQLALCHEMY_URL"] = postgres.url
        log = project.run("run", "tap-asana", "target-postgres", **environment)

        first = postgres.ask(QUERY.format(schema="asana"))
        types = {
            name: postgres.ask(f"select pg_typeof(custom_{name}) from asana.tasks")[0]  # noqa: S608 - our own names
            for name in ("priority", "estimate", "due", "due_at", "where")
        }

        world.sandbox.put(f"/custom_fields/{world.gids['Priority']}", {"name": "Urgency"})
        world.sandbox.advance(3600)
        world.task(
            Priority=world.options["Low"], Due={"date_time": "2026-03-05T09:00:00.000Z"}, Estimate=1
        )
        project.run("run", "--refresh-catalog", "tap-asana", "target-postgres", **environment)
        columns = postgres.ask(
            "select string_agg(column_name, ' ') from information_schema.columns"
            " where table_name = 'tasks' and column_name like 'custom_%y'"
        )
        counts = postgres.ask(
            "select string_agg(distinct custom_priority, ' '), count(*) from asana.tasks"
        )

    assert loud(log) == ""
    assert first == ["High", "2.5", "2026-03-04 09:00:00"]
    assert types == {
        "priority": "text",
        "estimate": "numeric",
        "due": "date",
        "due_at": "timestamp without time zone",
        "where": "text[]",
    }
    assert columns == ["custom_priority"]
    assert counts == ["High Low", "4"]
