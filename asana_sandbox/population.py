"""The world that a sandbox starts with: one organization, a few people, two teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.belonging import join_team, join_workspace, new_user, new_workspace
from asana_sandbox.facts import KINDS
from asana_sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.store import Record

PEOPLE = (
    ("Olivia Owner", "olivia@sandbox.example"),
    ("Priya Natarajan", "priya@sandbox.example"),
    ("Tomás Herrera", "tomas@sandbox.example"),
    ("Wei Chen", "wei@sandbox.example"),
)
TEAMS = ("Product", "Operations")


def default_world(world: World | None = None, *, empty: bool = False) -> World:
    """Make the world of a fresh sandbox; the first of the people is the token's owner.

    Args:
        world: An empty world to fill, when its clock or switches are already set.
        empty: Whether the owner is to be alone, without teams.

    Returns:
        The world; its gids are the same every time.
    """
    world = world or World()
    workspace = new_workspace(world, "Sandbox")
    people = add_people(world, workspace, PEOPLE[:1] if empty else PEOPLE)
    for name in () if empty else TEAMS:
        team = new_team(world, workspace, name)
        for user in people[:3]:
            join_team(world, team, user, is_admin=user is people[0])
    world.workspace, world.owner = workspace["gid"], people[0]["gid"]
    return world


def add_people(world: World, workspace: Record, people: Iterable[tuple[str, str]]) -> list[Record]:
    """Bring people, by name and e-mail, into a workspace; who is known by e-mail is not made twice.

    Returns:
        The users, in the order given.
    """
    users = []
    for name, email in people:
        known = world.user_by_email(email)
        user = known or new_user(world, name, email)
        first = not world.store.by("workspace_membership", "workspace", workspace["gid"])
        join_workspace(world, workspace, user, is_admin=first)
        users.append(user)
    return users


def new_team(world: World, organization: Record, name: str) -> Record:
    """Make a team that nobody is in."""
    team = {**KINDS["team"].blank(), "name": name, "organization": organization["gid"]}
    return world.store.add("team", {**team, "visibility": "public"})
