"""Sample: templates of projects and tasks, a custom type, a rule's trigger, custom IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.in_project import new_custom_type, new_rule_trigger, new_task_template

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Make one of each, in the project of the tasks and beside it."""
    world = hand.world
    project, wei = world.store[hand.made["project"]], world.store.all("user")[-1]["gid"]
    recipe = {
        "description": "What happened, and what should have?",
        "relative_due_on": 3,
        "followers": [wei],
        "subtasks": [{"name": "Reproduce it", "task_resource_subtype": "default_task"}],
    }
    hand.made["Bug report"] = new_task_template(world, project, "Bug report", **recipe)["gid"]
    hand.made["Incident"] = new_custom_type(world, project, "Incident")["gid"]
    hand.made["rule"] = new_rule_trigger(world, project, "From the help desk")["gid"]
    tickets = hand.post("/custom_fields", workspace=world.workspace, **_TICKETS)
    hand.post(f"/projects/{project['gid']}/addCustomFieldSetting", custom_field=tickets)
    team = next((team["gid"] for team in world.store.all("team")), None)
    if team:
        path = f"/projects/{project['gid']}/saveAsTemplate"
        hand.post(path, name="Launch of a website", public=True, team=team)


_TICKETS: dict[str, Any] = {"name": "Ticket", "resource_subtype": "text", "id_prefix": "WEB"}
