"""Custom fields and their options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import only, read_body
from asana_sandbox.errors import bad_request, cannot_write, missing
from asana_sandbox.facts import KINDS
from asana_sandbox.field_values import FIELDS_PAID
from asana_sandbox.lookup import in_path, named
from asana_sandbox.order import Order
from asana_sandbox.placing import END, read_spot
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

MAX_OPTIONS = 500
"""Options of a field, disabled ones too (Asana's OpenAPI, EnumOption)."""
_MAX_PRECISION = 6
_BUILT_IN = frozenset(
    {"assignee", "completed", "created at", "due date", "name", "notes", "projects", "tags"}
)
_CHOICES = frozenset({"enum", "multi_enum"})


@route("GET", "/workspaces/{workspace_gid}/custom_fields", paid=FIELDS_PAID)
def get_custom_fields(request: Request) -> Listing:
    """Asana's getCustomFieldsForWorkspace."""
    workspace = in_path(request, "workspace")
    fields = request.world.store.by("custom_field", "workspace", workspace["gid"])
    return Listing(fields)


@route("GET", "/custom_fields/{custom_field_gid}", paid=FIELDS_PAID)
def get_custom_field(request: Request) -> Single:
    """Asana's getCustomField."""
    return Single(in_path(request, "custom_field"))


@route("POST", "/custom_fields", required=("workspace", "name"), paid=FIELDS_PAID)
def create_custom_field(request: Request) -> Single:
    """Asana's createCustomField."""
    data = read_body(request, "custom_field", "create")
    workspace = named(request, "workspace", data.pop("workspace"), "workspace")
    kind = data.pop("resource_subtype", None)
    if kind is None:
        raise missing("resource_subtype")
    options = data.pop("enum_options", None) or []
    _check(request, workspace, kind, data)
    if kind in _CHOICES and not options:
        raise missing("enum_options")
    if kind not in _CHOICES and options:
        raise bad_request("enum_options: Only enum and multi_enum fields have options")
    if len(options) > MAX_OPTIONS:
        raise bad_request(f"enum_options: At most {MAX_OPTIONS} options are allowed")
    field = new_field(request.world, workspace, kind, created_by=request.user["gid"], **data)
    for option in options:
        _add_option(request.world, field, _option(option))
    return Single(field, 201)


def new_field(world: World, workspace: Record, kind: str, **data: Any) -> Record:
    """Make a custom field of a type, without options."""
    formula = bool(data.get("is_formula_field"))
    represented = "formula" if formula else "custom_id" if data.get("id_prefix") else kind
    record = {
        **KINDS["custom_field"].blank(),
        "is_global_to_workspace": True,
        "has_notifications_enabled": True,
        **data,
        "workspace": workspace["gid"],
        "type": kind,
        "resource_subtype": kind,
        "representation_type": represented,
        "is_value_read_only": represented != kind,
    }
    if kind in _CHOICES:
        record["enum_options"] = []
    if kind == "number":
        record["precision"] = int(data.get("precision") or 0)
        for name in ("currency_code", "custom_label", "custom_label_position"):
            record.setdefault(name, None)
    if kind == "reference":
        record.setdefault("input_restrictions", [])
    return world.store.add("custom_field", record)


@route("PUT", "/custom_fields/{custom_field_gid}", paid=FIELDS_PAID)
def update_custom_field(request: Request) -> Single:
    """Asana's updateCustomField: the type never changes, options have routes of their own."""
    field = in_path(request, "custom_field")
    data = read_body(request, "custom_field", "update")
    workspace = request.world.store[field["workspace"]]
    _check(request, workspace, field["resource_subtype"], data, field)
    field.update(data)
    for name in data:
        changed(request, field, name)
    return Single(field)


@route("DELETE", "/custom_fields/{custom_field_gid}", paid=FIELDS_PAID)
def delete_custom_field(request: Request) -> Plain:
    """Asana's deleteCustomField: its values go with it."""
    field, store = in_path(request, "custom_field"), request.world.store
    for setting in store.by("custom_field_setting", "custom_field", field["gid"]):
        store.order("custom_field_setting", setting["parent"]).discard(setting["gid"])
        store.remove(setting)
    for kind in ("task", "goal", "portfolio", "project"):
        for record in store.by(kind, "workspace", field["workspace"]):
            record["field_values"].pop(field["gid"], None)
    for option in field.get("enum_options", ()):
        store.remove(store[option])
    request.world.emit(request.user, field, "deleted")
    remove_whole(store, field)
    return EMPTY


@route(
    "POST", "/custom_fields/{custom_field_gid}/enum_options", required=("name",), paid=FIELDS_PAID
)
def create_enum_option(request: Request) -> Single:
    """Asana's createEnumOptionForCustomField."""
    field = _with_options(request)
    data = read_body(request, "enum_option", "create")
    order = Order(field["enum_options"])
    spot = read_spot(request, order, END)
    if len(order) >= MAX_OPTIONS:
        raise bad_request(f"enum_option: At most {MAX_OPTIONS} options are allowed")
    values: dict[str, Any] = {
        name: data[name] for name in ("name", "color", "enabled") if name in data
    }
    option = _add_option(request.world, field, values)
    order.insert(option["gid"], before=spot.before, after=spot.after)
    field["enum_options"] = list(order)
    return Single(option, 201)


@route(
    "POST",
    "/custom_fields/{custom_field_gid}/enum_options/insert",
    required=("enum_option",),
    paid=FIELDS_PAID,
)
def insert_enum_option(request: Request) -> Single:
    """Asana's insertEnumOptionForCustomField: to another place among the options."""
    field = _with_options(request)
    data = only(request, "enum_option before_enum_option after_enum_option")
    option = named(request, "enum_option", data["enum_option"], "enum_option")
    order = Order(field["enum_options"])
    if option["gid"] not in order:
        raise bad_request("enum_option: The option is not one of the field's")
    spot = read_spot(request, order, END, before="before_enum_option", after="after_enum_option")
    order.insert(option["gid"], before=spot.before, after=spot.after)
    field["enum_options"] = list(order)
    return Single(option)


@route("PUT", "/enum_options/{enum_option_gid}", paid=FIELDS_PAID)
def update_enum_option(request: Request) -> Single:
    """Asana's updateEnumOption: options are disabled, never deleted; one stays enabled."""
    option, store = in_path(request, "enum_option"), request.world.store
    data = read_body(request, "enum_option", "update")
    siblings = [store[gid] for gid in store[option["custom_field"]]["enum_options"]]
    enabled = [one for one in siblings if one["enabled"] and one is not option]
    if data.get("enabled") is False and not enabled:
        raise bad_request("enabled: At least one option must stay enabled")
    option.update(data)
    return Single(option)


def _check(
    request: Request,
    workspace: Record,
    kind: str,
    data: dict[str, Any],
    known: Record | None = None,
) -> None:
    """Check what the types have in common: the name is the workspace's only one."""
    if "name" in data:
        name = data["name"].casefold()
        fields = request.world.store.by("custom_field", "workspace", workspace["gid"])
        if any(one["name"].casefold() == name and one is not known for one in fields):
            raise bad_request(f"name: A custom field named {data['name']} exists already")
        if not name or name in _BUILT_IN:
            raise bad_request(f"name: A custom field cannot be named {data['name']}")
    if data.get("id_prefix") and kind not in {"text", "number"}:
        raise cannot_write("id_prefix")
    if data.get("precision") is not None:
        if kind != "number":
            raise cannot_write("precision")
        if data["precision"] not in range(_MAX_PRECISION + 1):
            raise bad_request(f"precision: Must be from 0 to {_MAX_PRECISION}")


def _with_options(request: Request) -> Record:
    field = in_path(request, "custom_field")
    if field["resource_subtype"] not in _CHOICES:
        raise bad_request("custom_field: Only enum and multi_enum fields have options")
    return field


def _option(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
        raise bad_request(f"enum_options: Value is not an option with a name: {sent}")
    return {name: sent[name] for name in ("name", "color", "enabled") if name in sent}


def _add_option(world: World, field: Record, values: dict[str, Any]) -> Record:
    record = {"enabled": True, "color": "none", **values, "custom_field": field["gid"]}
    option = world.store.add("enum_option", record)
    field["enum_options"] = [*field["enum_options"], option["gid"]]
    return option
