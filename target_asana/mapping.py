"""What tap-shaped records say: which streams are written, and record → wanted state."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES
from target_asana.wanted import Custom, Item, Ref, RefusedError, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_asana.records import Key

NAMESPACE = "asana"
"""Whose keys the gids of tap-shaped records are."""

WRITTEN = ("tags", "projects", "sections", "tasks", "stories")
"""Streams whose records become objects."""

TABLES = RESOURCES["tasks"].tables
"""Streams whose records are one relation of a task each."""

RANKS = {name: rank for rank, name in enumerate((*WRITTEN, *TABLES))}
"""The order in which records that arrived together are planned: containers first."""

TABLE_LINKS = {
    "task_memberships": "memberships",
    "task_tags": "tags",
    "task_followers": "followers",
    "task_dependencies": "dependencies",
}

LOOKUPS = {
    "users": "email name",
    "workspaces": "name",
}
"""Streams that are not written but help to understand the others: what is kept of a record."""

READ_ONLY = frozenset(RESOURCES) - frozenset(WRITTEN) - frozenset(LOOKUPS)
"""Streams of the tap that are accepted and not written."""

_TARGETS = {
    "assignee": "users",
    "owner": "users",
    "followers": "users",
    "tags": "tags",
    "parent": "tasks",
    "dependencies": "tasks",
    "dependents": "tasks",
}
"""What the references of a field point at."""

_LEFT = {
    # These act on the lists and likes of the token's own user (Asana's OpenAPI, TaskBase), or need
    # an OAuth app of its own (external).
    "tasks": "liked assignee_section external custom_type custom_type_status_option projects",
    # Sharing is a matter of memberships; `public` is refused where a team is (Asana's OpenAPI,
    # ProjectBase), and values of custom fields belong to portfolios.
    "projects": "public team followers custom_fields",
    "tags": "followers",
    "sections": "insert_before insert_after",
    "stories": "sticker_name",
}
"""Fields that Asana takes and that are not copied from a record."""

_LINKS = ("tags", "followers", "dependencies", "dependents")
_CONTAINERS = {"sections": ("project", "projects"), "stories": ("target", "tasks")}
_RICH = {"html_notes": "notes", "html_text": "text"}
_PREFIX = re.compile(r"^(?:tap[_-])?asana[_-]", re.IGNORECASE)


def stream_resource(stream: str) -> str | None:
    """Return which resource or table a stream of tap-shaped records is, or None."""
    name = _PREFIX.sub("", stream.strip()).lower().replace("-", "_")
    known = {*RESOURCES, *TABLES}
    return next(
        (n for n in (name, f"{name}s", "tasks" if name == "subtasks" else "") if n in known), None
    )


def is_of_a_goal(story: Mapping[str, Any]) -> bool:
    """Tell whether a story is of a goal; what does not say of what it is, is of a task."""
    target = story.get("target")
    return isinstance(target, dict) and target.get("resource_type") == "goal"


def keys_of(resource: str) -> tuple[str, ...]:
    """Return the columns that make a record of a stream unique."""
    return TABLES[resource].key if resource in TABLES else RESOURCES[resource].key


def tap_record(key: Key, record: Mapping[str, Any], *, workspace: str, home: str | None) -> Wanted:
    """Return what a record of `tap-asana`, or of another tap with compact objects, wants.

    Args:
        key: what the record is called.
        record: the record.
        workspace: gid of the workspace that is written to.
        home: gid of the workspace the records come from, where the record does not say it.

    Raises:
        RefusedError: when nothing says which workspace the record comes from.
    """
    if key.resource in TABLES:
        return _relation(key, record)
    wanted = Wanted(key)
    _place(wanted, record, workspace, home)
    resource = RESOURCES[key.resource]
    writable = resource.may_hold("create") | resource.may_hold("update")
    left = {*_LEFT[key.resource].split(), "workspace", "memberships", *_LINKS}
    for name, value in record.items():
        if name in writable - left and name != "custom_fields":
            wanted.fields[name] = _value(name, value)
        elif name not in writable | {"gid", "resource_type", "workspace"} and name not in _LINKS:
            wanted.dropped.append(name)
    if key.resource == "tasks":
        _task(wanted, record)
    if key.resource == "stories":
        wanted.fields = {n: v for n, v in wanted.fields.items() if v not in (None, False)}
    _rich_text(wanted)
    return wanted


def _place(wanted: Wanted, record: Mapping[str, Any], workspace: str, home: str | None) -> None:
    if inside := _CONTAINERS.get(wanted.key.resource):
        field, resource = inside
        gid = _gid(record.get(field) or record.get("task"))
        if gid is None:
            raise RefusedError("invalid", field, f"the record does not say its {field}")
        wanted.container = Ref(resource, field, key=gid)
        wanted.address = None
        return
    source = _gid(record.get("workspace")) or home
    if source is None:
        raise RefusedError(
            "invalid", "workspace", "the record does not say which workspace it comes from: "
            "select the field workspace, or the stream workspaces",
        )  # fmt: skip
    wanted.address = source == workspace


def _task(wanted: Wanted, record: Mapping[str, Any]) -> None:
    if wanted.fields.get("resource_subtype") == "approval":
        wanted.fields.pop("completed", None)
    else:
        wanted.fields.pop("approval_status", None)
    if "memberships" in record or "projects" in record:
        projects = _objects("projects", record.get("projects"))
        places = _objects("memberships", record.get("memberships"))
        places = places or [{"project": project} for project in projects]
        wanted.links["memberships"] = [_membership(place) for place in places]
    for link in _LINKS:
        if link in record:
            others = _objects(link, record[link])
            wanted.links[link] = [Item(_ref(_TARGETS[link], link, other)) for other in others]
    for value in _objects("custom_fields", record.get("custom_fields")):
        if custom := _custom(value):
            wanted.fields[f"custom_fields.{value['gid']}"] = custom


def _membership(place: Mapping[str, Any]) -> Item:
    project = _ref("projects", "memberships", place.get("project"))
    section = place.get("section")
    if not section:
        return Item(project)
    return Item(
        project,
        replace(_ref("sections", "memberships", section), within=project),
    )


def _relation(key: Key, record: Mapping[str, Any]) -> Wanted:
    link = TABLE_LINKS[key.resource]
    subject, other = TABLES[key.resource].key
    named = other.removesuffix("_gid") + "_name"
    if link == "memberships":
        item = _membership(
            {
                "project": {"gid": record[other], "name": record.get(named)},
                "section": record.get("section_gid")
                and {"gid": record["section_gid"], "name": record.get("section_name")},
            }
        )
    else:
        item = Item(Ref(_TARGETS[link], other, record[other], name=record.get(named)))
    return Wanted(
        key, None, links={link: [item]}, container=Ref("tasks", subject, key=record[subject])
    )


def _rich_text(wanted: Wanted) -> None:
    """Fall back to plain text where rich text names objects of another workspace by their gids."""
    for rich, plain in _RICH.items():
        text = wanted.fields.get(rich)
        if isinstance(text, str) and "data-asana-gid" in text and wanted.fields.get(plain):
            del wanted.fields[rich]


def _value(field: str, value: Any) -> Any:
    return _ref(_TARGETS[field], field, value) if field in _TARGETS and value else value


def _ref(resource: str, field: str, value: Any) -> Ref:
    gid = _gid(value)
    if not isinstance(gid, str):
        raise RefusedError("invalid", field, f"{field} holds no object with a gid")
    return Ref(resource, field, key=gid, name=value.get("name"))


def _objects(field: str, value: Any) -> list[Any]:
    """Return the objects of a list field, which may be null.

    Raises:
        RefusedError: when it holds anything else.
    """
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise RefusedError("invalid", field, f"{field} is no list of objects")
    return listed


def _gid(value: Any) -> str | None:
    return value.get("gid") if isinstance(value, dict) else None


def _custom(value: Mapping[str, Any]) -> Custom | None:
    """Return a custom field's value so that it can be told to another workspace; None when not."""
    kind = value.get("resource_subtype") or value.get("type")
    if value.get("is_value_read_only") or value.get("representation_type") in {
        "formula",
        "custom_id",
    }:
        return None
    field = _ref("custom_fields", "custom_fields", value)
    match kind:
        case "enum":
            options = _objects("enum_value", [value.get("enum_value") or {}])
            said = options[0].get("name")
        case "multi_enum":
            options = _objects("multi_enum_values", value.get("multi_enum_values"))
            said = [option.get("name") for option in options] or None
        case "people":
            people = _objects("people_value", value.get("people_value"))
            said = [_ref("users", "custom_fields", person) for person in people] or None
        case "text" | "number":
            said = value.get(f"{kind}_value")
        case "date":
            said = value.get("date_value")
        case _:
            return None
    return Custom(field, said)
