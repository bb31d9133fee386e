"""Facts: workspaces, users, teams, who belongs to which, and the lists of My Tasks."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_LEVELS = "all_team_members|only_team_admins"
_TEAM_LEVELS = (
    "edit_team_name_or_description_access_level edit_team_visibility_or_trash_team_access_level "
    "member_invite_management_access_level guest_invite_management_access_level "
    "join_request_management_access_level team_member_removal_access_level"
)
_TEAM = (
    "name description html_description organization visibility endorsed "
    f"team_content_management_access_level {_TEAM_LEVELS}"
)

WORKSPACE = Kind(
    name="workspace",
    text="name",
    flag="is_organization",
    other="email_domains",
    update="name",
)

USER = Kind(
    name="user",
    text="name email",
    other="photo",
    many="workspaces:workspace custom_fields:custom_field",
    update="name custom_fields",
)

TEAM = Kind(
    name="team",
    text="name description permalink_url",
    html="html_description",
    flag="endorsed",
    word="visibility=request_to_join|secret|public "
    "team_content_management_access_level=no_restriction|only_team_admins "
    + " ".join(f"{name}={_LEVELS}" for name in _TEAM_LEVELS.split()),
    one="organization:workspace",
    many="custom_field_settings:custom_field_setting",
    opt_in="description html_description",
    create=_TEAM,
    update=_TEAM,
)

TEAM_MEMBERSHIP = Kind(
    name="team_membership",
    flag="is_guest is_limited_access is_admin",
    one="user:user team:team",
    compact="user team is_guest is_limited_access is_admin",
)

WORKSPACE_MEMBERSHIP = Kind(
    name="workspace_membership",
    flag="is_active is_admin is_guest is_view_only",
    time="created_at",
    one="user:user workspace:workspace user_task_list:user_task_list",
    other="vacation_dates",
    whole="user_task_list",
    compact="user workspace",
)

USER_TASK_LIST = Kind(
    name="user_task_list",
    text="name",
    one="owner:user workspace:workspace",
    compact="name owner workspace",
)
