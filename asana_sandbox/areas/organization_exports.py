"""Organization exports: everything of an organization in one file, for service accounts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from asana_sandbox import audit
from asana_sandbox.access import require_service_account
from asana_sandbox.areas.resource_exports import EXPORTS_PAID
from asana_sandbox.body import only
from asana_sandbox.derived import derived
from asana_sandbox.downloads import download_url
from asana_sandbox.errors import bad_request
from asana_sandbox.export_files import packed, whole
from asana_sandbox.jobs import finished_at
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import Request, Single, route

if TYPE_CHECKING:
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_HELD = (
    ("team", "organization"),
    ("custom_field", "workspace"),
    ("tag", "workspace"),
    ("project", "workspace"),
    ("task", "workspace"),
)
"""What the sandbox's file holds; Asana names no list."""
_URL_SECONDS = 3600
"""How long an address holds (Asana's OpenAPI, OrganizationExportCompact)."""


@route(
    "POST", "/organization_exports", required=("organization",), batchable=False, paid=EXPORTS_PAID
)
def create_organization_export(request: Request) -> Single:
    """Asana's createOrganizationExport."""
    require_service_account(request)
    sent = only(request, "organization")["organization"]
    organization = named(request, "organization", sent, "workspace")
    if not organization["is_organization"]:
        raise bad_request("organization: Only organizations can be exported")
    world, store = request.world, request.world.store
    audit.write(world, request.user, "workspace_export_started", organization)
    held = [one for kind, up in _HELD for one in store.by(kind, up, organization["gid"])]
    export = {
        "created_at": world.clock.stamp(),
        "organization": organization["gid"],
        "outcome": world.switches.job_outcome,
        "content": packed(whole(world, request.user, [organization, *held]), lines=False),
    }
    return Single(store.add("organization_export", export), 201)


@route("GET", "/organization_exports/{organization_export_gid}", batchable=False)
def get_organization_export(request: Request) -> Single:
    """Asana's getOrganizationExport."""
    require_service_account(request)
    return Single(in_path(request, "organization_export"))


@derived("organization_export", "state")
def _state(world: World, export: Record, _viewer: Record) -> str:
    """Tell how far it is; that it is pending for the first half of its time is ours."""
    if finished_at(world, export):
        return "finished" if export["outcome"] == "succeeded" else "error"
    passed = world.clock.now() - datetime.fromisoformat(export["created_at"])
    early = passed.total_seconds() * 2 < world.switches.job_seconds
    return "pending" if early else "started"


@derived("organization_export", "download_url")
def _download_url(world: World, export: Record, viewer: Record) -> str | None:
    finished = _state(world, export, viewer) == "finished"
    return download_url(world, export, _URL_SECONDS) if finished else None
