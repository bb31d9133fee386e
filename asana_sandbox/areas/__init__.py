"""The areas of the API, a module each: it registers its routes when it is imported."""

from __future__ import annotations

import importlib
import pkgutil


def register_routes() -> None:
    """Import every area, and the route that takes actions for all of them."""
    for area in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(area.name)
    importlib.import_module("asana_sandbox.batch")
