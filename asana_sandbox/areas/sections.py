"""Sections of projects and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.body import only, read_body
from asana_sandbox.errors import bad_request, missing, one_of
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named
from asana_sandbox.placing import END, Spot, read_spot
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World


def new_section(world: World, project: Record, name: str, spot: Spot = END) -> Record:
    """Make a section in a project."""
    section = world.store.add(
        "section",
        {
            **KINDS["section"].blank(),
            "name": name,
            "created_at": world.clock.stamp(),
            "project": project["gid"],
        },
    )
    order = world.store.order("section", project["gid"])
    order.insert(section["gid"], before=spot.before, after=spot.after)
    return section


@route("GET", "/projects/{project_gid}/sections")
def get_sections_for_project(request: Request) -> Listing:
    """Asana's getSectionsForProject."""
    project = in_path(request, "project")
    return Listing(request.world.store.ordered("section", project["gid"]))


@route("POST", "/projects/{project_gid}/sections")
def create_section(request: Request) -> Single:
    """Asana's createSectionForProject."""
    project = in_path(request, "project")
    data = read_body(request, "section", "create")
    if not data.get("name"):
        raise missing("name")
    order = request.world.store.order("section", project["gid"])
    spot = read_spot(request, order, END)
    section = new_section(request.world, project, data["name"], spot)
    request.world.emit(request.user, section, "added", parent=project)
    return Single(section, 201)


@route("POST", "/projects/{project_gid}/sections/insert", required=("section",))
def insert_section(request: Request) -> Plain:
    """Asana's insertSectionForProject: to another place in the same project."""
    data = only(request, "section before_section after_section")
    project = in_path(request, "project")
    section = named(request, "section", data["section"], "section")
    order = request.world.store.order("section", project["gid"])
    if section["gid"] not in order:
        raise bad_request("section: Sections cannot be moved between projects")
    if "before_section" not in data and "after_section" not in data:
        raise one_of("before_section", "after_section")
    spot = read_spot(request, order, END, before="before_section", after="after_section")
    order.insert(section["gid"], before=spot.before, after=spot.after)
    changed(request, section, "order")
    return EMPTY


@route("PUT", "/sections/{section_gid}")
def update_section(request: Request) -> Single:
    """Asana's updateSection: the name."""
    section = in_path(request, "section")
    data = read_body(request, "section", "update")
    if not data.get("name"):
        raise missing("name")
    section["name"] = data["name"]
    changed(request, section, "name")
    return Single(section)


@route("DELETE", "/sections/{section_gid}")
def delete_section(request: Request) -> Plain:
    """Asana's deleteSection: only an empty one, and never a project's last."""
    section, store = in_path(request, "section"), request.world.store
    order = store.order("section", section["project"])
    if len(store.order("task", section["gid"])):
        raise bad_request("section: Only empty sections can be deleted")
    if len(order) == 1:
        raise bad_request("section: The last section of a project cannot be deleted")
    request.world.emit(request.user, section, "deleted")
    order.discard(section["gid"])
    store.drop_order("task", section["gid"])
    store.remove(section)
    return EMPTY
