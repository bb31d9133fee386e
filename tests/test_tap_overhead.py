"""What a run writes beside the records: once a stream, however many parents it has."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.tap_runs import run_tap

if TYPE_CHECKING:
    import pytest

    from tests.conftest import SandboxClient

STREAMS = ("tasks", "stories", "task_followers")


def make_tasks(sandbox: SandboxClient, count: int) -> None:
    """Make tasks with a story and a follower each; more than 100 are several groups."""
    project = sandbox.make("projects", name="Trip")["gid"]
    data = {"name": "T", "projects": [project], "followers": ["me"]}
    for _ in range(0, count, 10):
        sandbox.batch(*[{"method": "post", "relative_path": "/tasks", "data": data}] * 10)


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
