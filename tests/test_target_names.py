"""What a name in a row means, whatever rows there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_asana.names import Ambiguous, Sighting, meant, plain, split

WORDS = st.text("ab ", min_size=1, max_size=4).filter(str.strip)
ROWS = st.lists(
    st.tuples(st.sampled_from("xy"), st.booleans()), min_size=1, max_size=12
).map(
    lambda rows: [
        (name, Sighting(f"{name}{at}", at, child)) for at, (name, child) in enumerate(rows)
    ]
)  # fmt: skip


@given(rows=ROWS, parent=st.booleans(), data=st.data())
def test_a_name_means_the_nearest_earlier_row_that_can_be_meant(
    *, rows: list[tuple[str, Sighting]], parent: bool, data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from([row for _, row in rows]))
    bearers = [row for name, row in rows if name == "x"]
    can = [r for r in bearers if r.key != own.key and not (parent and r.child)]

    result = meant(own, data.draw(st.permutations(bearers)), parent=parent)

    earlier = [row for row in can if row.position < own.position]
    if earlier:
        assert result == max(earlier, key=lambda row: row.position).key
    elif len(can) == 1:
        assert result == can[0].key
    elif can:
        assert result == Ambiguous(tuple(row.key for row in can))
    else:
        assert result is None


@given(rows=ROWS, by=st.integers(1, 100), parent=st.booleans(), data=st.data())
def test_it_does_not_matter_where_in_the_input_the_file_begins(
    *, rows: list[tuple[str, Sighting]], by: int, parent: bool, data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from([row for _, row in rows]))
    moved = [row._replace(position=row.position + by) for _, row in rows]
    own_moved = own._replace(position=own.position + by)

    here = meant(own, [row for _, row in rows], parent=parent)

    assert meant(own_moved, moved, parent=parent) == here


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_names_without_commas_come_apart_as_they_were_joined(names: list[str]) -> None:
    known = {plain(name) for name in names}

    assert split(", ".join(names), known.__contains__) == [plain(name) for name in names]


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_whole_cell_that_is_a_name_is_not_split(names: list[str]) -> None:
    cell = ", ".join(names)

    assert split(cell, {plain(cell)}.__contains__) == [plain(cell)]


@pytest.mark.parametrize(
    ("cell", "known", "expected"),
    [
        ("a, b, c", {"a, b", "c"}, ["a, b", "c"]),
        ("a, b, c", {"a", "b, c"}, ["a", "b, c"]),
        ("a, b, c", {"a, b", "b, c"}, ["a, b", "c"]),
        ("a,,b", set(), ["a", "b"]),
        ("", set(), []),
    ],
)
def test_the_longest_known_name_wins_at_each_place(
    cell: str, known: set[str], expected: list[str]
) -> None:
    assert split(cell, known.__contains__) == expected


def test_a_letter_written_in_two_ways_is_one_letter() -> None:
    assert plain("Cafe\u0301 ") == plain("Caf\u00e9")
