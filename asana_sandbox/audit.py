"""The audit log: what of that which happens is written down for administrators, and how.

The types of entries are those of Asana's docs on audit log events. Their categories are the
headings of its tables, written as the one category that Asana's OpenAPI spells (`deletion`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asana_sandbox.access import workspace_of
from asana_sandbox.clock import stamp

if TYPE_CHECKING:
    from asana_sandbox.auth import Token
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

RETENTION = timedelta(days=90)
"""How long an entry is kept (Asana's OpenAPI, getAuditLogEvents)."""

CATEGORIES = {
    "user_login_succeeded": "logins",
    "user_login_failed": "logins",
    "user_logged_out": "logins",
    "user_invited": "user_updates",
    "user_deprovisioned": "user_updates",
    "workspace_export_started": "content_export",
    "object_export_started": "content_export",
    "attachment_downloaded": "content_export",
    "team_member_added": "access_control",
    "team_member_removed": "access_control",
    "project_member_added": "access_control",
    "project_member_removed": "access_control",
    "portfolio_member_added": "access_control",
    "portfolio_member_removed": "access_control",
    "user_app_authorized": "apps",
    "user_personal_access_token_authorized": "apps",
    "service_account_created": "apps",
    "team_created": "creation",
    "attachment_uploaded": "creation",
    "attachment_deleted": "deletion",
    "comment_deleted": "deletion",
    "custom_field_deleted": "deletion",
    "goal_deleted": "deletion",
    "portfolio_deleted": "deletion",
    "project_deleted": "deletion",
    "project_template_deleted": "deletion",
    "status_update_deleted": "deletion",
    "task_deleted": "deletion",
    "task_template_deleted": "deletion",
}
"""The category of each type of entry that the sandbox writes."""

_DELETIONS = {
    kind: f"{kind}_deleted"
    for kind in (
        "attachment",
        "custom_field",
        "goal",
        "portfolio",
        "project",
        "project_template",
        "status_update",
        "task",
        "task_template",
    )
}
_TOLD = {
    **{(kind, "deleted"): told for kind, told in _DELETIONS.items()},
    ("attachment", "added"): "attachment_uploaded",
    ("story", "removed"): "comment_deleted",
    ("team", "added"): "team_created",
    ("user", "added"): "user_invited",
    ("user", "removed"): "user_deprovisioned",
}
_MEMBERSHIPS = frozenset({"portfolio_membership", "project_membership", "team_membership"})


def tell(
    world: World, user: Record | None, resource: Record, action: str, parent: Record | None
) -> None:
    """Write down what an event says, if it is of a type that the audit log has."""
    kind = resource["resource_type"]
    if kind in _MEMBERSHIPS and parent:
        write(world, user, f"{parent['resource_type']}_member_{action}", parent)
    elif told := _TOLD.get((kind, action)):
        write(world, user, told, resource, workspace=parent)


def write(  # noqa: PLR0913 - an entry has this many sides, all but four by name
    world: World,
    user: Record | None,
    event_type: str,
    resource: Record,
    *,
    workspace: Record | None = None,
    context: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
    created_at: str | None = None,
) -> Record | None:
    """Write an entry into the log of a workspace.

    Args:
        world: Where it happened.
        user: Who did it; None for Asana itself.
        event_type: One of `CATEGORIES`.
        resource: To what.
        workspace: Whose log it is, or what is in it, where the resource does not tell.
        context: From where; the token at work unless given.
        details: What the type has beside the rest.
        created_at: When; now unless given.

    Returns:
        The entry; None where no workspace is concerned.
    """
    home = workspace_of(world, resource) or (workspace and workspace_of(world, workspace))
    if home is None:
        return None
    entry = {
        "workspace": home,
        "created_at": created_at or world.clock.stamp(),
        "event_type": event_type,
        "event_category": CATEGORIES[event_type],
        "actor": _actor(user),
        "resource": _resource(resource),
        "details": details or {},
        "context": context or _context(world.caller),
    }
    return world.store.add("audit_log_event", entry)


def authorized(world: World, user: str, event_type: str) -> None:
    """Write down that a token was issued, in the logs of its user's workspaces."""
    for membership in world.store.by("workspace_membership", "user", user):
        home, who = world.store[membership["workspace"]], world.store[user]
        write(world, who, event_type, who, workspace=home, context={"context_type": "web"})


def entries(world: World, workspace: str) -> list[Record]:
    """Give the entries of a workspace that are still kept, oldest first."""
    oldest = stamp(world.clock.now() - RETENTION)
    found = world.store.by("audit_log_event", "workspace", workspace)
    kept = (entry for entry in found if entry["created_at"] >= oldest)
    return sorted(kept, key=lambda entry: (entry["created_at"], int(entry["gid"])))


def _actor(user: Record | None) -> dict[str, str]:
    if user is None:
        return {"actor_type": "asana"}
    return {"actor_type": "user", **{name: user[name] for name in ("gid", "name", "email")}}


def _resource(resource: Record) -> dict[str, Any]:
    named = ("resource_type", "resource_subtype", "gid", "name", "email")
    return {name: resource[name] for name in named if resource.get(name) is not None}


def _context(caller: Token | None) -> dict[str, str]:
    if caller is None:
        return {"context_type": "web"}
    how = "service_account" if caller.service_account else "personal_access_token"
    if caller.app:
        how = "oauth"
    return {"context_type": "api", "api_authentication_method": how}
