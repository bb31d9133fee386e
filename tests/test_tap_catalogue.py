"""The catalogue of each stream against a stored copy, so that a change of schema is seen as one.

After a change that is meant, write the copies anew and look at the difference:

    python -m tests.test_tap_catalogue
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tap_asana.api import RESOURCES
from tap_asana.tap import TapAsana

SNAPSHOTS = Path(__file__).parent / "snapshots"


def entries() -> dict[str, dict[str, Any]]:
    """Give what `--discover` says of each stream; the order of its fields is not the point."""
    catalog = json.loads(TapAsana(config={}, validate_config=False).catalog_json_text)
    for entry in catalog["streams"]:
        entry["metadata"].sort(key=lambda metadata: metadata["breadcrumb"])
    return {entry["tap_stream_id"]: entry for entry in catalog["streams"]}


def stored() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in SNAPSHOTS.glob("*.json")}


def test_there_is_a_copy_of_each_stream_and_no_other() -> None:
    assert stored().keys() == entries().keys()


@pytest.mark.parametrize("stream", sorted(stored()))
def test_a_stream_is_as_it_was_written_down(stream: str) -> None:
    assert entries()[stream] == stored()[stream]


def test_every_resource_and_every_table_is_a_stream() -> None:
    tables = {name for resource in RESOURCES.values() for name in resource.tables}
    assert set(entries()) == set(RESOURCES) | tables


@pytest.mark.parametrize("stream", sorted(stored()))
def test_a_stream_has_a_column_that_is_no_key(stream: str) -> None:
    """Some loaders fail without."""
    entry = entries()[stream]
    assert set(entry["schema"]["properties"]) > set(entry["key_properties"])


def test_only_what_is_not_read_whole_moves_a_bookmark() -> None:
    incremental = {
        name: entry["replication_key"]
        for name, entry in entries().items()
        if entry["replication_method"] == "INCREMENTAL"
    }
    assert incremental == {
        "tasks": "modified_at",
        "audit_log_events": "created_at",
        "events": "created_at",
    }


def write() -> None:
    """Write the copies anew."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for path in SNAPSHOTS.glob("*.json"):
        path.unlink()
    for name, entry in entries().items():
        text = json.dumps(entry, indent=1, sort_keys=True)
        (SNAPSHOTS / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    write()
