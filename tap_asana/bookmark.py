"""How far the tasks of one workspace have been read, as the state remembers it between runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias

OVERLAP = timedelta(seconds=1)
"""Whether Asana's modified_since includes its own instant is not stated, so each run begins this
much before the last one's start; what changed in that second is read twice."""

Phase: TypeAlias = Literal["projects", "users"]
Entries: TypeAlias = dict[str, dict[str, Any]]


class Source(NamedTuple):
    """One list of tasks of a walk: a project's, or what is assigned to a user.

    Attributes:
        phase: Which of the two; all projects are read before the first user.
        gid: The project's or the user's.
        since: Only what changed from this instant on; None reads it whole.
    """

    phase: Phase
    gid: str
    since: str | None


class Finished(NamedTuple):
    """A source is read to its end. `failed`: Asana refused part of it."""

    source: Source
    failed: bool


def stamp(moment: datetime) -> str:
    """Write an instant as Asana does: UTC, milliseconds, Z. Such texts compare as the instants."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Bookmark:
    """The entry of one workspace in the state of the stream `tasks`.

    ```json
    {"modified_at": "…",
     "unread": {"<gid>": "…"},
     "walk": {"since": "…", "started": "…", "phase": "projects", "after": "<gid>"}}
    ```

    `modified_at` is the start of the last run that came to its end. `unread` are projects and users
    whose tasks were refused, with the instant from which they still have to be read (null: whole);
    they are tried again in each run. `walk` stands there while a walk is under way: the sources up
    to `after` are done, in the order of their gids, projects first. A run that finds a walk goes on
    with it, and ends with the bookmark at `started` of the run that began it. Whatever changed in
    the meantime is the next run's.

    Each change replaces the entry as a whole, so that a STATE written at any moment is consistent.
    """

    def __init__(
        self, entries: Entries, workspace: str, *, floor: datetime | None, now: datetime
    ) -> None:
        """Read where to begin.

        Args:
            entries: The entries of all workspaces; changed in place.
            workspace: Gid of the workspace.
            floor: Nothing before this is wanted; None when all is.
            now: The present by Asana's clock.
        """
        self._entries = entries
        self._workspace = workspace
        entry = entries.get(workspace, {})
        self._unread: dict[str, str | None] = entry.get("unread", {})
        self._walk: dict[str, Any] | None = entry.get("walk")
        if self._walk:
            self.since: str | None = self._walk["since"]
            self.started: str = self._walk["started"]
        else:
            candidates = [entry.get("modified_at"), floor and stamp(floor)]
            self.since = max(filter(None, candidates), default=None)
            self.started = stamp(now)

    @property
    def resumed(self) -> bool:
        """Whether a walk that was cut short is gone on with."""
        return self._walk is not None

    def __str__(self) -> str:
        """Say in a few words what will be read."""
        what = f"what changed since {self.since}" if self.since else "read whole"
        return f"{what}, going on with the walk of {self.started}" if self.resumed else what

    def source(self, phase: Phase, gid: str, created_at: str | None = None) -> Source:
        """Return how a source is to be read: from the bookmark, whole when it is younger.

        A project that already existed but was shared with the token's user after the last run is
        not known to be new: of that one only later changes are read.
        """
        since = self._unread.get(gid, self.since)
        if since is None or (created_at or "") >= since:
            return Source(phase, gid, None)
        return Source(phase, gid, stamp(datetime.fromisoformat(since) - OVERLAP))

    def is_done(self, phase: Phase, gid: str) -> bool:
        """Whether the walk that is gone on with has this source behind it."""
        if not self._walk or "phase" not in self._walk:
            return False
        return (phase, order(gid)) <= (self._walk["phase"], order(self._walk["after"]))

    def finish(self, finished: Finished) -> None:
        """Take down that a source is done; one that was refused stays due from where it was."""
        phase, gid, _ = finished.source
        unread = {key: since for key, since in self._unread.items() if key != gid}
        if finished.failed:
            unread[gid] = self._unread.get(gid, self.since)
        self._unread = unread
        walk = {"since": self.since, "started": self.started, "phase": phase, "after": gid}
        self._write({"walk": walk})

    def complete(self) -> None:
        """Move the bookmark to the start of the walk, which is over."""
        self._write({"modified_at": self.started})

    def _write(self, change: dict[str, Any]) -> None:
        entry = self._entries.get(self._workspace, {})
        kept = {"modified_at": entry["modified_at"]} if "modified_at" in entry else {}
        unread = {"unread": self._unread} if self._unread else {}
        self._entries[self._workspace] = {**kept, **unread, **change}


def order(gid: str) -> tuple[int, str]:
    """Sort gids as the numbers they are, which is by age; no number comes after all numbers."""
    return len(gid), gid
