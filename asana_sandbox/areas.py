"""The areas of the API: a module listed here registers its routes when it is imported."""

from __future__ import annotations

import importlib

AREAS = (
    "batch",
    "tasks",
    "task_links",
    "task_lists",
)


def register_routes() -> None:
    """Import every area."""
    for area in AREAS:
        importlib.import_module(f"asana_sandbox.{area}")
