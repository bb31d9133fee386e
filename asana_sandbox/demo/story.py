"""The command `asana-sandbox demo`: what happens, in its order, and what is said about it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click
import duckdb
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from asana_sandbox.demo import backlog, warehouse
from asana_sandbox.demo.processes import QUOTA, Failed, LocalAsana, Traffic, local_asana, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

EDITS = 10
"""Tasks the demo changes by hand between the two extracts."""

_PAID_QUOTA = 1_500  # requests a minute; Asana's docs on rate limits
_HOUR = 3_600
_NEW_DUE_DATE = "2031-03-14"  # in no backlog yet

_BY_PROJECT = """
select place ->> '$.project.name' as "Project", count(*) as "Tasks",
    count(*) filter (completed) as "Done", sum(num_subtasks)::int as "Subtasks"
from (select *, unnest(memberships::json[]) as place from tasks)
group by 1 order by 2 desc, 1 limit 8
"""

_BY_PERSON = """
select users.name as "Assignee", count(*) as "Tasks", count(*) filter (not completed) as "Open",
    strftime(min(due_on) filter (not completed), '%Y-%m-%d') as "Next due"
from tasks join users on users.gid = assignee ->> 'gid'
group by users.gid, 1 order by 2 desc, 1 limit 5
"""

_REFUSED = """
select rejection ->> 'input_line', record ->> 'Name', rejection ->> 'message'
from read_json(?, format = 'newline_delimited', columns = {
    type: 'VARCHAR', record: 'JSON', rejection: 'JSON'
})
where type = 'RECORD'
"""
_SHOWN = 20  # of the refused rows


@click.command()
@click.option(
    "--input",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV export of an Asana project to import, instead of the sample that comes with this.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory to leave the extracts, the database, the journal and the logs in.",
)
def demo(source: Path | None, keep: Path | None) -> None:
    """Import a backlog into a local Asana, extract it again and compare.

    Needs no account and touches none. Ends with exit code 1 when anything differs.
    """
    os.umask(0o077)  # people's data goes into every file from here on
    # Leaves through every `finally`, so that the processes and the directory go too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise click.BadParameter(f"{keep} is not empty.", param_hint="--keep")
    sample = files("asana_sandbox") / "sample" / "backlog.csv"
    place = nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory(prefix="asana-demo-")
    with place as directory, nullcontext(source) if source else as_file(sample) as file:
        try:
            with local_asana(Path(directory) / "sandbox.log") as asana:
                agreed = _Story(Path(directory), file, asana).tell()
        except (Failed, ValueError, duckdb.Error) as error:
            raise click.ClickException(str(error)) from error
    if keep:
        click.echo(f"\nThe extracts, the database asana.duckdb and the logs are in {keep}.")
    sys.exit(0 if agreed else 1)


class _Step(NamedTuple):
    """A command that was run: what it is called here, and what it asked of Asana."""

    name: str
    traffic: Traffic


class _Story:
    """The steps, and what each leaves for the next."""

    def __init__(self, directory: Path, source: Path, asana: LocalAsana) -> None:
        self.directory = directory
        self.source = source
        self.asana = asana
        self.console = Console(highlight=False, soft_wrap=True)
        self.database = duckdb.connect(str(directory / "asana.duckdb"))
        self.settings = {
            "api_url": asana.url,
            "access_token": asana.token,
            "rate_limit_per_minute": str(QUOTA),
        }

    def tell(self) -> bool:
        """Go through all of it; give whether everything agreed."""
        backlog.read_backlog(self.database, self.source)
        people = backlog.people(self.database)
        self.asana.invite(people)
        self._say(f"A local Asana runs. {len(people)} people of {self.source.name} were invited.")
        steps = [self._import("first import")]
        agreed = self._show_refused()
        # Extracts overlap a little, so what was imported a moment ago would be read again.
        self.asana.let_pass(_HOUR)
        steps.append(self._extract(1, "first extract"))
        agreed &= self._compare()
        self._look()
        edited = self._edit()
        state = self._path("state.json")
        state.write_text(warehouse.state(self.database, 1), encoding="utf-8")
        steps.append(self._extract(2, "second extract", "--state", str(state)))
        agreed &= self._compare_edits(edited)
        steps.append(self._import("second import"))
        agreed &= self._summarise(steps)
        self.database.close()
        return agreed

    def _import(self, name: str) -> _Step:
        settings = self.settings | {
            "workspace": self.asana.workspace,
            "state_dir": str(self.directory / "journal"),
        }
        return self._run(name, "target-asana", "--csv", str(self.source), settings=settings)

    def _extract(self, number: int, name: str, *arguments: str) -> _Step:
        step = self._run(name, "tap-asana", *arguments, settings=self.settings)
        warehouse.load(self.database, self._path(f"{name}.jsonl"), number)
        return step

    def _run(self, name: str, command: str, *arguments: str, settings: dict[str, str]) -> _Step:
        self.asana.forget()
        started = time.monotonic()
        with self._progress(f"{name}: {command}") as tick:
            run(
                command,
                *arguments,
                settings=settings,
                output=self._path(f"{name}.jsonl"),
                log=self._path(f"{name}.log"),
                tick=tick,
            )
        traffic = self.asana.traffic()
        self._say(
            f"The {name} ({command}) took {time.monotonic() - started:.1f} s "
            f"and {traffic.all:,} requests."
        )
        return _Step(name, traffic)

    @contextmanager
    def _progress(self, text: str) -> Iterator[Callable[[], None]]:
        """Show on a terminal that something goes on, and how far it is."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        quiet = not self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=quiet) as progress:
            task = progress.add_task(text)

            def tick() -> None:
                if not quiet:
                    requests = self.asana.traffic().all
                    progress.update(task, description=f"{text}, {requests:,} requests")

            yield tick

    def _show_refused(self) -> bool:
        """Say which rows the target set aside, and why; give whether there were none."""
        file = self.directory / "journal" / "rejected.singer.jsonl"
        rows = self.database.execute(_REFUSED, [str(file)]).fetchall()
        if rows:
            self._show("Rows that were refused", ("Line", "Name", "Why"), rows[:_SHOWN], "left")
            self._say(f"Rows refused: {len(rows):,}. All others were written.")
        return not rows

    def _compare(self) -> bool:
        expected = backlog.expected(self.database)
        extracted = warehouse.extracted(self.database)
        rows = [
            (
                kind,
                f"{expected[kind]:,}",
                f"{extracted[kind]:,}",
                _verdict(expected, extracted, kind),
            )
            for kind in backlog.KINDS
        ]
        self._show("What went in and what came out", ("", "In the file", "Extracted", ""), rows)
        different = warehouse.different(self.database)
        self._say(
            f"Rows whose name, parent, assignee or completion came out different: {different}."
        )
        return expected == extracted and not different

    def _look(self) -> None:
        for title, query in (("The largest projects", _BY_PROJECT), ("Who has most", _BY_PERSON)):
            found = self.database.execute(query)
            heads = tuple(column[0] for column in found.description or ())
            self._show(f"{title}, by SQL from DuckDB", heads, found.fetchall())

    def _edit(self) -> set[str]:
        """Move the due date of a few tasks all over the file, through the API, an hour later."""
        self.asana.let_pass(_HOUR)
        gids = [
            row[0]
            for row in self.database.execute(
                "select gid from tasks qualify (row_number() over (order by gid) - 1) "
                "% greatest(1, count(*) over () // $edits) = 0 order by gid limit $edits",
                {"edits": EDITS},
            ).fetchall()
        ]
        for gid in gids:
            self.asana.call("PUT", f"/tasks/{gid}", {"due_on": _NEW_DUE_DATE})
        self._say(f"An hour later the due dates of {len(gids)} tasks were changed by hand.")
        return set(gids)

    def _compare_edits(self, edited: set[str]) -> bool:
        read = self.database.execute(
            "select distinct record ->> 'gid' from messages "
            "where run = 2 and type = 'RECORD' and stream = 'tasks'"
        ).fetchall()
        moved = self.database.execute(
            "select gid from tasks where due_on = ?::date", [_NEW_DUE_DATE]
        ).fetchall()
        self._say(
            f"The second extract read {len(read):,} tasks; {len(edited)} were changed, and the "
            f"database holds {len(moved)} of the new dates."
        )
        return {row[0] for row in read} == {row[0] for row in moved} == edited

    def _summarise(self, steps: list[_Step]) -> bool:
        rows = [
            (
                step.name,
                f"{step.traffic.reads:,}",
                f"{step.traffic.writes:,}",
                f"{step.traffic.all * 60 / _PAID_QUOTA:,.0f} s",
            )
            for step in steps
        ]
        heads = ("", "Reads", "Writes", f"At Asana's {_PAID_QUOTA:,} a minute")
        self._show("Requests", heads, rows)
        writes, rejected = steps[-1].traffic.writes, self.asana.rejected()
        self._say(f"The second import of the same file wrote {writes or 'nothing'}.")
        self._say(f"Requests refused because they came too fast: {rejected}.")
        return not writes and not rejected

    def _show(
        self,
        title: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[Any]],
        justify: Literal["left", "right"] = "right",
    ) -> None:
        table = Table(*heads, title=title, title_justify="left", box=box.SIMPLE_HEAD)
        for column in table.columns[1:]:
            column.justify = justify
        for row in rows:
            table.add_row(*("" if value is None else escape(str(value)) for value in row))
        self.console.print(table)

    def _say(self, text: str) -> None:
        self.console.print(text, markup=False)

    def _path(self, name: str) -> Path:
        return self.directory / name.replace(" ", "-")


def _verdict(expected: Mapping[str, int], extracted: Mapping[str, int], kind: str) -> str:
    return "equal" if expected[kind] == extracted[kind] else "DIFFERENT"
