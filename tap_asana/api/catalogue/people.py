"""Users, their teams, and their own lists of tasks."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import COMPACT_VALUE
from tap_asana.api.fields import UNNAMED, Shape
from tap_asana.api.resource import Link, Resource

USERS = Resource(
    name="users",
    about="People of the workspaces, each once.",
    text="name email",
    many="workspaces",
    nested={
        "photo": Shape(
            text="image_21x21 image_27x27 image_36x36 image_60x60 image_128x128 image_1024x1024"
        ),
        "custom_fields": COMPACT_VALUE,
    },
    listed="/users?workspace={workspaces.gid}",
    once=True,
    elsewhere={"team": "/users?team={teams.gid}"},
    got="/users/{gid}",
)

_ACCESS = (
    " edit_team_visibility_or_trash_team_access_level edit_team_name_or_description_access_level"
    " member_invite_management_access_level guest_invite_management_access_level"
    " join_request_management_access_level team_member_removal_access_level"
    " team_content_management_access_level"
)
"""Who may do what in a team."""

TEAMS = Resource(
    name="teams",
    about="Teams.",
    plan="an organization",
    text="name description html_description permalink_url visibility" + _ACCESS,
    flag="endorsed",
    one="organization",
    left_out={"custom_field_settings": "the stream custom_field_settings"},
    listed="/workspaces/{workspaces.gid}/teams",
    got="/teams/{gid}",
    create="/teams",
    update="/teams/{gid}",
    written="name description html_description organization visibility endorsed" + _ACCESS,
    links={"users": Link(add="/teams/{gid}/addUser", remove="/teams/{gid}/removeUser", key="user")},
)

TEAM_MEMBERSHIPS = Resource(
    name="team_memberships",
    about="Who belongs to a team.",
    plan="an organization",
    flag="is_admin is_guest is_limited_access",
    one="user team",
    listed="/teams/{teams.gid}/team_memberships",
    got="/team_memberships/{gid}",
)

USER_TASK_LISTS = Resource(
    name="user_task_lists",
    about="The My Tasks list of each user.",
    text="name",
    nested={"owner": UNNAMED, "workspace": UNNAMED},
    listed="/users/{users.gid}/user_task_list?workspace={workspaces.gid}",
    shown_by="workspace_memberships.user_task_list",
    got="/user_task_lists/{gid}",
)
