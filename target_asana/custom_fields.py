"""Values of custom fields: which field is meant, and the form its type wants."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from target_asana import dates
from target_asana.directory import near, offer
from target_asana.names import plain, split
from target_asana.wanted import Custom, Ref, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_asana.directory import Directory


MAX_TEXT = 1024
"""Characters of a text field. Source: Asana's OpenAPI, CustomFieldBase."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def written(
    custom: Custom, directory: Directory, project: str | None, person: Callable[[Ref], Any]
) -> tuple[str, Any]:
    """Return the gid of a custom field and its value as Asana takes it.

    Args:
        custom: the field and what the source says.
        directory: the workspace.
        project: gid of the project whose fields come first.
        person: resolves the people of a people field.

    Raises:
        RefusedError: when there is no such field or option, or the value does not fit its type.
    """
    field = _field(custom.field, directory, project)
    gid = str(field["gid"])
    if custom.value is None:
        return gid, None
    match kind := field.get("resource_subtype") or field.get("type"):
        case "number":
            said: Any = _number(custom)
        case "enum":
            said = _option(custom, field, str(custom.value))
        case "multi_enum":
            options = {plain(o["name"]).casefold() for o in field.get("enum_options") or ()}
            named = _several(custom.value, lambda name: name.casefold() in options)
            said = list(dict.fromkeys(_option(custom, field, name) for name in named))
        case "date":
            said = _date(custom)
        case "people":
            named = _several(custom.value, lambda name: bool(directory.people_named(name)))
            people = [person(_person(custom, who)) for who in named]
            said = list(dict.fromkeys(gid for gid in people if gid is not None))
        case "text":
            said = _text(custom)
        case _:
            raise RefusedError("invalid", custom.field.field, f"a {kind} field cannot be written")
    return gid, said


def _field(ref: Ref, directory: Directory, project: str | None) -> dict[str, Any]:
    name = plain(ref.name or "")
    fields = [*(directory.fields_of(project) if project else ()), *directory.fields]
    found = {f["gid"]: f for f in fields if f["gid"] == ref.key}
    found = found or {f["gid"]: f for f in fields if plain(f["name"]) == name}
    if project and len(found) > 1:
        local = {field["gid"] for field in directory.fields_of(project)}
        found = {gid: field for gid, field in found.items() if gid in local} or found
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise RefusedError(
            "ambiguous_match",
            ref.field,
            f"{len(found)} custom fields are named {name!r}: {', '.join(found)}",
        )
    matches = offer(near(name, [field["name"] for field in fields]))
    raise RefusedError(
        "unresolved_reference",
        ref.field,
        f"no custom field is named {name!r}{matches}: make it in Asana, or leave the column out",
    )


def _several(value: Any, known: Callable[[str], bool]) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else split(str(value), known)


def _text(custom: Custom) -> str:
    text = str(custom.value)
    if len(text) > MAX_TEXT:
        raise RefusedError(
            "invalid",
            custom.field.field,
            f"{len(text):,} characters are too many: a text field takes {MAX_TEXT:,}",
        )
    return text


def _number(custom: Custom) -> float:
    said = str(custom.value).strip()
    if not _NUMBER.fullmatch(said) or not isfinite(number := float(said)):
        raise RefusedError(
            "invalid",
            custom.field.field,
            f"{custom.value!r} is no number as Asana reads it: write it like 1234.5",
        )
    return number


def _date(custom: Custom) -> dict[str, Any]:
    """Return a date as the object Asana takes; a bare string is a 400."""
    value = custom.value
    if isinstance(value, dict):
        name = "date_time" if value.get("date_time") else "date"
        return {name: value.get(name)}
    if "T" in str(value):
        return {"date_time": str(value)}
    return {"date": dates.checked(str(value), custom.field.field)}


def _person(custom: Custom, who: Any) -> Ref:
    if isinstance(who, Ref):
        return who
    text = str(who)
    if "@" in text:
        return Ref("users", custom.field.field, email=text)
    return Ref("users", custom.field.field, name=text)


def _option(custom: Custom, field: dict[str, Any], name: str) -> str:
    """Return the gid of an option; enabled options come first, case does not matter."""
    folded = plain(name).casefold()
    options = field.get("enum_options") or ()
    named = [option for option in options if plain(option["name"]).casefold() == folded]
    exact = [option for option in named if plain(option["name"]) == plain(name)]
    for option in sorted(exact or named, key=lambda option: not option.get("enabled", True)):
        return str(option["gid"])
    matches = offer(near(name, [option["name"] for option in options]))
    raise RefusedError(
        "unresolved_reference",
        custom.field.field,
        f"custom field {field['name']!r} has no option {name!r}{matches}",
    )
