"""A set of gids that takes little memory, for walks over a million tasks."""

from __future__ import annotations

from array import array

_SPREAD = 0x9E37_79B9_7F4A_7C15
"""2^64 divided by the golden ratio: times this, numbers however regular fall all over a table
(Knuth, The Art of Computer Programming, volume 3, section 6.4, on multiplicative hashing)."""
_SMALLEST = 1 << 10
_FULL = 2 / 3
"""Share of a table that may be taken, beyond which finding a place takes many steps."""


class Gids:
    """Gids that were met: 12 to 24 bytes each, where a set of Python's takes up to 100.

    A table of 64-bit numbers with open addressing; an empty place holds 0, which is no gid.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._table = array("Q", bytes(8 * _SMALLEST))
        self._count = 0

    def __contains__(self, gid: str) -> bool:
        number = int(gid)
        return self._table[_place(self._table, number)] == number

    def __len__(self) -> int:
        return self._count

    def add(self, gid: str) -> bool:
        """Add a gid; tell whether it is new."""
        number = int(gid)
        at = _place(self._table, number)
        if self._table[at] == number:
            return False
        self._table[at] = number
        self._count += 1
        if self._count > _FULL * len(self._table):
            self._grow()
        return True

    def _grow(self) -> None:
        table = array("Q", bytes(2 * 8 * len(self._table)))
        for number in filter(None, self._table):
            table[_place(table, number)] = number
        self._table = table


def _place(table: array[int], number: int) -> int:
    """Find where a number is, or would be."""
    last = len(table) - 1
    at = (number * _SPREAD >> 32) & last
    while (there := table[at]) and there != number:
        at = (at + 1) & last
    return at
