"""Facts: custom types of tasks and the states of those."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

CUSTOM_TYPE = Kind(
    name="custom_type",
    text="name",
    many="status_options:custom_type_status_option",
    whole="status_options",
)

CUSTOM_TYPE_STATUS_OPTION = Kind(
    name="custom_type_status_option",
    text="name color completion_state",
    flag="enabled",
)
