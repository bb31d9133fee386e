"""Facts: projects, their sections, and tags."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_HUES = "pink green blue red teal brown orange purple warm-gray"
COLORS = "|".join(f"{tone}-{hue}" for tone in ("dark", "light") for hue in _HUES.split())
ICONS = (
    "board|briefcase|bug|calendar|chat_bubbles|check|coins|computer|gear|globe|graph|html|"
    "light_bulb|line_and_symbols|list|map|megaphone|mountain_flag|notebook|page_layout|"
    "people|presentation|puzzle|ribbon|rocket|shoe|shopping_basket|speed_dial|star|target|"
    "ticket|timeline"
)
_PROJECT = (
    "name archived color icon default_view due_date due_on start_on notes html_notes public "
    "privacy_setting default_access_level minimum_access_level_for_customization "
    "minimum_access_level_for_sharing custom_fields owner team"
)

PROJECT = Kind(
    name="project",
    text="name notes permalink_url",
    html="html_notes",
    flag="archived public completed",
    date="due_date due_on start_on",
    time="created_at modified_at completed_at",
    word=f"color=|none|{COLORS} icon=|{ICONS} default_view=list|board|calendar|timeline "
    "privacy_setting=public_to_workspace|private_to_team|private "
    "default_access_level=editor|admin|commenter|viewer "
    "minimum_access_level_for_customization=editor|admin "
    "minimum_access_level_for_sharing=editor|admin",
    one="owner:user team:team workspace:workspace completed_by:user current_status:project_status "
    "current_status_update:status_update project_brief:project_brief "
    "created_from_template:project_template",
    many="members:user followers:user custom_field_settings:custom_field_setting "
    "custom_fields:custom_field",
    whole="custom_field_settings",
    opt_in="html_notes project_brief created_from_template",
    create=f"{_PROJECT} followers workspace",
    update=_PROJECT,
)

SECTION = Kind(
    name="section",
    text="name",
    time="created_at",
    one="project:project",
    many="projects:project",
    create="name insert_before insert_after",
    update="name",
)

TAG = Kind(
    name="tag",
    text="name notes permalink_url",
    time="created_at",
    word=f"color=|{COLORS}",
    one="workspace:workspace",
    many="followers:user",
    create="name color notes followers workspace",
    update="name color notes",
)
