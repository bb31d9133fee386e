"""Users, their teams, and their own lists of tasks."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import COMPACT_VALUE
from tap_asana.api.fields import UNNAMED, Shape
from tap_asana.api.resource import Link, Resource

PHOTO = Shape(text="image_21x21 image_27x27 image_36x36 image_60x60 image_128x128 image_1024x1024")
"""Addresses of a picture, by its size in pixels."""

USERS = Resource(
    name="users",
    about="People of the workspaces, each once.",
    text="name email",
    many="workspaces",
    nested={
        "photo": PHOTO,
        "custom_fields": COMPACT_VALUE,
    },
    listed="/users?workspace={workspaces.gid}",
    once=True,
    got="/users/{gid}",
    covers={
        "/users/{gid} /workspaces/{gid}/users/{user_gid}": "the listing brings every field",
        "/workspaces/{gid}/users": "the listing brings the same, and does not end after 2,000",
        "/teams/{gid}/users": "the stream team_memberships names them",
        "/workspaces/{gid}/typeahead": "the streams bring the same, and whole",
    },
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
    covers={
        "/teams/{gid}": "the listing brings every field",
        "/users/{gid}/teams": "the stream team_memberships names them",
    },
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
    covers={
        "/team_memberships/{gid}": "the listing brings every field",
        "/team_memberships /users/{gid}/team_memberships": "the listing of each team brings the"
        " same, and there are fewer teams than users",
    },
)

USER_TASK_LISTS = Resource(
    name="user_task_lists",
    about="The My Tasks list of each user.",
    text="name",
    nested={"owner": UNNAMED, "workspace": UNNAMED},
    listed="/users/{users.gid}/user_task_list?workspace={workspaces.gid}",
    shown_by="workspace_memberships.user_task_list",
    got="/user_task_lists/{gid}",
    covers={
        "/user_task_lists/{gid} /users/{gid}/user_task_list": "workspace_memberships show every"
        " field",
    },
)

USER_TASK_LIST_TASKS = Resource(
    name="user_task_list_tasks",
    about="Which tasks are in the My Tasks list of whom; where in it, of the token's user only.",
    off="one request for each user, and `tasks` has the assignee of each task",
    key=("user_task_list_gid", "gid"),
    text="name",
    one="assignee_section",
    left_out={"created_by resource_subtype": "the stream tasks"},
    listed="/user_task_lists/{user_task_lists.gid}/tasks",
    from_parent="user_task_list_gid",
    disputed={"assignee_section": "offered by opt_fields, though compact tasks have no such field"},
)

_FAVORITES = tuple(
    f"/users/{{me}}/favorites?resource_type={kind}&workspace={{workspaces.gid}}"
    for kind in ("portfolio", "project", "project_template", "tag", "task", "user")
)
"""Asana wants the type to be named (Asana's OpenAPI, getFavoritesForUser)."""

USER_FAVORITES = Resource(
    name="user_favorites",
    about="What the token's own user has marked as favorites.",
    cost="6 for each of `workspaces`, and 1",
    key=("workspace_gid", "gid"),
    text="name",
    listed=_FAVORITES[0],
    also=_FAVORITES[1:],
    from_parent="workspace_gid",
    added="user_gid",
)
