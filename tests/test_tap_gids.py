"""The compact set of gids: what a set of Python's would say, in little memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_asana.gids import Gids

NUMBERS = st.integers(1, 2**64 - 1) | st.integers(1, 50)


@given(st.lists(NUMBERS), NUMBERS)
def test_it_holds_what_was_added_and_nothing_else(numbers: list[int], other: int) -> None:
    gids, known = Gids(), set[int]()
    for number in numbers:
        assert gids.add(str(number)) is (number not in known)
        known.add(number)
    assert len(gids) == len(known)
    assert all(str(number) in gids for number in known)
    assert (str(other) in gids) is (other in known)


@pytest.mark.parametrize("apart", [1, 7_919, 2**32, 10**6])
def test_many_gids_take_little_memory(apart: int) -> None:
    """Whatever their distance, as gids of one kind may be given out in steps."""
    numbers = range(apart, apart * 50_000, apart)
    tracemalloc.start()
    gids = Gids()
    assert all(gids.add(str(number)) for number in numbers)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not any(gids.add(str(number)) for number in numbers)
    assert taken < 25 * len(numbers)
