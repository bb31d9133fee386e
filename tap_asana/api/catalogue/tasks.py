"""Tasks of every depth, and the tables of relations that are read off them."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import VALUE
from tap_asana.api.fields import NAMELESS, Shape
from tap_asana.api.resource import Link, Resource, Table

_LIKES = Shape(text="gid", one="user", repeated=True)
_TASKS = Shape(text="gid resource_type", repeated=True)
_HEARTS = "likes under their old name"

_TABLES = {
    "task_memberships": Table(
        about="Which project and section a task is in.",
        field="memberships",
        columns={
            "task_gid": "gid",
            "project_gid": "memberships.project.gid",
            "project_name": "memberships.project.name",
            "section_gid": "memberships.section.gid",
            "section_name": "memberships.section.name",
            "task_modified_at": "modified_at",
        },
        key=("task_gid", "project_gid"),
    ),
    "task_tags": Table(
        about="Which tags a task has.",
        field="tags",
        columns={
            "task_gid": "gid",
            "tag_gid": "tags.gid",
            "tag_name": "tags.name",
            "task_modified_at": "modified_at",
        },
        key=("task_gid", "tag_gid"),
    ),
    "task_followers": Table(
        about="Who follows a task.",
        field="followers",
        columns={
            "task_gid": "gid",
            "user_gid": "followers.gid",
            "user_name": "followers.name",
            "task_modified_at": "modified_at",
        },
        key=("task_gid", "user_gid"),
    ),
    "task_dependencies": Table(
        about="Which tasks a task waits for.",
        field="dependencies",
        columns={
            "task_gid": "gid",
            "dependency_gid": "dependencies.gid",
            "task_modified_at": "modified_at",
        },
        key=("task_gid", "dependency_gid"),
    ),
}

TASKS = Resource(
    name="tasks",
    about="Tasks of every depth, each once.",
    cost="1 per 100 for each of `projects` and of `users`, 1 for each task with subtasks",
    text="name resource_subtype approval_status notes html_notes permalink_url",
    flag="completed liked is_rendered_as_separator",
    count="num_likes num_subtasks",
    number="actual_time_minutes",
    date="start_on due_on",
    time="created_at modified_at completed_at start_at due_at",
    one="assignee assignee_section assigned_by completed_by parent workspace custom_type"
    " custom_type_status_option",
    many="projects tags followers",
    nested={
        "created_by": NAMELESS,
        "dependencies": _TASKS,
        "dependents": _TASKS,
        "memberships": Shape(one="project section", repeated=True),
        "custom_fields": VALUE,
        "likes": _LIKES,
        "external": Shape(text="gid data"),
    },
    left_out={
        "hearted hearts num_hearts": _HEARTS,
        "assignee_status": "ended with Asana's new My Tasks (Asana-Change new_user_task_lists)",
    },
    listed="/tasks?project={projects.gid}",
    elsewhere={
        "subtasks": "/tasks/{tasks.gid}/subtasks",
        "assignee": "/tasks?assignee={users.gid}&workspace={workspaces.gid}",
    },
    got="/tasks/{gid}",
    covers={
        "/tasks/{gid}": "the listings bring every field",
        "/tasks/{gid}/projects /tasks/{gid}/tags": "the records name them, and so do the tables"
        " task_memberships and task_tags",
        "/tags/{gid}/tasks": "the records name their tags, and so does the table task_tags; a task"
        " with a tag, but without project, assignee and parent, is not found",
        "/tasks/{gid}/dependencies /tasks/{gid}/dependents": "the records name them, and so does"
        " the table task_dependencies",
        "/projects/{gid}/tasks /sections/{gid}/tasks": "GET /tasks lists the same, and takes"
        " modified_since",
    },
    since="modified_since",
    bookmark="modified_at",
    create="/tasks",
    update="/tasks/{gid}",
    delete="/tasks/{gid}",
    written="name resource_subtype approval_status notes html_notes completed liked start_on due_on"
    " start_at due_at assignee assignee_section custom_fields external",
    at_birth="workspace projects memberships tags followers parent",
    later="custom_type custom_type_status_option",
    links={
        "projects": Link(
            add="/tasks/{gid}/addProject",
            remove="/tasks/{gid}/removeProject",
            key="project",
            also="section insert_before insert_after",
        ),
        "tags": Link(add="/tasks/{gid}/addTag", remove="/tasks/{gid}/removeTag", key="tag"),
        "followers": Link(
            add="/tasks/{gid}/addFollowers",
            remove="/tasks/{gid}/removeFollowers",
            key="followers",
            many=True,
        ),
        "dependencies": Link(
            add="/tasks/{gid}/addDependencies",
            remove="/tasks/{gid}/removeDependencies",
            key="dependencies",
            many=True,
        ),
        "dependents": Link(
            add="/tasks/{gid}/addDependents",
            remove="/tasks/{gid}/removeDependents",
            key="dependents",
            many=True,
        ),
        "parent": Link(
            add="/tasks/{gid}/setParent",
            remove="/tasks/{gid}/setParent",
            key="parent",
            also="insert_before insert_after",
        ),
    },
    tables=_TABLES,
    disputed={
        "memberships": "marked read-only in the schema of requests, but taken by a create: its own"
        " text says create-only",
        "parent": "in the update's schema too, but the text of the answer's says that only"
        " setParent changes it",
    },
)
