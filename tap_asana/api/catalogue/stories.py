"""Stories: comments, and what Asana notes down of changes."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import ENUM_OPTION, ENUM_OPTIONS
from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

_DATES = Shape(date="start_on due_on", time="due_at")

STORIES = Resource(
    name="stories",
    about="Comments, and what Asana notes down of changes.",
    text="resource_subtype type source text html_text sticker_name"
    " old_name new_name old_resource_subtype new_resource_subtype old_text_value new_text_value"
    " old_approval_status new_approval_status",
    flag="is_pinned is_editable is_edited liked",
    count="num_likes",
    number="old_number_value new_number_value",
    time="created_at",
    one="created_by target task project tag custom_field assignee follower dependency duplicate_of"
    " duplicated_from old_section new_section",
    many="old_people_value new_people_value",
    nested={
        "likes": Shape(text="gid", one="user", repeated=True),
        "reaction_summary": Shape(
            text="emoji_base variant", number="count", flag="reacted", repeated=True
        ),
        "previews": Shape(
            text="fallback footer header header_link html_text text title title_link", repeated=True
        ),
        "story": Shape(
            text="gid resource_type resource_subtype text", time="created_at", one="created_by"
        ),
        "old_dates": _DATES,
        "new_dates": _DATES,
        "old_date_value": _DATES,
        "new_date_value": _DATES,
        "old_enum_value": ENUM_OPTION,
        "new_enum_value": ENUM_OPTION,
        "old_multi_enum_values": ENUM_OPTIONS,
        "new_multi_enum_values": ENUM_OPTIONS,
    },
    left_out={"hearted hearts num_hearts": "likes under their old name"},
    listed="/tasks/{tasks.gid}/stories",
    also=("/goals/{goals.gid}/stories",),
    got="/stories/{gid}",
    covers={
        "/stories/{gid}": "the listings bring every field",
    },
    create="/tasks/{target}/stories",
    update="/stories/{gid}",
    delete="/stories/{gid}",
    written="text html_text is_pinned sticker_name",
    disputed={
        "old_date_value": "offered bare only, though its parts are described",
        "new_date_value": "offered bare only, though its parts are described",
        "old_number_value": "called an integer; a number field has up to six decimals",
        "new_number_value": "called an integer; a number field has up to six decimals",
    },
)

REACTIONS = Resource(
    name="reactions",
    about="Who reacted to a comment or a status update with what.",
    cost="1 for each emoji of each of `stories` and `status_updates` that has reactions",
    always=("gid",),
    text="emoji",
    one="user",
    listed="/reactions?target={stories.gid}&emoji_base={emoji}",
    also=("/reactions?target={status_updates.gid}&emoji_base={emoji}",),
    whole=True,
    from_parent="target_gid",
)
