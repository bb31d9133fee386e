"""Sample: what is followed, marked and asked for, and what the audit log says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.planting import add_agent, add_entry, add_favorite, add_reaction

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Make a webhook, an agent, reactions, favorites, a request for access, audit log entries."""
    world, project = hand.world, hand.made["project"]
    wei = world.store.all("user")[-1]
    hand.post("/webhooks", resource=project, target="https://example.com/asana")
    add_agent(world, {"name": "Launch planner", "description": "Keeps the launch on time."})
    comment = next(
        story["gid"]
        for story in world.store.all("story")
        if story["resource_subtype"] == "comment_added"
    )
    for emoji, user in (("👍", world.owner), ("👍🏽", wei["gid"]), ("🎉", wei["gid"])):
        add_reaction(world, {"target": comment, "emoji": emoji, "user": user})
    for resource in (project, wei["gid"], world.store.all("tag")[0]["gid"]):
        add_favorite(world, {"resource": resource})
    private = hand.post(
        "/projects", workspace=world.workspace, name="Salaries", privacy_setting="private"
    )
    hand.post_as(
        wei,
        "/projects",
        workspace=world.workspace,
        name="A surprise",
        privacy_setting="private",
    )
    for user in world.store.all("user")[1:3]:
        hand.post_as(user, "/access_requests", target=private, message="I plan the budget.")
    add_entry(world, {"event_type": "user_login_succeeded"})
    hand.delete(f"/tasks/{hand.post('/tasks', name='A mistake', projects=[project])}")
