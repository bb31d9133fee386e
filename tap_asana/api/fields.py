"""What fields Asana's objects have, by kind: their JSON schema, and how ``opt_fields`` asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]

PLAIN: dict[str, Schema] = {
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
        always: Fields that are not named again, though each has them; texts.
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

    always: tuple[str, ...] = ()
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
            name: kind for kind in (*PLAIN, "one", "many") for name in getattr(self, kind).split()
        }
        return dict.fromkeys(self.always, "text") | named | dict.fromkeys(self.nested, "nested")

    def properties(self) -> dict[str, Schema]:
        """JSON schema of each field, all of them nullable."""
        return {name: self._property(name, kind) for name, kind in self.kinds.items()}

    def _property(self, name: str, kind: str) -> Schema:
        if kind in PLAIN:
            return dict(PLAIN[kind])
        shape = self.nested[name] if kind == "nested" else REFERENCE
        if kind == "many" or shape.repeated:
            return {"type": ["array", "null"], "items": shape.schema(nullable=False)}
        return shape.schema()

    def terms(self, name: str) -> list[str]:
        """What to ask ``opt_fields`` for, to get this field whole.

        The gid of a resource inside a record comes unasked.
        """
        kind = self.kinds[name]
        if kind in PLAIN:
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
