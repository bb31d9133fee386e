"""Values that no field expects: the sandbox refuses them as Asana would, and never falls over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES, Route
from tests.openapi import needs_description, operation
from tests.refusals import said
from tests.sandbox_calls import CALLS, Ask, filled, names_in, places_of

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

register_routes()

ODD: tuple[Any, ...] = (None, -1, True, "", "x", [], {}, [None], [{}], {"gid": 1}, "null")
WRITES = [route for route in ROUTES if route.method != "GET" and route.batchable]


@needs_description
@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.operation)
def test_no_value_of_any_field_is_a_server_error(sample: SandboxClient, route: Route) -> None:
    names = names_in(sample)
    ask = CALLS.get(route.operation, Ask())
    path = route.template.format_map(places_of(route.template, ask, names))
    sent = filled(ask.sent, names)
    fields = sorted(operation(route.method, route.template).body_names)
    bodies = [{**sent, field: value} for field in fields for value in ODD]
    actions = [
        {"method": route.method.lower(), "relative_path": path, "data": body} for body in bodies
    ]

    results = [
        result
        for start in range(0, len(actions), 10)
        for result in sample.batch(*actions[start : start + 10])
    ]
    broken = [body for body, one in zip(bodies, results, strict=True) if one["status_code"] >= 500]
    assert broken == []


@pytest.mark.parametrize("part", ["data", "options"])
def test_parts_of_an_action_are_objects(sandbox: SandboxClient, part: str) -> None:
    action = {"method": "get", "relative_path": "/users/me", part: [1]}
    (result,) = sandbox.batch(action)

    assert result["status_code"] == 400
    assert result["body"]["errors"][0]["message"] == f"{part}: Value is not a JSON object: [1]"


@pytest.mark.parametrize("anchor", ["insert_before", "insert_after"])
def test_an_anchor_is_a_gid(sandbox: SandboxClient, anchor: str) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    body = {"name": "S", anchor: {"gid": "1"}}

    assert said(sandbox.post(f"/projects/{project}/sections", body)) == (
        400,
        f"{anchor}: Not a valid GID type: object",
    )


def test_projects_come_as_text_with_commas_from_forms(sandbox: SandboxClient) -> None:
    gids = [sandbox.make("projects", name=name)["gid"] for name in "PQ"]
    form = {"name": "T", "projects": ",".join(gids)}

    task = sandbox.call("POST", "/tasks", data=form).json()["data"]
    assert [one["gid"] for one in task["projects"]] == gids
