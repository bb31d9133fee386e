"""The sandbox's routes and what it takes, against Asana's own description."""

from __future__ import annotations

from typing import Any

import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.facts import KINDS
from asana_sandbox.routing import ROUTES
from tests.openapi import needs_description, operation

pytestmark = needs_description

register_routes()

WRITES = {
    "task": ("/tasks", "/tasks/{gid}"),
    "project": ("/projects", "/projects/{gid}"),
    "section": ("/projects/{gid}/sections", "/sections/{gid}"),
    "story": ("/tasks/{gid}/stories", "/stories/{gid}"),
    "goal": ("/goals", "/goals/{gid}"),
    "goal_metric": ("/goals/{gid}/setMetric", None),
    "goal_relationship": (None, "/goal_relationships/{gid}"),
    "tag": ("/tags", "/tags/{gid}"),
    "team": ("/teams", "/teams/{gid}"),
    "custom_field": ("/custom_fields", "/custom_fields/{gid}"),
    "enum_option": ("/custom_fields/{gid}/enum_options", "/enum_options/{gid}"),
    "attachment": ("/attachments", None),
    "membership": ("/memberships", "/memberships/{gid}"),
    "portfolio": ("/portfolios", "/portfolios/{gid}"),
    "project_brief": ("/projects/{gid}/project_briefs", "/project_briefs/{gid}"),
    "project_portfolio_setting": (None, "/project_portfolio_settings/{gid}"),
    "project_status": ("/projects/{gid}/project_statuses", None),
    "status_update": ("/status_updates", None),
    "user": (None, "/users/{gid}"),
    "workspace": (None, "/workspaces/{gid}"),
    "time_tracking_entry": (
        "/tasks/{gid}/time_tracking_entries",
        "/time_tracking_entries/{gid}",
    ),
    "time_tracking_category": (
        "/time_tracking_categories",
        "/time_tracking_categories/{gid}",
    ),
    "timesheet_approval_status": (
        "/timesheet_approval_statuses",
        "/timesheet_approval_statuses/{gid}",
    ),
    "allocation": ("/allocations", "/allocations/{gid}"),
    "budget": ("/budgets", "/budgets/{gid}"),
    "rate": ("/rates", "/rates/{gid}"),
    "ooo_entry": ("/ooo_entries", "/ooo_entries/{gid}"),
    "role": ("/roles", "/roles/{gid}"),
}

PROSE = {
    ("POST", "/tasks", "memberships"): "read-only in the schema, create-only in its text",
    ("PUT", "/projects/{gid}", "followers"): "its text says create-only",
    ("PUT", "/sections/{gid}", "insert_after"): "a place among the sections is for creation",
    ("PUT", "/sections/{gid}", "insert_before"): "a place among the sections is for creation",
    ("PUT", "/custom_fields/{gid}", "enum_options"): "its text sends to the routes of options",
    ("PUT", "/custom_fields/{gid}", "resource_subtype"): "its text says types never change",
    ("PUT", "/custom_fields/{gid}", "workspace"): "its text says create-only",
    ("PUT", "/budgets/{gid}", "parent"): "its text says create-only",
    ("PUT", "/custom_fields/{gid}", "type"): "its text says types never change",
}
"""Where the description's text says other than its schemas, and the facts follow the text."""

UNUSED = frozenset(
    {"assigned_by", "completed_by", "created_by", "custom_field_settings", "members"}
    | {"current_status", "current_status_update", "asana_created_field", "gid", "resource_type"}
    | {"date_value", "display_value", "enabled", "enum_value", "multi_enum_values", "number_value"}
    | {"people_value", "reference_value", "text_value", "is_global_to_workspace"}
    | {"permalink_url", "representation_type"}
)
"""What request schemas inherit from records without being for writing."""


def _writes() -> list[tuple[str, str, str, str]]:
    return [
        (kind, verb, method, path)
        for kind, paths in WRITES.items()
        for (verb, method), path in zip((("create", "POST"), ("update", "PUT")), paths, strict=True)
        if path
    ]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_route_is_asanas(route: Any) -> None:
    described = operation(route.method, route.template)

    assert set(route.required) <= set(described.query) | described.body_names


@pytest.mark.parametrize(("kind", "verb", "method", "path"), _writes())
def test_bodies_take_what_asana_takes(kind: str, verb: str, method: str, path: str) -> None:
    described = operation(method, path)
    taken = KINDS[kind].writable[verb]
    excused = {name for m, p, name in PROSE if (m, p) == (method, path)}

    assert taken - described.body_names == set()
    assert described.writable - taken - UNUSED - excused == set()
    assert {name for name in taken - excused if name not in described.writable} == set()
