"""Singer output into DuckDB tables, by DuckDB's own JSON reader, and what they then hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asana_sandbox.demo.backlog import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_MESSAGES = """
create table if not exists messages (
    n bigint, run integer, type varchar, stream varchar, record json, schema json,
    key_properties varchar[], value json
)
"""

_READ = """
insert into messages
select row_number() over (), ?, type, stream, record, schema, key_properties, value
from read_json(?, format = 'newline_delimited', maximum_object_size = 1000000000, columns = {
    type: 'VARCHAR', stream: 'VARCHAR', record: 'JSON', schema: 'JSON',
    key_properties: 'VARCHAR[]', value: 'JSON'
})
"""

_COUNTS = """
select
    (select count(*) from tasks),
    (select count(*) from tasks where parent ->> 'gid' is not null),
    (select count(*) from projects),
    (select count(distinct place ->> '$.section.gid') from
        (select unnest(memberships::json[]) as place from tasks)),
    (select count(*) from tags),
    (select count(distinct assignee ->> 'gid') from tasks),
    (select count(*) from task_dependencies)
"""

# The same columns of both sides; a row of either side without its like on the other differs.
_DIFFERENT = """
with
file as (select name, parent, lower(email), completed is not null from backlog),
database as (
    select trim(tasks.name), trim(parent ->> 'name'), lower(users.email), completed
    from tasks left join users on users.gid = assignee ->> 'gid'
)
select count(*) from (
    (from file except all from database) union all (from database except all from file)
)
"""


def load(database: duckdb.DuckDBPyConnection, output: Path, run: int) -> None:
    """Add the output of one run of a tap; make each stream's table anew from all runs so far.

    A table has the columns and the key its SCHEMA message declares; of several records with the
    same key the latest is kept, as Singer's loaders do.
    """
    database.execute(_MESSAGES)
    database.execute(_READ, [run, str(output)])
    schemas = database.execute(
        "select stream, last(schema ->> 'properties'), last(key_properties) from messages "
        "where type = 'SCHEMA' group by stream"
    ).fetchall()
    for stream, properties, key in schemas:
        columns = ", ".join(
            f"(record ->> '{name}')::{_column_type(schema)} as \"{name}\""
            for name, schema in json.loads(properties).items()
        )
        latest = ", ".join(f"record ->> '{name}'" for name in key)
        database.execute(
            f'create or replace table "{stream}" as select {columns} from messages '  # noqa: S608 - names come from our own tap
            "where type = 'RECORD' and stream = ? "
            f"qualify row_number() over (partition by {latest} order by run desc, n desc) = 1",
            [stream],
        )


def _column_type(schema: dict[str, Any]) -> str:
    kinds = set(schema["type"]) - {"null"} if isinstance(schema.get("type"), list) else set()
    kinds = kinds or {schema.get("type")}
    if kinds == {"string"}:
        return {"date": "DATE", "date-time": "TIMESTAMP"}.get(schema.get("format", ""), "VARCHAR")
    plain = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE"}
    return plain.get(str(*kinds), "JSON") if len(kinds) == 1 else "JSON"


def state(database: duckdb.DuckDBPyConnection, run: int) -> str:
    """Give the last STATE of a run, as JSON."""
    rows = database.execute(
        "select value from messages where run = ? and type = 'STATE' order by n desc limit 1",
        [run],
    ).fetchall()
    return str(rows[0][0]) if rows else "{}"


def extracted(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count what the tables hold of each of `KINDS`."""
    return dict(zip(KINDS, database.execute(_COUNTS).fetchall()[0], strict=True))


def different(database: duckdb.DuckDBPyConnection) -> int:
    """Count the rows whose name, parent, assignee or completion is not the same on both sides."""
    return int(database.execute(_DIFFERENT).fetchall()[0][0])
