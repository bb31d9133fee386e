"""From one workspace through the tap and the target into another: what comes out is the same."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.tap import TapAsana
from tests.target_runs import Loaded, load, writes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

PEOPLE = [{"name": "Ann", "email": "ann@example.com"}, {"name": "Bo", "email": "bo@example.com"}]


def _fill(sandbox: SandboxClient) -> None:
    """Put something of everything into the first workspace."""
    ann, bo = (sandbox.user(**person) for person in PEOPLE)
    field = sandbox.make(
        "custom_fields",
        name="Effort",
        resource_subtype="enum",
        enum_options=[{"name": "Small"}, {"name": "Large"}],
    )
    garden = sandbox.make("projects", name="Garden", notes="out there", color="dark-green")
    house = sandbox.make("projects", name="House", archived=True, owner=bo["gid"])
    sandbox.do(f"/projects/{garden['gid']}/addCustomFieldSetting", custom_field=field["gid"])
    doing = sandbox.make(f"projects/{garden['gid']}/sections", name="Doing")
    tag = sandbox.make("tags", name="wood", color="light-orange")
    large = field["enum_options"][1]["gid"]
    build = sandbox.make(
        "tasks",
        name="Build",
        notes="a shed",
        assignee=ann["gid"],
        start_on="2026-04-01",
        due_on="2026-04-09",
        followers=[bo["gid"]],
        tags=[tag["gid"]],
        memberships=[{"project": garden["gid"], "section": doing["gid"]}],
        custom_fields={field["gid"]: large},
    )
    sandbox.do(f"/tasks/{build['gid']}/addProject", project=house["gid"])
    saw = sandbox.make("tasks", name="Saw", parent=build["gid"], completed=True)
    sandbox.make("tasks", name="Sharpen", parent=saw["gid"], due_at="2026-04-02T09:00:00.000Z")
    plan = sandbox.make(
        "tasks", name="Plan", projects=[garden["gid"]], resource_subtype="milestone"
    )
    sandbox.do(f"/tasks/{build['gid']}/addDependencies", dependencies=[plan["gid"]])
    sandbox.make(f"tasks/{plan['gid']}/stories", text="Mind the roots")
    # Goals are not written, and so no comments on them.
    goal = sandbox.make("goals", name="Eat what we grow", workspace=sandbox.workspace)
    sandbox.make(f"goals/{goal['gid']}/stories", text="No rabbits so far")


def _second_workspace(sandbox: SandboxClient) -> str:
    """Make a second workspace with the same people and vocabulary; return its gid."""
    gid = str(sandbox.control_post("workspaces", {"name": "Second"})["gid"])
    sandbox.control_post("users", {"workspace": gid, "people": PEOPLE})
    sandbox.make(
        "custom_fields",
        workspace=gid,
        name="Effort",
        resource_subtype="enum",
        enum_options=[{"name": "Small"}, {"name": "Large"}],
    )
    return gid


def _extract(sandbox: SandboxClient, workspace: str) -> list[dict[str, Any]]:
    tap = TapAsana(
        config={
            "access_token": sandbox.token,
            "api_url": sandbox.url,
            "workspaces": [workspace],
            "rate_limit_per_minute": 1_000_000,
        }
    )
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(output):
        tap.run()
        tap.message_writer.flush()
    output.seek(0)
    return [json.loads(line) for line in output]


def _told(messages: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return what people would tell of a workspace: names in the place of gids, sorted."""
    records: dict[str, list[dict[str, Any]]] = {}
    for message in messages:
        if message["type"] == "RECORD":
            records.setdefault(message["stream"], []).append(message["record"])
    tasks = {task["gid"]: task["name"] for task in records["tasks"]}
    told: dict[str, list[Any]] = {
        "projects": [
            (p["name"], p["notes"], p["color"], p["archived"], p["owner"] and p["owner"]["gid"])
            for p in records["projects"]
        ],
        "sections": [(s["project"]["name"], s["name"]) for s in records["sections"]],
        "tags": [(t["name"], t["color"]) for t in records["tags"]],
        "tasks": [_task(task) for task in records["tasks"]],
        "dependencies": [
            (tasks[row["task_gid"]], tasks[row["dependency_gid"]])
            for row in records["task_dependencies"]
        ],
        "comments": [
            (story["target"]["name"], story["text"])
            for story in records["stories"]
            if story["resource_subtype"] == "comment_added"
            and story["target"]["resource_type"] == "task"
        ],
    }
    return {stream: sorted(rows, key=repr) for stream, rows in told.items()}


def _task(task: dict[str, Any]) -> Any:
    plain = ("name", "notes", "completed", "start_on", "due_on", "due_at", "resource_subtype")
    return (
        *(task[name] for name in plain),
        task["assignee"] and task["assignee"]["name"],
        task["parent"] and task["parent"]["name"],
        sorted(tag["name"] for tag in task["tags"]),
        sorted({follower["name"] for follower in task["followers"]}),
        sorted((m["project"]["name"], m["section"]["name"]) for m in task["memberships"]),
        sorted((f["name"], f["display_value"]) for f in task["custom_fields"]),
    )


def _migrate(
    sandbox: SandboxClient, directory: Path, messages: list[dict[str, Any]], workspace: str
) -> Loaded:
    return load(sandbox, directory, messages, workspace=workspace)


def test_a_workspace_comes_out_of_the_other_as_it_went_in(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    _fill(sandbox)
    second = _second_workspace(sandbox)
    before = _extract(sandbox, sandbox.workspace)

    sandbox.forget_requests()
    loaded = _migrate(sandbox, tmp_path, before, second)
    sent = writes(sandbox)
    after = _extract(sandbox, second)
    sandbox.forget_requests()
    again = _migrate(sandbox, tmp_path, before, second)

    assert loaded.rejected == []
    assert loaded.code == 0
    assert _told(after) == _told(before)
    assert again.code == 0
    assert writes(sandbox) == []
    # Everything that a create takes is in the create.
    assert sent.count("POST /tasks") == 4
    assert not [path for path in sent if "addTag" in path or "addFollowers" in path]


def test_a_workspace_loaded_into_itself_is_left_as_it_is(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    _fill(sandbox)
    before = _extract(sandbox, sandbox.workspace)
    sandbox.forget_requests()

    loaded = load(sandbox, tmp_path, before)

    assert loaded.code == 0
    assert writes(sandbox) == []


@pytest.mark.parametrize("changes", [1, 2])
def test_an_incremental_extract_carries_only_its_changes_over(
    sandbox: SandboxClient, tmp_path: Path, changes: int
) -> None:
    _fill(sandbox)
    second = _second_workspace(sandbox)
    first = _extract(sandbox, sandbox.workspace)
    _migrate(sandbox, tmp_path, first, second)
    tasks = [m["record"] for m in first if m.get("stream") == "tasks" and m["type"] == "RECORD"]
    for task in tasks[:changes]:
        sandbox.put(f"/tasks/{task['gid']}", {"name": task["name"] + "!"})
    sandbox.forget_requests()

    _migrate(sandbox, tmp_path, _extract(sandbox, sandbox.workspace), second)

    assert writes(sandbox) == ["PUT /tasks/{task_gid}"] * changes
