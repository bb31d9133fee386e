"""From what the source says to what Asana knows: references → identities and gids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_asana import names
from target_asana.directory import Directory, offer
from target_asana.operations import in_body, in_path
from target_asana.records import Key
from target_asana.wanted import BlockedError, NotYetError, Ref, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_asana.identities import Known
    from target_asana.journal import Journal
    from target_asana.records import Record

BY_NAME = "name"
"""Namespace of what is known by its name alone."""

Target = dict[str, int] | str
"""What a reference stands for: an identity as a body names it, or the gid of a person."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about names that Asana does not have.

    Attributes:
        create_missing: resources that are made when they are missing.
        missing_user: "error", "skip", or the e-mail of the user who is taken instead.
    """

    create_missing: frozenset[str] = frozenset({"section", "tag"})
    missing_user: str = "error"


@dataclass(slots=True)
class Resolver:
    """Resolves the references of one record.

    Attributes:
        record: the record; its namespace says whose keys are meant.
        first_seq: where the input of this run begins.
        file_from: where the file begins whose rows are meant before those of earlier runs; 0 where
            the input goes on from earlier runs.
        final: the whole input has been seen, so nothing is worth waiting for.
        make: makes what is missing, inside the project that is given for a section; returns its
            identity.
        needs: identities met that have no gid yet.
    """

    journal: Journal
    directory: Directory
    policy: Policy
    record: Record
    ns: str
    first_seq: int
    file_from: int
    final: bool
    make: Callable[[Record, str, Key, str, Known | None], Known]
    needs: set[int] = field(default_factory=set)

    def target(self, ref: Ref) -> Target | None:
        """Return what a reference stands for; None for a person who is left out.

        Raises:
            NotYetError: when later input may bring it.
            RefusedError: when it cannot be found, or several can be meant.
            BlockedError: when it was to come from a record that failed.
        """
        if ref.resource == "users":
            return self._person(ref)
        known = self.identity(ref)
        if known.key == self.record.key:
            raise RefusedError("invalid", ref.field, "a task cannot be put under or behind itself")
        if known.gid is None:
            self.needs.add(known.id)
        return in_body(known.id)

    def token(self, ref: Ref) -> str:
        """Return what a reference stands for in a path."""
        known = self.identity(ref)
        if known.gid is not None:
            return known.gid
        self.needs.add(known.id)
        return in_path(known.id)

    def identity(self, ref: Ref) -> Known:
        """Return the identity a reference means, making it where that is allowed."""
        key = self._row(ref) if ref.row is not None else ref.key
        if ref.gid is not None:
            known = self.journal.identities.get(Key(BY_NAME, ref.resource, f"gid:{ref.gid}"))
            self.journal.identities.adopt(known.id, ref.gid)
            return self._found(known.key)
        if key is not None:
            known_by_key = self._by_key(Key(self.ns, ref.resource, key), ref)
            if known_by_key is not None:
                return known_by_key
        return self._by_name(ref)

    def _found(self, key: Key) -> Known:
        return self.journal.identities.get(key)

    def _by_key(self, key: Key, ref: Ref) -> Known | None:
        known = self.journal.identities.find(key)
        if known is not None:
            if known.gid is not None:
                return known
            if why := self.journal.operations.unknown_creation(known.id):
                raise BlockedError(
                    f"{ref.resource} {key.key} may or may not exist: {why}", unknown=True
                )
            if known.creating or self.journal.records.is_open(key):
                return known
            if known.promised:
                raise BlockedError(f"{ref.resource} {key.key} was not written")
        if not self.final:
            raise NotYetError
        if ref.name is None or ref.resource == "tasks":
            raise RefusedError(
                "unresolved_reference",
                ref.field,
                f"{ref.resource} {key.key} is neither in the input nor known from earlier runs",
            )
        return None

    def _row(self, ref: Ref) -> str:
        """Return the key of the row that a name means."""
        name = names.plain(ref.row or "")
        records = self.journal.records
        position = records.position(self.record.key)
        own = names.Sighting(self.record.key.key, position or self.record.seq, child=False)
        rows = records.sightings(self.ns, name)
        parent = ref.field == "Parent task"
        meant = None
        if own.position >= self.file_from:
            here = [row for row in rows if row.position >= self.file_from]
            meant = names.meant(own, here, parent=parent)
        if meant is None:
            meant = names.meant(own, rows, parent=parent)
        if isinstance(meant, str):
            seen = next(row.position for row in rows if row.key == meant)
            if self.final or self.first_seq <= seen < own.position or own.position < self.first_seq:
                return meant
        if not self.final:
            raise NotYetError
        if isinstance(meant, names.Ambiguous):
            raise RefusedError(
                "ambiguous_reference",
                ref.field,
                f"{len(meant.keys)} rows are named {name!r} and none stands earlier: "
                f"{', '.join(meant.keys[:10])}",
            )
        if meant is None:
            raise RefusedError("unresolved_reference", ref.field, _why_none(name, own, rows))
        return meant

    def _by_name(self, ref: Ref) -> Known:
        name = names.plain(ref.name or "")
        within = self.identity(ref.within) if ref.within else None
        key = Key(BY_NAME, ref.resource, f"{within.id}/{name}" if within else name)
        known = self.journal.identities.get(key)
        if known.gid is None and (why := self.journal.operations.unknown_creation(known.id)):
            raise BlockedError(f"{ref.resource} {name!r} may or may not exist: {why}", unknown=True)
        if known.exists:
            return known
        gids = self._listed(ref.resource, name, within)
        if len(gids) > 1:
            raise RefusedError(
                "ambiguous_match",
                ref.field,
                f"{len(gids)} {ref.resource} are named {name!r}: {', '.join(gids)}",
            )
        if gids:
            self.journal.identities.adopt(known.id, gids[0])
            return self._found(key)
        if not (ref.make or ref.resource.removesuffix("s") in self.policy.create_missing):
            raise RefusedError(
                "unresolved_reference", ref.field, f"no {ref.resource[:-1]} is named {name!r}"
            )
        return self.make(self.record, ref.resource, key, name, within)

    def _listed(self, resource: str, name: str, within: Known | None) -> list[str]:
        if resource == "sections":
            gid = within.gid if within else None
            return self.directory.sections_named(gid, name) if gid else []
        if resource == "projects":
            return self.directory.projects_named(name)
        return self.directory.tags_named(name)

    def _person(self, ref: Ref) -> str | None:
        gid = self._person_gid(ref)
        if gid is not None:
            return gid
        if not self.final and ref.key is not None:
            raise NotYetError
        said = ref.email or ref.name or ref.key or ""
        match self.policy.missing_user:
            case "skip":
                return None
            case "error":
                matches = offer(self.directory.near_people(said))
                raise RefusedError(
                    "no_such_user",
                    ref.field,
                    f"no user {said} in workspace {self.directory.workspace}{matches}",
                )
            case email:
                instead = self.directory.person_by_email(email)
        if instead is None:
            raise RefusedError("no_such_user", ref.field, f"no user {email}, as missing_user says")
        return instead

    def _person_gid(self, ref: Ref) -> str | None:
        email, name = ref.email, ref.name
        if ref.key is not None:
            if self.directory.has_person(ref.key):
                return ref.key
            source = self.journal.identities.find(Key(self.ns, "users", ref.key))
            if source is not None:
                email = source.fields.get("email") or email
                name = source.fields.get("name") or name
        if email is not None:
            return self.directory.person_by_email(email)
        gids = self.directory.people_named(name) if name else []
        if len(gids) > 1:
            raise RefusedError(
                "ambiguous_match", ref.field, f"{len(gids)} users are named {name}: name the e-mail"
            )
        return gids[0] if gids else None


def _why_none(name: str, own: names.Sighting, rows: Sequence[names.Sighting]) -> str:
    """Return why none of the rows that bear a name can be meant by it in row `own`."""
    if not rows:
        return f"no row is named {name!r}"
    if all(row.key == own.key for row in rows):
        return f"{name!r} is this row itself"
    return f"every row named {name!r} is itself a subtask, which Asana's export names no parent"
