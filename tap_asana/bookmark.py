"""How far the tasks of one workspace have been read, as the state remembers it between runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

if TYPE_CHECKING:
    from collections.abc import Iterable

OVERLAP = timedelta(seconds=1)
"""Whether Asana's modified_since includes its own instant is not stated, so each run begins this
much before the last one's start; what changed in that second is read twice."""

Phase: TypeAlias = Literal["projects", "users"]
Entries: TypeAlias = dict[str, dict[str, Any]]


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("instant", raises=(OverflowError, ValueError))
def _is_instant(text: object) -> bool:
    if not isinstance(text, str):
        return True
    return datetime.fromisoformat(text).tzinfo is not None and bool(before(text))


def _objects(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": of}


_INSTANT = {"type": "string", "format": "instant"}
_PERHAPS = {"type": ["string", "null"], "format": "instant"}
_GIDS = {"type": "array", "items": {"type": "string"}}
_WALK = {
    "type": "object",
    "required": ["since", "started", "phase", "after"],
    "properties": {
        "since": _PERHAPS,
        "started": _INSTANT,
        "chosen": _GIDS,
        "phase": {"enum": ["projects", "users"]},
        "after": {"type": "string"},
    },
}
_ENTRY = {
    "type": "object",
    "properties": {
        "modified_at": _INSTANT,
        "whole_at": _INSTANT,
        "chosen": _GIDS,
        "unread": _objects(_PERHAPS),
        "walk": _WALK,
    },
}
_EXPORT = {
    "type": "object",
    "required": ["job", "asked", "started"],
    "properties": {
        "job": {"type": "string"},
        "asked": {"type": "string"},
        "started": _INSTANT,
        "done": {"type": "integer", "minimum": 0},
    },
}
_COLUMN = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {"name": {"type": "string"}, "type": {"type": "string"}},
}
_STATE = {
    "properties": {
        "bookmarks": {
            **_objects({"type": "object"}),
            "properties": {
                "tasks": {
                    "type": "object",
                    "properties": {"workspaces": _objects(_ENTRY), "exports": _objects(_EXPORT)},
                },
                "organization_exports": {
                    "type": "object",
                    "properties": {"exports": _objects({"type": "string"})},
                },
                "audit_log_events": {
                    "type": "object",
                    "properties": {
                        "workspaces": _objects(
                            {"type": "object", "properties": {"created_at": _INSTANT}}
                        )
                    },
                },
                "events": {
                    "type": "object",
                    "properties": {"workspaces": _objects(_objects({"type": "string"}))},
                },
                "custom_fields": {"type": "object", "properties": {"columns": _objects(_COLUMN)}},
            },
        }
    }
}
"""JSON schema of a state. What it does not name may be there and is left alone."""


def problem_of(state: dict[str, Any]) -> str:
    """Say what keeps us from going on from a state, in one line; nothing when all is well."""
    errors = Draft202012Validator(_STATE, format_checker=_FORMATS).iter_errors(state)
    worst = best_match(errors)
    if worst is None:
        return ""
    where = "/".join(map(str, worst.absolute_path))
    return f"The state is broken at {where}: {worst.message}. Without it, everything is read."


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


def before(instant: str) -> str:
    """Give the instant that makes sure of another one, as `OVERLAP` tells."""
    return stamp(datetime.fromisoformat(instant) - OVERLAP)


class Bookmark:
    """The entry of one workspace in the state of the stream `tasks`.

    ```json
    {"modified_at": "…",
     "whole_at": "…",
     "chosen": ["<gid>"],
     "unread": {"<gid>": "…"},
     "walk": {"since": "…", "started": "…", "chosen": ["<gid>"], "phase": "projects", "after": "…"}}
    ```

    `modified_at` is the start of the last run that came to its end. `whole_at` stands there when
    what leaves a task's `modified_at` alone is known up to an earlier instant only, that of the
    last run that read all or was told by a feed what happened; it goes when all is read again.
    `chosen` stands there when the settings chose projects: only these have been read up to then.
    `unread` are projects and users whose tasks were refused, with the instant from which they still
    have to be read (null: whole); they are tried again in each run. `users` among them stands for
    all users: their list itself was refused. `walk` stands there while a walk is under way: the
    sources up to `after` are done, in the order of their gids, projects first. A run that finds a
    walk goes on with it, and ends with the bookmark at `started` of the run that began it. Whatever
    changed in the meantime is the next run's. A walk over other projects than the settings choose
    is dropped.

    Each change replaces the entry as a whole, so that a STATE written at any moment is consistent.
    """

    def __init__(  # noqa: PLR0913 - what decides where to begin, each named by its caller
        self,
        entries: Entries,
        workspace: str,
        *,
        now: datetime,
        floor: datetime | None = None,
        chosen: Iterable[str] | None = None,
        refresh: timedelta | None = None,
        followed: bool = False,
    ) -> None:
        """Read where to begin.

        Args:
            entries: The entries of all workspaces; changed in place.
            workspace: Gid of the workspace.
            now: The present by Asana's clock.
            floor: Nothing before this is wanted; None when all is.
            chosen: Gids of the projects that the settings choose; None when they leave that open.
            refresh: How old `whole_at` may be before all is read again; None: of any age.
            followed: Whether a feed tells all that happened since the last run.
        """
        self._entries = entries
        self._workspace = workspace
        self._floor = stamp(floor) if floor else None
        self._chosen = None if chosen is None else sorted(chosen, key=order)
        entry = entries.get(workspace, {})
        self._unread: dict[str, str | None] = entry.get("unread", {})
        self._known: list[str] | None = entry.get("chosen")
        walk = entry.get("walk", {})
        self._walk: dict[str, Any] = walk if walk.get("chosen") == self._chosen else {}
        last = max(filter(None, [entry.get("modified_at"), self._floor]), default=None)
        self._whole_at: str | None = entry.get("whole_at")
        if not followed and "modified_at" in entry:
            # At once: should this run be cut short, the next one's feed begins behind the gap.
            self._whole_at = entry.setdefault("whole_at", entry["modified_at"])
        self.is_due = bool(
            not self._walk and refresh and self._whole_at and self._whole_at <= stamp(now - refresh)
        )
        if self.is_due:
            last, self._unread = self._floor, {}
        self._has_users = True
        self.since: str | None = self._walk.get("since", last)
        self.started: str = self._walk.get("started", stamp(now))

    def __str__(self) -> str:
        """Say in a few words what will be read."""
        what = f"what changed since {self.since}" if self.since else "read whole"
        what += f", as was last done at {self._whole_at}" if self.is_due else ""
        return f"{what}, going on with the walk of {self.started}" if self.resumed else what

    @property
    def resumed(self) -> bool:
        """Whether a walk that was cut short is gone on with."""
        return bool(self._walk)

    def source(self, phase: Phase, gid: str, created_at: str = "") -> Source:
        """Return how a source is to be read: from the bookmark on, or whole when it is new.

        A project that already existed but was shared with the token's user after the last run is
        not known to be new: of that one only later changes are read.
        """
        since = self._unread.get(gid, self._unread.get(phase, self.since))
        is_new = self._known is not None and (phase == "users" or gid not in self._known)
        if since is None or is_new or created_at >= since or since == self._floor:
            return Source(phase, gid, self._floor)
        return Source(phase, gid, before(since))

    def is_done(self, phase: Phase, gid: str) -> bool:
        """Whether the walk that is gone on with has this source behind it."""
        if not self._walk:
            return False
        return (phase, order(gid)) <= (self._walk["phase"], order(self._walk["after"]))

    def finish(self, finished: Finished) -> None:
        """Take down that a source is done; one that was refused stays due from where it was."""
        phase, gid, since = finished.source
        unread = {key: due for key, due in self._unread.items() if key != gid}
        self._unread = {**unread, gid: since} if finished.failed else unread
        walk = {"since": self.since, "started": self.started, "phase": phase, "after": gid}
        entry = self._entries.get(self._workspace, {})
        kept = {name: entry[name] for name in ("modified_at", "chosen") if name in entry}
        self._write(kept | {"walk": walk | self._choice})

    @property
    def earliest(self) -> str | None:
        """From when to read the workspace as one, so that nothing stays due; None: whole."""
        due = [self.since, *self._unread.values()]
        if self._known is not None or None in due:
            return self._floor
        first = min(filter(None, due))
        return first if first == self._floor else before(first)

    def complete_at(self, started: str) -> None:
        """Move the bookmark: the workspace was read as one, from `earliest` on."""
        if self.earliest == self._floor:
            self._whole_at = None
        self._unread = {}
        self._write({"modified_at": started})

    def miss_users(self) -> None:
        """Take down that the users could not be listed, so that all of them stay due."""
        self._has_users = False
        self._unread = {"users": self.since, **self._unread}

    def complete(self) -> None:
        """Move the bookmark to the start of the walk, which is over."""
        if self._has_users and self._chosen is None:
            self._unread = {gid: due for gid, due in self._unread.items() if gid != "users"}
        if self.since == self._floor:
            self._whole_at = None
        self._write({"modified_at": self.started, **self._choice})

    @property
    def _choice(self) -> dict[str, list[str]]:
        return {} if self._chosen is None else {"chosen": self._chosen}

    def _write(self, entry: dict[str, Any]) -> None:
        unread = {"unread": self._unread} if self._unread else {}
        whole = {"whole_at": self._whole_at} if self._whole_at else {}
        self._entries[self._workspace] = entry | whole | unread


def order(gid: str) -> tuple[int, str]:
    """Sort gids as the numbers they are, which is by age; no number comes after all numbers."""
    return len(gid), gid
