"""Facts: tasks and what hangs on them."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_TASK = (
    "name resource_subtype approval_status assignee assignee_section assignee_status completed "
    "due_at due_on start_at start_on notes html_notes liked external custom_fields"
)

TASK = Kind(
    name="task",
    text="name notes permalink_url",
    html="html_notes",
    flag="completed liked hearted is_rendered_as_separator",
    count="num_likes num_hearts num_subtasks",
    number="actual_time_minutes",
    date="due_on start_on",
    time="created_at modified_at completed_at due_at start_at",
    word="resource_subtype=default_task|milestone|approval|custom "
    "approval_status=pending|approved|rejected|changes_requested "
    "assignee_status=upcoming|today|later|new|inbox",
    one="assignee:user assigned_by:user completed_by:user created_by:user parent:task "
    "assignee_section:section workspace:workspace custom_type:custom_type "
    "custom_type_status_option:custom_type_status_option",
    many="projects:project tags:tag followers:user dependencies:task dependents:task "
    "custom_fields:custom_field",
    other="memberships likes hearts external",
    compact="name resource_subtype",
    opt_in="created_by assigned_by dependencies dependents html_notes is_rendered_as_separator "
    "num_subtasks",
    whole="custom_fields",
    at_times="approval_status external custom_type custom_type_status_option assignee_section",
    create=f"{_TASK} parent followers memberships projects tags workspace",
    update=f"{_TASK} parent custom_type custom_type_status_option",
)

ATTACHMENT = Kind(
    name="attachment",
    text="name",
    flag="connected_to_app",
    count="size",
    time="created_at",
    word="resource_subtype=asana|external|dropbox|gdrive|onedrive|box|vimeo",
    other="download_url permanent_url view_url host",
    one="parent:task",
    compact="name resource_subtype",
    at_times="size",
    create="resource_subtype file parent url name connect_to_app",
)
