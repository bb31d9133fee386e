"""Goals: creating, reading, updating, deleting and listing them, and who follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.body import flag, only, read_body
from asana_sandbox.dates import settle_goal_dates
from asana_sandbox.errors import bad_request, one_of
from asana_sandbox.facts import KINDS
from asana_sandbox.field_values import read_values, set_values
from asana_sandbox.liking import like
from asana_sandbox.lookup import each_named, in_path, member, members, named
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.sharing import join, membership_of
from asana_sandbox.supporting import GOALS_PAID, supported
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record


@route("GET", "/goals", paid=GOALS_PAID)
def get_goals(request: Request) -> Listing:
    """Asana's getGoals: those that every parameter sent fits.

    The description marks no parameter as required; that one of them must say where, is ours.
    """
    store, query = request.world.store, request.query
    found = []
    for kind in ("workspace", "team"):
        if query.get(kind):
            place = named(request, kind, query[kind], kind)
            found.append(store.by("goal", kind, place["gid"]))
    for kind in ("portfolio", "project", "task"):
        if query.get(kind):
            supporter = named(request, kind, query[kind], kind)
            found.append(supported(request.world, supporter["gid"]))
    if not found:
        raise one_of("workspace", "team", "portfolio", "project", "task")
    first, *others = found
    gids = [{goal["gid"] for goal in other} for other in others]
    goals = [goal for goal in first if all(goal["gid"] in some for some in gids)]
    return Listing(seen(request, _filtered(request, goals)))


def _filtered(request: Request, goals: list[Record]) -> list[Record]:
    query = request.query
    if "is_workspace_level" in query:
        if not query.get("workspace"):
            raise bad_request("is_workspace_level: Must be used with the workspace parameter")
        level = flag("is_workspace_level", query["is_workspace_level"])
        goals = [goal for goal in goals if goal["is_workspace_level"] == level]
    if query.get("time_periods"):
        periods = each_named(request, "time_periods", query["time_periods"], "time_period")
        gids = {period["gid"] for period in periods}
        goals = [goal for goal in goals if goal["time_period"] in gids]
    return goals


@route("GET", "/goals/{goal_gid}", paid=GOALS_PAID)
def get_goal(request: Request) -> Single:
    """Asana's getGoal."""
    return Single(in_path(request, "goal"))


@route("POST", "/goals", paid=GOALS_PAID)
def create_goal(request: Request) -> Single:
    """Asana's createGoal: of a workspace, or of one of its teams.

    That whoever creates it follows it as its admin, and that nobody owns it unless said, is ours.
    """
    data = read_body(request, "goal", "create")
    team = _team(request, data)
    if data.get("workspace") is not None:
        workspace = named(request, "workspace", data["workspace"], "workspace")
    elif team is not None:
        workspace = request.world.store[team["organization"]]
    else:
        raise one_of("workspace", "team")
    followers = members(request, "followers", data.pop("followers", []), workspace)
    data = {"is_workspace_level": team is None, **data, "workspace": workspace["gid"]}
    data |= _read(request, data, workspace)
    liked = data.pop("liked", False)
    goal = {**KINDS["goal"].blank(), "field_values": {}, **data, "likes": []}
    like(request, goal, liked=liked)
    goal = request.world.store.add("goal", goal)
    join(request.world, goal, request.user, "admin")
    owner = [request.world.store[goal["owner"]]] if goal["owner"] else []
    for user in (*owner, *followers):
        join(request.world, goal, user, goal["default_access_level"])
    return Single(goal, 201)


@route("PUT", "/goals/{goal_gid}", paid=GOALS_PAID)
def update_goal(request: Request) -> Single:
    """Asana's updateGoal: only the fields sent change; the status needs a metric."""
    goal = in_path(request, "goal")
    data = read_body(request, "goal", "update")
    if data.get("status") and goal["metric"] is None:
        raise bad_request("status: Can only be set on a goal that has a metric")
    workspace = request.world.store[goal["workspace"]]
    if data.pop("workspace", goal["workspace"]) != goal["workspace"]:
        raise bad_request("workspace: A goal cannot change its workspace")
    data |= _read(request, data, workspace, goal)
    sent = data.pop("custom_fields", {})
    values = read_values(request, sent, (goal["gid"],), goal["field_values"])
    if "liked" in data:
        like(request, goal, liked=data.pop("liked"))
    new = {field: value for field, value in data.items() if value != goal[field]}
    request.world.store.update(goal, **new)
    for field in new:
        changed(request, goal, field)
    set_values(request, goal, values)
    return Single(goal)


@route("DELETE", "/goals/{goal_gid}", paid=GOALS_PAID)
def delete_goal(request: Request) -> Plain:
    """Asana's deleteGoal; its subgoals and what else supports it stay."""
    goal, store = in_path(request, "goal"), request.world.store
    request.world.emit(request.user, goal, "deleted")
    if goal["metric"]:
        store.remove(store[goal["metric"]])
    remove_whole(store, goal)
    return EMPTY


@route("POST", "/goals/{goal_gid}/addFollowers", required=("followers",), paid=GOALS_PAID)
def add_followers(request: Request) -> Single:
    """Asana's addFollowers: followers are the users who are members (Asana's OpenAPI, Goal)."""
    goal, users = _people(request)
    for user in users:
        if membership_of(request.world, goal, user["gid"]) is None:
            join(request.world, goal, user, goal["default_access_level"])
            changed(request, goal, "followers", added_value=user)
    return Single(goal)


@route("POST", "/goals/{goal_gid}/removeFollowers", required=("followers",), paid=GOALS_PAID)
def remove_followers(request: Request) -> Single:
    """Asana's removeFollowers."""
    goal, users = _people(request)
    for user in users:
        membership = membership_of(request.world, goal, user["gid"])
        if membership is not None:
            request.world.store.remove(membership)
            changed(request, goal, "followers", removed_value=user)
    return Single(goal)


def _people(request: Request) -> tuple[Record, list[Record]]:
    goal = in_path(request, "goal")
    workspace = request.world.store[goal["workspace"]]
    return goal, members(request, "followers", only(request, "followers")["followers"], workspace)


def _team(request: Request, data: dict[str, Any]) -> Record | None:
    if data.get("team") is None:
        return None
    return named(request, "team", data["team"], "team")


def _read(
    request: Request, data: dict[str, Any], workspace: Record, known: Record | None = None
) -> dict[str, Any]:
    """Resolve what a body names, and check what must go together."""
    read: dict[str, Any] = {}
    settle_goal_dates(data, known)
    if "team" in data:
        team = _team(request, data)
        if team and team["organization"] != workspace["gid"]:
            raise bad_request("team: The team is not in the workspace")
        read["team"] = team and team["gid"]
    whole = {**(known or {}), **data}
    if not whole["is_workspace_level"] and whole.get("team") is None:
        raise bad_request("is_workspace_level: A goal without a team is the workspace's")
    if "owner" in data:
        owner = data["owner"] is not None and member(request, "owner", data["owner"], workspace)
        read["owner"] = owner["gid"] if owner else None
    if "time_period" in data:
        read["time_period"] = _time_period(request, data["time_period"], workspace)
    if "status" in data:
        read["status"] = data["status"] or None
    return read


def _time_period(request: Request, gid: Any, workspace: Record) -> str | None:
    if gid is None:
        return None
    period = named(request, "time_period", gid, "time_period")
    if period["workspace"] != workspace["gid"]:
        raise bad_request("time_period: The time period is not the workspace's")
    return str(period["gid"])
