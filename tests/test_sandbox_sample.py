"""The sample world has everything in it, and a saved world is the same when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asana_sandbox.population import default_world
from asana_sandbox.samples import add_sample
from asana_sandbox.store import Store
from tests.conftest import running_sandbox
from tests.refusals import said

if TYPE_CHECKING:
    from asana_sandbox.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """The sample world."""
    world = default_world()
    add_sample(world)
    return world


@pytest.mark.parametrize(
    "kind",
    [
        "allocation",
        "attachment",
        "budget",
        "custom_field",
        "custom_field_setting",
        "custom_type",
        "custom_type_status_option",
        "enum_option",
        "ooo_entry",
        "organization_export",
        "placeholder",
        "goal",
        "goal_metric",
        "goal_relationship",
        "project",
        "project_membership",
        "rate",
        "role",
        "job",
        "project_template",
        "rule_trigger",
        "section",
        "story",
        "tag",
        "task",
        "task_template",
        "team",
        "team_membership",
        "time_tracking_category",
        "time_tracking_entry",
        "timesheet_approval_status",
        "time_period",
        "user",
        "user_task_list",
        "workspace",
        "workspace_membership",
    ],
)
def test_there_is_something_of_every_kind(world: World, kind: str) -> None:
    assert world.store.all(kind)


def test_there_is_every_type_of_task_and_field(world: World) -> None:
    tasks = world.store.all("task")
    depth = {task["gid"]: 0 for task in tasks}
    for task in tasks:
        above = task["parent"]
        while above:
            depth[task["gid"]] += 1
            above = world.store[above]["parent"]

    assert {task["resource_subtype"] for task in tasks} == {"default_task", "milestone", "approval"}
    assert {field["resource_subtype"] for field in world.store.all("custom_field")} == {
        "date",
        "enum",
        "multi_enum",
        "number",
        "people",
        "reference",
        "text",
    }
    assert max(depth.values()) == 3
    assert max(len(task["projects"]) for task in tasks) == 2
    assert any(not task["projects"] and not task["parent"] for task in tasks)
    assert any(task["dependencies"] for task in tasks)
    assert max(len(task["field_values"]) for task in tasks) == 8
    assert any(project["archived"] for project in world.store.all("project"))
    hosts = {attachment["resource_subtype"] for attachment in world.store.all("attachment")}
    assert hosts == {"asana", "external"}


def test_an_empty_default_world_takes_the_sample_too() -> None:
    world = default_world(empty=True)
    add_sample(world)

    assert len(world.store.all("user")) == 1
    assert world.store.all("task")


def test_a_saved_world_is_the_same_when_it_is_loaded(world: World) -> None:
    lines = list(world.store.dump())
    loaded = Store.load(lines)

    assert list(loaded.dump()) == lines
    assert loaded.find(loaded.new_gid()) is None
    project = loaded.all("project")[0]["gid"]
    names = [section["name"] for section in loaded.ordered("section", project)]
    assert names == ["Untitled section", "To do", "Doing", "Done"]
    owner = loaded.all("user")[0]["gid"]
    mine = [task["gid"] for task in world.store.by("task", "assignee", owner)]
    assert [task["gid"] for task in loaded.by("task", "assignee", owner)] == mine


def test_the_free_plan_keeps_a_sample_of_what_it_cannot_use() -> None:
    with running_sandbox("--sample", "--plan", "free") as sandbox:
        projects = sandbox.listed("/projects", workspace=sandbox.workspace)
        search = sandbox.get(f"/workspaces/{sandbox.workspace}/tasks/search", text="home")

    assert projects
    assert said(search) == (402, "Search is only available to premium users.")
