"""Tags."""

from __future__ import annotations

from tap_asana.api.resource import Resource

TAGS = Resource(
    name="tags",
    about="Tags.",
    text="name color notes permalink_url",
    time="created_at",
    one="workspace",
    many="followers",
    listed="/tags?workspace={workspaces.gid}",
    got="/tags/{gid}",
    covers={
        "/tags/{gid}": "the listing brings every field",
        "/workspaces/{gid}/tags": "the listing brings the same",
    },
    create="/tags",
    update="/tags/{gid}",
    delete="/tags/{gid}",
    written="name color notes",
    at_birth="workspace followers",
)
