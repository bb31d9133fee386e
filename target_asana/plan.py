"""Wanted against known: the least operations that make Asana agree. Pure: no look-ups, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from target_asana.identities import Effect
from target_asana.wanted import Custom, Item, RefusedError, Wanted, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_asana.identities import Known

MAX_PROJECTS = 20
"""Projects a task may be in. Source: Asana's OpenAPI, addProjectForTask."""
MAX_EDGES = 30
"""Dependencies and dependents of a task. Source: Asana's OpenAPI, addDependenciesForTask."""


@dataclass(frozen=True, slots=True)
class Association:
    """How an association is written.

    Attributes:
        key: the name of the other side in a creation's body; empty when none takes it.
        many: one call takes several.
        orphans: a creation takes it only when the thing has no parent: of a subtask's projects
            Asana is reported to drop what comes with the creation.
    """

    key: str = ""
    many: bool = False
    orphans: bool = False


ASSOCIATIONS: Mapping[str, Association] = {
    "memberships": Association("memberships", orphans=True),
    "tags": Association("tags"),
    "followers": Association("followers", many=True),
    "dependencies": Association(many=True),
    "dependents": Association(many=True),
}

_OWN_CALL = {"tasks": "parent"}
"""Fields that have a call of their own. Source: Asana's OpenAPI, setParentForTask."""

_DUE = ("due_at", "due_on")
_EXCLUSIVE = (_DUE, ("start_at", "start_on"), ("html_notes", "notes"), ("html_text", "text"))
"""Pairs of which one request takes one; the first says more. Source: Asana's OpenAPI, TaskBase."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one thing, in the words of the source.

    Attributes:
        kind: "create", "update", "parent", or an association with "+" or "-" behind it.
        data: field values; associations hold `Item`s, or what is known of them when they go.
        effect: what it makes true; the items of its links still hold `Item`s.
        after: its place in the plan of the operation that must have been applied before.
    """

    kind: str
    data: Mapping[str, Any]
    effect: Effect
    after: int | None = None


def plan(wanted: Wanted, known: Known) -> list[Operation]:
    """Return the operations that turn what is known into what is wanted.

    Only what differs from what this source last applied is written, so what people change by hand
    stays until the source itself changes.

    Raises:
        RefusedError: when Asana is certain to refuse it.
    """
    _check(wanted)
    fields, values = wanted.fields, {}
    if _comes_into_a_project(wanted, known):
        values = {name: value for name, value in fields.items() if isinstance(value, Custom)}
        fields = {name: value for name, value in fields.items() if name not in values}
    operations: list[Operation] = []
    if known.exists:
        operations.extend(_updates(fields, wanted, known))
    else:
        operations.append(_creation(fields, wanted))
    folded = operations[0].effect.links if not known.exists else {}
    for link in wanted.links:
        if link not in folded:
            operations.extend(_association(link, wanted, known, len(operations)))
    if values:
        places = [at for at, op in enumerate(operations) if op.kind == "memberships+"]
        operations += [replace(op, after=places[-1]) for op in _updates(values, wanted, known)]
    return operations


def _comes_into_a_project(wanted: Wanted, known: Known) -> bool:
    """Whether a call of its own puts the task into a project, before whose fields can be set."""
    if not known.exists and wanted.fields.get("parent") is None:
        return False
    held = known.links.get("memberships", {})
    return any(_is_new(item, held) for item in wanted.links.get("memberships", ()))


def _is_new(item: Item, held: Mapping[str, Any]) -> bool:
    """Whether an item is not there, or elsewhere; one that names no place is right anywhere."""
    there = held.get(item.ref.source)
    return there is None or item.place not in {None, there.get("in")}


def _check(wanted: Wanted) -> None:
    fields = wanted.fields
    if len(wanted.links.get("memberships", ())) > MAX_PROJECTS:
        raise RefusedError(
            "invalid", "projects", f"a task can be in {MAX_PROJECTS} projects at most"
        )
    starts = fields.get("start_on") or fields.get("start_at")
    if starts and "due_on" in fields and not (fields.get("due_on") or fields.get("due_at")):
        raise RefusedError("invalid", "start_on", "a start date needs a due date")
    if fields.get("start_at") and "due_at" in fields and not fields["due_at"]:
        raise RefusedError("invalid", "start_at", "a start time needs a due time")


def _creation(fields: Mapping[str, Any], wanted: Wanted) -> Operation:
    present = {name: value for name, value in fields.items() if _given(value)}
    data = _coupled(present, wanted)
    effect = Effect({name: digest(value) for name, value in present.items()})
    for link, items in wanted.links.items():
        how = ASSOCIATIONS[link]
        if how.key and items and not (how.orphans and present.get("parent") is not None):
            data[how.key] = items
            effect.links[link] = {item.ref.source: item for item in items}
    return Operation("create", data, effect)


def _updates(fields: Mapping[str, Any], wanted: Wanted, known: Known) -> Iterator[Operation]:
    changed = {
        name: value
        for name, value in fields.items()
        if known.fields.get(name) != digest(value) and (_given(value) or name in known.fields)
    }
    own = _OWN_CALL.get(wanted.key.resource)
    if plain := {name: value for name, value in changed.items() if name != own}:
        data = _coupled(plain, wanted)
        yield Operation("update", data, Effect({n: digest(v) for n, v in plain.items()}))
    if own in changed:
        yield Operation(own, {own: changed[own]}, Effect({own: digest(changed[own])}))


def _given(value: Any) -> bool:
    return getattr(value, "value", value) is not None


def _coupled(changed: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return the fields of one request, with what must travel together and without what must not.

    A start date travels with its due date. Source: Asana's OpenAPI, TaskBase.
    """
    data = dict(changed)
    if data.keys() & {"start_on", "start_at"}:
        data |= {name: wanted.fields[name] for name in _DUE if name in wanted.fields}
    for pair in _EXCLUSIVE:
        if not data.keys() & set(pair):
            continue
        for name in pair:
            data.pop(name, None)
        held = [name for name in pair if name in wanted.fields]
        sent = next((name for name in held if wanted.fields[name] is not None), held[-1])
        data[sent] = wanted.fields[sent]
    return data


def _association(link: str, wanted: Wanted, known: Known, at: int) -> Iterator[Operation]:
    items = {item.ref.source: item for item in wanted.links[link]}
    held = known.links.get(link, {})
    added = {source: item for source, item in items.items() if _is_new(item, held)}
    gone = {source: value for source, value in held.items() if source not in items}
    size = MAX_EDGES if ASSOCIATIONS[link].many else 1
    last = None
    for chunk in _chunks(added, size):
        effect = Effect({}, {link: chunk})
        if link in wanted.cells and list(chunk)[-1] == list(added)[-1]:
            effect.fields[cell_of(link)] = digest(wanted.cells[link])
        yield Operation(f"{link}+", {link: list(chunk.values())}, effect)
        last = at if last is None else last + 1
    for chunk in _chunks(gone, size):
        effect = Effect({}, {link: dict.fromkeys(chunk)})
        yield Operation(f"{link}-", {link: list(chunk.values())}, effect, after=last)


def cell_of(link: str) -> str:
    """Return under which name the cell is remembered whose names have all been applied."""
    return f"{link} cell"


def _chunks(items: Mapping[str, Any], size: int) -> Iterator[dict[str, Any]]:
    names = list(items)
    for start in range(0, len(names), size):
        yield {name: items[name] for name in names[start : start + size]}
