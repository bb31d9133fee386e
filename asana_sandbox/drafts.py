"""Tasks and projects taken down as plain data, to make others like them from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from asana_sandbox.dates import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asana_sandbox.store import Record, Store

Draft: TypeAlias = "dict[str, Any]"
"""What is copied of a task or of a project; other objects by gid, as in records."""

TASK_PARTS = frozenset(
    {"assignee", "attachments", "dates", "dependencies", "followers", "notes", "parent"}
    | {"projects", "subtasks", "tags"}
)
"""What a copy of a task may take over (Asana's OpenAPI, TaskDuplicateRequest)."""

PROJECT_PARTS = frozenset(
    {f"task_{part}" for part in TASK_PARTS - {"parent"}}
    | {"allocations", "forms", "members", "notes", "permissions", "task_templates"}
    | {"task_type_default"}
)
"""What a copy of a project may take over (Asana's OpenAPI, ProjectDuplicateRequest)."""

PORTFOLIO_PARTS = frozenset(
    {"child_portfolios", "child_projects", "description", "members", "permissions", "rules"}
    | {"templates"}
)
"""What a copy of a portfolio may take over (Asana's OpenAPI, PortfolioDuplicateRequest)."""

BESIDE = {"allocations": ("allocation", "parent"), "task_templates": ("task_template", "project")}
"""Parts of a project that stand beside its tasks: their kind, and the field that names it."""

_TASK_FIELDS = {
    "assignee": ("assignee",),
    "dates": FIELDS,
    "dependencies": ("dependencies", "dependents"),
    "followers": ("followers",),
    "notes": ("notes", "html_notes"),
    "parent": ("parent",),
    "projects": ("memberships",),
    "tags": ("tags",),
}
_PROJECT_FIELDS = {
    "": ("color", "icon", "default_view", "team"),
    "notes": ("notes", "html_notes"),
    "permissions": (
        "privacy_setting",
        "default_access_level",
        "minimum_access_level_for_customization",
        "minimum_access_level_for_sharing",
    ),
    "task_dates": ("start_on", "due_on"),
}
_CUSTOM = ("custom_type", "custom_type_status_option")


def take_task(store: Store, task: Record, parts: frozenset[str]) -> Draft:
    """Take down a task: name, type and custom fields always, the rest where `parts` has it."""
    draft = {name: task[name] for name in ("gid", "name", "resource_subtype", "workspace")}
    draft["field_values"] = dict(task["field_values"])
    draft |= {name: task[name] for name in _CUSTOM if name in task}
    for part in parts:
        draft |= {name: _copied(task[name]) for name in _TASK_FIELDS.get(part, ())}
    if "attachments" in parts:
        draft["attachments"] = [dict(one) for one in store.by("attachment", "parent", task["gid"])]
    if "subtasks" in parts:
        below = store.ordered("subtask", task["gid"])
        draft["subtasks"] = [take_task(store, one, parts - {"parent"}) for one in below]
    return draft


def take_project(store: Store, project: Record, parts: frozenset[str]) -> Draft:
    """Take down a project: sections, tasks and custom fields always, the rest by `parts`."""
    gid = project["gid"]
    draft: Draft = {"gid": gid, "workspace": project["workspace"]}
    for part, names in _PROJECT_FIELDS.items():
        if not part or part in parts:
            draft |= {name: project[name] for name in names}
    of_tasks = frozenset(part.removeprefix("task_") for part in parts if part.startswith("task_"))
    draft["sections"] = [
        {
            "name": section["name"],
            "tasks": [
                take_task(store, task, of_tasks) for task in store.ordered("task", section["gid"])
            ],
        }
        for section in store.ordered("section", gid)
    ]
    for task in tasks_in(draft):
        elsewhere = [home for home in task.get("memberships", ()) if home["project"] != gid]
        task["memberships"] = elsewhere
    draft["settings"] = [dict(one) for one in store.ordered("custom_field_setting", gid)]
    if "members" in parts:
        draft["members"] = [dict(one) for one in store.by("project_membership", "parent", gid)]
    for part, (kind, link) in BESIDE.items():
        if part in parts:
            draft[part] = [dict(one) for one in store.by(kind, link, gid)]
    return draft


def tasks_in(draft: Draft) -> Iterator[Draft]:
    """Give the tasks of a project's draft, or of a task's: of every depth, parents first."""
    for section in draft.get("sections", ()):
        for task in section["tasks"]:
            yield task
            yield from tasks_in(task)
    for task in draft.get("subtasks", ()):
        yield task
        yield from tasks_in(task)


def dates_in(draft: Draft, field: str) -> list[str]:
    """Give what a date field says in a draft and in all its tasks."""
    return [one[field] for one in (draft, *tasks_in(draft)) if one.get(field)]


def _copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
