"""Who belongs where: making people, and joining and leaving workspaces and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.facts import KINDS
from asana_sandbox.facts.memberships import LEVELS
from asana_sandbox.standard_roles import add_standard_roles

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def new_workspace(world: World, name: str, *, is_organization: bool = True) -> Record:
    """Make a workspace that nobody is in, with its standard roles."""
    domains = ["sandbox.example"] if is_organization else []
    workspace = world.store.add(
        "workspace",
        {
            **KINDS["workspace"].blank(),
            "name": name,
            "is_organization": is_organization,
            "email_domains": domains,
        },
    )
    add_standard_roles(world, workspace)
    return workspace


def new_user(world: World, name: str, email: str) -> Record:
    """Make a user who is in no workspace yet; one e-mail is one user, in all workspaces."""
    return world.store.add(
        "user", {**KINDS["user"].blank(), "name": name, "email": email.lower(), "custom_fields": []}
    )


def workspace_membership(world: World, workspace: str, user: str) -> Record | None:
    """Find the membership of a user in a workspace."""
    memberships = world.store.by("workspace_membership", "user", user)
    return next((one for one in memberships if one["workspace"] == workspace), None)


def is_guest(world: World, workspace: str, user: str) -> bool:
    """Tell whether somebody is no more than a guest of a workspace."""
    membership = workspace_membership(world, workspace, user)
    return membership is not None and membership["is_guest"]


def team_membership(world: World, team: str, user: str) -> Record | None:
    """Find the membership of a user in a team."""
    memberships = world.store.by("team_membership", "user", user)
    return next((one for one in memberships if one["team"] == team), None)


def join_workspace(
    world: World, workspace: Record, user: Record, *, is_admin: bool = False
) -> Record:
    """Let a user into a workspace, with a My Tasks list there; who is in stays in."""
    known = workspace_membership(world, workspace["gid"], user["gid"])
    if known is not None:
        return known
    tasks = world.store.add(
        "user_task_list",
        {
            "name": f"My tasks in {workspace['name']}",
            "owner": user["gid"],
            "workspace": workspace["gid"],
        },
    )
    membership = {
        **KINDS["workspace_membership"].blank(),
        "user": user["gid"],
        "workspace": workspace["gid"],
        "user_task_list": tasks["gid"],
        "is_active": True,
        "is_admin": is_admin,
        "created_at": world.clock.stamp(),
    }
    return world.store.add("workspace_membership", membership)


def leave_workspace(world: World, workspace: Record, user: Record) -> None:
    """Put a user out of a workspace and of its teams; the tasks there lose their assignee."""
    store = world.store
    for membership in store.by("team_membership", "user", user["gid"]):
        if store[membership["team"]]["organization"] == workspace["gid"]:
            store.remove(membership)
    for kind in LEVELS:
        for membership in store.by(f"{kind}_membership", "member", user["gid"]):
            if store[membership["parent"]].get("workspace") == workspace["gid"]:
                store.remove(membership)
    for task in store.by("task", "assignee", user["gid"]):
        if task["workspace"] == workspace["gid"]:
            store.update(task, assignee=None)
    known = workspace_membership(world, workspace["gid"], user["gid"])
    if known is not None:
        store.remove(store[known["user_task_list"]])
        store.remove(known)


def join_team(world: World, team: Record, user: Record, *, is_admin: bool = False) -> Record:
    """Let a user into a team; who is in stays in."""
    known = team_membership(world, team["gid"], user["gid"])
    if known is not None:
        return known
    membership = {
        **KINDS["team_membership"].blank(),
        "user": user["gid"],
        "team": team["gid"],
        "is_admin": is_admin,
    }
    return world.store.add("team_membership", membership)
