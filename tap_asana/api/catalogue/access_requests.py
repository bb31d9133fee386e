"""Requests for access to what is private."""

from __future__ import annotations

from tap_asana.api.fields import NAMELESS
from tap_asana.api.resource import Resource

ACCESS_REQUESTS = Resource(
    name="access_requests",
    about="Who waits to be let into a project or a portfolio.",
    plan="paid",
    off="one request for each project and portfolio, and few have any",
    text="message approval_status",
    one="requester",
    nested={"target": NAMELESS},
    listed="/access_requests?target={projects.gid}",
    also=("/access_requests?target={portfolios.gid}",),
    paged=False,
    create="/access_requests",
    at_birth="target message",
)
