"""The SDK's own suite for taps, and what it leaves out: keys, schemas, stream maps, BATCH."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_asana.tap import TapAsana
from tests.tap_runs import catalog_of, config_of, run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import SandboxClient

CONFIG: dict[str, Any] = {"access_token": "put-in-place-by-a-fixture"}

STREAMS = tuple(TapAsana(config={}, validate_config=False).streams)

StandardTests = get_tap_test_class(
    TapAsana,
    config=CONFIG,
    catalog=catalog_of(dict.fromkeys(STREAMS)),
    parse_env_config=False,
    # Events come from the second run on; and a test of the connection starts no export.
    suite_config=SuiteConfig(
        max_records_limit=30, ignore_no_records_for_streams=["events", "organization_exports"]
    ),
)


@pytest.fixture(scope="module")
def told(service: SandboxClient) -> None:
    """Tell the SDK's suite where the sample is."""
    CONFIG.update(config_of(service))


# The suite warns of fields that no record has or that are null in all of them; a story has only
# those of its subtype.
@pytest.mark.filterwarnings("ignore:Fields in transformed catalog:UserWarning")
@pytest.mark.filterwarnings("ignore:No records were available to test:UserWarning")
@pytest.mark.usefixtures("told")
class TestStandard(StandardTests):  # type: ignore[misc,valid-type]  # made by the SDK at run time
    """The SDK's suite against the sandbox."""


@pytest.fixture(scope="module")
def everything(service: SandboxClient) -> Any:
    """One run over all there is, what is off by default included."""
    begun = run_tap(service, "events").state
    service.make("tasks", name="Late")
    return run_tap(service, *STREAMS, state=begun)


def test_every_stream_has_records_in_the_sample(everything: Any) -> None:
    assert {stream for stream, records in everything.records.items() if records} == set(STREAMS)


def test_no_key_comes_twice(everything: Any) -> None:
    for stream in TapAsana(config=CONFIG).streams.values():
        keys = [tuple(r[k] for k in stream.primary_keys) for r in everything.records[stream.name]]
        assert len(keys) == len(set(keys)), stream.name
        assert all(all(key) for key in keys)


def test_every_record_fits_its_schema(everything: Any) -> None:
    schemas: dict[str, Draft202012Validator] = {}
    checker = Draft202012Validator.FORMAT_CHECKER
    for message in everything.messages:
        if message["type"] == "SCHEMA":
            assert message["stream"] not in schemas
            validator = Draft202012Validator(message["schema"], format_checker=checker)
            schemas[message["stream"]] = validator
        elif message["type"] == "RECORD":
            schemas[message["stream"]].validate(message["record"])


def test_no_record_has_a_field_that_its_schema_does_not_name(everything: Any) -> None:
    """At any depth: `additionalProperties` lets Asana add fields, not us ask for unnamed ones."""
    for name, stream in TapAsana(config=CONFIG).streams.items():
        for record in everything.records[name]:
            assert list(unnamed(record, stream.schema, name)) == []


def unnamed(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from unnamed(item, schema["items"], path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from unnamed(inner, schema["properties"][name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"


def test_attachments_of_tasks_and_of_projects_are_one_stream(service: SandboxClient) -> None:
    project = service.listed("/projects", workspace=service.workspace)[0]["gid"]
    made = service.make(
        "attachments",
        parent=project,
        resource_subtype="external",
        name="brief",
        url="https://example.com/brief",
    )
    parents = {
        record["gid"]: record["parent"]["resource_type"]
        for record in run_tap(service, "attachments").records["attachments"]
    }
    assert parents[made["gid"]] == "project"
    assert "task" in parents.values()


def test_a_stream_map_that_filters_tasks_filters_their_children_too(service: SandboxClient) -> None:
    whole = run_tap(service, "tasks", "stories")
    kept = whole.records["tasks"][-1]
    filtered = run_tap(
        service,
        *("tasks", "stories"),
        stream_maps={"tasks": {"__filter__": f"gid == '{kept['gid']}'", "shout": "name.upper()"}},
    )
    assert [task["shout"] for task in filtered.records["tasks"]] == [kept["name"].upper()]
    targets = [story["target"] for story in filtered.records["stories"]]
    of_tasks = {target["gid"] for target in targets if target["resource_type"] == "task"}
    assert of_tasks == {kept["gid"]}


def test_batch_messages_hold_what_records_would(service: SandboxClient, tmp_path: Path) -> None:
    storage = {"root": f"file://{tmp_path}", "prefix": ""}
    encoding = {"format": "jsonl", "compression": "gzip"}
    streams = ["tasks", "stories", "task_memberships"]
    batches = run_tap(service, *streams, batch_config={"encoding": encoding, "storage": storage})
    found: dict[str, list[Any]] = {name: [] for name in streams}
    for message in batches.messages:
        if message["type"] == "BATCH":
            for address in message["manifest"]:
                with gzip.open(urlsplit(address).path) as file:
                    found[message["stream"]] += [json.loads(line) for line in file]
    in_records = run_tap(service, *streams)
    for name in streams:
        gids = [record.get("gid") or record["task_gid"] for record in found[name]]
        assert gids == [r.get("gid") or r["task_gid"] for r in in_records.records[name]]
    assert_state_comes_last(batches.messages)


def assert_state_comes_last(messages: list[Any]) -> None:
    """Check that no STATE tells of tasks before the BATCH that holds them."""
    batch_of_tasks = max(
        at for at, m in enumerate(messages) if m["type"] == "BATCH" and m["stream"] == "tasks"
    )
    for message in messages[:batch_of_tasks]:
        if message["type"] == "STATE":
            tasks = message["value"].get("bookmarks", {}).get("tasks", {})
            assert not tasks.get("workspaces")
    assert messages[-1]["value"]["bookmarks"]["tasks"]["workspaces"]
