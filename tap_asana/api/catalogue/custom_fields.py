"""Custom fields: what they are, where they are set, and how their values look in other records."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

_DEFINITION = "a fact about the field, which its definition tells once for all values"
_VALUE = "a value, which only the objects that bear the field have"
_VALUES = (
    "date_value enum_value multi_enum_values number_value text_value display_value people_value"
    " reference_value html_text_value enabled is_value_read_only"
)

_OPTION = "gid name resource_type color"
ENUM_OPTION = Shape(text=_OPTION, flag="enabled")
ENUM_OPTIONS = Shape(text=_OPTION, flag="enabled", repeated=True)
MOMENT = Shape(text="date date_time")

COMPACT_VALUE = Shape(
    repeated=True,
    text="gid name resource_type type representation_type text_value display_value",
    flag="enabled",
    number="number_value",
    nested={
        "enum_value": ENUM_OPTION,
        "multi_enum_values": ENUM_OPTIONS,
        "date_value": MOMENT,
    },
    left_out={"enum_options id_prefix input_restrictions is_formula_field": _DEFINITION},
)
"""A value as projects and users bear it."""

VALUE = Shape(
    repeated=True,
    text="gid name resource_type resource_subtype type representation_type text_value"
    " html_text_value display_value",
    flag="enabled is_value_read_only",
    count="precision",
    number="number_value",
    many="people_value reference_value",
    nested={
        "enum_value": ENUM_OPTION,
        "multi_enum_values": ENUM_OPTIONS,
        "date_value": MOMENT,
    },
    left_out={
        "asana_created_field created_by currency_code custom_label custom_label_position"
        " default_access_level description enum_options format has_notifications_enabled"
        " input_restrictions id_prefix is_formula_field privacy_setting"
        " is_global_to_workspace": _DEFINITION
    },
)
"""A value as tasks bear it."""

_DEFINED_TEXT = (
    "name type resource_subtype representation_type description format currency_code custom_label"
    " custom_label_position id_prefix asana_created_field privacy_setting default_access_level"
)
_DEFINED_FLAG = "is_formula_field is_global_to_workspace has_notifications_enabled"

DEFINITION = Shape(
    text=f"gid resource_type {_DEFINED_TEXT}",
    flag=_DEFINED_FLAG,
    count="precision",
    texts="input_restrictions",
    one="created_by",
    nested={"enum_options": ENUM_OPTIONS},
    left_out={_VALUES: _VALUE},
)

CUSTOM_FIELDS = Resource(
    name="custom_fields",
    about="Definitions of custom fields, with their options.",
    plan="paid",
    text=_DEFINED_TEXT,
    flag=_DEFINED_FLAG,
    count="precision",
    texts="input_restrictions",
    one="created_by",
    nested={"enum_options": ENUM_OPTIONS},
    left_out={_VALUES: _VALUE},
    listed="/workspaces/{workspaces.gid}/custom_fields",
    got="/custom_fields/{gid}",
    covers={
        "/custom_fields/{gid}": "the listing brings every field",
    },
    from_parent="workspace_gid",
    create="/custom_fields",
    update="/custom_fields/{gid}",
    delete="/custom_fields/{gid}",
    written="name description precision format currency_code custom_label custom_label_position"
    " id_prefix input_restrictions is_formula_field has_notifications_enabled owned_by_app",
    at_birth="resource_subtype workspace enum_options",
    disputed={
        "workspace": "create-only by its own text, though the update's schema repeats it",
        "enum_options": "create-only by the text of updateCustomField: options have calls of"
        " their own",
    },
)

CUSTOM_FIELD_SETTINGS = Resource(
    name="custom_field_settings",
    about="Which custom fields a project, a portfolio, a goal or a team has.",
    plan="paid",
    flag="is_important",
    one="project parent",
    nested={"custom_field": DEFINITION},
    listed="/projects/{projects.gid}/custom_field_settings",
    also=(
        "/portfolios/{portfolios.gid}/custom_field_settings",
        "/goals/{goals.gid}/custom_field_settings",
        "/teams/{teams.gid}/custom_field_settings",
    ),
)
