"""One field of one stream costs the requests that lead to it, and asks for nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.streams import stream_classes
from tests.openapi import shape_of
from tests.tap_runs import run_tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

CLASSES: list[Any] = list(stream_classes())
STREAMS = sorted({stream.name for stream in CLASSES})

BESIDE = {
    "organization_exports": {"/organization_exports"},
    "portfolios": {"/portfolio_memberships", "/portfolios/{}", "/portfolios/{}/items"},
    "tasks": {"/projects", "/users", "/tasks/{}/subtasks"},
    "user_favorites": {"/users/{}"},
    "user_task_lists": {"/workspaces/{}/workspace_memberships"},
}
"""What streams ask that are more than their listing."""

LIVED_ON = {
    "audit_log_events": {"created_at"},
    "events": {"created_at"},
    "organization_exports": {"state"},
    "tasks": {"num_subtasks", "modified_at"},
    "time_tracking_entries": {"entered_on"},
}
"""What a stream cannot do without, whatever is selected."""


def above(stream: Any) -> Iterator[Any]:
    """The stream and its parents, up to the workspaces."""
    while stream is not None:
        yield stream
        stream = stream.parent_stream_type


def way_to(name: str) -> set[str]:
    """The shapes of the paths that lead to a stream, its own among them."""
    way = set()
    for one in CLASSES:
        if one.name == name:
            for step in above(one):
                listing = getattr(step, "listing", None)
                way |= {shape_of(listing.template.partition("?")[0])} if listing else set()
                way |= BESIDE.get(step.name, set())
    return way


def own(name: str) -> set[str]:
    """The shapes of the stream's own listings."""
    return {
        shape_of(one.listing.template.partition("?")[0])
        for one in CLASSES
        if one.name == name and hasattr(one, "listing")
    }


def some_field(name: str) -> str:
    """A field that is no key, and the plainest there is."""
    stream = next(one for one in CLASSES if one.name == name)
    fields = set(stream.columns["properties"]) - {*stream.key, "resource_type"}
    return str(min(fields, key=lambda field: (field != "name", field)))


@pytest.mark.parametrize("name", STREAMS)
def test_one_field_of_one_stream_costs_only_that(service: SandboxClient, name: str) -> None:
    field = some_field(name)
    service.forget_requests()

    run = run_tap(service, selection={name: [field]})

    log: list[dict[str, Any]] = service.requests()["log"]
    asked = {shape_of(entry["operation"].partition(" ")[2]) for entry in log}
    assert asked <= way_to(name)
    assert set(run.records) <= {name}
    stream = next(one for one in CLASSES if one.name == name)
    allowed = {"gid", field, *stream.key} | LIVED_ON.get(name, set())
    for entry in log:
        if shape_of(entry["operation"].partition(" ")[2]) in own(name):
            asked_for = entry["query"].get("opt_fields", "gid")
            assert {term.partition(".")[0] for term in asked_for.split(",")} <= allowed
            assert ("opt_fields" in entry["query"]) is not stream.resource.whole
    for record in run.records[name]:
        assert record.keys() <= {field, *stream.key, *LIVED_ON.get(name, set())}
