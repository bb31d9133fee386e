"""Facts: roles, what a role may permit, and the roles that every workspace has."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_ROLE = "name description base_role_type permissions is_standard_role"

ROLE = Kind(
    name="role",
    text="name description",
    flag="is_standard_role",
    time="creation_time modified_at",
    word="base_role_type=member|guest|admin|super_admin",
    one="workspace:workspace",
    other="permissions",
    compact="name description is_standard_role",
    create=f"{_ROLE} workspace",
    update=_ROLE,
)

SWITCHED = frozenset(
    {"create_app_authorization", "create_pat_authorization", "share_goal_with_domain"}
    | {"share_portfolios_with_org", "assign_roles", "manage_roles", "export_project_data"}
    | {"download_mobile_attachments", "import_data", "create_global_custom_fields"}
    | {"upload_attachments", "create_team", "create_and_edit_ai_automations", "proactive_ai"}
    | {"standard_ai", "create_and_edit_ai_teammates", "share_teams_with_org", "create_goal"}
    | {"create_project", "create_read_only_link", "create_portfolio", "view_public_teams"}
    | {"view_shared_with_org_projects", "view_shared_with_org_tasks"}
    | {"view_shared_with_org_portfolios"}
)
"""Permissions that are on or off (Asana's OpenAPI, RbacRoleBase)."""

GRADED = {
    "task_deletion_policy": ("all", "owned", "none"),
    "allowed_guest_invites": ("all", "none"),
}
"""Permissions of several grades, the widest first (Asana's OpenAPI, RbacRoleBase)."""

STANDARD = {
    "guest": "Guest",
    "member": "Member",
    "admin": "Admin",
    "super_admin": "Super admin",
}
"""Names of the standard roles by base role type; the names are ours, the types are Asana's."""

WITHHELD = {
    "guest": SWITCHED,
    "member": frozenset({"assign_roles", "manage_roles"}),
    "admin": frozenset({"manage_roles"}),
    "super_admin": frozenset[str](),
}
"""What a base role type does not permit. Asana's texts say only that super admins define roles;
the rest is ours."""
