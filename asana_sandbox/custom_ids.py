"""Custom IDs: the numbers that tasks get in projects with a field of that representation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asana_sandbox.store import Record, Store


def is_custom_id(field: Record) -> bool:
    """Tell whether the values of a custom field are given by Asana, one after another."""
    return bool(field["representation_type"] == "custom_id")


def number_task(store: Store, task: Record, project: str) -> None:
    """Give a task the next number of each field of a project that it has no number of yet."""
    for setting in store.ordered("custom_field_setting", project):
        field = store[setting["custom_field"]]
        if is_custom_id(field) and field["gid"] not in task["field_values"]:
            field["last_id"] = field.get("last_id", 0) + 1
            task["field_values"][field["gid"]] = field["last_id"]


def shown_id(field: Record, number: int) -> str:
    """Write a number with its field's prefix: `EX-1`."""
    return f"{field['id_prefix']}-{number}"
