"""Hours logged on tasks, their categories, and the approval of whole weeks."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

_COMPACT = (
    "not named among the opt_fields of listings, which repeat the compact record; a listing takes"
    " any field of the full one (Asana's docs on input and output options)"
)
_SAME = "the entries of a workspace, which one listing brings, name what this one lists by"

TIME_TRACKING_CATEGORIES = Resource(
    name="time_tracking_categories",
    about="Categories that hours are logged under, archived ones too.",
    plan="paid",
    cost="2 for each of `workspaces`: archived ones are a listing of their own",
    text="name color",
    flag="is_archived",
    listed="/time_tracking_categories?workspace={workspaces.gid}",
    also=("/time_tracking_categories?workspace={workspaces.gid}&is_archived=true",),
    got="/time_tracking_categories/{gid}",
    covers={"/time_tracking_categories/{gid}": "the listing brings every field"},
    from_parent="workspace_gid",
    create="/time_tracking_categories",
    update="/time_tracking_categories/{gid}",
    delete="/time_tracking_categories/{gid}",
    written="name color",
    at_birth="workspace",
    later="is_archived",
)

TIME_TRACKING_ENTRIES = Resource(
    name="time_tracking_entries",
    about="Hours logged on tasks, by whom, on which day and for which project.",
    plan="paid",
    text="description approval_status billable_status",
    count="duration_minutes",
    date="entered_on",
    time="created_at",
    one="task attributable_to created_by",
    nested={"categories": Shape(repeated=True, text="gid name resource_type color")},
    # A workspace is listed from a day on only: one before any that hours are logged on.
    listed="/time_tracking_entries?workspace={workspaces.gid}&entered_on_start_date=1970-01-01",
    got="/time_tracking_entries/{gid}",
    covers={
        "/time_tracking_entries/{gid}": "the listing brings every field",
        "/time_tracking_categories/{gid}/time_tracking_entries": _SAME,
        "/tasks/{gid}/time_tracking_entries": f"{_SAME}, at a request for a hundred entries"
        " rather than one for every task",
    },
    from_parent="workspace_gid",
    create="/tasks/{task}/time_tracking_entries",
    update="/time_tracking_entries/{gid}",
    delete="/time_tracking_entries/{gid}",
    written="duration_minutes entered_on attributable_to billable_status description categories",
    disputed=dict.fromkeys(
        ("task", "created_at", "approval_status", "billable_status", "description"), _COMPACT
    ),
)

TIMESHEET_APPROVAL_STATUSES = Resource(
    name="timesheet_approval_statuses",
    about="Weeks of hours of each user, from draft to approval.",
    plan="paid",
    text="approval_status",
    date="start_date end_date",
    time="created_at",
    one="user workspace",
    listed="/timesheet_approval_statuses?workspace={workspaces.gid}",
    got="/timesheet_approval_statuses/{gid}",
    covers={"/timesheet_approval_statuses/{gid}": "the listing brings every field"},
    create="/timesheet_approval_statuses",
    update="/timesheet_approval_statuses/{gid}",
    at_birth="user workspace start_date end_date",
    later="approval_status message",
)
