"""Attachments: files, and links to files elsewhere."""

from __future__ import annotations

from tap_asana.api.resource import Resource

ATTACHMENTS = Resource(
    name="attachments",
    about="Files, and links to files elsewhere.",
    text="name resource_subtype host permanent_url view_url",
    flag="connected_to_app",
    count="size",
    time="created_at",
    one="parent",
    left_out={"download_url": "dead two minutes after it was made, so of no use in a table"},
    listed="/attachments?parent={tasks.gid}",
    also=("/attachments?parent={projects.gid}", "/attachments?parent={project_briefs.gid}"),
    got="/attachments/{gid}",
    covers={
        "/attachments/{gid}": "the listings bring every field but the address of the file, which is"
        " asked for where files are stored",
    },
    delete="/attachments/{gid}",
)
