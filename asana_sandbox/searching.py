"""What the searches have in common: the lag of their index, people, times, the order of results."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from asana_sandbox.access import seen
from asana_sandbox.body import day, flag, moment
from asana_sandbox.clock import stamp
from asana_sandbox.errors import not_allowed
from asana_sandbox.lookup import listed
from asana_sandbox.routing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    Test: TypeAlias = Callable[[Record], bool]
    Read: TypeAlias = Callable[[Record], Any]

SEARCH_PAID = "Search is only available to premium users."
_PAGE_MOST = 100


def indexed(world: World, records: list[Record]) -> list[Record]:
    """Leave out what changed too lately for the index to know it."""
    lag = world.switches.search_lag_seconds
    if not lag:
        return records
    horizon = stamp(world.clock.now() - timedelta(seconds=lag))
    return [record for record in records if record["modified_at"] <= horizon]


def ranked(request: Request, found: list[Record], sorts: Mapping[str, Read]) -> Listing:
    """Sort what was found as the query says, and cut it: searches have no further pages.

    Raises:
        ApiError: 400 for an order that the search does not have.
    """
    key = sorts.get(request.query.get("sort_by", "modified_at"))
    if key is None:
        raise not_allowed("sort_by", request.query["sort_by"])
    ascending = flag("sort_ascending", request.query.get("sort_ascending", "false"))
    known = [record for record in found if key(record) is not None]
    known.sort(key=key, reverse=not ascending)
    found = known + [record for record in found if key(record) is None]
    most = int(request.query.get("limit", request.world.switches.search_page))
    return Listing(seen(request, found)[: min(most, _PAGE_MOST)])


def people_named(request: Request, name: str, value: str) -> set[str | None]:
    """Read people between commas: gids, e-mails, `me`, and null for nobody."""
    people: set[str | None] = set()
    for one in listed(name, value):
        user = request.world.user_by_email(one) if "@" in one else None
        gid = request.user["gid"] if one == "me" else user["gid"] if user else one
        people.add(None if gid == "null" else gid)
    return people


def time_test(
    name: str, value: str, moments: Mapping[str, Read], days: Mapping[str, Read]
) -> Test | None:
    """Make of `created_at.after`, `due_on` and their like what a record must pass.

    Args:
        name: The parameter.
        value: A time, a date, or null for a date that is not there.
        moments: How to read the times that can be searched by.
        days: How to read the dates.

    Raises:
        ApiError: 400 for a value that is neither.
    """
    field, _, how = name.partition(".")
    read = moments.get(field) or days.get(field)
    if read is None or how not in {"", "before", "after"}:
        return None
    if field in moments:
        bound = moment(name, value)
    else:
        bound = None if value == "null" and not how else day(name, value)
    if how == "before":
        return lambda record: (shown := read(record)) is not None and shown < bound
    if how == "after":
        return lambda record: (shown := read(record)) is not None and shown > bound
    return lambda record: bool(read(record) == bound)


def date_of(field: str) -> Read:
    """Read the date of a time."""
    return lambda record: record[field] and record[field][:10]


def field_of(field: str) -> Read:
    """Read a field."""
    return lambda record: record[field]
