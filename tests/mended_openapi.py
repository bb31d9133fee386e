"""Asana's description with its slips mended, each with what says otherwise."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.openapi import description, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]

NULLS = {
    "date_time": "beside a date, as Asana's docs on custom fields show it",
    "sticker_name": "its text says so",
    "team": "announced as teamless projects",
}
"""Properties that may be null though the description does not say so."""

NUMBERS = {
    "new_number_value": "the field's `number_value` is any number",
    "old_number_value": "the field's `number_value` is any number",
}
"""Properties that are called integers."""

WITHOUT_FORMAT = {"email_domains": "its example is a bare domain, and its format a whole URI"}
"""Lists of text whose format is not that of their example."""

REFUSALS = {
    ("/workspaces/{workspace_gid}/workspace_memberships", "get"): "names no refusal at all",
}
"""Operations whose refusals are those of the others, and how the description has it."""


REQUIRED_OF_REQUESTS = {
    ("StatusUpdateBase", "StatusUpdateRequest"): "answers hold no more than `opt_fields` names",
}
"""Schemas that requests and answers share, and require what only requests must hold."""


def mended() -> Node:
    """Give the description as it should be."""
    whole = copy.deepcopy(description())
    for shared, request in REQUIRED_OF_REQUESTS:
        _require_of_requests(whole["components"]["schemas"], shared, request)
    for schema in _objects(whole["components"]["schemas"]):
        _lay_nulls_over(schema)
        for name, one in _properties(schema):
            _mend_property(schema["properties"], name, one)
    usual = whole["paths"]["/tasks/{task_gid}"]["get"]["responses"]
    for path, method in REFUSALS:
        whole["paths"][path][method]["responses"] = {
            **{code: usual[code] for code in usual if not str(code).startswith("2")},
            **whole["paths"][path][method]["responses"],
        }
    return whole


def _require_of_requests(schemas: Node, shared: str, request: str) -> None:
    own = schemas[request]["allOf"][-1]
    for part in schemas[shared]["allOf"]:
        own["required"] = [*own.get("required", ()), *part.pop("required", ())]


def _lay_nulls_over(schema: Node) -> None:
    """Let `nullable` in one part of an `allOf` speak for the whole, as it is meant to."""
    parts = schema.get("allOf", ())
    if any(resolve(part).get("nullable") for part in parts):
        schema["anyOf"] = [{"allOf": schema.pop("allOf")}, _NULL]


_NULL = {"type": "string", "nullable": True, "enum": [None]}


def _mend_property(properties: Node, name: str, schema: Node) -> None:
    if name in NULLS or name.startswith(("old_", "new_")):
        # What a story tells of a change may have been nothing before or may be nothing after it.
        properties[name] = {"anyOf": [schema, _NULL]}
    if name in NUMBERS:
        properties[name] = {"type": "number", "nullable": True}
    if name in WITHOUT_FORMAT:
        schema["items"].pop("format")


def _properties(schema: Node) -> list[tuple[str, Node]]:
    return list(schema.get("properties", {}).items())


def _objects(node: Any) -> Iterator[Node]:
    """Give every object of a JSON document, the inner ones first."""
    if isinstance(node, dict):
        for one in list(node.values()):
            yield from _objects(one)
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _objects(one)
