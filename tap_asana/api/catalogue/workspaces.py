"""Workspaces, and who belongs to them."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Link, Resource

WORKSPACES = Resource(
    name="workspaces",
    about="Workspaces and organizations the token sees.",
    text="name",
    flag="is_organization",
    texts="email_domains",
    listed="/workspaces",
    got="/workspaces/{gid}",
    covers={
        "/workspaces/{gid}": "the listing brings every field",
    },
    update="/workspaces/{gid}",
    later="name",
    links={
        "users": Link(
            add="/workspaces/{gid}/addUser", remove="/workspaces/{gid}/removeUser", key="user"
        )
    },
)

WORKSPACE_MEMBERSHIPS = Resource(
    name="workspace_memberships",
    about="Who belongs to a workspace, and as what.",
    flag="is_active is_admin is_guest is_view_only",
    time="created_at",
    one="user workspace user_task_list",
    nested={"vacation_dates": Shape(date="start_on end_on")},
    listed="/workspaces/{workspaces.gid}/workspace_memberships",
    got="/workspace_memberships/{gid}",
    covers={
        "/workspace_memberships/{gid}": "the listing brings every field",
        "/users/{gid}/workspace_memberships": "the listing brings the same at once",
    },
    disputed={
        "vacation_dates.start_on": "a day; the description gives the string no format",
        "vacation_dates.end_on": "a day; the description gives the string no format",
    },
)
