"""Every object of the sandbox, by gid, with the indexes that keep hot paths from scanning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from asana_sandbox.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Record: TypeAlias = "dict[str, Any]"
"""A whole object as stored: other objects by gid, `resource_type` telling what it is."""

INDEXED: dict[str, tuple[str, ...]] = {
    "access_request": ("target",),
    "agent": ("workspace",),
    "allocation": ("assignee", "parent"),
    "attachment": ("parent",),
    "audit_log_event": ("workspace",),
    "budget": ("parent",),
    "custom_field": ("workspace",),
    "custom_field_membership": ("parent", "member"),
    "custom_field_setting": ("parent", "custom_field"),
    "custom_type": ("projects",),
    "custom_type_membership": ("parent", "member"),
    "export_request": ("workspace",),
    "favorite": ("user",),
    "goal": ("workspace", "team"),
    "goal_membership": ("parent", "member"),
    "goal_relationship": ("supported_goal", "supporting_resource"),
    "graph_export": ("parent",),
    "job": ("created_by",),
    "ooo_entry": ("user",),
    "portfolio": ("workspace", "items"),
    "portfolio_membership": ("parent", "member"),
    "project": ("workspace", "team"),
    "project_brief": ("project",),
    "project_membership": ("parent", "member"),
    "project_portfolio_setting": ("project", "portfolio"),
    "project_template": ("workspace", "team"),
    "rate": ("parent", "resource"),
    "reaction": ("target",),
    "role": ("workspace",),
    "status_update": ("parent",),
    "story": ("target",),
    "tag": ("workspace",),
    "task": ("assignee", "external_key", "tags", "workspace"),
    "task_template": ("project",),
    "team": ("organization",),
    "team_membership": ("team", "user"),
    "time_period": ("workspace",),
    "time_tracking_category": ("workspace",),
    "time_tracking_entry": ("attributable_to", "categories", "created_by", "task", "workspace"),
    "timesheet_approval_status": ("user", "workspace"),
    "user": ("email",),
    "user_task_list": ("owner",),
    "webhook": ("resource", "workspace"),
    "workspace_membership": ("workspace", "user"),
}
"""The fields that `Store.by` can look up, per kind."""

FIRST_GID = 1200000000000001
_ORDER = "order"


class Store:
    """The objects, the lookups by field, and the orders people gave to things.

    Stored fields are changed through `update`, which keeps the indexes right; fields that
    `INDEXED` does not name may be changed in place.
    """

    def __init__(self) -> None:
        self._next = FIRST_GID
        self._records: dict[str, Record] = {}
        self._kinds: dict[str, dict[str, Record]] = {}
        self._index: dict[tuple[str, str, str], dict[str, None]] = {}
        self._orders: dict[tuple[str, str], Order] = {}

    def find(self, gid: str) -> Record | None:
        """Give the object that bears the gid, of whatever kind."""
        return self._records.get(gid)

    def __getitem__(self, gid: str) -> Record:
        return self._records[gid]

    def get(self, kind: str, gid: str) -> Record | None:
        """Give the object of that kind that bears the gid."""
        return self._kinds.get(kind, {}).get(gid)

    def all(self, kind: str) -> list[Record]:
        """Give every object of a kind, oldest first."""
        return list(self._kinds.get(kind, {}).values())

    def new_gid(self) -> str:
        """Give a gid that nothing bears yet: 16 digits, growing."""
        gid = str(self._next)
        self._next += 1
        return gid

    def add(self, kind: str, record: Record) -> Record:
        """Keep an object, with a new gid unless it brings one, and give it back."""
        gid = record.get("gid") or self.new_gid()
        record = {"gid": gid, "resource_type": kind, **record}
        self._records[gid] = record
        self._kinds.setdefault(kind, {})[gid] = record
        for field in INDEXED.get(kind, ()):
            self._link(record, field, record.get(field))
        return record

    def update(self, record: Record, **changes: Any) -> None:
        """Change fields of an object and the indexes with them."""
        indexed = INDEXED.get(record["resource_type"], ())
        for field, value in changes.items():
            if field in indexed:
                self._unlink(record, field)
                self._link(record, field, value)
            record[field] = value

    def remove(self, record: Record) -> None:
        """Forget an object; what others say of it is theirs to change."""
        kind, gid = record["resource_type"], record["gid"]
        del self._records[gid], self._kinds[kind][gid]
        for field in INDEXED.get(kind, ()):
            self._unlink(record, field)

    def by(self, kind: str, field: str, value: str) -> list[Record]:
        """Give the objects of a kind whose field is, or holds, that value; oldest link first."""
        return [self._records[gid] for gid in self._index.get((kind, field, value), ())]

    def order(self, kind: str, place: str) -> Order:
        """Give the order of the things of a kind in a place.

        Args:
            kind: `section` (in a project), `task` (in a section), `subtask` (of a task),
                `subgoal` (of a goal), `custom_field_setting` (of what uses the field).
            place: The gid of the project, section, task and so on.
        """
        found = self._orders.get((kind, place))
        if found is None:
            found = self._orders[kind, place] = Order()
        return found

    def ordered(self, kind: str, place: str) -> list[Record]:
        """Give the objects of an order, in order."""
        found = self._orders.get((kind, place))
        return [self._records[gid] for gid in found] if found else []

    def drop_order(self, kind: str, place: str) -> None:
        """Forget the order of a place that is gone."""
        self._orders.pop((kind, place), None)

    def dump(self) -> Iterator[str]:
        """Write the store as JSON lines: objects first, then orders."""
        for record in self._records.values():
            yield json.dumps(record, separators=(",", ":"))
        for (kind, place), gids in self._orders.items():
            if len(gids):
                line = {"resource_type": _ORDER, "of": kind, "in": place, "gids": list(gids)}
                yield json.dumps(line, separators=(",", ":"))

    @classmethod
    def load(cls, lines: Iterable[str]) -> Store:
        """Read what `dump` wrote."""
        store = cls()
        for line in filter(None, map(str.strip, lines)):
            record = json.loads(line)
            if record["resource_type"] == _ORDER:
                store._orders[record["of"], record["in"]] = Order(record["gids"])
            else:
                store.add(record["resource_type"], record)
                store._next = max(store._next, int(record["gid"]) + 1)
        return store

    def _link(self, record: Record, field: str, value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                key = (record["resource_type"], field, one)
                self._index.setdefault(key, {})[record["gid"]] = None

    def _unlink(self, record: Record, field: str) -> None:
        value = record.get(field)
        for one in value if isinstance(value, list) else [value]:
            key = (record["resource_type"], field, str(one))
            self._index.get(key, {}).pop(record["gid"], None)
