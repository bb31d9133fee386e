"""Agents."""

from __future__ import annotations

from tap_asana.api.catalogue.people import PHOTO
from tap_asana.api.fields import UNNAMED
from tap_asana.api.resource import Resource

AGENTS = Resource(
    name="agents",
    about="Agents (AI teammates) of the workspaces.",
    text="name resource_subtype description behavior_guidance",
    nested={"workspace": UNNAMED, "photo": PHOTO},
    listed="/workspaces/{workspaces.gid}/agents",
    got="/agents/{gid}",
    covers={"/agents/{gid}": "the list brings every field of each"},
)
