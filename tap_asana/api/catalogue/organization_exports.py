"""Exports of organizations."""

from __future__ import annotations

from tap_asana.api.resource import Resource

ORGANIZATION_EXPORTS = Resource(
    name="organization_exports",
    about="Exports of all there is in an organization, each started by the run.",
    plan="Enterprise; a service account's token",
    cost="1 to start it, then 1 a minute while Asana is at it",
    off="it starts exports, which take Asana minutes or hours, and start_organization_exports must"
    " allow it",
    text="state",
    time="created_at",
    one="organization",
    left_out={
        "download_url": "dead an hour after it was made; GET /organization_exports/{gid} gives a"
        " fresh one"
    },
    # What is asked for is the export that the run started for the workspace: Asana lists none.
    listed="/organization_exports/{workspaces.gid}",
    paged=False,
    got="/organization_exports/{gid}",
    create="/organization_exports",
    at_birth="organization",
)
