"""Facts: jobs, which tell how far work that takes a while has come."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

JOB = Kind(
    name="job",
    text="resource_subtype",
    word="status=not_started|in_progress|succeeded|failed",
    one="new_task:task new_project:project new_portfolio:portfolio "
    "new_project_template:project_template new_graph_export:graph_export "
    "new_resource_export:export_request",
    compact="resource_subtype status new_task new_project new_portfolio new_project_template "
    "new_graph_export new_resource_export",
    at_times="new_task new_project new_portfolio new_project_template new_graph_export "
    "new_resource_export",
)
