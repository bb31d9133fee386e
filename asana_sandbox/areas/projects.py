"""Projects: creating, reading, updating, deleting, listing and counting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.areas.sections import new_section
from asana_sandbox.areas.tasks import remove_task
from asana_sandbox.areas.workspaces import workspace_asked
from asana_sandbox.body import flag, read_body
from asana_sandbox.dates import settle_project_dates
from asana_sandbox.errors import bad_request, cannot_write, one_of
from asana_sandbox.facts import KINDS
from asana_sandbox.field_values import read_values, take_values
from asana_sandbox.lookup import in_path, member, members, named
from asana_sandbox.placing import tasks_of, unplace
from asana_sandbox.removal import remove_whole
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.sharing import join
from asana_sandbox.telling import changed, touch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asana_sandbox.store import Record

FIRST_SECTION = "Untitled section"
"""The section that a new project has (Asana's forum, thread 1062521)."""


@route("GET", "/projects")
def get_projects(request: Request) -> Listing:
    """Asana's getProjects: of a workspace, or of a team."""
    if request.query.get("team"):
        team = named(request, "team", request.query["team"], "team")
        return _listed(request, request.world.store.by("project", "team", team["gid"]))
    workspace = workspace_asked(request)
    return _listed(request, request.world.store.by("project", "workspace", workspace["gid"]))


@route("GET", "/workspaces/{workspace_gid}/projects")
def get_projects_for_workspace(request: Request) -> Listing:
    """Asana's getProjectsForWorkspace."""
    workspace = in_path(request, "workspace")
    return _listed(request, request.world.store.by("project", "workspace", workspace["gid"]))


@route("GET", "/teams/{team_gid}/projects")
def get_projects_for_team(request: Request) -> Listing:
    """Asana's getProjectsForTeam."""
    team = in_path(request, "team")
    return _listed(request, request.world.store.by("project", "team", team["gid"]))


@route("GET", "/tasks/{task_gid}/projects")
def get_projects_for_task(request: Request) -> Listing:
    """Asana's getProjectsForTask."""
    store = request.world.store
    projects = [store[gid] for gid in in_path(request, "task")["projects"]]
    return Listing(seen(request, projects))


@route("POST", "/projects")
def create_project(request: Request) -> Single:
    """Asana's createProject."""
    return _create(request, None, None)


@route("POST", "/workspaces/{workspace_gid}/projects")
def create_project_for_workspace(request: Request) -> Single:
    """Asana's createProjectForWorkspace."""
    return _create(request, in_path(request, "workspace"), None)


@route("POST", "/teams/{team_gid}/projects")
def create_project_for_team(request: Request) -> Single:
    """Asana's createProjectForTeam."""
    team = in_path(request, "team")
    return _create(request, request.world.store[team["organization"]], team)


@route("PUT", "/projects/{project_gid}")
def update_project(request: Request) -> Single:
    """Asana's updateProject: only the fields sent change."""
    project = in_path(request, "project")
    data = read_body(request, "project", "update")
    settle_project_dates(data, project)
    workspace = request.world.store[project["workspace"]]
    data |= _people(request, data, workspace)
    take_values(request, project, data)
    _set_privacy(data)
    new = {field: value for field, value in data.items() if value != project.get(field)}
    request.world.store.update(project, **new)
    if new:
        touch(request, project)
    for field in new:
        changed(request, project, field)
    return Single(project)


@route("DELETE", "/projects/{project_gid}")
def delete_project(request: Request) -> Plain:
    """Asana's deleteProject."""
    project = in_path(request, "project")
    store, gid = request.world.store, project["gid"]
    tasks = tasks_of(store, project)
    request.world.emit(request.user, project, "deleted")
    for task in tasks:
        if gid not in task["projects"]:
            continue  # It was a subtask, and went with its parent.
        unplace(store, task, gid)
        if request.world.switches.project_delete_takes_tasks and not task["projects"]:
            remove_task(request, task)
    for section in store.ordered("section", gid):
        store.drop_order("task", section["gid"])
        store.remove(section)
    for entry in store.by("time_tracking_entry", "attributable_to", gid):
        store.update(entry, attributable_to=None)
    store.drop_order("section", gid)
    remove_whole(store, project)
    return EMPTY


@route("GET", "/projects/{project_gid}/task_counts")
def get_task_counts(request: Request) -> Plain:
    """Asana's getTaskCountsForProject: nothing but what `opt_fields` names."""
    tasks = tasks_of(request.world.store, in_path(request, "project"))
    counts = {}
    for field in request.fields or {}:
        how, _, what = field.removeprefix("num_").rpartition("_")
        if what in {"tasks", "milestones"} and how in {"", "completed", "incomplete"}:
            counts[field] = _count(tasks, how, milestones=what == "milestones")
    return Plain({"data": counts})


def _count(tasks: list[Record], how: str, *, milestones: bool) -> int:
    return sum(
        (not how or task["completed"] == (how == "completed"))
        and (not milestones or task["resource_subtype"] == "milestone")
        for task in tasks
    )


def _listed(request: Request, projects: Iterable[Record]) -> Listing:
    archived = request.query.get("archived")
    if archived is not None:
        wanted = flag("archived", archived.lower())
        projects = [project for project in projects if project["archived"] == wanted]
    return Listing(seen(request, projects))


def _create(request: Request, workspace: Record | None, team: Record | None) -> Single:
    data = read_body(request, "project", "create")
    if team is None and data.get("team") is not None:
        team = named(request, "team", data["team"], "team")
    if "workspace" in data:
        workspace = named(request, "workspace", data["workspace"], "workspace")
    elif workspace is None and team is not None:
        workspace = request.world.store[team["organization"]]
    if workspace is None:
        raise one_of("workspace", "team")
    if team and team["organization"] != workspace["gid"]:
        raise bad_request("team: The team is not in the workspace")
    if "public" in data and workspace["is_organization"]:
        raise cannot_write("public")
    settle_project_dates(data)
    followers = members(request, "followers", data.pop("followers", []), workspace)
    data |= {"workspace": workspace["gid"], "team": team and team["gid"]}
    data = {"owner": request.user["gid"], **data, **_people(request, data, workspace)}
    read_values(request, data.pop("custom_fields", {}), (), {})
    _set_privacy(data)
    project = new_project(request, data)
    for user in (request.user, *followers):
        admin = user is request.user
        join(request.world, project, user, "admin" if admin else "editor")
    return Single(project, 201)


def new_project(request: Request, data: dict[str, Any]) -> Record:
    """Make a project with its one section, that nobody but its owner is in."""
    now = request.world.clock.stamp()
    blank = KINDS["project"].blank()
    followers = [request.user["gid"]]
    times = {"created_at": now, "modified_at": now}
    more = {"icon": "list", "followers": followers, "field_values": {}}
    record = {**blank, **more, **times, **data}
    project = request.world.store.add("project", record)
    new_section(request.world, project, FIRST_SECTION)
    workspace = request.world.store[project["workspace"]]
    request.world.emit(request.user, project, "added", parent=workspace)
    return project


def _people(request: Request, data: dict[str, Any], workspace: Record) -> dict[str, Any]:
    """Resolve the people and the team that a body names."""
    resolved: dict[str, Any] = {}
    if "owner" in data:
        owner = data["owner"]
        known = owner is not None and member(request, "owner", owner, workspace)
        resolved["owner"] = known["gid"] if known else None
    if data.get("team") is not None:
        resolved["team"] = named(request, "team", data["team"], "team")["gid"]
    return resolved


def _set_privacy(data: dict[str, Any]) -> None:
    """Let `public`, the old name, stand for `privacy_setting`."""
    if "public" in data:
        private = "private_to_team" if data.get("team") else "private"
        data.setdefault("privacy_setting", "public_to_workspace" if data["public"] else private)
        del data["public"]
