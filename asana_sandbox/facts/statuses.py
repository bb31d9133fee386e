"""Facts: what is said of how a project, a portfolio or a goal is going, and briefs of projects."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_OF_WORK = ("on_track", "at_risk", "off_track", "on_hold", "complete", "dropped")

STATUS_TYPES = {
    "project": _OF_WORK,
    "portfolio": _OF_WORK,
    "goal": ("on_track", "at_risk", "off_track", "achieved", "partial", "missed", "dropped"),
}
"""What has status updates, and how each can be going (Asana's OpenAPI, StatusUpdateBase)."""

STATUS_UPDATE = Kind(
    name="status_update",
    text="title text resource_subtype",
    html="html_text",
    flag="liked hearted",
    count="num_likes num_hearts",
    time="created_at modified_at",
    word="status_type=on_track|at_risk|off_track|on_hold|complete|achieved|partial|missed|dropped",
    other="likes hearts reaction_summary",
    one="author:user created_by:user parent:project",
    compact="title resource_subtype",
    opt_in="html_text",
    create="title text html_text status_type parent",
)

COLORS = {
    "green": "on_track",
    "yellow": "at_risk",
    "red": "off_track",
    "blue": "on_hold",
    "complete": "complete",
}
"""The colors of project statuses, and the types that stand for them among status updates."""

PROJECT_STATUS = Kind(
    name="project_status",
    text="title text",
    html="html_text",
    time="created_at modified_at",
    word=f"color={'|'.join(COLORS)}",
    one="author:user created_by:user",
    compact="title",
    opt_in="html_text",
    at_times="color",
    create="title text html_text color",
)

PROJECT_BRIEF = Kind(
    name="project_brief",
    text="title text permalink_url",
    html="html_text",
    one="project:project",
    compact="",
    opt_in="text",
    create="title text html_text",
    update="title text html_text",
)
