"""How the values of custom fields stand in records: as Asana's array, an object, or columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib import Schema as CatalogSchema

from tap_asana.api import RESOURCES, AsanaError
from tap_asana.bookmark import order
from tap_asana.changes import is_gone, is_refusal
from tap_asana.complaints import RefusedError
from tap_asana.custom_values import (
    has_value,
    in_object,
    is_missed,
    kind_of,
    moment,
    plain,
    read_as,
    terms_of,
)
from tap_asana.field_columns import (
    Column,
    column_of,
    columns_for,
    columns_in,
    memory,
    remembered,
    rename,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from singer_sdk.singerlib import CatalogEntry

    from tap_asana.api import Client, Resource
    from tap_asana.api.fields import Schema
    from tap_asana.base import AsanaStream, Item, Record
    from tap_asana.tap import TapAsana

FIELD = "custom_fields"
"""Where Asana gives the values; also the name of the stream of definitions."""
NAMED = 10
"""So many fields without a column are named in the one warning."""
NOWHERE = ("", "", "")
"""Type, column and column of the moment of a field that has none."""


def value_properties(schema: Schema) -> Schema | None:
    """What the values in records of a schema have, as JSON schema by name; None without values."""
    found: Schema = schema["properties"].get(FIELD, {}).get("items", {}).get("properties", {})
    return found if "display_value" in found else None


BEARERS: Mapping[str, Schema] = {
    name: schema
    for name, resource in RESOURCES.items()
    if value_properties(schema := resource.schema()) is not None
}
"""JSON schemas of the streams whose records bear values of custom fields, by name."""


class AsArray:
    """Values stay in the array that Asana gives: nothing is done."""

    def __init__(self, tap: TapAsana) -> None:
        """Set up for all streams of a tap, whose catalogue is made to fit."""
        self._tap = tap
        self._given: Mapping[str, CatalogEntry] | None = tap.input_catalog

    def settle(self) -> None:
        """Make the catalogue that was given say what the records will hold.

        It may have been discovered with another value of the setting.
        """
        for name, schema in BEARERS.items():
            there = self._in_catalog(name)
            properties = self.schema(name, schema)["properties"]
            columns = [each for column in columns_in(there) for each in column.names]
            for field in there.keys() & {FIELD, *columns}:
                ours = properties.get(field)
                if ours is None:
                    del there[field]
                elif there[field].type != ours["type"]:
                    there[field] = CatalogSchema.from_dict(ours)

    def _in_catalog(self, stream: str) -> dict[str, CatalogSchema]:
        entry = self._given.get(stream) if self._given else None
        return (entry.schema.properties if entry else None) or {}

    def schema(self, stream: str, schema: Schema) -> Schema:
        """JSON schema of a stream as its records will be.

        Args:
            stream: Name of the stream.
            schema: JSON schema of the records as Asana gives them.
        """
        values = value_properties(schema)
        changed = {} if values is None else self._changed(stream, values)
        return {**schema, "properties": {**schema["properties"], **changed}} if changed else schema

    def _changed(self, stream: str, values: Schema) -> dict[str, Schema]:  # noqa: ARG002 - none
        """Return the properties that are new or not as Asana has them."""
        return {}

    def opt_fields(self, resource: Resource, names: set[str] | frozenset[str]) -> str:
        """What to ask Asana for, to fill these properties of a stream and no others."""
        return resource.opt_fields(names)

    def shown(self, stream: AsanaStream, items: Iterator[Item]) -> Iterator[Item]:
        """Give the items of a stream, its records changed in place."""
        values = value_properties(stream.columns)
        show = None if values is None else self._shower(stream, values)
        return items if show is None else _each(show, items)

    def _shower(
        self,
        stream: AsanaStream,  # noqa: ARG002 - for those that change records
        values: Schema,  # noqa: ARG002 - the same
    ) -> Callable[[Record], None] | None:
        """Return what changes a record of a stream."""
        return None

    def tell(self) -> None:
        """Say at the end of a run what people should know."""


def _each(show: Callable[[Record], None], items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, dict):
            show(item)
        yield item


class AsObject(AsArray):
    """Values are one object: a plain value by the name of its field."""

    def _changed(self, stream: str, values: Schema) -> dict[str, Schema]:  # noqa: ARG002 - all alike
        return {FIELD: OBJECT}

    def _shower(
        self,
        stream: AsanaStream,  # noqa: ARG002 - all alike
        values: Schema,  # noqa: ARG002 - the same
    ) -> Callable[[Record], None]:
        return _to_object


OBJECT: Schema = {
    "type": ["object", "null"],
    "description": "Plain values by the name of the custom field.",
    "additionalProperties": {
        "type": ["string", "number", "array", "null"],
        "items": {"type": ["string", "object"]},
    },
}
"""JSON schema of values as one object."""


def _to_object(record: Record) -> None:
    if record.get(FIELD) is None:
        return
    found: dict[str, Any] = {}
    for value in sorted(record[FIELD], key=lambda value: order(value["gid"])):
        name = value["name"]
        while name in found:
            name += f" {value['gid']}"
        found[name] = in_object(value)
    record[FIELD] = found


class AsColumns(AsArray):
    """Each field of the workspaces has a column; values without one stay in the array.

    The columns are those of the catalogue. Where none was given, Asana is asked for the fields of
    the workspaces. Either way a field keeps the column that the state remembers.
    """

    def __init__(self, tap: TapAsana) -> None:
        """Find out which columns there are."""
        super().__init__(tap)
        self._left: dict[str, str] = {}
        entries = list((self._given or {}).values())
        found = (column for entry in entries for column in columns_in(entry.schema.properties))
        fields = found if self._given is not None else self._of_asana()
        reserved = {name for schema in BEARERS.values() for name in schema["properties"]}
        self._columns = columns_for(fields, remembered(tap.state), reserved)
        tap.state.setdefault("bookmarks", {}).setdefault(FIELD, {})["columns"] = memory(
            self._columns
        )
        for entry in entries:
            rename(entry, self._columns)

    def _of_asana(self) -> Iterator[Column]:
        client = _client(self._tap)
        path, params = RESOURCES["workspaces"].listing()
        gids = self._tap.config.get("workspaces") or [
            workspace["gid"] for workspace in client.list(path, {**params, "opt_fields": "gid"})
        ]
        for gid in gids:
            path, params = RESOURCES[FIELD].listing(workspaces=gid)
            try:
                for field in client.list(path, {**params, "opt_fields": _DEFINED}):
                    yield column_of(field["gid"], field["name"], kind_of(field))
            except AsanaError as error:
                self._refused(error)

    def _refused(self, error: AsanaError) -> None:
        if not is_refusal(error):
            raise error
        if self._tap.config.get("on_forbidden") == "fail" and not is_gone(error):
            raise RefusedError(FIELD, error)
        self._tap.report.refused(FIELD, error, "Its custom fields get no columns.")

    def _of(self, stream: str) -> list[Column]:
        """Return the columns of a stream: all, or those that its entry in the catalogue has."""
        columns = list(self._columns.values())
        if self._given is None:
            return columns
        there = self._in_catalog(stream)
        return [column for column in columns if column.name in there]

    def _changed(self, stream: str, values: Schema) -> dict[str, Schema]:
        changed: dict[str, Schema] = {}
        for column in self._of(stream):
            changed |= column.properties(read_as(column.kind, values))
        return changed

    def opt_fields(self, resource: Resource, names: set[str] | frozenset[str]) -> str:
        """What to ask Asana for; of the values, just what the selected columns are made of."""
        asked = resource.opt_fields(names)
        values = value_properties(resource.schema())
        chosen = [each for each in self._columns.values() if not names.isdisjoint(each.names)]
        if values is None or not chosen or FIELD in names:
            return asked
        kinds = dict.fromkeys(read_as(column.kind, values) for column in chosen)
        terms = ["display_value", *(term for kind in kinds for term in terms_of(kind))]
        return ",".join([asked, *(f"{FIELD}.{term}" for term in terms)])

    def _shower(self, stream: AsanaStream, values: Schema) -> Callable[[Record], None]:
        columns = self._of(stream.name)
        places = {
            column.gid: (read_as(column.kind, values), column.name, "".join(column.names[1:]))
            for column in columns
        }
        names = [name for column in columns for name in column.names]
        empty = {name: None for name in names if stream.mask["properties", name]}
        keeps_rest = stream.mask["properties", FIELD]

        def show(record: Record) -> None:
            rest = []
            cells: Record = dict(empty)
            for value in record.get(FIELD) or ():
                kind, name, at = places.get(value["gid"], NOWHERE)
                found = plain(kind, value)
                if not kind or is_missed(found, value):
                    rest.append(value)
                    continue
                if name in cells:
                    cells[name] = found
                if at in cells:
                    cells[at] = moment(value)
            record |= cells
            if record.get(FIELD) is not None:
                record[FIELD] = rest
            if keeps_rest:
                self._left |= {each["gid"]: each["name"] for each in rest if has_value(each)}

        return show

    def tell(self) -> None:
        """Name the fields whose values had no column, and how they get one."""
        if not self._left:
            return
        named = [f"{name} ({gid})" for gid, name in self._left.items()]
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        self._tap.logger.warning(
            "Values of custom fields without a column are in the array custom_fields: %s%s. A new "
            "field gets its column when the catalog is discovered again, one of a single project "
            "when it is made a field of the workspace.",
            ", ".join(named[:NAMED]),
            more,
        )


_DEFINED = "name,resource_subtype,representation_type"


def _client(tap: TapAsana) -> Client:
    """Return the client, for which the settings may not have been checked yet."""
    try:
        return tap.client
    except ValueError as error:
        raise ConfigValidationError(str(error), errors=[str(error)], schema={}) from None


MODES = {"array": AsArray, "object": AsObject, "columns": AsColumns}
"""Ways to show values, by the word of the setting."""


def chosen_mode(tap: TapAsana) -> AsArray:
    """Set up the way the settings choose; only columns may take requests.

    Raises:
        ConfigValidationError: The settings choose none that there is.
    """
    word = tap.config.get(FIELD) or "array"
    if word not in MODES:
        problem = f"custom_fields: {word!r} is none of {', '.join(MODES)}."
        raise ConfigValidationError(problem, errors=[problem], schema={})
    mode = MODES[word](tap)
    mode.settle()
    return mode
