"""The sandbox against Asana's own description: its routes, what it takes, what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.facts import KINDS
from asana_sandbox.routing import ROUTES
from tests.conftest import SandboxClient, start_sandbox, stop_sandbox
from tests.openapi import as_json_schema, needs_description, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = needs_description

register_routes()

WRITES = {
    "task": ("/tasks", "/tasks/{gid}"),
    "project": ("/projects", "/projects/{gid}"),
    "section": ("/projects/{gid}/sections", "/sections/{gid}"),
    "story": ("/tasks/{gid}/stories", "/stories/{gid}"),
    "tag": ("/tags", "/tags/{gid}"),
    "team": ("/teams", "/teams/{gid}"),
    "custom_field": ("/custom_fields", "/custom_fields/{gid}"),
    "enum_option": ("/custom_fields/{gid}/enum_options", "/enum_options/{gid}"),
    "attachment": ("/attachments", None),
    "membership": ("/memberships", "/memberships/{gid}"),
    "user": (None, "/users/{gid}"),
    "workspace": (None, "/workspaces/{gid}"),
}

PROSE = {
    ("POST", "/tasks", "memberships"): "read-only in the schema, create-only in its text",
    ("PUT", "/projects/{gid}", "followers"): "its text says create-only",
    ("PUT", "/sections/{gid}", "insert_after"): "a place among the sections is for creation",
    ("PUT", "/sections/{gid}", "insert_before"): "a place among the sections is for creation",
    ("PUT", "/custom_fields/{gid}", "enum_options"): "its text sends to the routes of options",
    ("PUT", "/custom_fields/{gid}", "resource_subtype"): "its text says types never change",
    ("PUT", "/custom_fields/{gid}", "workspace"): "its text says create-only",
    ("PUT", "/custom_fields/{gid}", "type"): "its text says types never change",
}
"""Where the description's text says other than its schemas, and the facts follow the text."""

STRICTER_THAN_LIFE = {
    ("/stories/{story_gid}", "new_number_value"): "numbers have fractions",
    ("/stories/{story_gid}", "old_date_value"): "there was no value before",
    ("/stories/{story_gid}", "old_enum_value"): "there was no value before",
    ("/stories/{story_gid}", "old_text_value"): "there was no value before",
    ("/stories/{story_gid}", "sticker_name"): "its text says null where there is none",
    ("/tasks/{task_gid}", "date_value"): "a date without a time of day has none",
    ("/tasks/{task_gid}", "reference_value[0]"): "tasks come with their subtype",
}
"""Where the description's schemas refuse what its text, or the thing itself, must have."""

ELSEWHERE = {
    "/events": "the first answer is a refusal",
    "/memberships": "takes a project for parent",
    "/tasks": "takes one place only",
    "/team_memberships": "takes a team or a user",
    "/users/{user_gid}/favorites": "is for the user alone",
}
"""Lists that the walk's query does not fit."""

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


@pytest.fixture(scope="module")
def sample() -> Iterator[SandboxClient]:
    """A sandbox with a little of everything."""
    process, client = start_sandbox("--sample", "--requests-per-minute", "1000000")
    client.reset()
    yield client
    stop_sandbox(process, client)


def walk(sandbox: SandboxClient) -> Iterator[tuple[str, str]]:
    """Give the template and a path of every GET that the sample has an answer to."""
    here = {"workspace": sandbox.workspace}
    first: dict[str, list[dict[str, Any]]] = {
        "workspace": sandbox.data("/workspaces"),
        "user": sandbox.data("/users"),
        "team": sandbox.data(f"/workspaces/{sandbox.workspace}/teams"),
        "project": sandbox.data("/projects"),
        "tag": sandbox.data("/tags", **here),
        "custom_field": sandbox.data(f"/workspaces/{sandbox.workspace}/custom_fields"),
        "user_task_list": [sandbox.data("/users/me/user_task_list", **here)],
        "team_membership": sandbox.data("/users/me/team_memberships", **here),
        "workspace_membership": sandbox.data("/users/me/workspace_memberships"),
    }
    project = first["project"][0]["gid"]
    first["project_membership"] = sandbox.data(f"/projects/{project}/project_memberships")
    first["membership"] = sandbox.data("/memberships", parent=project)
    first["section"] = sandbox.data(f"/projects/{project}/sections")
    first["task"] = sandbox.data("/tasks", project=project)
    first["story"] = [
        story for task in first["task"] for story in sandbox.data(f"/tasks/{task['gid']}/stories")
    ]
    first["attachment"] = [
        one for task in first["task"] for one in sandbox.data("/attachments", parent=task["gid"])
    ]
    for route in ROUTES:
        if route.method == "GET":
            for some in _fillings(route.template, first):
                yield route.template, some


def _fillings(template: str, first: dict[str, list[dict[str, Any]]]) -> list[str]:
    named = [part[1:-5] for part in template.split("/") if part.startswith("{")]
    if not named:
        return [template]
    paths = []
    for record in first[named[-1]]:
        path = template.replace(f"{{{named[-1]}_gid}}", record["gid"])
        for name in named[:-1]:
            path = path.replace(f"{{{name}_gid}}", first[name][0]["gid"])
        paths.append(path)
    return paths


def strict(schema: Any) -> Any:
    """Let the objects of a schema hold nothing that it does not name."""
    if not isinstance(schema, dict):
        return schema
    out = {key: strict(value) for key, value in schema.items() if key != "anyOf"}
    if "properties" in schema:
        out["properties"] = {name: strict(one) for name, one in schema["properties"].items()}
        out["additionalProperties"] = False
    if "anyOf" in schema:
        out["anyOf"] = [strict(one) for one in schema["anyOf"]]
    return out


def test_answers_hold_what_asana_describes_and_nothing_else(sample: SandboxClient) -> None:
    query = {
        "parent": sample.data("/tasks", project=sample.data("/projects")[0]["gid"])[0]["gid"],
        "workspace": sample.workspace,
        "organization": sample.workspace,
        "resource_type": "project",
    }
    faults = []
    for template, path in walk(sample):
        if template in ELSEWHERE:
            continue
        response = sample.get(path, **query)
        judge = jsonschema.Draft202012Validator(
            strict(as_json_schema(operation("GET", template).answer))
        )
        faults += [
            f"GET {template}: {e.json_path}: {e.message[:200]}"
            for e in judge.iter_errors(response.json())
            if (template, e.json_path.rpartition(".")[2]) not in STRICTER_THAN_LIFE
        ]

    assert sorted(set(faults)) == []
