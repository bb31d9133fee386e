"""A sequence of gids that is cheap to insert into anywhere: sections, tasks, subtasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Order:
    """Distinct gids in an order of their own, as a ring of neighbours around an empty gid.

    Every change is O(1), whatever the length, so that a section of 100,000 tasks can be
    reordered at the price of one of ten.
    """

    __slots__ = ("_after", "_before")

    def __init__(self, gids: Iterable[str] = ()) -> None:
        self._after = {"": ""}
        self._before = {"": ""}
        for gid in gids:
            self.insert(gid)

    def __len__(self) -> int:
        return len(self._after) - 1

    def __contains__(self, gid: object) -> bool:
        return gid != "" and gid in self._after

    def __iter__(self) -> Iterator[str]:
        gid = self._after[""]
        while gid:
            yield gid
            gid = self._after[gid]

    @property
    def last(self) -> str:
        """The last gid, or an empty string."""
        return self._before[""]

    @property
    def first(self) -> str:
        """The first gid, or an empty string."""
        return self._after[""]

    def insert(self, gid: str, *, before: str | None = None, after: str | None = None) -> None:
        """Put a gid at the end, or beside another one; one that is here already moves.

        Args:
            gid: What to put.
            before: The gid to stand in front of; an empty string is the end.
            after: The gid to follow; an empty string is the beginning.
        """
        if gid in (before, after):
            return
        self.discard(gid)
        left = after if after is not None else self._before[before or ""]
        right = self._after[left]
        self._after[left], self._after[gid] = gid, right
        self._before[right], self._before[gid] = gid, left

    def discard(self, gid: str) -> None:
        """Take a gid out; one that is not here is no mistake."""
        if gid in self:
            left, right = self._before.pop(gid), self._after.pop(gid)
            self._after[left], self._before[right] = right, left
