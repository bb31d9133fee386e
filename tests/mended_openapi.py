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
    "last_failure_at": "of a webhook that never failed, as the example of createWebhook has it",
    "last_failure_content": "of a webhook that never failed",
    "last_success_at": "of a webhook that never succeeded",
    "sticker_name": "of a comment without one, as its text says",
    "team": "of a project that no team has (announced as teamless projects)",
}
"""Properties that may be null though the description does not say so."""

FRACTIONS = {
    "new_number_value": "the field's `number_value` is any number",
    "old_number_value": "the field's `number_value` is any number",
}
"""Properties of stories that are called integers."""

NO_FORMAT = {"email_domains": "its example is a bare domain, its format a whole URI"}
"""Lists of texts whose format is not that of their example."""

OPTIONAL = {"AgentResponse": "answers hold no more than `opt_fields` names"}
"""Schemas of answers that call some fields required."""

REFUSALS = {
    # It names none at all.
    "/workspaces/{workspace_gid}/workspace_memberships": "/workspace_memberships/"
    "{workspace_membership_gid}",
    # The protocol is that of the events of one object, with a 412 to begin with.
    "/workspaces/{workspace_gid}/events": "/events",
}
"""Paths whose GET is refused as that of another path is."""

REQUIRED_OF_REQUESTS = {
    ("StatusUpdateBase", "StatusUpdateRequest"): "answers hold no more than `opt_fields` names",
}
"""Schemas that requests and answers share, and require what only requests must hold."""


def mended() -> Node:
    """Give the description as it should be."""
    whole = copy.deepcopy(description())
    for shared, request in REQUIRED_OF_REQUESTS:
        _require_of_requests(whole["components"]["schemas"], shared, request)
    for name in OPTIONAL:
        for part in whole["components"]["schemas"][name]["allOf"]:
            part.pop("required", None)
    for schema in _objects(whole["components"]["schemas"]):
        _lay_nulls_over(schema)
        for name, one in list(schema.get("properties", {}).items()):
            _mend_property(schema["properties"], name, one)
    for path, other in REFUSALS.items():
        answers, theirs = (whole["paths"][one]["get"]["responses"] for one in (path, other))
        answers |= {code: theirs[code] for code in theirs if not str(code).startswith("2")}
    return whole


def _require_of_requests(schemas: Node, shared: str, request: str) -> None:
    own = schemas[request]["allOf"][-1]
    for part in schemas[shared]["allOf"]:
        own["required"] = [*own.get("required", ()), *part.pop("required", ())]


def _lay_nulls_over(schema: Node) -> None:
    """Let `nullable` in one part of an `allOf` speak for the whole, as it is meant to."""
    if any(resolve(part).get("nullable") for part in schema.get("allOf", ())):
        schema["anyOf"] = [{"allOf": schema.pop("allOf")}, _NULL]


def _mend_property(properties: Node, name: str, schema: Node) -> None:
    # What a story tells of a change may have been nothing before or may be nothing after it.
    if name in NULLS or name.startswith(("old_", "new_")):
        properties[name] = {"anyOf": [schema, _NULL]}
    if name in FRACTIONS:
        properties[name] = {"type": "number", "nullable": True}
    if name in NO_FORMAT:
        schema["items"].pop("format")


_NULL = {"type": "string", "nullable": True, "enum": [None]}


def _objects(node: Any) -> Iterator[Node]:
    """Give every object of a JSON document, the inner ones first."""
    if isinstance(node, dict):
        for one in list(node.values()):
            yield from _objects(one)
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _objects(one)
