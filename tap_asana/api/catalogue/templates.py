"""Templates of projects and of tasks, and the custom types that tasks may be of."""

from __future__ import annotations

from tap_asana.api.fields import UNNAMED, Shape
from tap_asana.api.resource import Resource

_WHOLE = "the listing brings every field"

PROJECT_TEMPLATES = Resource(
    name="project_templates",
    about="Templates of projects, with the dates and roles that they ask for.",
    text="name description html_description color",
    flag="public",
    one="team",
    nested={
        "owner": UNNAMED,
        "requested_dates": Shape(text="gid name description", repeated=True),
        "requested_roles": Shape(text="gid name resource_type", repeated=True),
    },
    listed="/project_templates?workspace={workspaces.gid}",
    got="/project_templates/{gid}",
    covers={
        "/project_templates/{gid}": _WHOLE,
        "/teams/{gid}/project_templates": "each template of a team is its workspace's too",
    },
    from_parent="workspace_gid",
    delete="/project_templates/{gid}",
)

_BELOW = Shape(text="name task_resource_subtype", repeated=True)
_RECIPE = Shape(
    text="name task_resource_subtype description html_description due_time",
    count="relative_start_on relative_due_on",
    many="memberships followers attachments custom_fields",
    nested={"dependencies": _BELOW, "dependents": _BELOW, "subtasks": _BELOW},
)

TASK_TEMPLATES = Resource(
    name="task_templates",
    about="Templates of tasks, each in a project.",
    text="name",
    time="created_at",
    nested={"created_by": UNNAMED, "project": UNNAMED, "template": _RECIPE},
    listed="/task_templates?project={projects.gid}",
    got="/task_templates/{gid}",
    covers={"/task_templates/{gid}": _WHOLE},
    delete="/task_templates/{gid}",
    disputed={"template": "offered bare only, though its parts are described"},
)

CUSTOM_TYPES = Resource(
    name="custom_types",
    about="Types of tasks that people made, with the states such tasks go through.",
    text="name",
    nested={
        "status_options": Shape(
            text="gid resource_type name color completion_state", flag="enabled", repeated=True
        )
    },
    listed="/custom_types?project={projects.gid}",
    once=True,
    got="/custom_types/{gid}",
    covers={"/custom_types/{gid}": _WHOLE},
)
