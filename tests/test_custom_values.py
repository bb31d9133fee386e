"""One value of a custom field: whatever Asana gives, it is read or known to be missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tap_asana.api import RESOURCES
from tap_asana.custom_fields import value_properties
from tap_asana.custom_values import in_object, is_missed, kind_of, plain, read_as, schema_of
from tap_asana.tap import TapAsana

if TYPE_CHECKING:
    from random import Random

    from tap_asana.base import AsanaStream

NAME = st.text("ab", max_size=3)
REFERENCES = st.lists(st.fixed_dictionaries({"gid": NAME}, optional={"name": NAME}), max_size=2)
DAYS = st.dates().map(str)
READ = {
    "text_value": st.none() | NAME,
    "number_value": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    "enum_value": st.none() | st.fixed_dictionaries({"name": NAME}),
    "multi_enum_values": st.none() | st.lists(st.fixed_dictionaries({"name": NAME}), max_size=2),
    "date_value": st.none()
    | st.fixed_dictionaries({"date": st.none() | DAYS})
    | st.fixed_dictionaries({"date": DAYS, "date_time": DAYS.map(lambda day: f"{day}T09:00:00Z")}),
    "people_value": st.none() | REFERENCES,
    "reference_value": st.none() | REFERENCES,
    "display_value": st.none() | NAME,
}
TYPES = [*(name.rpartition("_")[0] for name in READ), "multi_enum", "custom_id", "of_tomorrow"]
VALUES = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional=READ)


@given(st.sampled_from(TYPES), VALUES)
def test_a_value_fits_the_schema_of_its_column_or_is_missed(
    kind: str, value: dict[str, Any]
) -> None:
    found = plain(kind, value)

    Draft202012Validator(schema_of(kind)).validate(found)
    if found is None and value.get("display_value") is not None:
        assert is_missed(found, value)


@pytest.fixture(scope="module")
def tasks() -> AsanaStream:
    """The stream of a tap that makes objects."""
    tap = TapAsana(config={"custom_fields": "object"}, validate_config=False, setup_mapper=False)
    return next(stream for stream in tap.discover_streams() if stream.name == "tasks")


@given(VALUES)
def test_nothing_that_people_see_is_missing_in_an_object(value: dict[str, Any]) -> None:
    if value.get("display_value") is not None:
        assert in_object(value) not in (None, [])


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        ({"type": "text", "representation_type": "custom_id"}, "custom_id", "BUG-12"),
        ({"type": "number", "representation_type": "formula", "number_value": 2.5}, "number", 2.5),
        ({"type": "text", "representation_type": "formula"}, "text", "BUG-12"),
        ({"type": "of_tomorrow"}, "of_tomorrow", "BUG-12"),
        ({"resource_subtype": "enum", "type": "text", "enum_value": {"name": "x"}}, "enum", "x"),
    ],
)
def test_a_formula_is_its_result_and_an_id_what_people_see(
    value: dict[str, Any], kind: str, found: Any
) -> None:
    value |= {"display_value": "BUG-12"}

    assert kind_of(value) == kind
    assert plain(kind, value) == in_object(value) == found


def test_what_projects_do_not_show_is_read_as_text() -> None:
    of_tasks = value_properties(RESOURCES["tasks"].schema()) or {}
    of_projects = value_properties(RESOURCES["projects"].schema()) or {}

    assert read_as("people", of_tasks) == "people"
    assert plain(read_as("people", of_projects), {"display_value": "Wei Chen"}) == "Wei Chen"


@given(
    st.lists(st.tuples(st.integers(1, 12), NAME), unique_by=lambda field: field[0]), st.randoms()
)
def test_fields_of_the_same_name_have_a_key_each_that_no_order_changes(
    tasks: AsanaStream, fields: list[tuple[int, str]], chance: Random
) -> None:
    values = [
        {"gid": str(n), "name": name, "type": "text", "text_value": str(n)} for n, name in fields
    ]
    shuffled = chance.sample(values, len(values))

    records: list[dict[str, Any]] = [{"custom_fields": values}, {"custom_fields": shuffled}]
    for _ in tasks.tap.custom_fields.shown(tasks, iter(records)):
        pass

    one, other = records
    assert one == other
    found: dict[str, str] = dict(one["custom_fields"])
    assert sorted(found.values()) == sorted(str(n) for n, _ in fields)
    oldest = {name: str(n) for n, name in sorted(fields, reverse=True)}
    assert found.items() >= oldest.items()
