"""Facts: memberships of users and teams in what people share, by any of its three shapes."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

LEVELS = {
    "custom_field": ("user", "editor", "admin"),
    "custom_type": ("user", "viewer", "editor", "admin"),
    "goal": ("commenter", "viewer", "editor", "admin"),
    "portfolio": ("viewer", "editor", "admin"),
    "project": ("editor", "viewer", "commenter", "admin"),
}
"""What can be shared, and the access levels it knows (Asana's OpenAPI, CreateMembershipRequest).

The first is what a member is given where neither the call nor the object names one.
"""

MEMBERSHIP = Kind(
    name="membership",
    text="resource_subtype access_level role",
    one="parent:project member:user goal:goal user:user workspace:workspace",
    compact="parent member access_level resource_subtype goal role",
    at_times="goal role user workspace",
    create="access_level member parent role",
    update="access_level",
)

PROJECT_MEMBERSHIP = Kind(
    name="project_membership",
    text="access_level",
    word="write_access=full_write|comment_only",
    one="parent:project member:user user:user project:project",
    compact="parent member access_level",
)

PORTFOLIO_MEMBERSHIP = Kind(
    name="portfolio_membership",
    text="access_level",
    one="portfolio:portfolio user:user",
    compact="portfolio user access_level",
)

GOAL_MEMBERSHIP, CUSTOM_FIELD_MEMBERSHIP, CUSTOM_TYPE_MEMBERSHIP = (
    Kind(
        name=f"{shared}_membership",
        text="access_level",
        one=f"parent:{shared} member:user",
        compact="parent member access_level",
    )
    for shared in ("goal", "custom_field", "custom_type")
)
"""Memberships that have no routes of their own, as events show them."""
