"""The facts about every kind of object, a file per area; rules read them, nothing computes here.

Names, types and what may be written come from Asana's OpenAPI description of 2026-06-11.
"""

from __future__ import annotations

import importlib
import pkgutil

from asana_sandbox.facts.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for area in pkgutil.iter_modules(__path__, f"{__name__}.")
    for kind in vars(importlib.import_module(area.name)).values()
    if isinstance(kind, Kind)
}

__all__ = ["KINDS", "Kind"]
