"""Facts: stories, with the fields that only some subtypes have, and events."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

STICKERS = (
    "celebrating_people|dancing_unicorn|determined_climbers|green_checkmark|heart|"
    "party_popper|people_dancing|people_waving_flags|phoenix_spreading_love|"
    "splashing_narwhal|trophy|yeti_riding_unicorn"
)
_CHANGES = (
    "name resource_subtype text_value number_value enum_value multi_enum_values date_value "
    "people_value approval_status dates section"
)

STORY = Kind(
    name="story",
    text="text resource_subtype",
    html="html_text",
    flag="is_pinned is_editable is_edited liked hearted",
    count="num_likes num_hearts",
    time="created_at",
    word=f"type=system|comment source=api|web|email|mobile|unknown sticker_name=|{STICKERS}",
    other="likes hearts reaction_summary previews "
    + " ".join(
        f"{when}_{what}"
        for when in ("old", "new")
        for what in _CHANGES.split()
        if what not in {"enum_value", "multi_enum_values", "people_value", "section"}
    ),
    one="created_by:user target:task assignee:user follower:user task:task project:project tag:tag "
    "custom_field:custom_field dependency:task duplicate_of:task duplicated_from:task story:story "
    "old_section:section new_section:section old_enum_value:enum_option "
    "new_enum_value:enum_option",
    many="old_multi_enum_values:enum_option new_multi_enum_values:enum_option "
    "old_people_value:user new_people_value:user",
    compact="created_at created_by resource_subtype text",
    opt_in="html_text",
    at_times="assignee follower task project tag custom_field dependency duplicate_of "
    "duplicated_from story is_editable is_edited is_pinned previews "
    + " ".join(f"{when}_{what}" for when in ("old", "new") for what in _CHANGES.split()),
    create="text html_text is_pinned sticker_name",
    update="text html_text is_pinned sticker_name",
)

EVENT = Kind(
    name="event",
    text="type action",
    time="created_at",
    one="user:user resource:task parent:task",
    other="change",
    compact="user created_at type action resource parent change",
)
