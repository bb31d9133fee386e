"""The areas of the API: a module listed here registers its routes when it is imported."""

from __future__ import annotations

import importlib

AREAS = (
    "batch",
    "reading",
    "workspaces",
    "people",
    "teams",
    "projects",
    "project_members",
    "sections",
    "tasks",
    "task_links",
    "task_lists",
    "stories",
    "tags",
    "custom_fields",
    "attachments",
    "events",
    "search",
    "typeahead",
)


def register_routes() -> None:
    """Import every area."""
    for area in AREAS:
        importlib.import_module(f"asana_sandbox.{area}")
