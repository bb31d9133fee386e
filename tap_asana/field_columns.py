"""Which column a custom field has: made of its name once, and kept whatever becomes of the name."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_asana.api.fields import PLAIN, Schema
from tap_asana.bookmark import order
from tap_asana.custom_values import schema_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from singer_sdk.singerlib import CatalogEntry
    from singer_sdk.singerlib import Schema as CatalogSchema

LONGEST = 63
"""Characters of a column's name; PostgreSQL cuts what is longer (its manual, 4.1.1)."""
AT = "_at"
"""What the column of a date's moment has after the name of the date's, as due_at beside due_on."""


class Column(NamedTuple):
    """The column of a custom field.

    Attributes:
        gid: The field's.
        name: Of the column.
        kind: Type of the field, see `custom_values.kind_of`.
        title: Name of the field; empty when it is not known any more.
    """

    gid: str
    name: str
    kind: str
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The column, and that of the moment when it is a date's."""
        return (self.name, self.name + AT) if self.kind == "date" else (self.name,)

    def properties(self, kind: str) -> dict[str, Schema]:
        """JSON schema by name of the column, when its values are read as of a type.

        The description says whose column it is, so that a catalogue alone tells: the SDK keeps
        nothing of it that is not JSON Schema.
        """
        title = {"title": self.title} if self.title else {}
        about = {"description": _MARK.format(gid=self.gid, kind=self.kind)}
        found = {self.name: {**schema_of(kind), **title, **about}}
        if self.kind == "date":
            found[self.name + AT] = {**PLAIN["time"], **title, "description": _MOMENT}
        return found


_MARK = "Custom field {gid} of Asana, of type {kind}."
_MARKED = re.compile(r"Custom field (\d+) of Asana, of type (\w+)\.")
_MOMENT = "The instant of the same date where it has a time of day."


def slug(text: str) -> str:
    """Text in snake case and ASCII; empty when no letter or digit is left of it."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "_".join(re.findall("[a-z0-9]+", plain.lower()))


def columns_for(
    fields: Iterable[Column], known: Mapping[str, Column], reserved: Collection[str]
) -> dict[str, Column]:
    """Give each field its column: the remembered one, the one it wishes, or one with its gid.

    Args:
        fields: The fields, with the names they wish for.
        known: Columns of earlier runs by gid; they keep their names and types.
        reserved: Names that are taken by other fields of the streams.

    Returns:
        The columns by gid, of known fields too. No name is in it twice.
    """
    taken = set(reserved)
    found: dict[str, Column] = {}
    wishes = {field.gid: field for field in fields}
    kept = [column._replace(title=wishes.get(gid, column).title) for gid, column in known.items()]
    new = [field for gid, field in wishes.items() if gid not in known]
    for column in (*_by_age(kept), *_by_age(new)):
        free = next(each for each in _candidates(column) if taken.isdisjoint(each.names))
        taken.update(free.names)
        found[free.gid] = free
    return found


def column_of(gid: str, title: str, kind: str) -> Column:
    """The column a field wishes for: its name behind `custom_`, with room for what may follow."""
    name = f"custom_{slug(title) or gid}"
    return Column(gid, name[: LONGEST - len(AT)].rstrip("_"), kind, title)


def _candidates(column: Column) -> Iterator[Column]:
    yield column
    suffixes = chain([f"_{column.gid}"], (f"_{column.gid}_{n}" for n in count(2)))
    for suffix in suffixes:
        stem = column.name[: LONGEST - len(AT) - len(suffix)].rstrip("_")
        yield column._replace(name=stem + suffix)


def _by_age(columns: Iterable[Column]) -> list[Column]:
    return sorted(columns, key=lambda column: order(column.gid))


def columns_in(properties: Mapping[str, CatalogSchema] | None) -> Iterator[Column]:
    """The columns of custom fields among the properties of a stream in a catalogue."""
    for name, schema in (properties or {}).items():
        if marked := _MARKED.match(schema.description or ""):
            yield Column(marked[1], name, marked[2], schema.title or "")


def rename(entry: CatalogEntry, columns: Mapping[str, Column]) -> None:
    """Name the columns of a stream in a catalogue as these are named, by gid of their fields."""
    properties, metadata = entry.schema.properties or {}, entry.metadata
    pairs = [zip(was.names, columns[was.gid].names, strict=False) for was in columns_in(properties)]
    names = dict(chain.from_iterable(pairs))
    renamed = {names.get(name, name): schema for name, schema in properties.items()}
    moved = {_renamed(breadcrumb, names): facts for breadcrumb, facts in metadata.items()}
    for place, content in ((properties, renamed), (metadata, moved)):
        place.clear()
        place.update(content)


def _renamed(breadcrumb: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(step, step) if at == 1 else step for at, step in enumerate(breadcrumb))


def remembered(state: Mapping[str, Any]) -> dict[str, Column]:
    """The columns of earlier runs, by gid of their fields."""
    stored = state.get("bookmarks", {}).get("custom_fields", {}).get("columns", {})
    return {gid: Column(gid, each["name"], each["type"]) for gid, each in stored.items()}


def memory(columns: Mapping[str, Column]) -> dict[str, dict[str, str]]:
    """What the state is to remember of columns, from where `remembered` takes it."""
    return {gid: {"name": column.name, "type": column.kind} for gid, column in columns.items()}
