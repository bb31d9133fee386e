"""What tells of what happened: the audit log, events, webhooks."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

AUDIT_LOG_EVENTS = Resource(
    name="audit_log_events",
    about="What administrators want to know happened: deletions, logins, exports, who was let in.",
    plan="Enterprise, a service account's token",
    cost="1 per 1,000 for each of `workspaces`, and 1",
    off="only a service account may read it",
    always=("gid",),
    text="event_type event_category",
    time="created_at",
    nested={
        "actor": Shape(text="actor_type gid name email"),
        "resource": Shape(text="resource_type resource_subtype gid name email"),
        "details": Shape(
            text="old_value new_value saml_response",
            nested={"group": Shape()},
        ),
        "context": Shape(
            text="context_type api_authentication_method client_ip_address user_agent "
            "oauth_app_name rule_name",
            count="on_behalf_of_user_id",
        ),
    },
    listed="/workspaces/{workspaces.gid}/audit_log_events",
    whole=True,
    from_parent="workspace_gid",
    since="start_at",
    bookmark="created_at",
)

EVENTS = Resource(
    name="events",
    about="What happened since the last run, a change at a time; the first run only begins.",
    plan="one feed with an Enterprise service account's token",
    cost="1 per 1,000 for each of `workspaces`; without a service account 1 per 100 for each of "
    "`projects` and `goals`",
    off="without a service account each run asks once for each project and goal",
    always=(),
    key=("event_id",),
    text="action type",
    time="created_at",
    one="user resource parent",
    nested={
        "change": Shape(text="field action", one="new_value added_value removed_value"),
    },
    listed="/workspaces/{workspaces.gid}/events",
    elsewhere={
        "projects": "/events?resource={projects.gid}",
        "goals": "/events?resource={goals.gid}",
    },
    paged=False,
    whole=True,
    from_parent="workspace_gid",
    added="event_id",
    since="sync",
    bookmark="created_at",
    disputed={
        f"change.{value}": "an object, though only its text and example say so"
        for value in ("new_value", "added_value", "removed_value")
    },
)

WEBHOOKS = Resource(
    name="webhooks",
    about="Webhooks that this app made for the token's user.",
    text="target last_failure_content",
    flag="active",
    count="delivery_retry_count",
    time="created_at last_failure_at last_success_at next_attempt_after failure_deletion_timestamp",
    one="resource",
    nested={
        "filters": Shape(
            text="resource_type resource_subtype action", texts="fields", repeated=True
        )
    },
    listed="/webhooks?workspace={workspaces.gid}",
    from_parent="workspace_gid",
    got="/webhooks/{gid}",
    covers={"/webhooks/{gid}": "the list brings every field of each"},
    create="/webhooks",
    update="/webhooks/{gid}",
    delete="/webhooks/{gid}",
    written="filters",
    at_birth="resource target",
)
