"""What goes with an object that is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.facts.memberships import LEVELS
from asana_sandbox.supporting import forget_support

if TYPE_CHECKING:
    from asana_sandbox.store import Record, Store

_ON_IT = (
    ("allocation", "parent"),
    ("access_request", "target"),
    ("attachment", "parent"),
    ("budget", "parent"),
    ("custom_field_setting", "parent"),
    ("project_brief", "project"),
    ("project_portfolio_setting", "portfolio"),
    ("project_portfolio_setting", "project"),
    ("rate", "parent"),
    ("reaction", "target"),
    ("status_update", "parent"),
    ("story", "target"),
    ("time_tracking_entry", "task"),
    ("task_template", "project"),
    *((f"{kind}_membership", "parent") for kind in LEVELS),
)
"""Kinds of objects that hang on others, and the field that says on which."""


def remove_whole(store: Store, record: Record) -> None:
    """Forget an object and all that hangs on it, and take it out of portfolios."""
    for portfolio in store.by("portfolio", "items", record["gid"]):
        items = [gid for gid in portfolio["items"] if gid != record["gid"]]
        store.update(portfolio, items=items)
    for kind, field in _ON_IT:
        for hanging in store.by(kind, field, record["gid"]):
            remove_whole(store, hanging)
    forget_support(store, record["gid"])
    for kind in ("custom_field_setting", "subgoal"):
        store.drop_order(kind, record["gid"])
    store.remove(record)
