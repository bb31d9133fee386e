"""Task templates: read, deleted and made into tasks; people make them in Asana's app alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.areas.tasks import adopt, blank_task
from asana_sandbox.body import only, text
from asana_sandbox.derived import derived
from asana_sandbox.jobs import start
from asana_sandbox.lookup import in_path, named
from asana_sandbox.placing import new_task_place, place
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.task_changes import follow, tell_added

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_PAID = "Task templates can only be deleted in premium workspaces."
_LISTS = ("memberships", "followers", "attachments", "custom_fields")
"""What of a recipe names other objects."""


@route("GET", "/task_templates", required=("project",))
def get_task_templates(request: Request) -> Listing:
    """Asana's getTaskTemplates: of a project."""
    project = named(request, "project", request.query["project"], "project")
    templates = request.world.store.by("task_template", "project", project["gid"])
    return Listing(seen(request, templates))


@route("DELETE", "/task_templates/{task_template_gid}", paid=_PAID)
def delete_task_template(request: Request) -> Plain:
    """Asana's deleteTaskTemplate: tasks made from it stay."""
    template = in_path(request, "task_template")
    request.world.emit(request.user, template, "deleted")
    request.world.store.remove(template)
    return EMPTY


@route("POST", "/task_templates/{task_template_gid}/instantiateTask")
def instantiate_task(request: Request) -> Single:
    """Asana's instantiateTask: by the template's name, unless another is sent."""
    template = in_path(request, "task_template")
    data = only(request, "name")
    name = text("name", data.get("name")) or template["name"]

    def work() -> dict[str, str]:
        return {"new_task": _new_task(request, template, name)["gid"]}

    return start(request, "instantiate_task", work)


def _new_task(request: Request, template: Record, name: str) -> Record:
    store, recipe = request.world.store, template["template"]
    project = store[template["project"]]
    workspace = store[project["workspace"]]
    kind = recipe["task_resource_subtype"].removesuffix("_task")
    task = {
        **blank_task(request, workspace),
        "name": name,
        "resource_subtype": kind if kind != "default" else "default_task",
        "notes": recipe["description"],
        "html_notes": recipe["html_description"],
        **_dates(request, recipe),
    }
    if kind == "approval":
        task["approval_status"] = "pending"
    followers = [user for gid in recipe["followers"] if (user := store.find(gid))]
    follow(task, [request.user, *followers])
    task = store.add("task", task)
    homes = [home for gid in recipe["memberships"] if (home := store.find(gid))]
    for home in homes:
        section, spot = new_task_place(request.world, home)
        place(store, task, section, spot)
    tell_added(request, task, homes, [])
    for below in recipe["subtasks"]:
        adopt(request, store.add("task", _blank_below(request, workspace, below)), task)
    return task


def _blank_below(request: Request, workspace: Record, recipe: dict[str, Any]) -> Record:
    return {**blank_task(request, workspace), "name": recipe["name"]}


def _dates(request: Request, recipe: dict[str, Any]) -> dict[str, str | None]:
    """Count a recipe's days from today."""
    today = request.world.clock.now().date()

    def after(days: int | None) -> str | None:
        return None if days is None else (today + timedelta(days=days)).isoformat()

    due, time = after(recipe["relative_due_on"]), recipe["due_time"]
    due_at = f"{due}T{time}" if due and time else None
    return {"start_on": after(recipe["relative_start_on"]), "due_on": due, "due_at": due_at}


@derived("task_template", "template")
def _recipe(world: World, template: Record, _viewer: Record) -> dict[str, Any]:
    recipe, store = dict(template["template"]), world.store
    for name in _LISTS:
        recipe[name] = [found for gid in recipe[name] if (found := store.find(gid))]
    return recipe
