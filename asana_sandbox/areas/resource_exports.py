"""Resource exports: the tasks, teams and messages of a workspace as a file of JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asana_sandbox import audit
from asana_sandbox.access import require_service_account
from asana_sandbox.areas.search import PEOPLE
from asana_sandbox.body import moment, only
from asana_sandbox.calls import object_in
from asana_sandbox.derived import derived
from asana_sandbox.downloads import download_url
from asana_sandbox.errors import ApiError, bad_request, not_allowed
from asana_sandbox.export_files import messages_shown, packed, tasks_shown, teams_shown
from asana_sandbox.jobs import finished_at, start
from asana_sandbox.lookup import listed, named
from asana_sandbox.routing import Request, Single, route
from asana_sandbox.shape import Fields, parse_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asana_sandbox.store import Record, Store
    from asana_sandbox.world import World

    Test = Callable[[Record], bool]

EXPORTS_PAID = "Exports are only available to Enterprise organizations."
_LIFE_DAYS = 30
_URL_SECONDS = 300
"""What the example of an address in Asana's OpenAPI says of itself, ResourceExportCompact."""
_FOR_TASKS = frozenset({"assignee", "assigned_by"})
_PEOPLE = _FOR_TASKS | {"commented_on_by", "created_by", "followers", "liked_by"}
_SHOWN = {"task": tasks_shown, "team": teams_shown, "message": messages_shown}
_STORED = {"task": "task", "team": "team", "message": "status_update"}


class _Part(NamedTuple):
    """One entry of `export_request_parameters`: what, which of it, and how much of each."""

    kind: str
    tests: list[Test]
    fields: Fields | None


@route(
    "POST",
    "/exports/resource",
    required=("workspace", "export_request_parameters"),
    batchable=False,
    paid=EXPORTS_PAID,
)
def create_resource_export(request: Request) -> Single:
    """Asana's createResourceExport: one at a time in a workspace, by a service account.

    Whether a batch may hold it is not told; here none does, as with organization exports.
    """
    require_service_account(request)
    data = only(request, "workspace export_request_parameters")
    world, store = request.world, request.world.store
    workspace = named(request, "workspace", data["workspace"], "workspace")
    asked = listed("export_request_parameters", data["export_request_parameters"])
    parts = [_read(request, one) for one in asked]
    others = store.by("export_request", "workspace", workspace["gid"])
    if any(finished_at(world, one) is None for one in others):
        raise ApiError(403, "Another export of this workspace is in progress.")
    audit.write(world, request.user, "object_export_started", workspace)

    def work() -> dict[str, str]:
        lines = (line for part in parts for line in _lines(request, workspace, part))
        export = {
            "created_at": world.clock.stamp(),
            "workspace": workspace["gid"],
            "content": packed(lines, lines=True),
        }
        return {"new_resource_export": store.add("export_request", export)["gid"]}

    return start(request, "export_request", work)


def _lines(request: Request, workspace: Record, part: _Part) -> Iterator[dict[str, Any]]:
    store = request.world.store
    records = [
        record
        for record in store.all(_STORED[part.kind])
        if _home(store, record) == workspace["gid"] and all(test(record) for test in part.tests)
    ]
    return _SHOWN[part.kind](request.world, request.user, records, part.fields)


def _home(store: Store, record: Record) -> Any:
    """Give the gid of the workspace of a task, a team, or a status update by its parent's."""
    above = store[record["parent"]] if record["resource_type"] == "status_update" else record
    return above.get("workspace") or above.get("organization")


def _read(request: Request, sent: Any) -> _Part:
    if not isinstance(sent, dict):
        raise bad_request(f"export_request_parameters: Value is not a JSON object: {sent}")
    kind = sent.get("resource_type")
    if not isinstance(kind, str) or kind not in _SHOWN:
        raise not_allowed("resource_type", kind)
    names = [one for one in listed("fields", sent.get("fields") or []) if isinstance(one, str)]
    tests = [
        _test(request, kind, name, value) for name, value in object_in(sent, "filters").items()
    ]
    return _Part(kind, tests, parse_fields(",".join(names)) if names else None)


def _test(request: Request, kind: str, name: str, value: Any) -> Test:
    """Make of one filter what a record must pass (Asana's OpenAPI, ResourceExportFilters)."""
    field, _, how = name.partition(".")
    if kind == "team" or (field in _FOR_TASKS and kind != "task"):
        raise bad_request(f"filters: {name} does not apply to a {kind}")
    if field in _PEOPLE and how == "any":
        people = {one for one in listed(name, value) if isinstance(one, str)}
        hits = PEOPLE[field]
        nobody: Record = {"followers": [], "likes": []}
        return lambda record: bool(people & hits(request.world, nobody | record))
    if field in {"created_at", "modified_at"} and how in {"after", "before"}:
        bound = moment(name, value) or ""
        if how == "after":
            return lambda record: bool(record[field] > bound)
        return lambda record: bool(record[field] < bound)
    raise not_allowed("filters", name)


@derived("export_request", "download_url")
def _download_url(world: World, export: Record, _viewer: Record) -> str | None:
    """Give a new address of the file, which is kept for 30 days."""
    done = finished_at(world, export)
    if done is None:
        return None
    age = world.clock.now() - done
    if age.total_seconds() < world.switches.export_url_seconds or age.days >= _LIFE_DAYS:
        return None
    return download_url(world, export, _URL_SECONDS)
