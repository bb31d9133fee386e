"""Which task waits for which: no edge is written twice, none closes a circle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_asana.plan import MAX_EDGES
from target_asana.wanted import RefusedError

if TYPE_CHECKING:
    from target_asana.journal import Journal
    from target_asana.operations import Step

_REACHES = """
WITH RECURSIVE before (task) AS (
    SELECT ? UNION SELECT edge.needs FROM edge JOIN before ON edge.task = before.task
)
SELECT 1 FROM before WHERE task = ?
"""


@dataclass(slots=True)
class Graph:
    """The `edge` table of the journal, as the operations of one record change it.

    An edge may have several sources: both tasks of a dependency name it in Asana's export.
    """

    journal: Journal
    _new: list[tuple[int, int, str]] = field(default_factory=list)

    def change(self, task: int, owner: int, link: str, sign: str, values: list[Any]) -> list[Any]:
        """Add or remove edges; return those of the values that Asana has to be told of.

        Args:
            task: identity of the task.
            owner: identity of the record that names the edge.
            link: "dependencies" or "dependents".
            sign: "+" or "-".
            values: the other tasks.

        Raises:
            RefusedError: when an edge would close a circle, or a task would have too many.
        """
        self._new = []
        self.journal.db.execute("SAVEPOINT edges")
        try:
            return self._changed(task, owner, link, sign, values)
        except RefusedError:
            self.journal.db.execute("ROLLBACK TO edges")
            raise
        finally:
            self.journal.db.execute("RELEASE edges")

    def _changed(self, task: int, owner: int, link: str, sign: str, values: list[Any]) -> list[Any]:
        told = []
        for value in values:
            other = value["$id"]
            pair = (task, other) if link == "dependencies" else (other, task)
            source = f"{owner} {link}"
            if (self._add if sign == "+" else self._remove)(pair, source, link):
                told.append(value)
        return told

    def planned(self, step: Step, op: int | None) -> None:
        """Tie new edges to the operation that makes them, so that they go when it fails."""
        if step.kind in {"dependencies+", "dependents+"}:
            self.journal.db.executemany(
                "UPDATE edge SET op = ? WHERE task = ? AND needs = ? AND source = ?",
                [(op, *edge) for edge in self._new],
            )
            self._new = []

    def _add(self, pair: tuple[int, int], source: str, link: str) -> bool:
        db = self.journal.db
        exists = db.execute("SELECT 1 FROM edge WHERE task = ? AND needs = ?", pair).fetchone()
        if not exists:
            self._check(pair, link)
        db.execute(
            "INSERT OR IGNORE INTO edge (task, needs, source) VALUES (?, ?, ?)", (*pair, source)
        )
        self._new.append((*pair, source))
        return not exists

    def _check(self, pair: tuple[int, int], link: str) -> None:
        task, needs = pair
        db = self.journal.db
        if db.execute(_REACHES, (needs, task)).fetchone():
            names = " and ".join(self.journal.identities.key(end).key for end in pair)
            raise RefusedError("invalid", link, f"tasks {names} would wait for each other")
        for end in pair:
            (count,) = db.execute(
                "SELECT count(DISTINCT task || ' ' || needs) FROM edge WHERE task = ? OR needs = ?",
                (end, end),
            ).fetchone()
            if count >= MAX_EDGES:
                name = self.journal.identities.key(end).key
                raise RefusedError(
                    "invalid",
                    link,
                    f"task {name} would have more than {MAX_EDGES} dependencies and dependents",
                )

    def _remove(self, pair: tuple[int, int], source: str, _link: str) -> bool:
        db = self.journal.db
        db.execute("DELETE FROM edge WHERE task = ? AND needs = ? AND source = ?", (*pair, source))
        left = db.execute("SELECT 1 FROM edge WHERE task = ? AND needs = ?", pair).fetchone()
        return left is None
