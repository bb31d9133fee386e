"""What each route of the sandbox answers on its sample, judged by Asana's OpenAPI description."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES, Route
from tests.mended_openapi import FRACTIONS, NULLS
from tests.openapi import as_json_schema, needs_description, operation, schema
from tests.sandbox_calls import CALLS, Ask, filled, names_in, places_of

if TYPE_CHECKING:
    import requests

    from tests.conftest import SandboxClient
    from tests.openapi import Operation

register_routes()
pytestmark = needs_description

MORE = {"owner", "resource_subtype"}
"""What compact goals and tasks hold also where the description speaks of any named resource."""

AT_TIMES = {
    "task": {"approval_status", "assignee_section", "custom_type", "custom_type_status_option"}
    | {"external"},
    "story": {"*"},
    "attachment": {"size"},
    "custom_field": {"*"},
    "custom_field_setting": {"project"},
    "job": {"*"},
    "counts": {"resource_type"},
    "webhook": {"failure_deletion_timestamp", "next_attempt_after"},
}
"""Fields that come only with some records of a kind; an asterisk where the subtype decides."""


PAGING = {"offset", "path", "uri"}
"""Parts of `next_page` that the description lists among the fields."""

FULL = {
    "project_membership": "ProjectMembershipNormalResponse",
    "role": "RbacRoleResponse",
    "time_tracking_entry": "TimeTrackingEntryBase",
    "portfolio_membership": "DeprecatedPortfolioMembershipResponse",
}
"""Schemas of full records that are not named as the others are."""


def call(sandbox: SandboxClient, route: Route, fields: str | None) -> requests.Response:
    """Make the route's good call on a fresh sample."""
    names = names_in(sandbox)
    ask = CALLS.get(route.operation, Ask())
    path = route.template.format_map(places_of(route.template, ask, names))
    sent = filled(ask.sent, names)
    token = sandbox.token_of(names["user"], service_account=True) if ask.served else None
    if route.method == "GET":
        if route.template.endswith("/events"):
            sent["sync"] = sandbox.get(path, token=token, **sent).json()["sync"]
        return sandbox.get(path, token=token, **sent, opt_fields=fields)
    return sandbox.call(
        route.method,
        path,
        token=token,
        json={"data": sent},
        params={"opt_fields": fields} if fields else None,
    )


def strict(node: Any) -> Any:
    """Forbid what a schema does not name, but for the exceptions listed above."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(one) for key, one in node.items()}
    named = node.get("properties")
    if isinstance(named, dict) and named:
        node["additionalProperties"] = False
        node["properties"] = {
            **{name: {} for name in MORE},
            **{name: widened(name, one) for name, one in named.items()},
        }
    return node


def widened(name: str, node: Any) -> Any:
    """Give a property's schema with the exceptions listed above."""
    if name in FRACTIONS:
        return {"type": ["number", "null"]}
    # What a story tells of a change may have been nothing before or may be nothing after it.
    empty = name in NULLS or name.startswith(("old_", "new_"))
    return {"anyOf": [node, {"type": "null"}]} if empty else node


@functools.cache
def answers_of(method: str, template: str) -> jsonschema.protocols.Validator:
    """Give the validator of an operation's whole answer."""
    return jsonschema.Draft202012Validator(
        strict(as_json_schema(operation(method, template).answer))
    )


@functools.cache
def records_of(kind: str) -> jsonschema.protocols.Validator:
    """Give the validator of full records of a kind."""
    name = FULL.get(kind) or "".join(word.capitalize() for word in kind.split("_")) + "Response"
    return jsonschema.Draft202012Validator(strict(as_json_schema(schema(name))))


def faults(validator: jsonschema.protocols.Validator, answer: Any) -> set[str]:
    """List what is wrong with an answer, places of lists left out."""
    return {
        f"{'/'.join('*' if isinstance(step, int) else step for step in error.path)}: "
        f"{error.message[:200]}"
        for error in validator.iter_errors(answer)
    }


def success_of(known: Operation) -> int:
    """Give the status the description promises."""
    return next(int(code) for code in known.raw["responses"] if str(code).startswith("2"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_answer_is_as_described(sample: SandboxClient, route: Route) -> None:
    response = call(sample, route, None)

    assert response.status_code == success_of(operation(route.method, route.template)), (
        response.text
    )
    assert faults(answers_of(route.method, route.template), response.json()) == set()


NO_FIELDS = {
    "/access_requests/{access_request_gid}/approve",
    "/access_requests/{access_request_gid}/reject",
    "/batch",
    "/exports/graph",
    "/exports/resource",
    "/events",
    "/reactions",
    "/rule_triggers/{rule_trigger_gid}/run",
    "/workspaces/{workspace_gid}/audit_log_events",
    "/workspaces/{workspace_gid}/events",
}
"""Where the description offers no `opt_fields`, or where what they name is not the record's."""

WITH_FIELDS = [
    route for route in ROUTES if route.method != "DELETE" and route.template not in NO_FIELDS
]


@pytest.mark.parametrize("route", WITH_FIELDS, ids=lambda route: route.operation)
def test_every_field_that_can_be_asked_for_comes_as_described(
    sample: SandboxClient, route: Route
) -> None:
    offered = operation(route.method, route.template).opt_fields | {"resource_type"}
    response = call(sample, route, ",".join(sorted(offered)))
    data = response.json()["data"]
    tops = {name.partition(".")[0] for name in offered} - PAGING

    if not isinstance(data, list):
        assert faults(answers_of(route.method, route.template), response.json()) == set()
    for record in data if isinstance(data, list) else [data] if data else []:
        kind = record.get("resource_type", "counts")
        if isinstance(data, list):
            assert faults(records_of(kind), record) == set()
        assert record.keys() <= tops | {"gid"}
        at_times = AT_TIMES.get(kind, set())
        assert at_times == {"*"} or tops - at_times <= record.keys()


def test_every_write_has_a_good_call() -> None:
    writes = {route.operation for route in ROUTES if route.method in ("POST", "PUT")}

    assert writes <= CALLS.keys() <= {route.operation for route in ROUTES}
