"""Making tasks, projects and portfolios like others: copies, and what templates bring forth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.areas.projects import new_project
from asana_sandbox.areas.sections import new_section
from asana_sandbox.areas.tasks import adopt, assign, blank_task
from asana_sandbox.custom_ids import is_custom_id
from asana_sandbox.dates import FIELDS
from asana_sandbox.drafts import BESIDE
from asana_sandbox.facts import KINDS
from asana_sandbox.placing import END, place
from asana_sandbox.schedules import Schedule
from asana_sandbox.sharing import join, memberships
from asana_sandbox.task_changes import follow, tell_added

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asana_sandbox.drafts import Draft
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record

_PLAIN = ("name", "resource_subtype", "notes", "html_notes", "custom_type")
_PERMISSIONS = ("privacy_setting", "default_access_level")
_PARTS = {"gid", "sections", "settings", "members", *BESIDE}


class Copier:
    """Makes things from drafts, each thing once, however often it is met.

    Args:
        request: Whose world it is, and who makes them.
        schedule: How dates move.
        people: Who takes the place of whom among assignees; None leaves a task to nobody.
    """

    def __init__(
        self,
        request: Request,
        schedule: Schedule | None = None,
        people: Mapping[str, str | None] | None = None,
    ) -> None:
        self._request = request
        self._store = request.world.store
        self._schedule = schedule or Schedule()
        self._people = people or {}
        self._copies: dict[str, Record] = {}
        self._made: list[tuple[Draft, Record]] = []

    def task(self, draft: Draft, parent: Record | None = None) -> Record:
        """Make a task with all that its draft has below it; `tie` makes its dependencies."""
        known = self._copies.get(draft["gid"])
        task = known or self._new(draft)
        if parent and not task["parent"]:
            adopt(self._request, task, parent)
        if not known:
            for below in draft.get("subtasks", ()):
                self.task(below, task)
        return task

    def project(self, draft: Draft, **data: Any) -> Record:
        """Make a project with its sections and tasks; `data` goes over what the draft says."""
        kept = {name: value for name, value in draft.items() if name not in _PARTS}
        dates = {name: self._schedule.move(draft.get(name)) for name in ("start_on", "due_on")}
        project = new_project(self._request, {**kept, **dates, **data})
        join(self._request.world, project, self._request.user, "admin")
        for one in draft.get("members", ()):
            if member := self._store.find(one["member"]):
                join(self._request.world, project, member, one["access_level"])
        for setting in draft["settings"]:
            if self._store.find(setting["custom_field"]):
                self._use(project, setting)
        self._fill(project, draft["sections"])
        for part, (kind, link) in BESIDE.items():
            for one in draft.get(part, ()):
                self._store.add(kind, {**_unnamed(one), link: project["gid"]})
        self.tie()
        return project

    def portfolio(self, portfolio: Record, name: str, parts: frozenset[str]) -> Record:
        """Make a portfolio like another one, which the user owns."""
        me, store = self._request.user["gid"], self._store
        kept = {field: portfolio[field] for field in ("workspace", "color")}
        if "permissions" in parts:
            kept |= {field: portfolio[field] for field in _PERMISSIONS}
        kinds = {kind for kind in ("project", "portfolio") if f"child_{kind}s" in parts}
        made = {
            **KINDS["portfolio"].blank(),
            **kept,
            "name": name,
            "owner": me,
            "created_by": me,
            "created_at": self._request.world.clock.stamp(),
            "items": [gid for gid in portfolio["items"] if store[gid]["resource_type"] in kinds],
            "field_values": {},
        }
        copy = store.add("portfolio", made)
        join(self._request.world, copy, self._request.user, "admin")
        for one in memberships(self._request.world, portfolio) if "members" in parts else ():
            join(self._request.world, copy, store[one["member"]], one["access_level"])
        for setting in store.ordered("custom_field_setting", portfolio["gid"]):
            self._use(copy, setting)
        return copy

    def tie(self) -> None:
        """Make the dependencies of all that was made: among copies where both were copied."""
        for draft, task in self._made:
            for mine, theirs in (("dependencies", "dependents"), ("dependents", "dependencies")):
                for gid in draft.get(mine, ()):
                    other = self._copies.get(gid) or self._store.find(gid)
                    if other and other["gid"] not in task[mine]:
                        task[mine].append(other["gid"])
                        other[theirs].append(task["gid"])

    def _new(self, draft: Draft) -> Record:
        store = self._store
        workspace = store[draft["workspace"]]
        task = {
            **blank_task(self._request, workspace),
            **{name: draft[name] for name in _PLAIN if name in draft},
            **{name: self._schedule.move(draft.get(name)) for name in FIELDS},
            "field_values": self._values(draft),
        }
        if task["resource_subtype"] == "approval":
            task["approval_status"] = "pending"
        if "custom_type" in draft:
            task["custom_type_status_option"] = store[draft["custom_type"]]["status_options"][0]
        followers = [user for gid in draft.get("followers", ()) if (user := store.find(gid))]
        follow(task, [self._request.user, *followers])
        tags = [tag for gid in draft.get("tags", ()) if (tag := store.find(gid))]
        task = store.add("task", {**task, "tags": [tag["gid"] for tag in tags]})
        self._copies[draft["gid"]] = task
        self._made.append((draft, task))
        homes = [
            home for one in draft.get("memberships", ()) if (home := store.find(one["section"]))
        ]
        for section in homes:
            place(store, task, section, END)
        tell_added(self._request, task, [store[home["project"]] for home in homes], tags)
        self._finish(task, draft)
        return task

    def _finish(self, task: Record, draft: Draft) -> None:
        now = self._request.world.clock.stamp()
        for one in draft.get("attachments", ()):
            more = {"parent": task["gid"], "created_at": now}
            self._store.add("attachment", {**_unnamed(one), **more})
        gid = draft.get("assignee")
        user = self._store.find(self._people.get(gid, gid) or "") if gid else None
        if user:
            assign(self._request, task, user)

    def _values(self, draft: Draft) -> dict[str, Any]:
        """Give the values of custom fields that are still there and not numbered by Asana."""
        return {
            gid: value
            for gid, value in draft["field_values"].items()
            if (field := self._store.find(gid)) and not is_custom_id(field)
        }

    def _use(self, holder: Record, setting: Record) -> None:
        used = {**_unnamed(setting), "parent": holder["gid"]}
        new = self._store.add("custom_field_setting", used)
        self._store.order("custom_field_setting", holder["gid"]).insert(new["gid"])

    def _fill(self, project: Record, sections: list[Draft]) -> None:
        """Make the sections, the first in the place of the one that a new project has."""
        first = self._store.ordered("section", project["gid"])[0]
        for index, section in enumerate(sections):
            new = first if not index else new_section(self._request.world, project, "")
            new["name"] = section["name"]
            for draft in section["tasks"]:
                task = self.task(draft)
                place(self._store, task, new, END)
                tell_added(self._request, task, [project], [])


def _unnamed(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "gid"}
