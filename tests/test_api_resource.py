"""What one declaration gives: schemas, opt_fields, listings, calls and tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tap_asana.api import RESOURCES, Call, Listing, Resource
from tap_asana.api.resource import walk
from tests import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

Record = dict[str, Any]

TASKS, PROJECTS, SECTIONS, STORIES = (
    RESOURCES[name] for name in ("tasks", "projects", "sections", "stories")
)
each_resource = pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda r: r.name)


@each_resource
def test_every_schema_is_a_schema_with_keys_that_are_never_null(resource: Resource) -> None:
    schema = resource.schema()
    jsonschema.Draft7Validator.check_schema(schema)

    assert schema["required"] == list(resource.key)
    assert all(schema["properties"][name] == {"type": "string"} for name in resource.key)
    assert schema["additionalProperties"] is True
    key = dict.fromkeys(resource.key, "1")
    jsonschema.validate({**dict.fromkeys(schema["properties"]), **key}, schema)


def test_kinds_say_what_a_warehouse_needs_to_know() -> None:
    properties = TASKS.schema()["properties"]

    assert properties["due_on"] == {"type": ["string", "null"], "format": "date"}
    assert properties["due_at"] == {"type": ["string", "null"], "format": "date-time"}
    assert properties["num_subtasks"] == {"type": ["integer", "null"]}
    assert properties["assignee"] == {
        "type": ["object", "null"],
        "properties": {
            name: {"type": ["string", "null"]} for name in ("gid", "name", "resource_type")
        },
        "additionalProperties": True,
    }
    assert properties["projects"]["type"] == ["array", "null"]
    assert properties["projects"]["items"]["type"] == "object"
    assert properties["custom_fields"]["items"]["properties"]["number_value"] == {
        "type": ["number", "null"]
    }


def test_opt_fields_are_those_selected_and_no_others() -> None:
    asked = TASKS.opt_fields(["assignee", "gid", "name", "task_gid", "memberships"])

    assert asked.split(",") == [
        "gid",
        "name",
        "assignee.name",
        "assignee.resource_type",
        "memberships.project.name",
        "memberships.project.resource_type",
        "memberships.section.name",
        "memberships.section.resource_type",
    ]
    assert TASKS.opt_fields([]) == "gid"


def test_a_listing_is_filled_with_its_parents() -> None:
    assert TASKS.listing(projects="12") == ("/tasks", {"project": "12"})
    assert TASKS.listing("subtasks", tasks="3") == ("/tasks/3/subtasks", {})
    assert TASKS.listing("assignee", users="me", workspaces="4") == (
        "/tasks",
        {"assignee": "me", "workspace": "4"},
    )
    (listing,) = RESOURCES["user_task_lists"].listings
    assert (listing.parent, listing.places) == ("users", {"users": "gid", "workspaces": "gid"})
    assert RESOURCES["workspaces"].listing() == ("/workspaces", {})


def test_a_create_takes_references_and_fills_its_path_from_the_data() -> None:
    data = {
        "name": "Task",
        "assignee": {"gid": "1", "name": "Ann"},
        "projects": [{"gid": "2"}, "3"],
        "memberships": [{"project": {"gid": "2"}, "section": "4"}],
        "due_on": date(2026, 6, 11),
        "custom_fields": {"5": "x", "6": [{"gid": "7", "enabled": True, "resource_type": "x"}]},
        "external": {"gid": "8", "data": "whole"},
    }

    assert TASKS.call("create", None, data) == Call(
        "POST",
        "/tasks",
        {
            "name": "Task",
            "assignee": "1",
            "projects": ["2", "3"],
            "memberships": [{"project": "2", "section": "4"}],
            "due_on": "2026-06-11",
            "custom_fields": {"5": "x", "6": ["7"]},
            "external": {"gid": "8", "data": "whole"},
        },
    )
    assert SECTIONS.call("create", None, {"project": {"gid": "9"}, "name": "To do"}) == Call(
        "POST", "/projects/9/sections", {"name": "To do"}
    )


def test_moments_go_out_as_asana_writes_them() -> None:
    moment = datetime(2026, 6, 11, 9, tzinfo=UTC)

    assert TASKS.call("update", "1", {"due_at": moment}).data == {
        "due_at": "2026-06-11T09:00:00+00:00"
    }


@pytest.mark.parametrize(
    ("resource", "verb", "data", "said"),
    [
        (TASKS, "update", {"projects": ["1"], "tags": []}, "tasks cannot hold projects, tags"),
        (TASKS, "create", {"custom_type": "1"}, "create of tasks cannot hold custom_type"),
        (TASKS, "create", {"created_at": "x"}, "create of tasks cannot hold created_at"),
        (SECTIONS, "create", {"name": "x"}, "project is missing"),
        (RESOURCES["users"], "create", {"name": "x"}, "no way to create users"),
        (RESOURCES["teams"], "delete", {}, "no way to delete teams"),
    ],
)
def test_what_asana_refuses_is_refused_here(
    resource: Resource, verb: Any, data: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        resource.call(verb, "1", data)


def test_links_become_the_calls_that_tie_and_untie() -> None:
    project = TASKS.link_call("projects", "add", "1", {"gid": "2"}, section={"gid": "3"})
    parent = TASKS.link_call("parent", "remove", "1", None)
    members = PROJECTS.link_call("members", "add", "1", ["2", {"gid": "3"}])
    followers = TASKS.link_call("followers", "remove", "1", "2")

    assert project == Call("POST", "/tasks/1/addProject", {"project": "2", "section": "3"})
    assert parent == Call("POST", "/tasks/1/setParent", {"parent": None})
    assert members == Call("POST", "/projects/1/addMembers", {"members": "2,3"})
    assert followers == Call("POST", "/tasks/1/removeFollowers", {"followers": ["2"]})


def test_a_link_takes_only_what_its_call_takes() -> None:
    with pytest.raises(ValueError, match="tags of tasks take no section"):
        TASKS.link_call("tags", "add", "1", "2", section="3")
    with pytest.raises(ValueError, match="no way to remove tasks of sections"):
        SECTIONS.link_call("tasks", "remove", "1", "2")


def test_tables_are_read_off_records() -> None:
    record = {
        "gid": "1",
        "modified_at": "2026-06-11T09:00:00.000Z",
        "tags": [{"gid": "2", "name": "Red"}, {"gid": "3", "name": "Blue"}],
        "memberships": [
            {"project": {"gid": "4", "name": "P"}, "section": None},
            {"project": None, "section": {"gid": "5", "name": "S"}},
        ],
        "followers": None,
    }
    tags, memberships, followers = (
        list(TASKS.tables[f"task_{name}"].rows(record))
        for name in ("tags", "memberships", "followers")
    )

    assert [(row["task_gid"], row["tag_gid"], row["tag_name"]) for row in tags] == [
        ("1", "2", "Red"),
        ("1", "3", "Blue"),
    ]
    assert memberships == [
        {
            "task_gid": "1",
            "project_gid": "4",
            "project_name": "P",
            "section_gid": None,
            "section_name": None,
            "task_modified_at": "2026-06-11T09:00:00.000Z",
        }
    ]
    assert followers == []


@pytest.fixture(scope="module")
def extract(service: SandboxClient) -> dict[str, list[Record]]:
    """All that the listings give of the sample, by resource, with all fields asked for."""
    found: dict[str, list[Record]] = {}
    for name, resource in RESOURCES.items():
        found[name] = []
        ours = dict.fromkeys(f"{resource.from_parent} {resource.added}".split(), "1")
        for listing in resource.listings:
            for values in places(listing, found, service.workspace):
                path, params = listing.request(**values | export(service, name))
                if path.endswith("/events"):
                    params["sync"] = begin_events(service, path)
                given = service.data(path, **params, opt_fields=resource.opt_fields())
                given = given if isinstance(given, list) else [given]
                found[name] += [{**ours, **record} for record in given]
    return found


def export(sandbox: SandboxClient, name: str) -> dict[str, str]:
    """What stands for the workspace where no listing is asked but the export of it."""
    if name != "organization_exports":
        return {}
    return {"workspaces": sandbox.make(name, organization=sandbox.workspace)["gid"]}


def begin_events(sandbox: SandboxClient, path: str) -> str:
    """Begin to follow a feed, and make something happen; give the token that tells of it."""
    sync: str = sandbox.get(path).json()["sync"]
    sandbox.make("tags", name="late")
    sandbox.delete(f"/tags/{sandbox.make('tags', name='short-lived')['gid']}")
    return sync


def places(
    listing: Listing, found: dict[str, list[Record]], workspace: str
) -> Iterator[dict[str, str]]:
    """What may stand in the places of a listing: each of the parents that were found."""
    root = {"workspaces": workspace, "me": "me", "emoji": "👍"}
    field = listing.places.get(listing.parent, "")
    for parent in found.get(listing.parent, [{}]):
        if (value := walk(parent, field)) is not None or not field:
            yield {**root, listing.parent: value} if field else root


def test_records_fit_the_schema_and_leave_no_field_out(
    extract: dict[str, list[Record]], subtests: pytest.Subtests
) -> None:
    for resource in RESOURCES.values():
        schema, dates = _closed(resource.schema()), jsonschema.FormatChecker()
        checker = jsonschema.Draft7Validator(schema, format_checker=dates)
        with subtests.test(resource.name):
            assert extract[resource.name]
            for record in extract[resource.name]:
                assert [error.message for error in checker.iter_errors(record)] == []


@openapi.needs_description
def test_records_of_the_sandbox_are_as_asana_describes_them(
    extract: dict[str, list[Record]], subtests: pytest.Subtests
) -> None:
    for resource in RESOURCES.values():
        described = openapi.operation(
            "GET", resource.got or resource.listed.partition("?")[0]
        ).record
        checker = jsonschema.Draft7Validator(openapi.as_json_schema(described))
        with subtests.test(resource.name):
            for record in extract[resource.name]:
                errors = [e for e in checker.iter_errors(record) if not _is_slip(e, resource)]

                assert [error.message for error in errors] == []


def _is_slip(error: jsonschema.ValidationError, resource: Resource) -> bool:
    """Whether the description errs: it forgets that much can be null, or is disputed."""
    if error.instance is None or error.absolute_path[0] in resource.disputed:
        return True
    choices: defaultdict[Any, list[jsonschema.ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        choices[inner.schema_path[0]].append(inner)
    return any(all(_is_slip(inner, resource) for inner in one) for one in choices.values())


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with nothing allowed that it does not name."""
    closed = {
        key: _closed(value) if isinstance(value, dict) and key != "properties" else value
        for key, value in schema.items()
    }
    if "properties" in schema:
        closed["properties"] = {k: _closed(v) for k, v in schema["properties"].items()}
        closed["additionalProperties"] = False
    return closed
