"""Facts: exports of resources, of what stands below something, and of organizations."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

EXPORT_REQUEST = Kind(
    name="export_request",
    time="created_at completed_at",
    other="download_url",
    compact="created_at download_url completed_at",
)

GRAPH_EXPORT = Kind(
    name="graph_export",
    time="created_at completed_at",
    other="download_url",
    compact="created_at download_url completed_at",
)

ORGANIZATION_EXPORT = Kind(
    name="organization_export",
    time="created_at",
    word="state=pending|started|finished|error",
    other="download_url",
    one="organization:workspace",
    compact="created_at download_url state organization",
)

MESSAGE = Kind(
    name="message",
    text="resource_subtype status_type title text",
    html="html_notes",
    count="num_likes",
    time="created_at modified_at",
    other="likes",
    one="created_by:user",
    many="stories:story attachments:attachment followers:user parents:project",
    opt_in="html_notes",
)
"""Only exports show messages, in a shape of their own (Asana's OpenAPI, createResourceExport)."""
