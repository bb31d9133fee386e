"""What a resource of Asana is: its fields by kind, where it is listed, how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as day
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tap_asana.api.batch import Call
from tap_asana.api.fields import PLAIN, Fields, Schema
from tap_asana.api.wire import fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Verb = Literal["create", "update", "delete"]


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
        about: What its rows are, in a line for people.
        field: The array in the record; each of its items is a row.
        columns: Dotted path from the record by column name.
        key: Columns that make a row unique.
    """

    about: str = ""
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
            row = {column: walk(whole, path) for column, path in self.columns.items()}
            if all(row[column] is not None for column in self.key):
                yield row


class Listing(NamedTuple):
    """A path with query that lists records, as it stands in the catalogue.

    Attributes:
        template: The path and query, with places in braces such as {projects.gid}.
        places: What stands in each place: a field of a record of the resource named, by that name.
    """

    template: str
    places: Mapping[str, str]

    @property
    def parent(self) -> str:
        """Name of the resource each of whose records has such a listing; empty for the root."""
        ranked = sorted(self.places, key=lambda name: name == "workspaces")
        return ranked[0] if ranked else ""

    def request(self, **values: str) -> tuple[str, dict[str, str]]:
        """Path and query parameters, once the value in each place is known."""
        path, _, query = _PLACE.sub(r"{\1}", self.template).partition("?")
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        return fill(path, values), {name: value.format(**values) for name, value in pairs}


_PLACE = re.compile(r"\{(\w+)\.([\w.]+)\}")


def listing_of(template: str) -> Listing:
    """Read a listing as the catalogue writes it."""
    return Listing(template, dict(_PLACE.findall(template)))


@dataclass(frozen=True, kw_only=True)
class Resource(Fields):
    """One kind of Asana's objects, declared once for reading and writing.

    Attributes:
        always: ``gid`` and ``resource_type``; fewer where Asana's objects lack one or both.
        name: Name of the stream, plural.
        about: What its records are, in a line for people.
        plan: What Asana asks for beyond a free plan and a member's token, in a few words.
        cost: The requests it takes, in words, where its listings do not tell.
        off: Why nobody reads it without having selected it; empty where it is read by default.
        key: Fields that make a record unique.
        listed: Path and query of the listing; parents are named inside, as {projects.gid}, or by
            another of their fields, as {projects.project_brief.gid}.
        also: Listings under other parents, of further records.
        paged: Whether the listings page. One that does not may give a single object.
        whole: Whether the listings give records whole, and take no ``opt_fields``.
        once: Whether several listings may hold the same record, which is then given once.
        covers: Reading operations that are not called because the listings bring the same, and
            why; one reason may serve several, words in one key, as "/tags/{gid}".
        elsewhere: Further listings of the same records, by a name of ours.
        shown_by: Name and field of another resource whose listing shows these records whole, so
            that they cost no listing of their own; as "workspace_memberships.user_task_list".
        got: Path of one record; empty when there is none.
        from_parent: Column for the gid of the parent it was listed by, where no field says it;
            ``workspace_gid`` for that of the workspace, whatever the parent.
        added: Columns that the stream fills in by itself, words.
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

    always: tuple[str, ...] = ("gid", "resource_type")
    name: str
    about: str = ""
    plan: str = ""
    cost: str = ""
    off: str = ""
    key: tuple[str, ...] = ("gid",)
    listed: str
    also: tuple[str, ...] = ()
    paged: bool = True
    whole: bool = False
    once: bool = False
    covers: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    shown_by: str = ""
    got: str = ""
    from_parent: str = ""
    added: str = ""
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
    def listings(self) -> tuple[Listing, ...]:
        """The listings that together hold all records."""
        return tuple(map(listing_of, (self.listed, *self.also)))

    def schema(self) -> Schema:
        """JSON schema of the stream: everything nullable but the key."""
        properties = self.properties()
        for name in (self.from_parent, *self.added.split()):
            if name:
                properties[name] = dict(PLAIN["text"])
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
        return ",".join(terms) or ",".join(self.always[:1])

    def listing(self, name: str = "", /, **gids: str) -> tuple[str, dict[str, str]]:
        """Path and query parameters of a listing.

        Args:
            name: A name in ``elsewhere``; empty for ``listed``.
            gids: The gid of each parent, as ``projects="12"``.
        """
        template = self.elsewhere[name] if name else self.listed
        return listing_of(template).request(**gids)

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


def walk(value: Any, path: str) -> Any:
    """Return what a dotted path leads to inside an object; None where it ends early."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
