"""Facts: webhooks, requests for access, agents, reactions."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

WEBHOOK = Kind(
    name="webhook",
    text="target last_failure_content",
    flag="active",
    count="delivery_retry_count",
    time="created_at last_failure_at last_success_at next_attempt_after failure_deletion_timestamp",
    one="resource:project",
    other="filters",
    compact="active resource target",
    at_times="last_failure_content next_attempt_after failure_deletion_timestamp",
    create="resource target filters",
    update="filters",
)

ACCESS_REQUEST = Kind(
    name="access_request",
    text="message",
    word="approval_status=pending|approved|denied",
    one="requester:user target:project",
    compact="message approval_status requester target",
    create="target message",
)

AGENT = Kind(
    name="agent",
    text="name description behavior_guidance",
    word="resource_subtype=asana_teammate",
    other="photo",
    one="workspace:workspace",
    compact="name resource_subtype",
)

REACTION = Kind(
    name="reaction",
    text="emoji emoji_base",
    one="user:user target:story",
    compact="emoji user",
)
