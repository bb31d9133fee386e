"""Project templates: made from projects, made into projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.access import seen
from asana_sandbox.areas.duplicates import required_name
from asana_sandbox.areas.workspaces import workspace_asked
from asana_sandbox.body import day, flag, only
from asana_sandbox.clock import stamp
from asana_sandbox.copying import Copier
from asana_sandbox.drafts import PROJECT_PARTS, dates_in, take_project, tasks_in
from asana_sandbox.errors import ApiError, bad_request, missing, not_allowed, not_recognized
from asana_sandbox.facts import KINDS
from asana_sandbox.jobs import start
from asana_sandbox.lookup import in_path, listed, member, named
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.schedules import Schedule, first_on, last_on

if TYPE_CHECKING:
    from asana_sandbox.drafts import Draft
    from asana_sandbox.store import Record

_PAID = "Project templates can only be deleted in premium workspaces."
_START, _DUE = "1", "2"
_VARIABLES = {
    _START: {"gid": _START, "name": "Start Date", "description": "The day the project begins."},
    _DUE: {"gid": _DUE, "name": "Due Date", "description": "The day the project is to be done."},
}
"""Date variables: the gids are Asana's (Asana's OpenAPI, DateVariableRequest)."""
_WORDS = frozenset({"public_to_workspace", "private_to_team", "private"})


@route("GET", "/project_templates")
def get_project_templates(request: Request) -> Listing:
    """Asana's getProjectTemplates: of a workspace, or of a team."""
    if request.query.get("team"):
        return _of(request, "team", named(request, "team", request.query["team"], "team"))
    return _of(request, "workspace", workspace_asked(request))


@route("GET", "/teams/{team_gid}/project_templates")
def get_project_templates_for_team(request: Request) -> Listing:
    """Asana's getProjectTemplatesForTeam."""
    return _of(request, "team", in_path(request, "team"))


@route("DELETE", "/project_templates/{project_template_gid}", paid=_PAID)
def delete_project_template(request: Request) -> Plain:
    """Asana's deleteProjectTemplate: projects made from it stay."""
    template, store = in_path(request, "project_template"), request.world.store
    request.world.emit(request.user, template, "deleted")
    for role in template["requested_roles"]:
        store.remove(store[role])
    store.remove(template)
    return EMPTY


@route("POST", "/projects/{project_gid}/saveAsTemplate", required=("name", "public"))
def save_as_template(request: Request) -> Single:
    """Asana's projectSaveAsTemplate."""
    data = only(request, "name team workspace public")
    project, store = in_path(request, "project"), request.world.store
    workspace = store[project["workspace"]]
    if workspace["is_organization"] and data.get("workspace") is not None:
        raise bad_request("workspace: Specify team and not workspace in an organization")
    if data.get("workspace") is not None:
        named(request, "workspace", data["workspace"], "workspace")
    team = data["team"] if data.get("team") is not None else project["team"]
    if team is None and workspace["is_organization"]:
        raise missing("team")
    known: dict[str, Any] = {
        "name": required_name(data),
        "public": flag("public", data["public"]),
        "team": named(request, "team", team, "team")["gid"] if team else None,
    }

    def work() -> dict[str, str]:
        return {"new_project_template": _new_template(request, project, known)["gid"]}

    return start(request, "save_project_as_template", work)


def _new_template(request: Request, project: Record, known: dict[str, Any]) -> Record:
    """Take a project down; who was assigned becomes a role.

    What Asana makes roles of is not told; one for each assignee is ours.
    """
    store = request.world.store
    draft = take_project(store, project, PROJECT_PARTS)
    roles: dict[str, str] = {}
    for task in tasks_in(draft):
        if gid := task.get("assignee"):
            if gid not in roles:
                role = store.add("template_role", {"name": store[gid]["name"]})
                roles[gid] = role["gid"]
            task["assignee"] = roles[gid]
    variable = next(
        (v for v, at in ((_START, "start_on"), (_DUE, "due_on")) if dates_in(draft, at)), None
    )
    record = {
        **KINDS["project_template"].blank(),
        **known,
        "description": project["notes"],
        "html_description": project["html_notes"],
        "color": project["color"] if project["color"] != "none" else None,
        "owner": request.user["gid"],
        "workspace": project["workspace"],
        "requested_dates": [_VARIABLES[variable]] if variable else [],
        "requested_roles": list(roles.values()),
        "draft": draft,
    }
    return store.add("project_template", record)


@route("POST", "/project_templates/{project_template_gid}/instantiateProject", required=("name",))
def instantiate_project(request: Request) -> Single:
    """Asana's instantiateProject: dates and people take the places that the template keeps."""
    data = only(
        request, "name team public privacy_setting is_strict requested_dates requested_roles"
    )
    template = in_path(request, "project_template")
    strict = flag("is_strict", data.get("is_strict", False))
    known = {"name": required_name(data), "owner": request.user["gid"], **_place(request, data)}
    known = {"team": template["team"], "created_from_template": template["gid"], **known}
    schedule = _schedule(request, template, data, strict=strict)
    people = _people(request, template, data)

    def work() -> dict[str, str]:
        made = Copier(request, schedule, people).project(template["draft"], **known)
        return {"new_project": made["gid"]}

    return start(request, "instantiate_project", work)


def _of(request: Request, field: str, place: Record) -> Listing:
    return Listing(seen(request, request.world.store.by("project_template", field, place["gid"])))


def _place(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """Read where the new project goes and who sees it; `public` is the old way to say so."""
    place: dict[str, Any] = {}
    if data.get("team") is not None:
        place["team"] = named(request, "team", data["team"], "team")["gid"]
    if data.get("public") is not None:
        public = flag("public", data["public"])
        place["privacy_setting"] = "public_to_workspace" if public else "private"
    if (word := data.get("privacy_setting")) is not None:
        if not isinstance(word, str) or word not in _WORDS:
            raise not_allowed("privacy_setting", word)
        place["privacy_setting"] = word
    return place


def _schedule(
    request: Request, template: Record, data: dict[str, Any], *, strict: bool
) -> Schedule:
    """Read `requested_dates`; a variable without a value is today, or a 422 where one is strict."""
    variables = {one["gid"]: one["name"] for one in template["requested_dates"]}
    values = _mapped(data, "requested_dates", variables)
    today = stamp(request.world.clock.now())[:10]
    schedule = Schedule()
    for gid, name in variables.items():
        value = day("requested_dates", values.get(gid))
        if value is None and strict:
            raise ApiError(422, f"requested_dates: Missing a date for {name}")
        draft: Draft = template["draft"]
        if gid == _START:
            starts = dates_in(draft, "start_on")
            schedule = first_on(starts, value or today, skip_weekends=False)
        else:
            schedule = last_on(dates_in(draft, "due_on"), value or today, skip_weekends=False)
    return schedule


def _people(request: Request, template: Record, data: dict[str, Any]) -> dict[str, str | None]:
    """Read `requested_roles`: what nobody is named for stays with nobody."""
    roles = dict.fromkeys(template["requested_roles"])
    values = _mapped(data, "requested_roles", roles)
    workspace = request.world.store[template["workspace"]]
    return {
        gid: member(request, "requested_roles", values[gid], workspace)["gid"]
        if values.get(gid) is not None
        else None
        for gid in roles
    }


def _mapped(data: dict[str, Any], field: str, known: dict[str, Any]) -> dict[str, Any]:
    """Read a list of `{"gid": …, "value": …}` for gids that are known."""
    values = {}
    for one in listed(field, data.get(field) or []):
        if not isinstance(one, dict) or not isinstance(one.get("gid"), str):
            raise bad_request(f"{field}: Value is not an object with gid and value: {one}")
        if one["gid"] not in known:
            raise not_recognized(field, one["gid"])
        values[one["gid"]] = one.get("value")
    return values
