"""Facts: hours logged on tasks, their categories, and the approval of whole weeks."""

from __future__ import annotations

from asana_sandbox.facts.fields import OPTION_COLORS
from asana_sandbox.facts.kind import Kind

_ENTRY = "duration_minutes entered_on attributable_to billable_status description categories"
_CATEGORY = "name color"

TIME_TRACKING_ENTRY = Kind(
    name="time_tracking_entry",
    text="description",
    count="duration_minutes",
    date="entered_on",
    time="created_at",
    word="approval_status=DRAFT|SUBMITTED|APPROVED|REJECTED "
    "billable_status=notApplicable|billable|nonBillable",
    one="task:task attributable_to:project created_by:user",
    many="categories:time_tracking_category",
    compact="duration_minutes entered_on attributable_to created_by categories",
    create=_ENTRY,
    update=_ENTRY,
)

TIME_TRACKING_CATEGORY = Kind(
    name="time_tracking_category",
    text="name",
    flag="is_archived",
    word=f"color={OPTION_COLORS}",
    compact="name color",
    create=f"{_CATEGORY} workspace",
    update=f"{_CATEGORY} is_archived",
)

TIMESHEET_APPROVAL_STATUS = Kind(
    name="timesheet_approval_status",
    # Bodies write the status in small letters, records in capitals: no word of one list.
    text="approval_status",
    date="start_date end_date",
    time="created_at",
    one="user:user workspace:workspace",
    compact="created_at user workspace start_date end_date approval_status",
    create="user workspace start_date end_date",
    update="approval_status message",
)
