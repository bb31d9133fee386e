"""Finding a task by its custom ID."""

from __future__ import annotations

from asana_sandbox.access import require
from asana_sandbox.custom_ids import is_custom_id, shown_id
from asana_sandbox.errors import unknown_object
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Request, Single, route


@route("GET", "/workspaces/{workspace_gid}/tasks/custom_id/{custom_id}")
def get_task_for_custom_id(request: Request) -> Single:
    """Asana's getTaskForCustomID."""
    workspace, asked = in_path(request, "workspace"), request.path["custom_id"]
    store = request.world.store
    fields = store.by("custom_field", "workspace", workspace["gid"])
    for field in filter(is_custom_id, fields):
        for task in store.by("task", "workspace", workspace["gid"]):
            number = task["field_values"].get(field["gid"])
            if number is not None and shown_id(field, number) == asked:
                require(request, task)
                return Single(task)
    raise unknown_object("task", asked, in_path=True)
