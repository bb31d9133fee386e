"""What a run writes beside the records: once a stream, however many parents it has."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import Client, TokenAuth
from tap_asana.bookmark import Bookmark
from tap_asana.changes import TaskWalk
from tap_asana.read_ahead import WORKERS, ReadAhead
from tests.tap_runs import run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_asana.read_ahead import Feed, Page
    from tests.conftest import SandboxClient

STREAMS = ("tasks", "stories", "task_followers")


def make_tasks(sandbox: SandboxClient, count: int) -> str:
    """Make tasks with a story and a follower each; more than 100 are several groups.

    Returns:
        Gid of their project.
    """
    project: str = sandbox.make("projects", name="Trip")["gid"]
    data = {"name": "T", "projects": [project], "followers": ["me"]}
    for _ in range(0, count, 10):
        sandbox.batch(*[{"method": "post", "relative_path": "/tasks", "data": data}] * 10)
    return project


def test_each_schema_is_written_once_and_first(sandbox: SandboxClient) -> None:
    make_tasks(sandbox, 230)
    messages = [each for each in run_tap(sandbox, *STREAMS).messages if "stream" in each]
    schemas = [each["stream"] for each in messages if each["type"] == "SCHEMA"]
    first = {each["stream"]: each["type"] for each in reversed(messages)}
    assert sorted(schemas) == sorted(STREAMS)
    assert first == dict.fromkeys(STREAMS, "SCHEMA")


def test_there_are_no_more_states_for_many_parents_than_for_few(sandbox: SandboxClient) -> None:
    make_tasks(sandbox, 10)
    few = run_tap(sandbox, *STREAMS)
    make_tasks(sandbox, 220)
    many = run_tap(sandbox, *STREAMS)
    assert len(many.gids()) == 230
    assert len(many.states) <= len(few.states) + 1


def test_each_stream_has_one_count_and_one_time(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    make_tasks(sandbox, 230)
    with caplog.at_level("INFO"):
        run = run_tap(sandbox, *STREAMS)
    lines = (line.partition("METRIC: ")[2] for line in caplog.messages)
    points: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    told = Counter((point["tags"]["stream"], point["metric"]) for point in points)
    counts = {
        point["tags"]["stream"]: point["value"] for point in points if "count" in point["metric"]
    }
    for stream in STREAMS:
        assert told[stream, "record_count"] == told[stream, "sync_duration"] == 1
        assert counts[stream] == len(run.records[stream]) >= 230


class Counting(ReadAhead):
    """Counts the listings that are begun; none is fetched before it is wanted."""

    begun = 0

    def feed(self, pages: Iterator[Page]) -> Feed:
        """Begin a listing."""
        self.begun += 1
        return super().feed(pages)


def test_no_more_lists_of_subtasks_are_begun_than_can_be_read_at_once(
    sandbox: SandboxClient,
) -> None:
    """Each may be a hundred tasks, and all that was read ahead is in memory."""
    project = make_tasks(sandbox, 100)
    for task in sandbox.listed("/tasks", project=project):
        sandbox.make(f"tasks/{task['gid']}/subtasks", name="below")
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10**6)
    ahead = Counting(0)
    bookmark = Bookmark({}, sandbox.workspace, now=client.server_time())
    walk = TaskWalk(
        client=client,
        ahead=ahead,
        workspace=sandbox.workspace,
        fields="num_subtasks,modified_at",
        bookmark=bookmark,
        refused=lambda error: pytest.fail(str(error)),
    )
    items = walk.items([bookmark.source("projects", project)])
    next(items)
    assert WORKERS < ahead.begun < 2 * WORKERS
    assert sum(isinstance(item, dict) for item in items) == 199
    client.close()
