"""Fields that are worked out when they are shown, not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.sharing import memberships
from asana_sandbox.timesheets import timesheet_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.store import Record
    from asana_sandbox.world import World

    Derive = Callable[[World, Record, Record], Any]

ABSENT = object()
"""What a derived field gives when the object has no such field."""

DERIVED: dict[tuple[str, str], Derive] = {}

WEB = "https://app.asana.com"


def derived(kind: str, *fields: str) -> Callable[[Derive], Derive]:
    """Register a function of world, object and viewer as the value of fields of a kind."""

    def register(derive: Derive) -> Derive:
        DERIVED.update({(kind, field): derive for field in fields})
        return derive

    return register


@derived("task", "num_subtasks")
def _num_subtasks(world: World, task: Record, _viewer: Record) -> int:
    return len(world.store.order("subtask", task["gid"]))


@derived("task", "actual_time_minutes")
def _actual_time(world: World, task: Record, _viewer: Record) -> int | None:
    entries = world.store.by("time_tracking_entry", "task", task["gid"])
    return sum(entry["duration_minutes"] for entry in entries) if entries else None


@derived("time_tracking_entry", "approval_status")
def _approval_status(world: World, entry: Record, _viewer: Record) -> str:
    sheet = timesheet_of(world, entry)
    return str(sheet["approval_status"]) if sheet else "DRAFT"


@derived("task", "memberships")
def _memberships(world: World, task: Record, _viewer: Record) -> list[dict[str, Any]]:
    store = world.store
    return [
        {"project": store[place["project"]], "section": store[place["section"]]}
        for place in task["memberships"]
    ]


@derived("task", "external")
def _external(_world: World, task: Record, _viewer: Record) -> Any:
    return task.get("external") or ABSENT


@derived("goal", "liked")
@derived("task", "liked", "hearted")
@derived("status_update", "liked", "hearted")
@derived("story", "liked", "hearted")
def _liked(_world: World, record: Record, viewer: Record) -> bool:
    return any(like["user"] == viewer["gid"] for like in record["likes"])


@derived("goal", "num_likes")
@derived("task", "num_likes", "num_hearts")
@derived("status_update", "num_likes", "num_hearts")
@derived("story", "num_likes", "num_hearts")
def _num_likes(_world: World, record: Record, _viewer: Record) -> int:
    return len(record["likes"])


@derived("goal", "likes")
@derived("task", "likes", "hearts")
@derived("status_update", "likes", "hearts")
@derived("story", "likes", "hearts")
def _likes(world: World, record: Record, _viewer: Record) -> list[dict[str, Any]]:
    return [{"gid": like["gid"], "user": world.store[like["user"]]} for like in record["likes"]]


@derived("task", "permalink_url")
def _task_link(_world: World, task: Record, _viewer: Record) -> str:
    project = f"/project/{task['projects'][0]}" if task["projects"] else ""
    return f"{WEB}/1/{task['workspace']}{project}/task/{task['gid']}"


@derived("portfolio", "permalink_url")
@derived("project", "permalink_url")
@derived("tag", "permalink_url")
@derived("team", "permalink_url")
def _link(_world: World, record: Record, _viewer: Record) -> str:
    workspace = record.get("workspace") or record.get("organization")
    return f"{WEB}/1/{workspace}/{record['resource_type']}/{record['gid']}"


@derived("project", "due_date")
def _due_date(_world: World, project: Record, _viewer: Record) -> str | None:
    return project["due_on"]  # type: ignore[no-any-return] # records are plain JSON


@derived("portfolio", "public")
@derived("project", "public")
def _public(_world: World, record: Record, _viewer: Record) -> bool:
    return record["privacy_setting"] in {"public_to_workspace", "public_to_domain"}


@derived("goal", "followers")
@derived("portfolio", "members")
@derived("project", "members")
def _members(world: World, record: Record, _viewer: Record) -> list[Record]:
    everyone = [world.store[one["member"]] for one in memberships(world, record)]
    return [member for member in everyone if member["resource_type"] == "user"]


@derived("goal", "custom_field_settings")
@derived("portfolio", "custom_field_settings")
@derived("project", "custom_field_settings")
@derived("team", "custom_field_settings")
def _settings(world: World, record: Record, _viewer: Record) -> list[Record]:
    return world.store.ordered("custom_field_setting", record["gid"])


@derived("goal", "is_workspace_level")
def _is_workspace_level(world: World, goal: Record, _viewer: Record) -> Any:
    return goal["is_workspace_level"] if _in_organization(world, goal) else ABSENT


@derived("goal", "team")
def _goal_team(world: World, goal: Record, _viewer: Record) -> Any:
    return goal["team"] if _in_organization(world, goal) else ABSENT


def _in_organization(world: World, goal: Record) -> bool:
    return bool(world.store[goal["workspace"]]["is_organization"])


@derived("section", "projects")
def _section_projects(_world: World, section: Record, _viewer: Record) -> list[str]:
    return [section["project"]]


@derived("user", "workspaces")
def _shared_workspaces(world: World, user: Record, viewer: Record) -> list[str]:
    def of(one: Record) -> list[str]:
        memberships = world.store.by("workspace_membership", "user", one["gid"])
        return [membership["workspace"] for membership in memberships]

    mine = set(of(viewer))
    return [gid for gid in of(user) if gid in mine]


@derived("user", "photo")
def _photo(_world: World, _user: Record, _viewer: Record) -> None:
    return None


@derived("portfolio_membership", "user")
@derived("project_membership", "user")
def _membership_user(world: World, membership: Record, _viewer: Record) -> str | None:
    is_user = world.store.get("user", membership["member"]) is not None
    return membership["member"] if is_user else None


@derived("portfolio_membership", "portfolio")
@derived("project_membership", "project")
def _membership_holder(_world: World, membership: Record, _viewer: Record) -> str:
    return str(membership["parent"])


@derived("project_membership", "write_access")
def _write_access(_world: World, membership: Record, _viewer: Record) -> str:
    full = membership["access_level"] in {"admin", "editor"}
    return "full_write" if full else "comment_only"


@derived("custom_field_setting", "project")
def _setting_project(world: World, setting: Record, _viewer: Record) -> Any:
    """Name the project, under its old name, where it is one that has the field."""
    parent = setting["parent"]
    return parent if world.store.get("project", parent) else ABSENT
