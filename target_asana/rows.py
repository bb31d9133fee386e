"""What the rows of Asana's own CSV export say: columns → wanted state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_asana import dates
from target_asana.names import plain, split
from target_asana.wanted import Custom, Item, Ref, RefusedError, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from target_asana.records import Key

NAMESPACE = "csv"
"""Whose keys Task IDs are: Asana's own, so one task is one task in whatever file it stands."""

KEY = "Task ID"
NAME = "Name"
PARENT = "Parent task"

_READ_ONLY = ("Created At", "Last Modified")
_DATES = {"Start Date": "start_on", "Due Date": "due_on"}
_DONE = "Completed At"
_SECTION = "Section/Column"
_CELLS = {"Blocked By (Dependencies)": "dependencies", "Blocking (Dependencies)": "dependents"}
_OTHERS = ("Notes", "Assignee", "Assignee Email", "Tags", "Projects")

COLUMNS = frozenset((KEY, NAME, PARENT, _DONE, _SECTION, *_READ_ONLY, *_DATES, *_CELLS, *_OTHERS))
"""The columns Asana's CSV export writes; every further one is a custom field of that name."""


def is_export(columns: Iterable[str]) -> bool:
    """Whether these are columns of Asana's CSV export: a Name, and at least one more of them."""
    named = set(columns) & COLUMNS
    return NAME in named and len(named) > 1


def row_task(key: Key, row: Mapping[str, Any], *, default_project: str | None) -> Wanted:
    """Return what a row wants; the cells that name other rows are kept in `Wanted.cells`.

    Raises:
        RefusedError: when the row has no name, or a date that Asana cannot read.
    """
    name = _cell(row, NAME)
    if name is None:
        raise RefusedError("invalid", NAME, "the row has no name")
    wanted = Wanted(key, dropped=[column for column in _READ_ONLY if _cell(row, column)])
    wanted.fields["name"] = name
    if "Notes" in row:
        wanted.fields["notes"] = _cell(row, "Notes")
    for column, field in _DATES.items():
        if column in row:
            day = _cell(row, column)
            wanted.fields[field] = day and dates.checked(day, column)
    if _DONE in row:
        wanted.fields["completed"] = _completed(row)
    if "Assignee" in row or "Assignee Email" in row:
        wanted.fields["assignee"] = _person(row)
    if PARENT in row:
        parent = _cell(row, PARENT)
        wanted.fields["parent"] = parent and Ref("tasks", PARENT, row=plain(parent))
    _associations(wanted, row, default_project)
    _custom_fields(wanted, row)
    return wanted


def _cell(row: Mapping[str, Any], column: str) -> str | None:
    value = row.get(column)
    text = "" if value is None else str(value)
    return text if text.strip() else None


def _completed(row: Mapping[str, Any]) -> bool:
    """Return whether a task is done; any form of a date says so, as Asana takes none of it."""
    done = _cell(row, _DONE)
    if done is not None and sum(letter.isdigit() for letter in done) < len("2026"):
        raise RefusedError(
            "invalid", _DONE, f"{done!r} is no date of completion: leave an open task's cell empty"
        )
    return done is not None


def _person(row: Mapping[str, Any]) -> Ref | None:
    email, name = _cell(row, "Assignee Email"), _cell(row, "Assignee")
    if email is None and name is None:
        return None
    if email is None and name is not None and "@" in name:
        return Ref("users", "Assignee", email=name)
    return Ref("users", "Assignee Email" if email else "Assignee", email=email, name=name)


def _associations(wanted: Wanted, row: Mapping[str, Any], default_project: str | None) -> None:
    cell = _cell(row, "Projects")
    if cell is None and default_project and not wanted.fields.get("parent"):
        wanted.links["memberships"] = [_member(default_project, row, make=False)]
    elif "Projects" in row:
        wanted.cells["memberships"] = cell or ""
    if cell is None and not wanted.links and _cell(row, _SECTION):
        wanted.dropped.append(_SECTION)
    if "Tags" in row:
        tags = split(_cell(row, "Tags") or "", lambda _: False)
        wanted.links["tags"] = [Item(Ref("tags", "Tags", name=tag)) for tag in tags]
    for column, link in _CELLS.items():
        if column in row:
            wanted.cells[link] = _cell(row, column) or ""


def _member(project: str, row: Mapping[str, Any], *, make: bool) -> Item:
    ref = Ref("projects", "Projects", name=project, make=make)
    section = _cell(row, _SECTION)
    if section is None:
        return Item(ref)
    return Item(ref, Ref("sections", _SECTION, name=plain(section), within=ref))


def memberships(row: Mapping[str, Any], known: Callable[[str], bool]) -> list[Item]:
    """Return the projects of a row; its section lies in the first of them.

    Args:
        row: the row.
        known: whether the workspace has a project of that name.
    """
    names = split(_cell(row, "Projects") or "", known)
    return [_member(name, row if at == 0 else {}, make=True) for at, name in enumerate(names)]


def neighbours(cell: str, link: str, known: Callable[[str], bool]) -> list[Item]:
    """Return the tasks that a cell of dependencies names.

    Args:
        cell: the cell.
        link: "dependencies" or "dependents".
        known: whether a row has that name.
    """
    column = next(column for column, name in _CELLS.items() if name == link)
    return [Item(Ref("tasks", column, row=name)) for name in split(cell, known)]


def _custom_fields(wanted: Wanted, row: Mapping[str, Any]) -> None:
    for column in row:
        if column not in COLUMNS and not column.startswith("_sdc_"):
            field = Ref("custom_fields", column, name=plain(column))
            wanted.fields[f"custom_fields.{column}"] = Custom(field, _cell(row, column))
