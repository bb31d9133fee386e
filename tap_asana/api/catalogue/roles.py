"""Roles: what whom is permitted in a workspace."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

ROLES = Resource(
    name="roles",
    about="Roles of a workspace, standard and custom, with what each permits.",
    text="name description base_role_type",
    flag="is_standard_role",
    time="creation_time modified_at",
    one="workspace",
    nested={
        "permissions": Shape(
            text="task_deletion_policy allowed_guest_invites",
            flag="create_app_authorization create_pat_authorization share_goal_with_domain"
            " share_portfolios_with_org assign_roles manage_roles export_project_data"
            " download_mobile_attachments import_data create_global_custom_fields"
            " upload_attachments create_team create_and_edit_ai_automations proactive_ai"
            " standard_ai create_and_edit_ai_teammates share_teams_with_org create_goal"
            " create_project create_read_only_link create_portfolio view_public_teams"
            " view_shared_with_org_projects view_shared_with_org_tasks"
            " view_shared_with_org_portfolios",
        )
    },
    listed="/roles?workspace={workspaces.gid}",
    got="/roles/{gid}",
    covers={"/roles/{gid}": "the listing brings every field"},
    bookmark="modified_at",
    create="/roles",
    update="/roles/{gid}",
    delete="/roles/{gid}",
    written="name description base_role_type permissions is_standard_role",
    at_birth="workspace",
)
