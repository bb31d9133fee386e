"""Records that are written together are what the SDK would have written one by one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import Client
from tap_asana.base import AsanaStream
from tap_asana.tap import TapAsana
from tests.tap_runs import catalog_of, config_of, parsed, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient
    from tests.tap_runs import Record, Run

TREE = ("workspaces", "users", "projects", "sections", "tasks", "task_tags", "stories", "tags")


def unselected(*paths: tuple[str, ...]) -> Record:
    """A catalogue of some streams, with these fields and parts of fields left out of tasks."""
    catalog = catalog_of(dict.fromkeys(TREE))
    (tasks,) = (each for each in catalog["streams"] if each["tap_stream_id"] == "tasks")
    for entry in tasks["metadata"]:
        if tuple(entry["breadcrumb"][1::2]) in paths:
            entry["metadata"]["selected"] = False
    return catalog


def incremental() -> Record:
    """A catalogue in which the SDK moves a bookmark with each record of tags."""
    catalog = catalog_of(dict.fromkeys(TREE))
    (tags,) = (each for each in catalog["streams"] if each["tap_stream_id"] == "tags")
    tags |= {"replication_method": "INCREMENTAL", "replication_key": "gid"}
    return catalog


@pytest.fixture
def by_the_sdk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the streams whose records the SDK wrote, one for each record."""
    wrote: list[str] = []
    real = AsanaStream._write_record_message  # noqa: SLF001 - it is the SDK's way that is watched

    def write(stream: AsanaStream, record: Record) -> None:
        wrote.append(stream.name)
        real(stream, record)

    monkeypatch.setattr(AsanaStream, "_write_record_message", write)
    return wrote


CASES: dict[str, Record] = {
    "everything": {},
    "tree": {"catalog": catalog_of(dict.fromkeys(TREE))},
    "read anew": {"catalog": catalog_of(dict.fromkeys(TREE), "FULL_TABLE")},
    "fields left out": {"catalog": unselected(("notes",), ("modified_at",), ("tags",))},
    "values by name": {"custom_fields": "object"},
    "one request after the other": {"workers": 0},
}
"""Runs in which nothing is to be made of a record."""

OTHERS: dict[str, Record] = {
    "a bookmark of the SDK's": {"catalog": incremental()},
    "parts of fields left out": {"catalog": unselected(("assignee", "name"))},
    "maps": {"stream_maps": {"tasks": {"shout": "name.upper()"}}},
    "flattening": {"flattening_enabled": True, "flattening_max_depth": 1},
}


def both_ways(
    sample: SandboxClient, monkeypatch: pytest.MonkeyPatch, case: Record
) -> tuple[Run, Run]:
    """Run as ever, and then at the same time of day with every record handed to the SDK."""
    now = datetime.now(UTC)
    monkeypatch.setattr(Client, "server_time", lambda _: now)
    options = {"start_organization_exports": False, **case}
    ours = run_tap(sample, **options)
    monkeypatch.setattr(AsanaStream, "_goes_straight", False)
    return ours, run_tap(sample, **options)


def lines_of(run: Run) -> list[Any]:
    """The messages, but for when a record was read; keys in their order."""
    return [
        [(name, value) for name, value in message.items() if name != "time_extracted"]
        for message in run.messages
    ]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_output_is_the_sdks(
    sample: SandboxClient, by_the_sdk: list[str], monkeypatch: pytest.MonkeyPatch, case: Record
) -> None:
    ours, theirs = both_ways(sample, monkeypatch, case)
    assert lines_of(ours) == lines_of(theirs)
    written = sum(map(len, ours.records.values()))
    assert 0 < len(by_the_sdk) - written < written


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS)
def test_where_something_is_made_of_records_the_sdk_writes_them(
    sample: SandboxClient, by_the_sdk: list[str], monkeypatch: pytest.MonkeyPatch, case: Record
) -> None:
    ours, theirs = both_ways(sample, monkeypatch, case)
    assert lines_of(ours) == lines_of(theirs)
    stream = "tags" if case == OTHERS["a bookmark of the SDK's"] else "tasks"
    assert by_the_sdk.count(stream) == 2 * len(ours.records[stream]) > 2


def test_a_dry_run_ends_after_as_many_records_as_it_was_to_have(
    sample: SandboxClient, by_the_sdk: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    streams = ("users", "projects", "tasks", "task_followers", "tags")
    tap = TapAsana(config=config_of(sample), catalog=catalog_of(dict.fromkeys(streams)))
    tap.run_sync_dry_run(2, [tap.streams[name] for name in ("workspaces", *streams)])
    tap.client.close()
    tap.ahead.close()
    written = parsed(capsys.readouterr().out).records
    assert {name: len(records) for name, records in written.items()} == Counter(by_the_sdk)
    assert len(written["users"]) == 2
