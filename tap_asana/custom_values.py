"""One value of a custom field: how Asana gives it by type, what it is in plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from tap_asana.api.fields import PLAIN, REFERENCE, Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value: TypeAlias = "Mapping[str, Any]"
"""A member of the array `custom_fields`."""

_REFERENCES: Schema = {"type": ["array", "null"], "items": REFERENCE.schema(nullable=False)}

_TERMS = {
    "text": ("text_value",),
    "number": ("number_value",),
    "enum": ("enum_value.name",),
    "multi_enum": ("multi_enum_values.name",),
    "date": ("date_value.date", "date_value.date_time"),
    "people": ("people_value.name", "people_value.resource_type"),
    "reference": ("reference_value.name", "reference_value.resource_type"),
}
"""What to ask for inside of `custom_fields`, by type. Any other type is read as people see it, in
`display_value`, which Asana holds out for types to come (OpenAPI, CustomFieldCompact)."""

_SCHEMAS: Mapping[str, Schema] = {
    # Not an integer, whatever the precision: that can be changed in Asana, a column cannot.
    "number": PLAIN["number"],
    "multi_enum": PLAIN["texts"],
    "date": PLAIN["date"],
    "people": _REFERENCES,
    "reference": _REFERENCES,
}
"""JSON schema of a plain value by type; of all others it is text."""


def schema_of(kind: str) -> Schema:
    """JSON schema of the plain values of a type."""
    return dict(_SCHEMAS.get(kind, PLAIN["text"]))


def terms_of(kind: str) -> tuple[str, ...]:
    """What to ask for inside of a value to get it as of a type, beside its display_value."""
    return _TERMS.get(kind, ())


def read_as(kind: str, values: Mapping[str, Schema]) -> str:
    """The type that values of a type are read as, where records bear them in this shape.

    Asana shows no list of people or references outside of tasks: there they are text.
    Source: Asana's OpenAPI, getProjects and its likes.

    Args:
        kind: The type of the field.
        values: What the values have.
    """
    return kind if all(term.partition(".")[0] in values for term in terms_of(kind)) else "shown"


def kind_of(field: Value) -> str:
    """The type of a field, by its definition or by one of its values.

    A custom id is a text that Asana numbers; a formula has the type of its result.
    Source: Asana's OpenAPI, representation_type.
    """
    if field.get("representation_type") == "custom_id":
        return "custom_id"
    return str(field.get("resource_subtype") or field.get("type"))


def plain(kind: str, value: Value) -> Any:
    """The value in plain JSON: a text, a number, a date, a list; None where there is none.

    Args:
        kind: The type it is read as.
        value: As Asana gives it. Names of options stand for options.
    """
    read = _READERS.get(kind)
    return read(value) if read else value.get("display_value")


def moment(value: Value) -> str | None:
    """The instant of a date that has a time of day."""
    found: str | None = (value.get("date_value") or {}).get("date_time")
    return found


def has_value(value: Value) -> bool:
    """Whether there is anything to read."""
    return value.get("display_value") is not None


def is_missed(found: Any, value: Value) -> bool:
    """Whether there is a value, but none of the type it was read as."""
    return (found is None or found == []) and has_value(value)


def in_object(value: Value) -> Any:
    """The value as it stands in an object: whole, in one plain value."""
    kind = kind_of(value)
    found = (moment(value) if kind == "date" else None) or plain(kind, value)
    return value["display_value"] if is_missed(found, value) else found


def _text(value: Value) -> Any:
    text = value.get("text_value")
    return value.get("display_value") if text is None else text


def _option(value: Value) -> Any:
    return (value.get("enum_value") or {}).get("name")


def _options(value: Value) -> Any:
    options = value.get("multi_enum_values")
    return options and [option["name"] for option in options]


def _day(value: Value) -> Any:
    at = moment(value)
    return (value.get("date_value") or {}).get("date") or (at and at[:10])


_READERS: Mapping[str, Callable[[Value], Any]] = {
    "text": _text,
    "number": lambda value: value.get("number_value"),
    "enum": _option,
    "multi_enum": _options,
    "date": _day,
    "people": lambda value: value.get("people_value"),
    "reference": lambda value: value.get("reference_value"),
}
