"""Stream maps, flattening and BATCH files: what is left out of the output, and what is not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from singer_sdk.exceptions import StreamMapConfigError

from tests.tap_runs import config_of, run_command, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient
    from tests.tap_runs import Record, Run


@pytest.fixture
def tasks(sandbox: SandboxClient) -> list[str]:
    tag = sandbox.make("tags", name="wet")["gid"]
    project = sandbox.make("projects", name="Trip")["gid"]
    tasks = [
        sandbox.make("tasks", name=name, notes=f"why {name}", projects=[project], tags=[tag])["gid"]
        for name in ("swim", "sail", "sleep")
    ]
    for task in tasks:
        sandbox.make(f"tasks/{task}/stories", text=f"about {task}")
    sandbox.forget_requests()
    return tasks


def files_of(folder: Path, **settings: Any) -> Record:
    """Settings that make the tap write BATCH files."""
    encoding = {"format": "jsonl", "compression": "gzip"}
    return {**settings, "batch_config": {"encoding": encoding, "storage": {"root": str(folder)}}}


def filed(run: Run) -> dict[str, list[Record]]:
    """Read the records of the BATCH files, by stream."""
    found: dict[str, list[Record]] = {}
    for message in run.messages:
        if message["type"] == "BATCH":
            for address in message["manifest"]:
                lines = gzip.decompress(Path(urlsplit(address).path).read_bytes()).splitlines()
                found.setdefault(message["stream"], []).extend(map(json.loads, lines))
    return found


def test_a_stream_mapped_to_null_takes_nothing_else_along(
    sandbox: SandboxClient, tasks: list[str]
) -> None:
    cases: tuple[Record, ...] = (
        {"workspaces": None},
        {"tasks": {}, "stories": {}, "__else__": None},
    )
    for maps in cases:
        run = run_tap(sandbox, "workspaces", "tasks", "stories", stream_maps=maps)
        assert not run.records["workspaces"]
        assert sorted(run.gids()) == tasks
        assert run.records["stories"]
    only = run_tap(sandbox, "tasks", "stories", stream_maps={"tasks": "__NULL__"})
    assert not only.records["tasks"]
    assert only.records["stories"] == run.records["stories"]


def test_what_is_mapped_to_null_is_not_asked_for(sandbox: SandboxClient, tasks: list[str]) -> None:
    del tasks
    run = run_tap(sandbox, stream_maps={"workspaces": {}, "users": {}, "__else__": None})
    assert set(run.records) == {"workspaces", "users"}
    assert set(sandbox.requests()["by_operation"]) == {"GET /workspaces", "GET /users"}


def test_a_copy_of_a_stream_that_is_mapped_to_null_itself(
    sandbox: SandboxClient, tasks: list[str]
) -> None:
    maps = {"tasks": None, "names": {"__source__": "tasks", "gid": "gid", "__else__": None}}
    run = run_tap(sandbox, "tasks", "task_tags", stream_maps=maps)
    assert not run.records["tasks"]
    assert sorted(run.gids("names")) == tasks
    assert len(run.records["task_tags"]) == len(tasks)


def test_a_filter_leaves_out_the_children_too(sandbox: SandboxClient, tasks: list[str]) -> None:
    run = run_tap(
        sandbox, "tasks", "stories", stream_maps={"tasks": {"__filter__": "name == 'sail'"}}
    )
    assert run.gids() == [tasks[1]]
    assert {story["target"]["gid"] for story in run.records["stories"]} == {tasks[1]}


@pytest.mark.parametrize(
    ("maps", "complaint"),
    [
        ({"tasks": {"hash": "md5(nothing)"}}, "Failed to evaluate simpleeval expressions"),
        ({"tasks": {"__filter__": "name =="}}, "Failed to parse expression"),
        ({"tasks": {"name": "name", "__else__": None}}, "Invalid key properties for 'tasks'"),
    ],
)
def test_a_mistake_in_a_stream_map_is_one_clear_line(
    sandbox: SandboxClient, tasks: list[str], tmp_path: Path, maps: Record, complaint: str
) -> None:
    del tasks
    done, problems = run_command(tmp_path, config=config_of(sandbox, stream_maps=maps))
    assert done.returncode == 1
    assert len(problems) == 1
    assert problems[0].startswith(f"stream_maps: {complaint}")


def test_a_batch_file_holds_what_is_selected(
    sandbox: SandboxClient, tasks: list[str], tmp_path: Path
) -> None:
    selection = {"tasks": ["name"], "task_tags": ["tag_gid"], "stories": ["text"]}
    run = run_tap(sandbox, selection=selection, **files_of(tmp_path))
    rows = filed(run)
    assert sorted(row["gid"] for row in rows["tasks"]) == tasks
    assert {frozenset(row) for row in rows["tasks"]} == {frozenset({"gid", "name", "modified_at"})}
    assert {frozenset(row) for row in rows["task_tags"]} == {frozenset({"task_gid", "tag_gid"})}
    assert {frozenset(row) for row in rows["stories"]} == {frozenset({"gid", "text"})}


def test_a_batch_file_holds_what_stream_maps_and_flattening_leave(
    sandbox: SandboxClient, tasks: list[str], tmp_path: Path
) -> None:
    maps = {"tasks": {"notes": "md5(notes)", "__filter__": "name != 'sail'"}, "stories": None}
    flat = {"flattening_enabled": True, "flattening_max_depth": 1}
    settings = files_of(tmp_path, stream_maps=maps, **flat)
    run = run_tap(sandbox, "tasks", "stories", **settings)
    rows = filed(run)
    assert set(rows) == {"tasks"}
    assert sorted(row["gid"] for row in rows["tasks"]) == [tasks[0], tasks[2]]
    assert not any("why" in row["notes"] for row in rows["tasks"])
    assert {row["workspace__gid"] for row in rows["tasks"]} == {sandbox.workspace}
    assert run.state["bookmarks"]["tasks"]["workspaces"]


def test_batch_files_of_a_stream_and_its_copy_are_refused(
    sandbox: SandboxClient, tasks: list[str], tmp_path: Path
) -> None:
    del tasks
    maps = {"copy": {"__source__": "tasks", "gid": "gid"}}
    settings = files_of(tmp_path, stream_maps=maps)
    run_tap(sandbox, "tasks", ends_with=StreamMapConfigError, **settings)
    assert run_tap(sandbox, "users", **settings).messages
