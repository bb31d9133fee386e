"""Facts: custom fields, their options, where they are used, and which keys a type brings."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

OPTION_COLORS = (
    "none|aqua|blue|blue-green|cool-gray|green|hot-pink|indigo|magenta|orange|pink|purple|red|"
    "yellow|yellow-green|yellow-orange"
)
"""Colors of the options of a field, and of categories of time."""
TYPES = "text|enum|multi_enum|number|date|people|reference"
_FIELD = (
    "name description precision format currency_code custom_label custom_label_position "
    "has_notifications_enabled id_prefix input_restrictions is_formula_field owned_by_app"
)

CUSTOM_FIELD = Kind(
    name="custom_field",
    text="name description id_prefix",
    flag="enabled is_formula_field is_global_to_workspace has_notifications_enabled "
    "is_value_read_only",
    count="precision",
    number="number_value",
    word=f"type={TYPES} resource_subtype={TYPES} "
    "representation_type=text|enum|multi_enum|number|date|people|formula|custom_id|reference "
    "format=none|currency|identifier|percentage|custom|duration "
    "privacy_setting=public_with_guests|public|private default_access_level=user|admin|editor "
    "custom_label_position=|prefix|suffix",
    other="input_restrictions date_value text_value display_value currency_code "
    "custom_label html_text_value asana_created_field",
    one="enum_value:enum_option created_by:user",
    many="enum_options:enum_option multi_enum_values:enum_option people_value:user "
    "reference_value:task",
    compact="name type enum_options enabled representation_type id_prefix input_restrictions "
    "is_formula_field date_value enum_value multi_enum_values number_value text_value "
    "people_value reference_value display_value",
    opt_in="description html_text_value",
    at_times="enabled enum_options multi_enum_values people_value reference_value date_value "
    "text_value number_value enum_value display_value html_text_value precision "
    "input_restrictions is_value_read_only asana_created_field id_prefix "
    "has_notifications_enabled currency_code custom_label custom_label_position",
    create=f"{_FIELD} resource_subtype workspace enum_options",
    update=_FIELD,
)

VALUE_KEYS = {
    "text": "text_value",
    "number": "number_value",
    "enum": "enum_value",
    "multi_enum": "multi_enum_values",
    "date": "date_value",
    "people": "people_value",
    "reference": "reference_value",
}
"""Under which key a value of a type is read."""

ENUM_OPTION = Kind(
    name="enum_option",
    text="name",
    flag="enabled",
    word=f"color={OPTION_COLORS}",
    compact="name enabled color",
    create="name enabled color insert_before insert_after",
    update="name enabled color",
)

CUSTOM_FIELD_SETTING = Kind(
    name="custom_field_setting",
    flag="is_important",
    one="project:project parent:project custom_field:custom_field",
    whole="custom_field",
    compact="",
    at_times="project",
)
