"""What a resource of Asana is: its fields by kind, where it is listed, how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as day
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tap_asana.api.batch import Call
from tap_asana.api.wire import fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Schema = dict[str, Any]
Verb = Literal["create", "update", "delete"]

_PLAIN: dict[str, Schema] = {
    "text": {"type": ["string", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "count": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "time": {"type": ["string", "null"], "format": "date-time"},
    "texts": {"type": ["array", "null"], "items": {"type": "string"}},
}
"""JSON schema of the plain kinds."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Fields by kind; those of one kind are words in one string.

    Attributes:
        text: Strings, gids and addresses among them.
        flag: Booleans.
        count: Whole numbers.
        number: Numbers.
        date: Days, as 2026-06-11.
        time: Moments in UTC, as 2026-06-11T09:00:00.000Z.
        texts: Arrays of strings.
        one: References to one object: gid, name and resource_type.
        many: Arrays of such references.
        nested: Objects, or arrays of them, of other shapes.
        left_out: Fields that Asana has and we do not take, and why; one reason may serve several
            names, words in one key.
    """

    always: ClassVar[tuple[str, ...]] = ()

    text: str = ""
    flag: str = ""
    count: str = ""
    number: str = ""
    date: str = ""
    time: str = ""
    texts: str = ""
    one: str = ""
    many: str = ""
    nested: Mapping[str, Shape] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each field, by name."""
        named = {
            name: kind for kind in (*_PLAIN, "one", "many") for name in getattr(self, kind).split()
        }
        return dict.fromkeys(self.always, "text") | named | dict.fromkeys(self.nested, "nested")

    def properties(self) -> dict[str, Schema]:
        """JSON schema of each field, all of them nullable."""
        return {name: self._property(name, kind) for name, kind in self.kinds.items()}

    def _property(self, name: str, kind: str) -> Schema:
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        shape = self.nested[name] if kind == "nested" else REFERENCE
        if kind == "many" or shape.repeated:
            return {"type": ["array", "null"], "items": shape.schema(nullable=False)}
        return shape.schema()

    def terms(self, name: str) -> list[str]:
        """What to ask ``opt_fields`` for, to get this field whole.

        The gid of a resource inside a record comes unasked.
        """
        kind = self.kinds[name]
        if kind in _PLAIN:
            return [name]
        shape = self.nested[name] if kind == "nested" else REFERENCE
        asked = [sub for sub in shape.kinds if sub != "gid" or "resource_type" not in shape.kinds]
        return [f"{name}.{term}" for sub in asked for term in shape.terms(sub)]


@dataclass(frozen=True, kw_only=True)
class Shape(Fields):
    """The fields of an object inside a record.

    Attributes:
        repeated: The field holds an array of such objects.
    """

    repeated: bool = False

    def schema(self, *, nullable: bool = True) -> Schema:
        """JSON schema of one such object."""
        return {
            "type": ["object", "null"] if nullable else "object",
            "properties": self.properties(),
            "additionalProperties": True,
        }


REFERENCE = Shape(text="gid name resource_type")
NAMELESS = Shape(text="gid resource_type")
"""A reference to what has no name."""
UNNAMED = Shape(text="gid resource_type", left_out={"name": "no operation offers it"})
"""A reference to what has a name, but one that cannot be asked for here."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """How objects are put into a relation and taken out again.

    Attributes:
        add: Path of the POST that adds, with ``{gid}`` for the subject.
        remove: Path of the POST that removes; empty when nothing does. The same as ``add`` when
            null takes out.
        key: Name of the other side in the body.
        also: Further names the body of ``add`` may hold, words.
        many: One call takes several.
        joined: The several go as one comma-separated string.
    """

    add: str
    remove: str = ""
    key: str
    also: str = ""
    many: bool = False
    joined: bool = False

    def body(self, action: Literal["add", "remove"], value: Any) -> dict[str, Any]:
        """What goes inside ``data``."""
        if action == "remove" and self.remove == self.add:
            return {self.key: None}
        gids = gid_of(value)
        if self.many and not isinstance(gids, list):
            gids = [gids]
        return {self.key: ",".join(gids) if self.joined else gids}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of relations that is read off the records of a resource.

    Attributes:
        field: The array in the record; each of its items is a row.
        columns: Dotted path from the record by column name.
        key: Columns that make a row unique.
    """

    field: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Fields the record must hold for the rows to be whole."""
        return frozenset(path.partition(".")[0] for path in self.columns.values())

    def rows(self, record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The rows of one record; none where a part of the key is missing."""
        for item in record.get(self.field) or ():
            whole = {**record, self.field: item}
            row = {column: _walk(whole, path) for column, path in self.columns.items()}
            if all(row[column] is not None for column in self.key):
                yield row


@dataclass(frozen=True, kw_only=True)
class Resource(Fields):
    """One kind of Asana's objects, declared once for reading and writing.

    ``gid`` and ``resource_type`` are fields of every resource and not named again.

    Attributes:
        name: Name of the stream, plural.
        key: Fields that make a record unique.
        listed: Path and query of the listing; parents are named inside, as {projects.gid}.
        elsewhere: Further listings of the same records, by a name of ours.
        shown_by: Name and field of another resource whose listing shows these records whole, so
            that they cost no listing of their own; as "workspace_memberships.user_task_list".
        got: Path of one record; empty when there is none.
        from_parent: Column for the gid of the parent it was listed by, where no field says it.
        since: Query parameter of ``listed`` that leaves out what is older.
        bookmark: Field that tells when a record changed last.
        create: Path to POST to; what is named inside is taken from the data.
        update: Path to PUT to.
        delete: Path to DELETE.
        written: Fields a create and an update may hold, words.
        at_birth: Fields only a create may hold, words.
        later: Fields only an update may hold, words.
        links: Relations, by the name of the field that shows them.
        tables: Tables read off the records, by name of the stream.
        disputed: Where Asana's description is wrong, by field or fact: what is right, and who
            says so.
    """

    always: ClassVar[tuple[str, ...]] = ("gid", "resource_type")

    name: str
    key: tuple[str, ...] = ("gid",)
    listed: str
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    shown_by: str = ""
    got: str = ""
    from_parent: str = ""
    since: str | None = None
    bookmark: str | None = None
    create: str = ""
    update: str = ""
    delete: str = ""
    written: str = ""
    at_birth: str = ""
    later: str = ""
    links: Mapping[str, Link] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    disputed: Mapping[str, str] = field(default_factory=dict)

    @property
    def parents(self) -> tuple[str, ...]:
        """Names of the resources ``listed`` takes a gid of."""
        return tuple(re.findall(r"\{(\w+)\.gid\}", self.listed))

    def schema(self) -> Schema:
        """JSON schema of the stream: everything nullable but the key."""
        properties = self.properties()
        if self.from_parent:
            properties[self.from_parent] = dict(_PLAIN["text"])
        for name in self.key:
            properties[name] = {"type": "string"}
        return {
            "type": "object",
            "properties": properties,
            "required": list(self.key),
            "additionalProperties": True,
        }

    def opt_fields(self, selected: Iterable[str] | None = None) -> str:
        """The value of ``opt_fields`` that brings the selected fields and nothing more.

        Args:
            selected: Names of fields; names that are no field of Asana's are left out. None
                selects all.
        """
        names = set(self.kinds if selected is None else selected)
        terms = [term for name in self.kinds if name in names for term in self.terms(name)]
        return ",".join(terms) or "gid"

    def listing(self, name: str = "", /, **gids: str) -> tuple[str, dict[str, str]]:
        """Path and query parameters of a listing.

        Args:
            name: A name in ``elsewhere``; empty for ``listed``.
            gids: The gid of each parent, as ``projects="12"``.
        """
        template = self.elsewhere[name] if name else self.listed
        path, _, query = template.replace(".gid}", "}").partition("?")
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        return fill(path, gids), {key: value.format(**gids) for key, value in pairs}

    def call(self, verb: Verb, gid: str | None, data: Mapping[str, Any] | None = None) -> Call:
        """The call that creates, updates or deletes one.

        Args:
            verb: What to do.
            gid: Whom to do it to; None for a create.
            data: Fields and their values. References may be gids or objects with a gid; a create
                may take gids for its path from here.

        Raises:
            ValueError: The resource has no such call, or a field may not be in it.
        """
        template: str = getattr(self, verb)
        if not template:
            raise ValueError(f"Asana offers no way to {verb} {self.name}.")
        values = {name: gid_of(value) for name, value in (data or {}).items()}
        path = fill(template, {**values, "gid": gid})
        body = {name: value for name, value in values.items() if f"{{{name}}}" not in template}
        if refused := sorted(body.keys() - self.may_hold(verb)):
            raise ValueError(f"A {verb} of {self.name} cannot hold {', '.join(refused)}.")
        method = {"create": "POST", "update": "PUT", "delete": "DELETE"}[verb]
        return Call(method, path, body)

    def may_hold(self, verb: Verb) -> frozenset[str]:
        """Names of the fields the body of a create or an update may hold."""
        own = {"create": self.at_birth, "update": self.later, "delete": ""}[verb]
        shared = "" if verb == "delete" else self.written
        return frozenset(shared.split() + own.split())

    def link_call(
        self, link: str, action: Literal["add", "remove"], gid: str, value: Any, **also: Any
    ) -> Call:
        """The call that puts one into a relation, or takes it out.

        Args:
            link: Name of the relation in ``links``.
            action: Which of the two.
            gid: The subject.
            value: The other side: a gid, or several where the relation takes several.
            also: Further names of the body, as ``section="34"``.

        Raises:
            ValueError: The relation has no such call, or it takes no such name.
        """
        how = self.links[link]
        template = how.add if action == "add" else how.remove
        if not template:
            raise ValueError(f"Asana offers no way to {action} {link} of {self.name}.")
        if refused := sorted(also.keys() - set(how.also.split())):
            raise ValueError(f"{link} of {self.name} take no {', '.join(refused)}.")
        body = {**how.body(action, value), **{name: gid_of(v) for name, v in also.items()}}
        return Call("POST", fill(template, {"gid": gid}), body)


def gid_of(value: Any) -> Any:
    """The value as Asana takes it: references as their gids, at any depth, and days as text.

    A reference is known by its resource_type, or by holding a gid and at most a name.
    """
    if isinstance(value, dict):
        if "gid" in value and ("resource_type" in value or value.keys() <= {"gid", "name"}):
            return value["gid"]
        return {name: gid_of(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [gid_of(item) for item in value]
    return value.isoformat() if isinstance(value, day) else value


def _walk(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
