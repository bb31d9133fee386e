"""The whole catalogue, judged by Asana's own OpenAPI description.

The description is sometimes wrong. Where it is, the catalogue says so beside the fact, in
``disputed``; the judge then looks away, and a test holds that it had to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_asana.api import RESOURCES, Link, Resource
from tap_asana.api.fields import REFERENCE, Fields
from tap_asana.api.resource import listing_of
from tests import openapi, operations
from tests.openapi import Operation, Schema, needs_description, operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

pytestmark = needs_description

Finding = tuple[str, str]

STRINGS = {"date": "date", "date-time": "time"}
PLAIN = {"boolean": "flag", "integer": "count", "number": "number"}
IDENTITY = frozenset({"gid", "resource_type"})

each_resource = pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda r: r.name)
each_link = pytest.mark.parametrize(
    "link",
    [link for resource in RESOURCES.values() for link in resource.links.values()],
    ids=lambda link: link.add,
)


def words(names: Iterable[str]) -> set[str]:
    return set(" ".join(names).split())


def listings(resource: Resource) -> list[str]:
    return [resource.listed, *resource.also, *resource.elsewhere.values()]


def listing_operation(listing: str) -> Operation:
    return operation("GET", listing.partition("?")[0])


def record_of(resource: Resource) -> Schema:
    """The schema of the widest answer that holds the resource."""
    return operation("GET", resource.got or resource.listed.partition("?")[0]).record


def body_of(method: str, path: str) -> Operation | None:
    return operation(method, path) if path else None


def kind_of(described: Schema) -> str:
    """The kind a described property is of."""
    if described.get("type") == "array":
        item = openapi.merged(described["items"])
        if item.get("type") == "string":
            return "texts"
        return "many" if openapi.properties(item).keys() >= REFERENCE.kinds.keys() else "array"
    if "properties" in described:
        return "one" if described["properties"].keys() >= REFERENCE.kinds.keys() else "object"
    if described.get("type") == "string":
        return STRINGS.get(described.get("format", ""), "text")
    return PLAIN.get(described.get("type", ""), "unknown")


def misfits(fields: Fields, record: Schema, prefix: str = "") -> Iterator[Finding]:
    """Where fields and description part, by dotted name."""
    described = openapi.properties(record)
    left_out = words(fields.left_out)
    for name in described.keys() - fields.kinds.keys() - left_out:
        yield prefix + name, "is neither taken nor left out"
    for name in (fields.kinds.keys() | left_out) - described.keys():
        yield prefix + name, "is not described"
    for name, kind in fields.kinds.items():
        if name not in described:
            continue
        found = kind_of(described[name])
        if kind == "nested":
            shape = fields.nested[name]
            if shape.repeated != (described[name].get("type") == "array"):
                yield prefix + name, f"is {found}"
            inner = described[name]["items"] if shape.repeated else described[name]
            yield from misfits(shape, inner, f"{prefix}{name}.")
        elif kind != found:
            yield prefix + name, f"is {found}, not {kind}"


def miswritten(resource: Resource) -> Iterator[Finding]:
    """Where what may be written and the bodies of create and update part, by field."""
    create, update = body_of("POST", resource.create), body_of("PUT", resource.update)
    created = create.writable if create else frozenset()
    updated = update.writable if update else frozenset()
    written, at_birth, later = (
        set(names.split()) for names in (resource.written, resource.at_birth, resource.later)
    )
    both = created & updated if create and update else frozenset()
    for name in written ^ both:
        yield name, "is written always, or may be, but not both"
    for name in at_birth ^ (created - updated):
        yield name, "is written at birth only, or must be, but not both"
    for name in later ^ (updated - created):
        yield name, "is written later only, or must be, but not both"


def misasked(resource: Resource) -> Iterator[Finding]:
    """What is asked of a listing or a read that does not offer it, by field."""
    asked = set() if resource.whole else set(resource.opt_fields().split(",")) - IDENTITY
    for path in [*(listing.partition("?")[0] for listing in listings(resource)), resource.got]:
        offered = operation("GET", path).opt_fields if path else asked
        # Every object inside a record has a gid and a resource_type; no operation lists them.
        inside = {f"{name}.{own}" for name in offered for own in IDENTITY}
        for term in asked - offered - inside:
            yield term.partition(".")[0], f"{term} is not offered by {path}"


def all_findings(resource: Resource) -> list[Finding]:
    return [
        *misfits(resource, record_of(resource)),
        *miswritten(resource),
        *misasked(resource),
    ]


def undisputed(resource: Resource, findings: Iterable[Finding]) -> list[Finding]:
    passed_over = resource.disputed.keys() | words(resource.left_out)
    return [finding for finding in findings if finding[0] not in passed_over]


@each_resource
def test_every_field_is_described_with_its_kind_and_none_is_forgotten(resource: Resource) -> None:
    found = misfits(resource, record_of(resource))

    assert [finding for finding in found if finding[0] not in resource.disputed] == []


@each_resource
def test_every_field_is_written_when_the_request_bodies_allow(resource: Resource) -> None:
    assert undisputed(resource, miswritten(resource)) == []


@each_resource
def test_what_is_disputed_needs_the_dispute(resource: Resource) -> None:
    assert resource.disputed.keys() <= {name for name, _ in all_findings(resource)}


@each_resource
def test_every_path_and_query_parameter_exists(resource: Resource) -> None:
    for listing in listings(resource):
        path, _, query = listing.partition("?")
        parameters = {pair.partition("=")[0] for pair in query.split("&") if pair}

        assert parameters <= operation("GET", path).query.keys()
    if resource.got:
        assert operation("GET", resource.got)
    if resource.since:
        assert resource.since in listing_operation(resource.listed).query
    if resource.delete:
        assert operation("DELETE", resource.delete)


@each_resource
def test_every_listing_pages_or_is_known_not_to(resource: Resource) -> None:
    odd = {
        "/teams/{teams.gid}/custom_field_settings",
        "/users/{users.gid}/user_task_list",
    }
    for listing in listings(resource):
        pages = {"limit", "offset"} <= listing_operation(listing).query.keys()

        assert pages == (resource.paged and listing.partition("?")[0] not in odd)


@each_resource
def test_a_listing_that_gives_one_object_is_known_not_to_page(resource: Resource) -> None:
    for listing in (resource.listed, *resource.also):
        data = openapi.merged(listing_operation(listing).answer["properties"]["data"])

        assert data.get("type") == "array" or not resource.paged or resource.shown_by


@each_resource
def test_what_is_covered_are_reading_operations_that_the_listings_do_not_use(
    resource: Resource,
) -> None:
    asked = [] if resource.shown_by else listings(resource)
    used = {openapi.shape_of(listing.partition("?")[0]) for listing in asked}
    for paths in resource.covers:
        for path in paths.split():
            assert openapi.shape_of(path) in operations.reading() - used


@each_resource
def test_opt_fields_asks_only_for_what_the_operations_offer(resource: Resource) -> None:
    assert undisputed(resource, misasked(resource)) == []


@each_resource
def test_parents_are_resources_that_come_first(resource: Resource) -> None:
    order = list(RESOURCES)
    for listing in resource.listings:
        for parent, field in listing.places.items():
            assert order.index(parent) < order.index(resource.name)
            assert field.partition(".")[0] in RESOURCES[parent].kinds
    for template in resource.elsewhere.values():
        assert listing_of(template).places.keys() <= RESOURCES.keys()


@each_resource
def test_keys_and_bookmarks_are_fields_that_serve(resource: Resource) -> None:
    ours = {resource.from_parent, *resource.added.split()} - {""}
    assert set(resource.key) <= resource.kinds.keys() | ours
    assert not ours & resource.kinds.keys()
    assert resource.bookmark is None or resource.kinds[resource.bookmark] == "time"


@each_resource
def test_no_field_is_named_twice(resource: Resource) -> None:
    for fields in (resource, *resource.nested.values()):
        kinds = ("text", "flag", "count", "number", "date", "time", "texts", "one", "many")
        named = [
            *fields.always,
            *(name for kind in kinds for name in getattr(fields, kind).split()),
            *fields.nested,
            *" ".join(fields.left_out).split(),
        ]

        assert sorted(named) == sorted(set(named))


@each_link
def test_every_link_has_its_calls_and_names_their_bodies_whole(link: Link) -> None:
    add = operation("POST", link.add)

    assert add.body_names == {link.key, *link.also.split()}
    if link.remove and link.remove != link.add:
        assert operation("POST", link.remove).body_names == {link.key}
    described = openapi.properties(add.body or {})[link.key].get("type")
    assert (described == "array") == (link.many and not link.joined)


@each_resource
def test_every_table_of_relations_is_read_off_fields_of_the_record(resource: Resource) -> None:
    for table in resource.tables.values():
        record = record_of(resource)

        assert set(table.key) < table.columns.keys()
        assert table.field in table.fields
        for path in table.columns.values():
            assert _is_described(record, path.split("."))


def _is_described(node: Schema, path: list[str]) -> bool:
    for name in path:
        node = openapi.merged(node)
        node = openapi.properties(node.get("items", node))
        if name not in node:
            return False
        node = node[name]
    return True
