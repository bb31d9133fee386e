"""What of an object a caller gets to see: compact, full, or the fields asked for."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from asana_sandbox.derived import ABSENT, DERIVED
from asana_sandbox.errors import bad_request
from asana_sandbox.facts import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asana_sandbox.derived import Derive
    from asana_sandbox.facts import Kind
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    _Step = tuple[str, Derive | None, Callable[[Any], Any] | None]

Fields: TypeAlias = "dict[str, Fields]"
"""A tree of field names; a leaf is an empty tree."""

_BARE: Fields = {"resource_type": {}}
"""What a bare name brings of the object it names, beside the gid."""

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

    Raises:
        ApiError: 400 where groups multiply beyond what anybody means; the bound is ours.
    """
    tree: Fields = {}
    for path in text.split(","):
        heads = [tree]
        terms = path.strip().removeprefix("this.").split(".")
        for term in terms if terms != ["this"] else []:
            names = [name.strip() for name in _GROUP.sub(r"\1", term.strip()).split("|")]
            heads = [head.setdefault(name, {}) for head in heads for name in names if name]
            if len(heads) > _MOST_PATHS:
                raise bad_request(f"opt_fields: A path may not mean more than {_MOST_PATHS} fields")
    return tree


_GROUP = re.compile(r"^\((.*)\)$")
_MOST_PATHS = 10_000


class _Plan(NamedTuple):
    """What to look at in records of a kind: as it is stored, and step by step."""

    plain: tuple[str, ...]
    steps: tuple[_Step, ...]


class Eye:
    """A user looking at a world for as long as one request lasts.

    A page shows a hundred records of one kind with dozens of fields, and most of what they refer
    to is the same: what to look at is worked out once per kind and set of fields, and an object
    is looked at once for all that refer to it.

    Args:
        world: Where the objects and what they refer to are.
        viewer: Who looks; some fields, such as `liked`, depend on it.
    """

    def __init__(self, world: World, viewer: Record) -> None:
        self._world = world
        self._viewer = viewer
        self._plans: dict[tuple[str, int, bool], _Plan] = {}
        self._seen: dict[tuple[str, int, bool], dict[str, Any] | None] = {}

    def see(self, record: Record, fields: Fields | None, *, compact: bool = True) -> dict[str, Any]:
        """Show an object.

        Args:
            record: The object as stored.
            fields: The parsed `opt_fields`, the same tree all through the request; None when the
                caller sent none.
            compact: Whether the answer without `opt_fields` is the compact record.

        Returns:
            With fields: `gid` and what they name, unknown names passed over. Without: `gid`,
            `resource_type`, and the compact or the full set.
        """
        key = (record["resource_type"], 0 if fields is None else id(fields), compact)
        plan = self._plans.get(key)
        if plan is None:
            kind = KINDS[record["resource_type"]]
            plan = self._plans[key] = self._plan(kind, fields, compact=compact)
        shown: dict[str, Any] = {"gid": record["gid"]} if "gid" in record else {}
        if shown and fields is None:
            shown["resource_type"] = record["resource_type"]
        shown |= {name: record[name] for name in plan.plain if name in record}
        for name, derive, show in plan.steps:
            if derive is None:
                value = record.get(name, ABSENT)
            else:
                value = derive(self._world, record, self._viewer)
            if value is not ABSENT:
                shown[name] = value if show is None else show(value)
        return shown

    def _plan(self, kind: Kind, fields: Fields | None, *, compact: bool) -> _Plan:
        """Work out what to look at; `None` among the fields is part of a whole record."""
        wanted: Mapping[str, Fields | None]
        if fields is None:
            names = kind.compact_fields if compact else kind.full_fields
            wanted = dict.fromkeys(names)
        else:
            wanted = fields
        plain, steps = [], []
        for name, inner in wanted.items():
            how = kind.types.get(name)
            show: Callable[[Any], Any] | None = None
            if how == "one":
                show = partial(self._one, inner=inner, compact=name not in kind.whole_fields)
            elif how == "many":
                show = partial(self._many, inner=inner, compact=name not in kind.whole_fields)
            elif how == "other":
                show = partial(self._nested, inner=inner)
            derive = DERIVED.get((kind.name, name))
            if derive or show:
                steps.append((name, derive, show))
            elif how or name == "resource_type":
                plain.append(name)
        return _Plan(tuple(plain), tuple(steps))

    def _one(
        self, value: Record | str | None, inner: Fields | None, *, compact: bool = True
    ) -> dict[str, Any] | None:
        if not isinstance(value, str):
            return value and self._looked_at(value, inner, compact=compact)
        key = (value, 0 if inner is None else id(inner), compact)
        if key not in self._seen:
            record = self._world.store.find(value)
            self._seen[key] = record and self._looked_at(record, inner, compact=compact)
        return self._seen[key]

    def _looked_at(self, record: Record, inner: Fields | None, *, compact: bool) -> dict[str, Any]:
        if inner is None:
            return self.see(record, None, compact=compact)
        if not inner and record["resource_type"] in _COMPACT_WHEN_BARE:
            return self.see(record, None)
        return self.see(record, inner or _BARE)

    def _many(
        self, values: Iterable[Record | str], inner: Fields | None, *, compact: bool
    ) -> list[dict[str, Any]]:
        shown = (self._one(value, inner, compact=compact) for value in values)
        return [one for one in shown if one is not None]

    def _nested(self, value: Any, inner: Fields | None) -> Any:
        """Show plain objects and lists of them; stored objects inside are references.

        A type without a gid is no object's: filters of webhooks name types.
        """
        if isinstance(value, list):
            return [self._nested(one, inner) for one in value]
        if not isinstance(value, dict):
            return value
        if "resource_type" in value and "gid" in value:
            return self._one(value, inner)
        names = [name for name in value if not inner or name in inner or name == "gid"]
        return {name: self._nested(value[name], inner and inner.get(name)) for name in names}
