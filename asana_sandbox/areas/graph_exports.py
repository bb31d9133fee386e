"""Graph exports: what stands below a project, a team, a portfolio or a goal, as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.areas.resource_exports import EXPORTS_PAID
from asana_sandbox.body import only
from asana_sandbox.clock import stamp
from asana_sandbox.derived import derived
from asana_sandbox.downloads import download_url
from asana_sandbox.export_files import packed, whole
from asana_sandbox.jobs import finished_at, start
from asana_sandbox.lookup import named
from asana_sandbox.placing import tasks_of
from asana_sandbox.routing import Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record, Store
    from asana_sandbox.world import World

_PARENTS = frozenset({"goal", "team", "portfolio", "project"})
_CACHED_TASKS, _CACHED_HOURS = 1000, 4
"""Exports of more tasks give the same file for so long (Asana's OpenAPI, createGraphExport)."""
_URL_SECONDS = 3600
"""How long an address holds (Asana's OpenAPI, GraphExportCompact)."""


@route("POST", "/exports/graph", required=("parent",), batchable=False, paid=EXPORTS_PAID)
def create_graph_export(request: Request) -> Single:
    """Asana's createGraphExport.

    Whether a batch may hold it is not told; here none does, as with organization exports. What
    the file looks like is not told either; here it is one list, the parent first.
    """
    parent = _parent(request, only(request, "parent")["parent"])
    world, store = request.world, request.world.store

    def work() -> dict[str, str]:
        tasks = seen(request, _tasks(store, parent))
        content = _cached(world, parent) or packed(
            whole(world, request.user, [parent, *tasks]), lines=False
        )
        export = {
            "created_at": world.clock.stamp(),
            "parent": parent["gid"],
            "tasks": len(tasks),
            "content": content,
        }
        return {"new_graph_export": store.add("graph_export", export)["gid"]}

    return start(request, "graph_export_request", work)


def _parent(request: Request, sent: Any) -> Record:
    known = request.world.store.find(sent) if isinstance(sent, str) else None
    kind = known["resource_type"] if known else "project"
    return named(request, "parent", sent, kind if kind in _PARENTS else "project")


def _tasks(store: Store, parent: Record) -> list[Record]:
    """Give the tasks of the projects below something; a project may be met on several ways."""
    match parent["resource_type"]:
        case "project":
            return tasks_of(store, parent)
        case "team":
            below = store.by("project", "team", parent["gid"])
        case _:
            below = [store[gid] for gid in parent.get("items", ())]
    tasks = {task["gid"]: task for one in below for task in _tasks(store, one)}
    return list(tasks.values())


def _cached(world: World, parent: Record) -> str | None:
    since = stamp(world.clock.now() - timedelta(hours=_CACHED_HOURS))
    for known in world.store.by("graph_export", "parent", parent["gid"]):
        if known["tasks"] > _CACHED_TASKS and known["created_at"] >= since:
            return str(known["content"])
    return None


@derived("graph_export", "completed_at")
@derived("export_request", "completed_at")
def _completed_at(world: World, export: Record, _viewer: Record) -> str | None:
    done = finished_at(world, export)
    return stamp(done) if done else None


@derived("graph_export", "download_url")
def _download_url(world: World, export: Record, _viewer: Record) -> str | None:
    done = finished_at(world, export)
    return download_url(world, export, _URL_SECONDS) if done else None
