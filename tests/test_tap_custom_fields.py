"""Values of custom fields as an array, as an object and as columns, of every type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from tap_asana.api import RESOURCES
from tests.field_world import FieldWorld, field_world
from tests.tap_runs import Run, run_tap
from tests.test_tap_maps import filed, files_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

MOMENT = "2026-03-04T05:06:07.000Z"


@pytest.fixture
def world(sandbox: SandboxClient) -> FieldWorld:
    """A project with a field of each type."""
    made = field_world(sandbox)
    for kind in ("text", "number", "date", "people", "reference"):
        made.add(kind.title(), kind)
    made.add("Enum", "enum", "Low", "High")
    made.add("Many", "multi_enum", "Linux", "macOS")
    return made


def only_task(run: Run) -> dict[str, Any]:
    (record,) = run.records["tasks"]
    for message in run.messages:
        if message["type"] == "SCHEMA" and message["stream"] == "tasks":
            checker = Draft202012Validator.FORMAT_CHECKER
            Draft202012Validator(message["schema"], format_checker=checker).validate(record)
    return record


def reference(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("gid", "name", "resource_type")}


def values_of(world: FieldWorld) -> list[tuple[str, Any, Any]]:
    """Name of a field, what is sent, and what is to stand in the record."""
    me = world.sandbox.data("/users/me")
    other = world.sandbox.make("tasks", name="Other")
    return [
        ("Text", "née “x”\n", "née “x”\n"),
        ("Text", None, None),
        ("Number", 0, 0),
        ("Number", -12.0, -12),
        ("Enum", world.options["High"], "High"),
        ("Many", [world.options["macOS"], world.options["Linux"]], ["Linux", "macOS"]),
        ("Many", [], []),
        ("Date", {"date": "2026-02-03"}, "2026-02-03"),
        ("People", [me["gid"]], [reference(me)]),
        ("Reference", [other["gid"]], [reference(other)]),
    ]


def test_every_type_of_value_comes_back_in_its_column_and_in_the_object(world: FieldWorld) -> None:
    for name, sent, expected in values_of(world):
        gid = world.task(**{name: sent})

        as_object = run_tap(world.sandbox, "tasks", custom_fields="object")
        as_columns = run_tap(world.sandbox, "tasks", custom_fields="columns")

        (one,) = [task for task in as_object.records["tasks"] if task["gid"] == gid]
        (other,) = [task for task in as_columns.records["tasks"] if task["gid"] == gid]
        assert one["custom_fields"][name] == expected
        assert other[f"custom_{name.lower()}"] == expected
        assert other["custom_fields"] == []
        world.sandbox.delete(f"/tasks/{gid}")


def test_a_date_with_a_time_is_a_date_and_a_moment_in_columns_and_the_moment_in_the_object(
    world: FieldWorld,
) -> None:
    world.task(Date={"date_time": MOMENT})

    record = only_task(run_tap(world.sandbox, "tasks", custom_fields="columns"))
    assert (record["custom_date"], record["custom_date_at"]) == (MOMENT[:10], MOMENT)
    record = only_task(run_tap(world.sandbox, "tasks", custom_fields="object"))
    assert record["custom_fields"]["Date"] == MOMENT


def test_without_the_setting_values_are_as_asana_gives_them(world: FieldWorld) -> None:
    world.task(Text="x")

    record = only_task(run_tap(world.sandbox, "tasks"))

    values = {value["gid"]: value for value in record["custom_fields"]}
    assert values[world.gids["Text"]]["text_value"] == "x"
    assert record == only_task(run_tap(world.sandbox, "tasks", custom_fields="array"))


def test_no_table_of_relations_is_read_off_values_that_the_setting_moves() -> None:
    """Such a table would be empty but for the array: its task is changed before it is read."""
    tables = [table for resource in RESOURCES.values() for table in resource.tables.values()]

    assert tables
    assert all(table.field != "custom_fields" for table in tables)


def test_columns_have_types_that_say_what_they_are(world: FieldWorld) -> None:
    run = run_tap(world.sandbox, "tasks", "projects", custom_fields="columns")

    schemas = {m["stream"]: m["schema"] for m in run.messages if m["type"] == "SCHEMA"}
    tasks = schemas["tasks"]["properties"]
    assert tasks["custom_text"]["type"] == tasks["custom_enum"]["type"] == ["string", "null"]
    assert tasks["custom_number"]["type"] == ["number", "null"]
    assert tasks["custom_many"]["items"] == {"type": "string"}
    assert tasks["custom_date"]["format"] == "date"
    assert tasks["custom_date_at"]["format"] == "date-time"
    assert tasks["custom_people"]["items"]["properties"].keys() == {"gid", "name", "resource_type"}
    assert world.gids["Text"] in tasks["custom_text"]["description"]
    # Projects show no list of people, only how it reads.
    assert schemas["projects"]["properties"]["custom_people"]["type"] == ["string", "null"]


def test_only_what_selected_columns_are_made_of_is_asked_for(world: FieldWorld) -> None:
    world.task(Enum=world.options["Low"], Number=3)
    world.sandbox.forget_requests()

    run = run_tap(
        world.sandbox, selection={"tasks": ["gid", "custom_enum"]}, custom_fields="columns"
    )

    (asked,) = [
        set(entry["query"]["opt_fields"].split(","))
        for entry in world.sandbox.requests()["log"]
        if entry["path"] == "/tasks" and "project" in entry["query"]
    ]
    assert {term for term in asked if term.startswith("custom_fields")} == {
        "custom_fields.display_value",
        "custom_fields.enum_value.name",
    }
    record = only_task(run)
    assert record == {
        "gid": record["gid"],
        "modified_at": record["modified_at"],
        "custom_enum": "Low",
    }


def test_columns_nobody_selected_cost_nothing(world: FieldWorld) -> None:
    world.sandbox.forget_requests()

    run_tap(world.sandbox, selection={"tasks": ["gid", "name"]}, custom_fields="columns")

    log = world.sandbox.requests()["log"]
    assert not any("custom_fields" in entry["query"].get("opt_fields", "") for entry in log)


def test_the_moment_may_be_selected_without_the_date(world: FieldWorld) -> None:
    world.task(Date={"date_time": MOMENT})

    run = run_tap(world.sandbox, selection={"tasks": ["custom_date_at"]}, custom_fields="columns")

    record = only_task(run)
    assert record["custom_date_at"] == MOMENT
    assert "custom_date" not in record


def test_fields_of_the_same_name_are_told_apart_by_gid(sandbox: SandboxClient) -> None:
    here = field_world(sandbox)
    first = here.add("Priority", "text")
    here.task(Priority="here")
    home, sandbox.workspace = (
        sandbox.workspace,
        sandbox.control_post("workspaces", {"name": "Second"})["gid"],
    )
    there = field_world(sandbox)
    second = there.add("Priority", "number")
    there.task(Priority=7)
    sandbox.workspace = home

    run = run_tap(sandbox, "tasks", custom_fields="columns")

    found = [
        (task["custom_priority"], task[f"custom_priority_{second}"])
        for task in run.records["tasks"]
    ]
    assert first < second
    assert sorted(found, key=str) == [("here", None), (None, 7)]


def test_a_stream_map_may_filter_and_reckon_with_columns(world: FieldWorld) -> None:
    tasks = {name: world.task(Enum=world.options[name], Number=2) for name in ("Low", "High")}
    maps = {"__filter__": "custom_enum == 'High'", "twice": "custom_number * 2"}

    run = run_tap(
        world.sandbox, "tasks", "stories", custom_fields="columns", stream_maps={"tasks": maps}
    )

    (record,) = run.records["tasks"]
    assert (record["gid"], record["twice"]) == (tasks["High"], 4)
    assert {story["target"]["gid"] for story in run.records["stories"]} <= {tasks["High"]}


@pytest.mark.parametrize("mode", ["object", "columns"])
def test_batch_files_hold_what_records_would(world: FieldWorld, tmp_path: Path, mode: str) -> None:
    world.task(Enum=world.options["High"], Number=1.5)

    batches = run_tap(world.sandbox, "tasks", **files_of(tmp_path, custom_fields=mode))

    records = run_tap(world.sandbox, "tasks", custom_fields=mode).records["tasks"]
    assert filed(batches)["tasks"] == records


@pytest.mark.parametrize("mode", ["object", "columns"])
def test_flattening_leaves_the_values_whole(world: FieldWorld, mode: str) -> None:
    world.task(Enum=world.options["High"], Many=[world.options["Linux"]])

    run = run_tap(
        *(world.sandbox, "tasks"),
        custom_fields=mode,
        flattening_enabled=True,
        flattening_max_depth=3,
    )

    record = only_task(run)
    assert record["workspace__gid"] == world.sandbox.workspace
    if mode == "columns":
        assert record["custom_enum"] == "High"
        assert json.loads(record["custom_many"]) == ["Linux"]
    else:
        assert json.loads(record["custom_fields"])["Enum"] == "High"


@pytest.mark.parametrize("mode", ["object", "columns"])
def test_the_output_is_the_same_with_any_number_of_threads(world: FieldWorld, mode: str) -> None:
    for number in range(3):
        world.task(Number=number)

    runs = [run_tap(world.sandbox, custom_fields=mode, workers=workers) for workers in (0, 8)]

    assert runs[0].records == runs[1].records


@pytest.mark.parametrize("mode", ["object", "columns"])
def test_an_export_gives_the_same_values_as_the_api(world: FieldWorld, mode: str) -> None:
    world.task(Enum=world.options["High"], Number=2, Date={"date_time": MOMENT})
    token = world.sandbox.token_of("olivia@sandbox.example", service_account=True)

    listed, exported = (
        run_tap(
            *(world.sandbox, "tasks"), access_token=token, tasks_source=source, custom_fields=mode
        )
        for source in ("api", "export")
    )

    assert only_task(listed) == only_task(exported)
