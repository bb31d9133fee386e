"""Values of custom fields: which are allowed where, by type, and how they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import day, moment
from asana_sandbox.custom_ids import is_custom_id, shown_id
from asana_sandbox.derived import derived
from asana_sandbox.errors import (
    bad_request,
    field_not_here,
    forbidden_field,
    not_recognized,
    payment_required,
    wrong_type,
)
from asana_sandbox.facts.fields import VALUE_KEYS
from asana_sandbox.lookup import listed, members
from asana_sandbox.telling import changed, write_story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

FIELDS_PAID = "Custom Fields are not available for free users or guests."
_TEXT_LENGTH = 1024


def fields_of(world: World, holders: Iterable[str]) -> dict[str, Record]:
    """Give the custom fields that these projects or portfolios give to what is in them."""
    store = world.store
    return {
        setting["custom_field"]: store[setting["custom_field"]]
        for holder in holders
        for setting in store.ordered("custom_field_setting", holder)
    }


def read_values(
    request: Request, values: Any, projects: Iterable[str], known: dict[str, Any]
) -> dict[str, Any]:
    """Check the `custom_fields` of a body.

    Args:
        request: Whose body it is.
        values: What was sent, by the gid of the field.
        projects: Gids of the projects whose fields may be set.
        known: The values the object has; those of fields that left may only be cleared.

    Returns:
        The values as they are stored, by the gid of the field; None clears.

    Raises:
        ApiError: 400 for a field that is not here or a value of a wrong type, 402 on the free
            plan, 403 for a field whose value cannot be written.
    """
    if not isinstance(values, dict):
        raise wrong_type("custom_fields", values, "a JSON object")
    if values and request.world.switches.free:
        raise payment_required(FIELDS_PAID)
    fields = fields_of(request.world, projects)
    checked = {}
    for gid, value in values.items():
        if gid not in fields and not (value is None and gid in known):
            raise field_not_here(gid)
        field = request.world.store[gid]
        if field["is_value_read_only"]:
            raise forbidden_field(gid)
        read = _READERS[field["resource_subtype"]]
        where = f"custom_fields: {gid}"
        checked[gid] = None if value is None else read(request, where, field, value)
    return checked


def take_values(request: Request, item: Record, data: dict[str, Any]) -> None:
    """Move the `custom_fields` of a body onto a project or a portfolio that exists."""
    holders = portfolios_of(request.world, item)
    sent = data.pop("custom_fields", {})
    set_values(request, item, read_values(request, sent, holders, item["field_values"]))


def set_values(request: Request, task: Record, values: dict[str, Any]) -> None:
    """Put checked values on what has custom fields.

    A task or a goal that exists already gets a story for each change.
    """
    for gid, value in values.items():
        old = task["field_values"].get(gid)
        is_empty = value in (None, "", [])
        if old == (None if is_empty else value):
            continue
        if is_empty:
            task["field_values"].pop(gid)
        else:
            task["field_values"][gid] = value
        if task.get("resource_type") in _TOLD:
            _tell(request, task, request.world.store[gid], old, value)


_TOLD = frozenset({"goal", "task"})


def _tell(request: Request, task: Record, field: Record, old: Any, new: Any) -> None:
    kind = field["resource_subtype"]
    shown = _display(request.world, field, new)
    text = f"changed {field['name']} to {shown}" if shown else f"cleared {field['name']}"
    more: dict[str, Any] = {"custom_field": field["gid"]}
    if kind != "reference":
        for when, value in (("old", old), ("new", new)):
            many = kind in {"people", "multi_enum"}
            more[f"{when}_{VALUE_KEYS[kind]}"] = _as_told(kind, value or ([] if many else value))
    write_story(request, task, f"{kind}_custom_field_changed", text, **more)
    changed(request, task, "custom_fields", new_value=field)


def _as_told(kind: str, value: Any) -> Any:
    if kind != "date" or value is None:
        return value
    return {"due_on": value["date"], "due_at": value["date_time"], "start_on": None}


def _text(_request: Request, where: str, _field: Record, value: Any) -> str:
    if not isinstance(value, str):
        raise wrong_type(where, value, "a string")
    if len(value) > _TEXT_LENGTH:
        raise bad_request(f"{where}: Text must be at most {_TEXT_LENGTH} characters")
    return value


def _number(_request: Request, where: str, field: Record, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(where, value, "a number")
    return round(value, field["precision"]) if isinstance(value, float) else value


def _enum(request: Request, where: str, field: Record, value: Any) -> str:
    option = request.world.store.get("enum_option", value) if isinstance(value, str) else None
    if option is None or option["gid"] not in field["enum_options"] or not option["enabled"]:
        raise not_recognized(where, str(value))
    return str(option["gid"])


def _multi_enum(request: Request, where: str, field: Record, value: Any) -> list[str]:
    chosen = {_enum(request, where, field, one) for one in listed(where, value)}
    return [gid for gid in field["enum_options"] if gid in chosen]


def _date(_request: Request, where: str, _field: Record, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not ({"date", "date_time"} & value.keys()):
        raise wrong_type(where, value, "a JSON object")
    time = moment(f"{where}: date_time", value.get("date_time"))
    return {"date": time[:10] if time else day(f"{where}: date", value["date"]), "date_time": time}


def _people(request: Request, where: str, field: Record, value: Any) -> list[str]:
    workspace = request.world.store[field["workspace"]]
    return [user["gid"] for user in members(request, where, value, workspace)]


def _references(request: Request, where: str, field: Record, value: Any) -> list[str]:
    allowed = field.get("input_restrictions") or ["task", "project", "portfolio", "goal"]
    gids = list(dict.fromkeys(listed(where, value)))
    for gid in gids:
        record = request.world.store.find(gid) if isinstance(gid, str) else None
        if record is None or record["resource_type"] not in allowed:
            raise not_recognized(where, str(gid))
    return gids


_READERS: dict[str, Callable[[Request, str, Record, Any], Any]] = {
    "text": _text,
    "number": _number,
    "enum": _enum,
    "multi_enum": _multi_enum,
    "date": _date,
    "people": _people,
    "reference": _references,
}


@derived("task", "custom_fields")
def _task_fields(world: World, task: Record, _viewer: Record) -> list[Record]:
    return _shown(world, task, task["projects"])


@derived("portfolio", "custom_fields")
@derived("project", "custom_fields")
def _item_fields(world: World, item: Record, _viewer: Record) -> list[Record]:
    return _shown(world, item, portfolios_of(world, item))


def portfolios_of(world: World, item: Record) -> list[str]:
    """Name the portfolios that hold a project or a portfolio: their fields are its fields."""
    return [portfolio["gid"] for portfolio in world.store.by("portfolio", "items", item["gid"])]


def _shown(world: World, record: Record, holders: Iterable[str]) -> list[Record]:
    """Show the fields that the holders of an object give it, then values left behind."""
    if world.switches.free:
        return []
    here = fields_of(world, holders)
    values = record["field_values"]
    left = {gid: world.store[gid] for gid in values if gid not in here}
    return [
        with_value(world, field, values.get(gid), enabled=gid in here)
        for gid, field in (here | left).items()
    ]


@derived("goal", "custom_fields")
def _goal_fields(world: World, goal: Record, _viewer: Record) -> list[Record]:
    """Show the fields of the goal's own settings.

    Asana's OpenAPI says that settings are for what is in the goal and values are the goal's, and
    not which fields those are: the reading is ours.
    """
    if world.switches.free:
        return []
    values = goal["field_values"]
    here = fields_of(world, [goal["gid"]])
    return [with_value(world, one, values.get(gid), enabled=True) for gid, one in here.items()]


def with_value(world: World, field: Record, value: Any, *, enabled: bool) -> Record:
    """Make of a field's definition the record that a task shows."""
    kind = field["resource_subtype"]
    empty: Any = [] if kind in {"multi_enum", "people", "reference"} else None
    shown = _display(world, field, value)
    if is_custom_id(field) and kind == "text":
        value = shown
    return {
        **field,
        "enabled": enabled,
        VALUE_KEYS[kind]: empty if value is None else value,
        "display_value": shown,
    }


def _display(world: World, field: Record, value: Any) -> str | None:
    kind = field["resource_subtype"]
    if value is None:
        return None
    if is_custom_id(field):
        return shown_id(field, value)
    if kind == "number":
        return f"{value:.{field['precision']}f}"
    if kind == "date":
        return str(value["date_time"] or value["date"])
    if kind == "text":
        return str(value)
    named = (world.store.find(gid) for gid in ([value] if kind == "enum" else value))
    return ", ".join(record["name"] for record in named if record) or None
