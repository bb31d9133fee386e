"""The facts about every kind of object, a file per area; rules read them, nothing computes here.

Names, types and what may be written come from Asana's OpenAPI description of 2026-06-11.
"""

from __future__ import annotations

from asana_sandbox.facts import fields, people, projects, stories, tasks
from asana_sandbox.facts.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for area in (people, projects, tasks, stories, fields)
    for kind in vars(area).values()
    if isinstance(kind, Kind)
}

__all__ = ["KINDS", "Kind"]
