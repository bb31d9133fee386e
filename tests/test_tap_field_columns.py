"""Columns of custom fields from run to run: renamed, deleted, new, unknown, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.complaints import RefusedError
from tests.field_world import FieldWorld, field_world
from tests.tap_runs import (
    Run,
    catalog_of,
    config_of,
    discovered,
    run_command,
    run_tap,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

Record = dict[str, Any]

OWN = {"custom_fields", "custom_type", "custom_type_status_option"}
"""What begins like a column and is none."""


@pytest.fixture
def world(sandbox: SandboxClient) -> FieldWorld:
    """A task with the priority High and an estimate of 3."""
    made = field_world(sandbox)
    made.add("Priority", "enum", "Low", "High")
    made.add("Estimate", "number")
    made.task(Priority=made.options["High"], Estimate=3)
    return made


def columns_of(run: Run, stream: str = "tasks") -> set[str]:
    (schema,) = [
        m["schema"] for m in run.messages if m["type"] == "SCHEMA" and m["stream"] == stream
    ]
    return {name for name in schema["properties"] if name.startswith("custom_")} - OWN


def read(world: FieldWorld, state: Record | None = None, catalog: Record | None = None) -> Run:
    """Read tasks whole, with a fresh catalogue or this one."""
    return run_tap(
        world.sandbox,
        "tasks",
        custom_fields="columns",
        state=state,
        catalog=catalog,
        replication_method="FULL_TABLE",
    )


def test_the_state_remembers_which_field_has_which_column(world: FieldWorld) -> None:
    assert read(world).state["bookmarks"]["custom_fields"]["columns"] == {
        world.gids["Priority"]: {"name": "custom_priority", "type": "enum"},
        world.gids["Estimate"]: {"name": "custom_estimate", "type": "number"},
    }


def test_a_renamed_field_keeps_its_column(world: FieldWorld) -> None:
    state = read(world).state
    world.sandbox.put(f"/custom_fields/{world.gids['Priority']}", {"name": "Urgency"})

    run = read(world, state)

    assert columns_of(run) == {"custom_priority", "custom_estimate"}
    assert run.records["tasks"][0]["custom_priority"] == "High"
    assert columns_of(read(world)) == {"custom_urgency", "custom_estimate"}


def test_a_field_that_takes_the_old_name_of_another_gets_a_column_of_its_own(
    world: FieldWorld,
) -> None:
    state = read(world).state
    world.sandbox.put(f"/custom_fields/{world.gids['Priority']}", {"name": "Urgency"})
    gid = world.add("Priority", "text")
    world.task(Priority="new")

    run = read(world, state)

    found = [
        (task["custom_priority"], task[f"custom_priority_{gid}"]) for task in run.records["tasks"]
    ]
    assert found == [("High", None), (None, "new")]


def test_what_was_deselected_stays_so_under_the_name_the_state_remembers(
    world: FieldWorld,
) -> None:
    state = read(world).state
    world.sandbox.put(f"/custom_fields/{world.gids['Priority']}", {"name": "Urgency"})
    config = config_of(world.sandbox, custom_fields="columns")
    catalog = catalog_of({"tasks": ["name", "custom_estimate"]}, **config)

    (task,) = read(world, state, catalog).records["tasks"]

    assert task.keys() - {"gid", "modified_at"} == {"name", "custom_estimate"}


def test_a_run_without_a_catalogue_keeps_the_column_of_a_deleted_field(world: FieldWorld) -> None:
    state = read(world).state
    world.sandbox.delete(f"/custom_fields/{world.gids['Estimate']}")

    run = run_tap(world.sandbox, custom_fields="columns", state=state)

    assert "custom_estimate" in columns_of(run)
    (task,) = run_tap(world.sandbox, custom_fields="columns").records["tasks"]
    assert "custom_estimate" not in task


def test_a_value_of_a_field_newer_than_the_catalogue_stays_in_the_array(
    world: FieldWorld, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = catalog_of({"tasks": None}, **config_of(world.sandbox, custom_fields="columns"))
    gid = world.add("New", "text")
    world.task(New="kept")
    world.task(New="too")

    run = read(world, catalog=catalog)

    left = [task["custom_fields"] for task in run.records["tasks"] if task["custom_fields"]]
    assert [value["text_value"] for (value,) in left if value["text_value"]] == ["kept", "too"]
    (told,) = [r.getMessage() for r in caplog.records if "without a column" in r.getMessage()]
    assert f"New ({gid})" in told
    assert "Priority" not in told
    after = read(world, run.state)
    assert [task["custom_new"] for task in after.records["tasks"]] == [None, "kept", "too"]


def test_a_run_with_a_catalogue_does_not_ask_for_the_fields(world: FieldWorld) -> None:
    catalog = catalog_of({"tasks": None}, **config_of(world.sandbox, custom_fields="columns"))
    world.sandbox.forget_requests()

    read(world, catalog=catalog)

    asked = world.sandbox.requests()["by_operation"]
    assert not any(operation.endswith("/custom_fields") for operation in asked)


@pytest.mark.parametrize("mode", ["array", "object", "columns"])
@pytest.mark.parametrize("before", ["array", "object", "columns"])
def test_a_catalogue_of_another_setting_says_what_the_records_hold(
    world: FieldWorld, before: str, mode: str
) -> None:
    catalog = catalog_of({"tasks": None}, **config_of(world.sandbox, custom_fields=before))

    run = run_tap(world.sandbox, catalog=catalog, custom_fields=mode)

    (schema,) = [m["schema"] for m in run.messages if m["type"] == "SCHEMA"]
    is_object = schema["properties"]["custom_fields"]["type"] == ["object", "null"]
    assert is_object == (mode == "object")
    (task,) = run.records["tasks"]
    assert isinstance(task["custom_fields"], dict) == is_object
    assert columns_of(run) == {name for name in task if name.startswith("custom_")} - OWN
    assert bool(columns_of(run)) == (mode == before == "columns")


def test_a_free_plan_has_no_columns_and_says_so_once(
    world: FieldWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.sandbox.switch(plan="free")

    run = run_tap(world.sandbox, custom_fields="columns")

    assert columns_of(run) == set()
    assert len(run.records["tasks"]) == 1
    (told,) = [r.getMessage() for r in caplog.records if "'custom_fields'" in r.getMessage()]
    assert "402" in told
    assert "get no columns" in told


def test_a_refusal_ends_the_run_where_the_settings_say_so(world: FieldWorld) -> None:
    world.sandbox.switch(plan="free")
    settings = {"custom_fields": "columns", "on_forbidden": "fail"}

    with pytest.raises(RefusedError, match="custom_fields"):
        discovered(config_of(world.sandbox, **settings))


def test_a_workspace_that_is_gone_is_no_refusal_that_ends_a_run(world: FieldWorld) -> None:
    path = "/workspaces/*/custom_fields"
    world.sandbox.fault({"method": "GET", "path": path, "status": 404, "times": 1})

    run = run_tap(world.sandbox, "tasks", custom_fields="columns", on_forbidden="fail")

    assert columns_of(run) == set()
    assert len(run.records["tasks"]) == 1


def test_discovery_asks_the_chosen_workspaces_for_their_fields_and_nothing_else(
    world: FieldWorld,
) -> None:
    world.sandbox.forget_requests()
    home = world.sandbox.workspace

    discovered(config_of(world.sandbox, custom_fields="columns", workspaces=[home]))

    (request,) = world.sandbox.requests()["log"]
    assert request["path"] == f"/workspaces/{home}/custom_fields"


def test_discovery_that_fails_is_one_line(world: FieldWorld, tmp_path: Path) -> None:
    config = config_of(world.sandbox, custom_fields="columns")
    for wrong in ({**config, "access_token": "nobody's"}, {"custom_fields": "columns"}):
        done, problems = run_command(tmp_path, "--discover", config=wrong)

        assert done.returncode == 1
        assert len(problems) == 1
        assert "nobody's" not in done.stderr


def test_a_word_the_setting_does_not_have_is_one_line(world: FieldWorld, tmp_path: Path) -> None:
    config = config_of(world.sandbox, custom_fields="rows")
    for arguments in ([], ["--discover"]):
        done, problems = run_command(tmp_path, *arguments, config=config)

        assert done.returncode == 1
        assert "rows" in problems[-1]


def test_a_state_whose_columns_are_broken_is_one_line(world: FieldWorld, tmp_path: Path) -> None:
    state = {"bookmarks": {"custom_fields": {"columns": {"7": "custom_x"}}}}
    config = config_of(world.sandbox, custom_fields="columns")
    done, problems = run_command(tmp_path, config=config, state=state)

    assert done.returncode == 1
    (problem,) = problems
    assert "bookmarks/custom_fields/columns/7" in problem
