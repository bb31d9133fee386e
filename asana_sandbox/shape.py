"""What of an object a caller gets to see: compact, full, or the fields asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from asana_sandbox.derived import ABSENT, DERIVED
from asana_sandbox.facts import KINDS

if TYPE_CHECKING:
    from asana_sandbox.facts import Kind
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

Fields: TypeAlias = "dict[str, Fields]"
"""A tree of field names; a leaf is an empty tree."""

_COMPACT_WHEN_BARE = frozenset({"custom_field", "enum_option"})
"""Kinds of which a bare name brings the compact record rather than the gid alone."""


def parse_fields(text: str) -> Fields:
    """Read an `opt_fields` value into a tree.

    The grammar is that of Asana's docs on input and output options: terms joined by dots, an
    optional leading `this.`, and `(a|b)` in the place of any whole term.

    Args:
        text: Comma-separated paths; blanks around them and empty ones do not count.

    Returns:
        The tree; `assignee.(name|email)` becomes `{"assignee": {"name": {}, "email": {}}}`.
    """
    tree: Fields = {}
    for path in text.split(","):
        heads = [tree]
        terms = path.strip().removeprefix("this.").split(".")
        for term in terms if terms != ["this"] else []:
            names = [name.strip() for name in _GROUP.sub(r"\1", term.strip()).split("|")]
            heads = [head.setdefault(name, {}) for head in heads for name in names if name]
    return tree


_GROUP = re.compile(r"^\((.*)\)$")


def shape(
    world: World, record: Record, fields: Fields | None, *, compact: bool, viewer: Record
) -> dict[str, Any]:
    """Show an object to a user.

    Args:
        world: Where the objects it refers to are.
        record: The object as stored.
        fields: The parsed `opt_fields`; None when the caller sent none.
        compact: Whether the answer without `opt_fields` is the compact record.
        viewer: Who asks; some fields, such as `liked`, depend on it.

    Returns:
        With fields: `gid` and what they name, unknown names passed over. Without: `gid`,
        `resource_type`, and the compact or the full set.
    """
    return _Eye(world, viewer).see(record, fields, compact=compact)


class _Eye(NamedTuple):
    """A user looking at a world."""

    world: World
    viewer: Record

    def see(self, record: Record, fields: Fields | None, *, compact: bool) -> dict[str, Any]:
        kind = KINDS[record["resource_type"]]
        if fields is not None:
            return self.chosen(record, kind, fields)
        shown: dict[str, Any] = {}
        if "gid" in record:
            shown = {"gid": record["gid"], "resource_type": kind.name}
        for name in kind.compact_fields if compact else kind.full_fields:
            value = self.value(record, kind, name)
            if value is not ABSENT:
                shown[name] = self.show(kind, name, value, None)
        return shown

    def chosen(self, record: Record, kind: Kind, fields: Fields) -> dict[str, Any]:
        shown: dict[str, Any] = {"gid": record["gid"]} if "gid" in record else {}
        for name, inner in fields.items():
            if name == "resource_type":
                shown[name] = kind.name
            elif name in kind.types:
                value = self.value(record, kind, name)
                if value is not ABSENT:
                    shown[name] = self.show(kind, name, value, inner)
        return shown

    def value(self, record: Record, kind: Kind, name: str) -> Any:
        derive = DERIVED.get((kind.name, name))
        return derive(self.world, record, self.viewer) if derive else record.get(name, ABSENT)

    def show(self, kind: Kind, name: str, value: Any, inner: Fields | None) -> Any:
        """Show a value; `inner` None is part of a whole record, an empty tree a bare name."""
        how = kind.types[name]
        compact = name not in kind.whole_fields
        if how == "one":
            return self.reference(value, inner, compact=compact)
        if how == "many":
            shown = (self.reference(one, inner, compact=compact) for one in value)
            return [one for one in shown if one is not None]
        return self.nested(value, inner) if how == "other" else value

    def reference(
        self, value: Record | str | None, inner: Fields | None, *, compact: bool = True
    ) -> dict[str, Any] | None:
        record = self.world.store.find(value) if isinstance(value, str) else value
        if record is None:
            return None
        if inner is None:
            return self.see(record, None, compact=compact)
        if not inner and record["resource_type"] in _COMPACT_WHEN_BARE:
            return self.see(record, None, compact=True)
        return self.see(record, inner or {"resource_type": {}}, compact=True)

    def nested(self, value: Any, inner: Fields | None) -> Any:
        """Show plain objects and lists of them; stored objects inside are references."""
        if isinstance(value, list):
            return [self.nested(one, inner) for one in value]
        if not isinstance(value, dict):
            return value
        if "resource_type" in value:
            return self.reference(value, inner)
        names = [name for name in value if not inner or name in inner or name == "gid"]
        return {name: self.nested(value[name], inner and inner.get(name, {})) for name in names}
