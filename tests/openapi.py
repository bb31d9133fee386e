"""Asana's own OpenAPI description, read as the outside judge of our tables.

The description lies beside the repository (``../shared/reference``) and is no part of it: whatever
needs it skips, with that reason, where it is absent.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

DESCRIPTION = Path(__file__).parents[2] / "shared" / "reference" / "asana_openapi.yaml"

_ABSENT = "Asana's OpenAPI description is not beside this repository"

needs_description = pytest.mark.skipif(not DESCRIPTION.exists(), reason=_ABSENT)

Schema = dict[str, Any]


class Operation(NamedTuple):
    """One method on one path of the API, with the parts our tables are judged by."""

    method: str
    path: str
    raw: dict[str, Any]

    @property
    def query(self) -> dict[str, Schema]:
        """Schemas of the query parameters by name."""
        return {p["name"]: p.get("schema", {}) for p in self._parameters if p["in"] == "query"}

    @property
    def opt_fields(self) -> frozenset[str]:
        """The values this operation enumerates for ``opt_fields``; empty where it lists none."""
        return frozenset(self.query.get("opt_fields", {}).get("items", {}).get("enum", ()))

    @property
    def required(self) -> frozenset[str]:
        """Names of what must be sent, in the query and inside ``data``."""
        query = {p["name"] for p in self._parameters if p["in"] == "query" and p.get("required")}
        return frozenset(query | set((self.body or {}).get("required", ())))

    @property
    def body(self) -> Schema | None:
        """Merged schema of what goes inside ``data`` of the request; None without a body."""
        content = resolve(self.raw.get("requestBody", {})).get("content", {})
        for kind in ("application/json; charset=UTF-8", "application/json", "multipart/form-data"):
            if kind in content:
                whole = merged(content[kind]["schema"])
                return merged(whole["properties"]["data"]) if "data" in _names(whole) else whole
        return None

    @property
    def body_names(self) -> frozenset[str]:
        """Names of the properties the request's ``data`` may hold."""
        return frozenset(_names(self.body or {}))

    @property
    def writable(self) -> frozenset[str]:
        """Those of the body's names that are not for reading only, nor part of the path."""
        body = properties(self.body or {})
        return frozenset(name for name, sub in body.items() if not sub.get("readOnly"))

    @property
    def answer(self) -> Schema:
        """Merged schema of the whole successful answer."""
        success = next(code for code in self.raw["responses"] if str(code).startswith("2"))
        content = resolve(self.raw["responses"][success])["content"]
        return merged(next(iter(content.values()))["schema"])

    @property
    def record(self) -> Schema:
        """Merged schema of one record in ``data`` of the successful answer."""
        data = merged(self.answer["properties"]["data"])
        return merged(data["items"]) if data.get("type") == "array" else data

    @property
    def _parameters(self) -> list[dict[str, Any]]:
        shared = description()["paths"][self.path].get("parameters", [])
        return [resolve(p) for p in [*shared, *self.raw.get("parameters", [])]]


@functools.cache
def description() -> dict[str, Any]:
    if not DESCRIPTION.exists():
        pytest.skip(_ABSENT)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(DESCRIPTION.read_bytes(), Loader=loader)  # noqa: S506 - both are safe loaders, the C one is ten times faster
    return loaded


@functools.cache
def operations() -> dict[tuple[str, str], Operation]:
    """Every operation by (METHOD, template path)."""
    methods = {"get", "post", "put", "delete", "patch"}
    return {
        (method.upper(), path): Operation(method.upper(), path, raw)
        for path, item in description()["paths"].items()
        for method, raw in item.items()
        if method in methods
    }


def operation(method: str, path: str) -> Operation:
    """The operation with this method whose template has the shape of ``path``.

    Our templates say ``{gid}`` where Asana's say ``{task_gid}``: only the places are compared.

    Raises:
        LookupError: Asana describes no such operation.
    """
    wanted = shape_of(path)
    for (known, template), found in operations().items():
        if known == method and shape_of(template) == wanted:
            return found
    raise LookupError(f"Asana describes no {method} {path}")


def shape_of(path: str) -> str:
    """The path with every ``{name}`` reduced to ``{}``."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """The node, or what its ``$ref`` points at."""
    while "$ref" in node:
        target: Any = description()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def schema(name: str) -> Schema:
    """The merged component schema of this name."""
    return merged(description()["components"]["schemas"][name])


def merged(node: Schema) -> Schema:
    """The schema with ``$ref`` followed and ``allOf`` laid over each other, at this level.

    Properties keep their raw schemas (merge them when you look at them), so recursion in the
    description does no harm.
    """
    node = resolve(node)
    if "allOf" not in node:
        return node
    whole: Schema = {}
    for part in [*(merged(part) for part in node["allOf"]), _without(node, "allOf")]:
        properties = {**whole.get("properties", {}), **part.get("properties", {})}
        required = [*whole.get("required", ()), *part.get("required", ())]
        whole.update(part)
        if properties:
            whole["properties"] = properties
        if required:
            whole["required"] = required
    return whole


def properties(node: Schema) -> dict[str, Schema]:
    """Merged schemas of the properties of an object schema, by name.

    Where the object is one of several, those that any of them has.
    """
    node = merged(node)
    found = {name: merged(sub) for name, sub in node.get("properties", {}).items()}
    for one in node.get("anyOf", ()):
        found = {**properties(one), **found}
    return found


def as_json_schema(node: Schema, depth: int = 8) -> Schema:
    """The schema in JSON Schema's own words, ready for ``jsonschema``.

    ``nullable`` becomes a type, what only documents is dropped, and recursion is cut at ``depth``.
    """
    node = merged(node)
    if depth == 0:
        return {}
    out: Schema = {k: node[k] for k in ("type", "format", "enum", "pattern") if k in node}
    if "properties" in node:
        out["properties"] = {
            name: as_json_schema(sub, depth - 1) for name, sub in node["properties"].items()
        }
    if "items" in node:
        out["items"] = as_json_schema(node["items"], depth - 1)
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            out["anyOf"] = [as_json_schema(sub, depth - 1) for sub in node[choice]]
    if node.get("nullable"):
        return _or_null(out)
    return out


def _or_null(node: Schema) -> Schema:
    return {"anyOf": [node, {"type": "null"}]}


def _without(node: Schema, key: str) -> Schema:
    return {k: v for k, v in node.items() if k != key}


def _names(node: Schema) -> set[str]:
    return set(node.get("properties", {}))
