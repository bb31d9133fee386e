"""Facts: portfolios, and how the projects in them share their members."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind
from asana_sandbox.facts.projects import COLORS

_PORTFOLIO = "name archived color start_on due_on default_access_level"

PORTFOLIO = Kind(
    name="portfolio",
    text="name permalink_url",
    flag="archived public",
    date="start_on due_on",
    time="created_at",
    word=f"color={COLORS} default_access_level=viewer|editor|admin "
    "privacy_setting=members_only|public_to_domain",
    one="created_by:user owner:user workspace:workspace current_status_update:status_update",
    many="members:user custom_field_settings:custom_field_setting custom_fields:custom_field "
    "project_templates:project_template",
    whole="custom_field_settings",
    opt_in="archived",
    create=f"{_PORTFOLIO} workspace public",
    update=f"{_PORTFOLIO} custom_fields",
)

PROJECT_PORTFOLIO_SETTING = Kind(
    name="project_portfolio_setting",
    flag="is_access_control_inherited",
    time="created_at",
    one="project:project portfolio:portfolio",
    compact="project portfolio is_access_control_inherited",
    update="is_access_control_inherited",
)
