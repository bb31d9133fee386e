"""Where tasks stand: which section of which project, and in which place there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asana_sandbox.custom_ids import number_task
from asana_sandbox.errors import bad_request, not_a_gid_type, not_both
from asana_sandbox.lookup import each_named, listed, named

if TYPE_CHECKING:
    from asana_sandbox.order import Order
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record, Store
    from asana_sandbox.world import World


class Spot(NamedTuple):
    """A place in an order: in front of a gid, or behind one; empty gids are the two ends."""

    before: str | None = None
    after: str | None = None


TOP = Spot(after="")
END = Spot()


def read_spot(
    request: Request, order: Order, default: Spot, *, before: str = "", after: str = ""
) -> Spot:
    """Read where to insert from a body.

    Args:
        request: Whose body it is.
        order: What the anchor must be in.
        default: The spot when the body names none.
        before: The body's field, `insert_before` unless it goes by another name.
        after: Likewise, `insert_after`.

    Returns:
        The spot; a null `insert_after` is the beginning, a null `insert_before` the end (Asana's
        OpenAPI, addProjectForTask).

    Raises:
        ApiError: 400 when both are given or the anchor stands elsewhere.
    """
    before, after = before or "insert_before", after or "insert_after"
    if before in request.data and after in request.data:
        raise not_both(before, after)
    if before not in request.data and after not in request.data:
        return default
    field = before if before in request.data else after
    gid = "" if request.data[field] is None else request.data[field]
    if not isinstance(gid, str):
        raise not_a_gid_type(field, gid)
    if gid and gid not in order:
        raise bad_request(f"{field}: Not found in the list to insert into: {gid}")
    return Spot(before=gid) if field == before else Spot(after=gid)


def section_of(task: Record, project: Record) -> str | None:
    """Give the gid of the section that a task stands in, in a project."""
    for place in task["memberships"]:
        if place["project"] == project["gid"]:
            return str(place["section"])
    return None


def place(store: Store, task: Record, section: Record, spot: Spot) -> None:
    """Stand a task in a section, taking it out of the project's other sections."""
    project, gid = section["project"], task["gid"]
    for known in task["memberships"]:
        if known["project"] == project:
            store.order("task", known["section"]).discard(gid)
            known["section"] = section["gid"]
            break
    else:
        task["memberships"].append({"project": project, "section": section["gid"]})
        task["projects"].append(project)
    store.order("task", section["gid"]).insert(gid, before=spot.before, after=spot.after)
    number_task(store, task, project)


def unplace(store: Store, task: Record, project: str) -> None:
    """Take a task out of a project."""
    for known in task["memberships"]:
        if known["project"] == project:
            store.order("task", known["section"]).discard(task["gid"])
    task["memberships"] = [known for known in task["memberships"] if known["project"] != project]
    task["projects"].remove(project)


def tasks_of(store: Store, project: Record) -> list[Record]:
    """Give a project's tasks in its order: section after section."""
    sections = store.order("section", project["gid"])
    return [task for section in sections for task in store.ordered("task", section)]


def new_task_place(world: World, project: Record) -> tuple[Record, Spot]:
    """Tell where a task goes that was created in a project without naming a section."""
    sections = world.store.order("section", project["gid"])
    if world.switches.new_task_position == "top":
        return world.store[sections.first], TOP
    return world.store[sections.last], END


def read_homes(request: Request, data: dict[str, Any]) -> list[tuple[Record, Record, Spot]]:
    """Read `projects` and `memberships` of a new task: project, section and spot of each."""
    homes = {}
    for project in each_named(request, "projects", data.get("projects") or [], "project"):
        homes[project["gid"]] = (project, *new_task_place(request.world, project))
    for index, entry in enumerate(listed("memberships", data.get("memberships") or [])):
        where = f"memberships: [{index}]"
        if not isinstance(entry, dict) or not entry.get("project"):
            raise bad_request(f"{where}: project: Missing required field")
        project = named(request, f"{where}: project", entry["project"], "project")
        section, spot = new_task_place(request.world, project)
        if entry.get("section"):
            section = section_in(request, f"{where}: section", entry["section"], project)
            spot = TOP if request.world.switches.new_task_position == "top" else END
        homes[project["gid"]] = (project, section, spot)
    return list(homes.values())


def section_in(request: Request, field: str, gid: Any, project: Record) -> Record:
    """Give the section that a value names, which must be the project's."""
    section = named(request, field, gid, "section")
    if section["project"] != project["gid"]:
        raise bad_request(f"{field}: Section is not in the project: {gid}")
    return section
