"""Values of custom fields: which field is meant, and the form its type wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_asana.directory import near, offer
from target_asana.names import plain, split
from target_asana.wanted import Custom, Ref, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_asana.directory import Directory


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
            said = [_option(custom, field, name) for name in _several(custom.value)]
        case "date":
            said = _date(custom.value)
        case "people":
            said = [person(_person(custom, who)) for who in _several(custom.value)]
        case "text":
            said = str(custom.value)
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
        "unresolved_reference", ref.field, f"no custom field is named {name!r}{matches}"
    )


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else split(str(value), lambda _: False)


def _number(custom: Custom) -> float:
    try:
        return float(custom.value)
    except (TypeError, ValueError):
        raise RefusedError(
            "invalid", custom.field.field, f"{custom.value!r} is no number"
        ) from None


def _date(value: Any) -> dict[str, Any]:
    """Return a date as the object Asana takes; a bare string is a 400."""
    if isinstance(value, dict):
        name = "date_time" if value.get("date_time") else "date"
        return {name: value[name]}
    return {"date_time" if "T" in str(value) else "date": str(value)}


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
