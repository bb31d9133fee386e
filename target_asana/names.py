"""What a task's name means in a file that names its parents and blockers by name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Sighting(NamedTuple):
    """A row that bears a name: its key, where it stood in the input, whether it is a subtask."""

    key: str
    position: int
    child: bool


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several rows can be meant and nothing tells them apart."""

    keys: tuple[str, ...]


def plain(name: str) -> str:
    """Return the name as it is compared: one Unicode form (NFC), no blanks around it."""
    return unicodedata.normalize("NFC", name).strip()


def possible(own: Sighting, rows: Iterable[Sighting], *, parent: bool) -> list[Sighting]:
    """Return the rows that a name in row `own` can mean, in the order of the file.

    A row never means itself, and a parent is not itself a subtask: Asana's export writes the
    name of the top task beside the rows right below it.
    """
    return sorted(
        (row for row in rows if row.key != own.key and not (parent and row.child)),
        key=lambda row: row.position,
    )


def meant(
    own: Sighting, rows: Iterable[Sighting], *, parent: bool = False
) -> str | Ambiguous | None:
    """Return the key of the row that a name in row `own` means.

    The nearest earlier row wins; with none before, the single later one.

    Args:
        own: the row that holds the name.
        rows: every row that bears the name.
        parent: whether the name names the parent of `own`.

    Returns:
        The key; `Ambiguous` with the candidates; or None when no row can be meant.
    """
    candidates = possible(own, rows, parent=parent)
    earlier = [row for row in candidates if row.position < own.position]
    if earlier:
        return earlier[-1].key
    if len(candidates) > 1:
        return Ambiguous(tuple(row.key for row in candidates))
    return candidates[0].key if candidates else None


def split(cell: str, known: Callable[[str], bool]) -> list[str]:
    """Split a cell of names at its commas, keeping together what is known as one name.

    The longest known name wins at each place, so the whole cell is tried first; a piece that
    nothing is known of stands alone.

    Args:
        cell: names joined by commas, as Asana's CSV export writes them.
        known: whether something bears that name.
    """
    words = cell.split(",")
    names: list[str] = []
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            name = plain(",".join(words[start:end]))
            if end == start + 1 or known(name):
                if name:
                    names.append(name)
                start = end
                break
    return names
