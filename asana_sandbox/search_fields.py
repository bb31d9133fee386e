"""Search by the values of custom fields: `custom_fields.<gid>.<how>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import flag
from asana_sandbox.custom_ids import is_custom_id, shown_id
from asana_sandbox.errors import bad_request, unknown_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.store import Record, Store

_BY_TYPE = {
    "text": {"is_set", "value", "starts_with", "ends_with", "contains"},
    "number": {"is_set", "value", "less_than", "greater_than"},
    "enum": {"is_set", "value"},
    "date": {"is_set", "value", "before", "after"},
    "people": {"is_set", "value"},
    "multi_enum": {"is_set"},
    "reference": {"is_set"},
}
"""What can be asked of a type (Asana's OpenAPI, searchTasksForWorkspace: multi_enum cannot)."""

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "value": lambda have, want: have == want,
    "starts_with": lambda have, want: have.startswith(want),
    "ends_with": lambda have, want: have.endswith(want),
    "contains": lambda have, want: want in have,
    "less_than": lambda have, want: have < want,
    "greater_than": lambda have, want: have > want,
    "before": lambda have, want: have < want,
    "after": lambda have, want: have > want,
}


def field_test(store: Store, name: str, value: str) -> Callable[[Record], bool]:
    """Make of such a parameter what a task must pass.

    Raises:
        ApiError: 400 for an unknown field or a question its type does not take.
    """
    gid, _, how = name.removeprefix("custom_fields.").partition(".")
    field = store.get("custom_field", gid)
    if field is None:
        raise unknown_object("custom_fields", gid)
    kind = field["resource_subtype"]
    if how not in _BY_TYPE[kind]:
        raise bad_request(f"{name}: Fields of type {kind} cannot be searched so")
    if how == "is_set":
        wanted = flag(name, value)
        return lambda task: (gid in task["field_values"]) == wanted
    try:
        want: Any = float(value) if kind == "number" else value
        want = want.casefold() if kind == "text" else want
    except ValueError:
        raise bad_request(f"{name}: Value is not a number: {value}") from None
    test = _TESTS[how]
    return lambda task: (
        gid in task["field_values"]
        and test(_comparable(field, task["field_values"][gid], want), want)
    )


def _comparable(field: Record, have: Any, want: Any) -> Any:
    kind = field["resource_subtype"]
    if kind == "text" and is_custom_id(field):
        have = shown_id(field, have)
    if kind == "date":
        return have["date"]
    if kind == "people":
        return want if want in have else None
    return have.casefold() if kind == "text" else have
