"""Projects and their sections."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import COMPACT_VALUE
from tap_asana.api.fields import NAMELESS, UNNAMED, Shape
from tap_asana.api.resource import Link, Resource

PROJECTS = Resource(
    name="projects",
    about="Projects, archived ones too.",
    text="name notes html_notes color icon default_view default_access_level privacy_setting"
    " minimum_access_level_for_customization minimum_access_level_for_sharing permalink_url",
    flag="archived completed public",
    date="start_on due_on",
    time="created_at modified_at completed_at",
    one="workspace team completed_by created_from_template",
    many="members followers",
    nested={
        "owner": UNNAMED,
        "project_brief": NAMELESS,
        "current_status": Shape(
            text="gid resource_type title text html_text color",
            time="created_at modified_at",
            one="author created_by",
        ),
        "current_status_update": Shape(text="gid resource_type title resource_subtype"),
        "custom_fields": COMPACT_VALUE,
    },
    left_out={
        "due_date": "due_on under its old name",
        "custom_field_settings": "the stream custom_field_settings",
    },
    listed="/projects?workspace={workspaces.gid}",
    got="/projects/{gid}",
    covers={
        "/projects/{gid}": "the listing brings every field",
        "/teams/{gid}/projects /workspaces/{gid}/projects": "the listing brings the same",
        "/workspaces/{gid}/projects/search": "the listing brings the same, on any plan and whole:"
        " a search ends after a hundred",
    },
    bookmark="modified_at",
    create="/projects",
    update="/projects/{gid}",
    delete="/projects/{gid}",
    written="name notes html_notes color icon default_view default_access_level privacy_setting"
    " minimum_access_level_for_customization minimum_access_level_for_sharing archived public"
    " start_on due_on owner team custom_fields",
    at_birth="workspace followers",
    links={
        "members": Link(
            add="/projects/{gid}/addMembers",
            remove="/projects/{gid}/removeMembers",
            key="members",
            many=True,
            joined=True,
        ),
        "followers": Link(
            add="/projects/{gid}/addFollowers",
            remove="/projects/{gid}/removeFollowers",
            key="followers",
            many=True,
            joined=True,
        ),
        "custom_field_settings": Link(
            add="/projects/{gid}/addCustomFieldSetting",
            remove="/projects/{gid}/removeCustomFieldSetting",
            key="custom_field",
            also="is_important insert_before insert_after",
        ),
        "sections": Link(
            add="/projects/{gid}/sections/insert",
            key="section",
            also="before_section after_section",
        ),
    },
    disputed={
        "current_status": "in the schema of requests, but written by POST /project_statuses only",
        "current_status_update": "in the schema of requests, but written by POST /status_updates"
        " only",
        "followers": "create-only by its own text, though the update's schema repeats it",
    },
)

SECTIONS = Resource(
    name="sections",
    about="Sections of projects.",
    text="name",
    time="created_at",
    one="project",
    left_out={"projects": "an array with the one project that `project` names"},
    listed="/projects/{projects.gid}/sections",
    got="/sections/{gid}",
    covers={
        "/sections/{gid}": "the listing brings every field",
    },
    create="/projects/{project}/sections",
    update="/sections/{gid}",
    delete="/sections/{gid}",
    written="name",
    at_birth="insert_before insert_after",
    links={
        "tasks": Link(add="/sections/{gid}/addTask", key="task", also="insert_before insert_after")
    },
    disputed={
        "insert_before": "create-only: updateSection's text takes the name alone",
        "insert_after": "create-only: updateSection's text takes the name alone",
    },
)

PROJECT_TASK_COUNTS = Resource(
    name="project_task_counts",
    about="How many tasks and milestones each project has.",
    off="Asana charges dearly for each count, and `tasks` can be counted",
    always=(),
    key=("project_gid",),
    count="num_tasks num_incomplete_tasks num_completed_tasks"
    " num_milestones num_incomplete_milestones num_completed_milestones",
    listed="/projects/{projects.gid}/task_counts",
    paged=False,
    from_parent="project_gid",
)
