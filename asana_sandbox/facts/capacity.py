"""Facts: who is planned for what, what that may cost, and who is away."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_ALLOCATION = "assignee parent start_date end_date effort"
_BUDGET = "budget_type estimate actual total"

PLACEHOLDER = Kind(name="placeholder", text="name")

ALLOCATION = Kind(
    name="allocation",
    text="resource_subtype",
    date="start_date end_date",
    other="effort",
    one="assignee:user created_by:user parent:project",
    compact=f"{_ALLOCATION} created_by resource_subtype",
    create=_ALLOCATION,
    update=_ALLOCATION,
)

BUDGET = Kind(
    name="budget",
    word="budget_type=time|cost",
    one="parent:project",
    other="estimate actual total",
    compact=f"{_BUDGET} parent",
    create=f"{_BUDGET} parent",
    update=_BUDGET,
)

RATE = Kind(
    name="rate",
    text="currency_code",
    number="rate",
    one="parent:project resource:user created_by:user",
    compact="parent resource rate currency_code created_by",
    create="parent resource rate",
    update="rate",
)

OOO_ENTRY = Kind(
    name="ooo_entry",
    date="start_date end_date",
    one="user:user created_by:user",
    compact="start_date end_date user created_by",
    create="start_date end_date user workspace",
    update="start_date end_date",
)
