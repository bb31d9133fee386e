"""Who may see what: workspaces by membership, private projects and homeless tasks by relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.belonging import is_guest, team_membership, workspace_membership
from asana_sandbox.errors import ApiError, forbidden
from asana_sandbox.facts.memberships import LEVELS
from asana_sandbox.sharing import memberships

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def require(request: Request, record: Record) -> None:
    """Refuse an object that the user may not see.

    Raises:
        ApiError: 403.
    """
    if not sees(request, record):
        raise forbidden(record["resource_type"])


def require_service_account(request: Request) -> None:
    """Refuse what only the service accounts of Enterprise organizations are given.

    The wording is ours: Asana's texts name the rule, not what is answered.

    Raises:
        ApiError: 403.
    """
    if not request.service_account:
        raise ApiError(403, "Only service accounts of Enterprise organizations can do this.")


def require_admin(request: Request, workspace: Record, deed: str) -> None:
    """Refuse what only administrators of a workspace, and service accounts, may do.

    The wording is ours: Asana's texts name the rule, not what is answered.

    Raises:
        ApiError: 403.
    """
    mine = workspace_membership(request.world, workspace["gid"], request.user["gid"])
    if not request.service_account and not (mine and mine["is_admin"]):
        raise ApiError(403, f"Only administrators can {deed}.")


def seen(request: Request, records: Iterable[Record]) -> list[Record]:
    """Leave out of a list what the user may not see, without a word, as Asana does."""
    return [record for record in records if sees(request, record)]


def sees(request: Request, record: Record) -> bool:
    """Tell whether the user may see an object; a service account sees its whole domain."""
    world, user = request.world, request.user["gid"]
    workspace = workspace_of(world, record)
    if workspace is not None and workspace_membership(world, workspace, user) is None:
        return False
    rule = _RULES.get(record["resource_type"])
    return rule is None or request.service_account or rule(world, user, record)


def workspace_of(world: World, record: Record) -> str | None:
    """Give the gid of the workspace that an object is in; None where it is in none or several."""
    if record["resource_type"] == "workspace":
        return str(record["gid"])
    above = next((record[name] for name in _UP if record.get(name)), None)
    if isinstance(above, str) and (holder := world.store.find(above)):
        return workspace_of(world, holder)
    return None


_UP = (
    *("workspace", "organization", "project", "portfolio", "target", "supported_goal"),
    *("parent", "team", "custom_field"),
)


def _sees_project(world: World, user: str, project: Record) -> bool:
    if _is_open(world, user, project) or project["owner"] == user:
        return True
    team = project["team"]
    shared = project["privacy_setting"] == "private_to_team" and team
    if shared and team_membership(world, team, user):
        return True
    settings = world.store.by("project_portfolio_setting", "project", project["gid"])
    inherited = (one["portfolio"] for one in settings if one["is_access_control_inherited"])
    above = (world.store[portfolio] for portfolio in inherited)
    return any(_is_member(world, user, one) for one in (project, *above))


def _sees_shared(world: World, user: str, shared: Record) -> bool:
    return (
        _is_open(world, user, shared) or shared["owner"] == user or _is_member(world, user, shared)
    )


def _is_open(world: World, user: str, record: Record) -> bool:
    """Tell whether something is for the whole workspace, and somebody is more than a guest there.

    Guests see what is shared with them alone. Source: Asana's help on guests.
    """
    public = record["privacy_setting"] in {"public_to_workspace", "public_to_domain"}
    return public and not is_guest(world, record["workspace"], user)


def _is_member(world: World, user: str, record: Record) -> bool:
    """Tell whether somebody is in something, be it as one of a team."""
    members = (one["member"] for one in memberships(world, record))
    return any(one == user or team_membership(world, one, user) for one in members)


def _sees_task(world: World, user: str, task: Record) -> bool:
    if user in {task["assignee"], task["created_by"], *task["followers"]}:
        return True
    store = world.store
    if any(_sees_project(world, user, store[project]) for project in task["projects"]):
        return True
    return bool(task["parent"]) and _sees_task(world, user, store[task["parent"]])


def _sees_template(world: World, user: str, template: Record) -> bool:
    if template["owner"] == user:
        return True
    team = template["team"]
    shared = team is None or team_membership(world, team, user) is not None
    return bool(template["public"] and shared)


def _through(field: str) -> Callable[[World, str, Record], bool]:
    def rule(world: World, user: str, record: Record) -> bool:
        above = world.store.find(record[field])
        if above is None:
            return False
        above_rule = _RULES.get(above["resource_type"])
        return above_rule is None or above_rule(world, user, above)

    return rule


def _shares_workspace(world: World, user: str, other: Record) -> bool:
    theirs = world.store.by("workspace_membership", "user", other["gid"])
    return user == other["gid"] or any(
        workspace_membership(world, one["workspace"], user) for one in theirs
    )


_RULES: dict[str, Callable[[World, str, Record], bool]] = {
    "portfolio": _sees_shared,
    "project": _sees_project,
    "task": _sees_task,
    "project_template": _sees_template,
    "task_template": _through("project"),
    "rule_trigger": _through("project"),
    "section": _through("project"),
    "project_brief": _through("project"),
    "project_portfolio_setting": _through("portfolio"),
    "status_update": _through("parent"),
    "story": _through("target"),
    "attachment": _through("parent"),
    "allocation": _through("parent"),
    "budget": _through("parent"),
    "rate": _through("parent"),
    "time_tracking_entry": _through("task"),
    "access_request": _through("target"),
    "goal": _sees_shared,
    "goal_relationship": _through("supported_goal"),
    "user": _shares_workspace,
    **{f"{kind}_membership": _through("parent") for kind in LEVELS},
    "webhook": lambda _world, user, webhook: bool(webhook["user"] == user),
}
