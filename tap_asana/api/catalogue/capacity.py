"""Who is planned for what, what that may cost, and who is away."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

_UNLISTED = (
    "named by the listing's answer, though not among its opt_fields, of which it has none for the"
    " record (Asana's OpenAPI, {})"
)
_WHOLE = "the listing brings every field"

ALLOCATIONS = Resource(
    name="allocations",
    about="How much of a person or a placeholder a project is planned to take, and when.",
    plan="paid",
    text="resource_subtype",
    date="start_date end_date",
    one="assignee created_by parent",
    nested={"effort": Shape(text="type", number="value")},
    # By project, not by assignee: every allocation has one, and no listing names placeholders.
    listed="/allocations?parent={projects.gid}",
    got="/allocations/{gid}",
    covers={"/allocations/{gid}": _WHOLE},
    create="/allocations",
    update="/allocations/{gid}",
    delete="/allocations/{gid}",
    written="assignee parent start_date end_date effort",
)

BUDGETS = Resource(
    name="budgets",
    about="What a project may take, what it is estimated to take and what it took.",
    plan="paid",
    text="budget_type",
    one="parent",
    nested={
        "estimate": Shape(
            text="billable_status_filter source units", flag="enabled", number="value"
        ),
        "actual": Shape(text="billable_status_filter units", number="value"),
        "total": Shape(text="units", flag="enabled", number="value"),
    },
    listed="/budgets?parent={projects.gid}",
    paged=False,
    got="/budgets/{gid}",
    covers={"/budgets/{gid}": _WHOLE},
    create="/budgets",
    update="/budgets/{gid}",
    delete="/budgets/{gid}",
    written="budget_type estimate actual total",
    at_birth="parent",
    disputed={
        **dict.fromkeys(
            ("budget_type", "estimate", "actual", "total"), _UNLISTED.format("getBudgets")
        ),
        "parent": "create-only by its own text, though the update's schema repeats it; and "
        + _UNLISTED.format("getBudgets"),
    },
)

RATES = Resource(
    name="rates",
    about="What an hour of a person or a placeholder costs in a project.",
    plan="paid",
    text="currency_code",
    number="rate",
    one="parent resource created_by",
    listed="/rates?parent={projects.gid}",
    got="/rates/{gid}",
    covers={"/rates/{gid}": _WHOLE},
    create="/rates",
    update="/rates/{gid}",
    delete="/rates/{gid}",
    written="rate",
    at_birth="parent resource",
    disputed=dict.fromkeys(
        ("currency_code", "rate", "parent", "resource", "created_by"), _UNLISTED.format("getRates")
    ),
)

OOO_ENTRIES = Resource(
    name="ooo_entries",
    about="Days on which people are out of office.",
    date="start_date end_date",
    one="user created_by",
    listed="/ooo_entries?user={workspace_memberships.user.gid}&workspace={workspaces.gid}",
    got="/ooo_entries/{gid}",
    covers={"/ooo_entries/{gid}": _WHOLE},
    from_parent="workspace_gid",
    create="/ooo_entries",
    update="/ooo_entries/{gid}",
    delete="/ooo_entries/{gid}",
    written="start_date end_date",
    at_birth="user workspace",
)
