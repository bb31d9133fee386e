"""Reading one object: the routes that give what their path names, and nothing more."""

from __future__ import annotations

from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Request, Single, route

TEMPLATES = (
    "/agents/{agent_gid}",
    "/attachments/{attachment_gid}",
    "/custom_types/{custom_type_gid}",
    "/project_memberships/{project_membership_gid}",
    "/project_templates/{project_template_gid}",
    "/projects/{project_gid}",
    "/sections/{section_gid}",
    "/stories/{story_gid}",
    "/tags/{tag_gid}",
    "/task_templates/{task_template_gid}",
    "/tasks/{task_gid}",
    "/team_memberships/{team_membership_gid}",
    "/teams/{team_gid}",
    "/user_task_lists/{user_task_list_gid}",
    "/users/{user_gid}",
    "/webhooks/{webhook_gid}",
    "/workspace_memberships/{workspace_membership_gid}",
    "/workspaces/{workspace_gid}",
)
"""Asana's getAttachment, getProject and so on; the parameter tells the kind of object."""


def read(request: Request) -> Single:
    """Give the object that the path names by its only parameter."""
    (name,) = request.path
    return Single(in_path(request, name.removesuffix("_gid")))


for _template in TEMPLATES:
    route("GET", _template)(read)
