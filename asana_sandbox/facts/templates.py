"""Facts: templates of projects and of tasks, the roles in them, and triggers of rules."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind
from asana_sandbox.facts.projects import COLORS

PROJECT_TEMPLATE = Kind(
    name="project_template",
    text="name description",
    html="html_description",
    flag="public",
    word=f"color=|{COLORS}",
    one="owner:user team:team",
    many="requested_roles:template_role",
    other="requested_dates",
)

TEMPLATE_ROLE = Kind(name="template_role", text="name")

TASK_TEMPLATE = Kind(
    name="task_template",
    text="name",
    time="created_at",
    one="project:project created_by:user",
    other="template",
)

RULE_TRIGGER = Kind(name="rule_trigger", text="name", one="project:project")
"""No route shows one: its gid is part of the address that Asana's app gives to whoever asks."""
