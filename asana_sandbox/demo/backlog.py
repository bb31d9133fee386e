"""What a CSV export says by itself: counted by SQL, without any of the code that imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "name": "Name",
    "section": "Section/Column",
    "assignee": "Assignee",
    "email": "Assignee Email",
    "completed": "Completed At",
    "tags": "Tags",
    "projects": "Projects",
    "parent": "Parent task",
    "blocked_by": "Blocked By (Dependencies)",
    "blocking": "Blocking (Dependencies)",
}
"""The columns of Asana's CSV export that are compared; a file may lack any but the name."""

_READ = """
create or replace temp table csv as
select row_number() over () as row_in_file, *
from read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
    nullstr = '', parallel = false)
"""

# A cell that names several tasks joins them by commas, and names hold commas too: at each place
# the longest piece that is a task's name is taken.
_NAMED = """
create or replace table named as
with recursive
cells as (
    select n, 'blocked_by' as side, string_split(blocked_by, ',') as words from backlog
    where blocked_by is not null
    union all
    select n, 'blocking', string_split(blocking, ',') from backlog where blocking is not null
),
spans as (
    select n, side, len(words) as words, a.range as first, b.range as last,
        trim(array_to_string(words[a.range:b.range], ',')) as name
    from cells, range(1, len(words) + 1) a, range(a.range, len(words) + 1) b
),
longest as (
    select n, side, words, first, max(last) as last, max_by(name, last) as name
    from spans where first = last or name in (select name from backlog)
    group by n, side, words, first
),
taken as (
    select * from longest where first = 1
    union all
    select longest.* from longest join taken using (n, side)
    where longest.first = taken.last + 1
)
select n, side, name from taken where name <> ''
"""

# A name means the nearest earlier row that bears it; with none before, the only later one.
_DEPENDENCIES = """
create or replace table dependencies as
with meant as (
    select named.n, named.side, coalesce(
        max(backlog.n) filter (backlog.n < named.n),
        case when count(*) filter (backlog.n > named.n) = 1
            then max(backlog.n) filter (backlog.n > named.n) end
    ) as other
    from named join backlog on backlog.name = named.name
    group by named.n, named.side, named.name
)
select distinct
    if(side = 'blocked_by', n, other) as task,
    if(side = 'blocked_by', other, n) as depends_on
from meant where other is not null
"""

_COUNTS = """
select
    (select count(*) from backlog),
    (select count(*) from backlog where parent is not null),
    (select count(distinct trim(one)) from
        (select unnest(string_split(projects, ',')) as one from backlog)),
    (select count(distinct (split_part(projects, ',', 1), section)) from backlog
        where projects is not null and section is not null),
    (select count(distinct trim(one)) from
        (select unnest(string_split(tags, ',')) as one from backlog)),
    (select count(distinct lower(email)) from backlog),
    (select count(*) from dependencies)
"""

KINDS = ("tasks", "subtasks", "projects", "sections", "tags", "assignees", "dependencies")
"""What is counted on both sides, in the order it is shown."""


def read_backlog(database: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `backlog`: a row per task, `n` its place in the file, empty cells null.

    Raises:
        ValueError: When the file is no CSV file in UTF-8, or has no column Name.
    """
    try:
        database.execute(_READ, [str(file)])
    except duckdb.Error as error:
        reason = " ".join(str(error).partition("\n\n")[0].split())
        raise ValueError(f"{file} cannot be read as a CSV file: {reason}") from error
    found = {row[0] for row in database.execute("describe csv").fetchall()}
    if "Name" not in found:
        raise ValueError(f"{file} has no column Name: is it a CSV export of an Asana project?")
    columns = ", ".join(
        f"nullif(trim(\"{header}\"), '') as {name}"
        if header in found
        else f"null::varchar as {name}"
        for name, header in COLUMNS.items()
    )
    database.execute(
        f"create or replace table backlog as select row_in_file as n, {columns} from csv"  # noqa: S608 - put together from constants
    )
    database.execute(_NAMED)
    database.execute(_DEPENDENCIES)


def people(database: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Give everyone the file assigns a task to, once each: name and email."""
    rows = database.execute(
        "select coalesce(max(assignee), max(email)), max(email) from backlog "
        "where email is not null group by lower(email) order by min(n)"
    ).fetchall()
    return [{"name": name, "email": email} for name, email in rows]


def expected(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count what the file holds of each of `KINDS`."""
    return dict(zip(KINDS, database.execute(_COUNTS).fetchall()[0], strict=True))
