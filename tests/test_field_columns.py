"""Names of custom fields become names of columns: valid, unique, the same from run to run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tap_asana.field_columns import Column, column_of, columns_for, memory, remembered, slug

if TYPE_CHECKING:
    from random import Random

TYPES = ["text", "number", "enum", "multi_enum", "date", "people", "reference", "custom_id"]
# What collides: with each other, with the moment of a date, with a gid, with other columns.
KNOWN = ["Priority", "priority!", "PRIORITÄT", "Prioritat", "Due", "Due at", "Due_AT", "優先度"]
ODD = ["", "—", "7", "Priority 7", "Priority 7 2", "Due 7", "Fields", "Type", "a" * 80]
TITLES = st.one_of(
    st.text("aAzZ09 _-./éÄßİſ№Ⅷ優🎉\u0301\0", max_size=90), st.sampled_from(KNOWN + ODD)
)
FIELDS = st.dictionaries(
    st.integers(1, 10**17).map(str), st.tuples(TITLES, st.sampled_from(TYPES)), max_size=12
)
RESERVED = {"custom_fields", "custom_type", "gid", "due_at"}

Fields = dict[str, tuple[str, str]]


def named(fields: Fields, known: dict[str, Column] | None = None) -> dict[str, Column]:
    wishes = [column_of(gid, title, kind) for gid, (title, kind) in fields.items()]
    return columns_for(wishes, known or {}, RESERVED)


def names(columns: dict[str, Column]) -> list[str]:
    return [name for column in columns.values() for name in column.names]


@given(FIELDS)
def test_every_column_has_a_valid_name_that_nothing_else_has(fields: Fields) -> None:
    columns = named(fields)

    assert columns.keys() == fields.keys()
    assert len(names(columns)) == len(set(names(columns)))
    assert RESERVED.isdisjoint(names(columns))
    assert all(re.fullmatch(r"custom(_[a-z0-9]+)+", name) for name in names(columns))
    assert all(len(name) <= 63 for name in names(columns))


@given(FIELDS, st.randoms())
def test_the_order_in_which_asana_lists_fields_changes_no_name(
    fields: Fields, chance: Random
) -> None:
    shuffled = list(fields.items())
    chance.shuffle(shuffled)

    assert named(dict(shuffled)) == named(fields)


@given(FIELDS, FIELDS)
def test_what_is_remembered_stays_whatever_is_renamed_deleted_or_made(
    before: Fields, after: Fields
) -> None:
    first = named(before)
    state = {"bookmarks": {"custom_fields": {"columns": memory(first)}}}
    second = named(after, remembered(state))

    for gid, column in first.items():
        assert second[gid].name == column.name
        assert second[gid].kind == column.kind
    assert len(names(second)) == len(set(names(second)))
    assert RESERVED.isdisjoint(names(second))


@given(FIELDS)
def test_a_run_that_remembers_all_gives_the_same_columns(fields: Fields) -> None:
    first = named(fields)

    assert named(fields, first) == first


def test_names_are_written_in_snake_case_and_ascii() -> None:
    assert slug("Story Points (est.)") == "story_points_est"
    assert slug("Priorität") == "prioritat"
    assert slug("Straße №5") == "strasse_no5"
    assert slug("優先度") == ""


def test_the_older_of_two_fields_has_the_plain_name() -> None:
    columns = named({"99": ("priority", "text"), "100": ("Priority", "enum")})

    assert [column.name for column in columns.values()] == [
        "custom_priority",
        "custom_priority_100",
    ]


def test_the_moment_of_a_date_makes_way_for_no_other_field() -> None:
    columns = named({"1": ("Due at", "text"), "2": ("Due", "date")})

    assert names(columns) == ["custom_due_at", "custom_due_2", "custom_due_2_at"]


def test_a_new_field_of_the_tap_takes_its_name_back() -> None:
    known = {"1": Column("1", "custom_type", "enum")}

    assert names(named({}, known)) == ["custom_type_1"]
