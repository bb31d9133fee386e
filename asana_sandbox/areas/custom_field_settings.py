"""Which custom fields a project, or whatever else has settings of its own, uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.body import flag, only
from asana_sandbox.custom_ids import number_task
from asana_sandbox.errors import bad_request
from asana_sandbox.lookup import in_path, named
from asana_sandbox.placing import END, read_spot, tasks_of
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

CONTAINERS = {"goal": "goals", "portfolio": "portfolios", "project": "projects"}
"""What fields can be added to and removed from, by kind: the word for it in paths."""
SETTINGS_PAID = "Custom Field Settings are not available for free users."
MAX_FIELDS = 20
"""Custom fields of a container (Asana's OpenAPI, on custom field settings)."""


def get_settings(request: Request) -> Listing:
    """Asana's getCustomFieldSettingsForProject and its like."""
    container = _container(request)
    return Listing(request.world.store.ordered("custom_field_setting", container["gid"]))


def add_setting(request: Request) -> Single:
    """Asana's addCustomFieldSettingForProject and its like, for fields the workspace has already.

    A body may also define a new field in the place of naming one; that is refused here as a gid
    that is none.
    """
    data = only(request, "custom_field is_important insert_before insert_after")
    container, store = _container(request), request.world.store
    kind = container["resource_type"]
    field = named(request, "custom_field", data["custom_field"], "custom_field")
    order = store.order("custom_field_setting", container["gid"])
    if any(store[gid]["custom_field"] == field["gid"] for gid in order):
        raise bad_request(f"custom_field: The {kind} already has this custom field")
    if len(order) >= MAX_FIELDS:
        raise bad_request(f"custom_field: A {kind} can have at most {MAX_FIELDS} custom fields")
    spot = read_spot(request, order, END)
    important = flag("is_important", data.get("is_important", False))
    setting = use_field(request.world, container, field, is_important=important)
    order.insert(setting["gid"], before=spot.before, after=spot.after)
    for task in tasks_of(store, container):
        number_task(store, task, container["gid"])
    changed(request, container, "custom_field_settings", added_value=field)
    return Single(setting)


def remove_setting(request: Request) -> Plain:
    """Asana's removeCustomFieldSettingForProject and its like: values stay behind, disabled."""
    data = only(request, "custom_field")
    container, store = _container(request), request.world.store
    field = named(request, "custom_field", data["custom_field"], "custom_field")
    for setting in store.ordered("custom_field_setting", container["gid"]):
        if setting["custom_field"] == field["gid"]:
            store.order("custom_field_setting", container["gid"]).discard(setting["gid"])
            store.remove(setting)
            changed(request, container, "custom_field_settings", removed_value=field)
    return EMPTY


def use_field(world: World, container: Record, field: Record, *, is_important: bool) -> Record:
    """Let what is in a container have a custom field, behind those it has."""
    used = {"parent": container["gid"], "custom_field": field["gid"], "is_important": is_important}
    setting = world.store.add("custom_field_setting", used)
    world.store.order("custom_field_setting", container["gid"]).insert(setting["gid"])
    return setting


def _container(request: Request) -> Record:
    (name,) = request.path
    return in_path(request, name.removesuffix("_gid"))


for _kind, _many in CONTAINERS.items():
    _at = f"/{_many}/{{{_kind}_gid}}"
    _needs = ("custom_field",)
    route("GET", f"{_at}/custom_field_settings", paid=SETTINGS_PAID)(get_settings)
    for _verb, _handler in (("add", add_setting), ("remove", remove_setting)):
        _path = f"{_at}/{_verb}CustomFieldSetting"
        route("POST", _path, required=_needs, paid=SETTINGS_PAID)(_handler)
route("GET", "/teams/{team_gid}/custom_field_settings", paged=False, paid=SETTINGS_PAID)(
    get_settings
)
