"""What people make in projects, in Asana's app alone: templates of tasks, types, rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from asana_sandbox.body import text
from asana_sandbox.errors import bad_request, missing, unknown_object
from asana_sandbox.rich_text import to_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_OPTIONS: tuple[dict[str, str], ...] = (
    {"name": "Open", "completion_state": "Incomplete"},
    {"name": "Closed", "completion_state": "Complete"},
)
"""The least a type has: a state for each end (Asana's OpenAPI, CustomTypeStatusOption)."""


def new_task_template(world: World, project: Record, name: str, **recipe: Any) -> Record:
    """Make a task template in a project, by the world's owner.

    Args:
        world: Where.
        project: Where its tasks will be.
        name: Its own, and its tasks'.
        recipe: What it says of its tasks (Asana's OpenAPI, TaskTemplateRecipe); of other objects
            their gids, of subtasks `{"name": …}`.
    """
    described = text("description", recipe.get("description"))
    blank: dict[str, Any] = {
        "name": name,
        "task_resource_subtype": "default_task",
        "description": described,
        "html_description": to_html(described),
        "memberships": [project["gid"]],
        **dict.fromkeys(("relative_start_on", "relative_due_on", "due_time")),
        "dependencies": [],
        "dependents": [],
        "followers": [],
        "attachments": [],
        "subtasks": [],
        "custom_fields": [],
    }
    return world.store.add(
        "task_template",
        {
            "name": name,
            "project": project["gid"],
            "created_by": world.owner,
            "created_at": world.clock.stamp(),
            "template": {**blank, **recipe},
        },
    )


def new_custom_type(
    world: World,
    project: Record,
    name: str,
    status_options: tuple[dict[str, str], ...] = _OPTIONS,
) -> Record:
    """Make a custom type that a project's tasks may have.

    Args:
        world: Where.
        project: Whose tasks.
        name: Its name.
        status_options: The states that its tasks go through: name, `completion_state`
            (Incomplete or Complete), colour.
    """
    states = [
        world.store.add("custom_type_status_option", {"color": "none", "enabled": True, **option})
        for option in status_options
    ]
    return world.store.add(
        "custom_type",
        {
            "name": name,
            "workspace": project["workspace"],
            "projects": [project["gid"]],
            "status_options": [state["gid"] for state in states],
        },
    )


def new_rule_trigger(world: World, project: Record, name: str) -> Record:
    """Make a rule in a project that waits for a request from outside."""
    return world.store.add("rule_trigger", {"name": name, "project": project["gid"], "runs": []})


def _make(make: Callable[..., Record], world: World, sent: Mapping[str, Any]) -> Record:
    """Make what a body describes: `project`, `name` and the details of its kind."""
    rest = dict(sent)
    for field in ("project", "name"):
        if field not in rest:
            raise missing(field)
    gid, name = rest.pop("project"), text("name", rest.pop("name"))
    project = world.store.get("project", gid)
    if project is None:
        raise unknown_object("project", gid)
    try:
        return make(world, project, name, **rest)
    except TypeError as error:
        raise bad_request(f"It is not made so: {error}") from None


IN_PROJECTS: dict[str, Callable[[World, Mapping[str, Any]], Record]] = {
    "custom_types": partial(_make, new_custom_type),
    "rule_triggers": partial(_make, new_rule_trigger),
    "task_templates": partial(_make, new_task_template),
}
"""What the control plane makes, by the word in its path."""
