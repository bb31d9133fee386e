"""How a record says something should be, before any name in it is looked up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from target_asana.records import Key


class RefusedError(Exception):
    """A record that cannot be written as it is; it becomes a dead letter.

    Attributes:
        kind: what is wrong: "invalid", "unresolved_reference", "ambiguous_reference",
            "ambiguous_match", "no_such_user", "remote_deleted" and the like.
        field: the field of the record it is about.
    """

    def __init__(self, kind: str, field: str | None, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.field = field


class NotYetError(Exception):
    """A record that refers to what later input may bring."""


class BlockedError(Exception):
    """A record that needs what another record has failed to bring.

    Attributes:
        unknown: nobody knows whether the other one was written, so this one is not at its end.
    """

    def __init__(self, message: str, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.unknown = unknown


class UnknownError(Exception):
    """A record of which nobody knows whether an earlier run has written it."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Something another thing is pointed at by: a key of the source, an e-mail, a name.

    Attributes:
        resource: what it is, as the streams are called.
        key: what the source calls it.
        email: a person's e-mail.
        name: its name in Asana.
        row: the name of another row of the same file.
        gid: its gid in the target workspace.
        within: the project of a section.
        make: whether the record that names it is also the record of it.
        field: the field of the record that holds the reference.
    """

    resource: str
    field: str
    key: str | None = None
    email: str | None = None
    name: str | None = None
    row: str | None = None
    gid: str | None = None
    within: Ref | None = None
    make: bool = False

    @property
    def source(self) -> str:
        """The reference as the source means it: its strongest part, so that equal is equal."""
        part = next(
            (
                f"{how}:{value}"
                for how in ("gid", "key", "row", "email", "name")
                if (value := getattr(self, how)) is not None
            ),
            "",
        )
        return f"{self.within.source}/{part}" if self.within else part


@dataclass(frozen=True, slots=True)
class Custom:
    """The value of a custom field as the source gives it; its type is Asana's to tell."""

    field: Ref
    value: Any


@dataclass(frozen=True, slots=True)
class Item:
    """One member of an association; a project membership may name a section."""

    ref: Ref
    section: Ref | None = None

    @property
    def place(self) -> str | None:
        """Where in the other thing it stands, as the source means it."""
        return self.section.source if self.section else None


@dataclass(slots=True)
class Wanted:
    """How a record says one thing should be.

    Attributes:
        key: what the source calls it.
        address: the key is the gid of an object of the target workspace, to be updated in place
            and never created; None when that follows from `container`.
        fields: value by field: plain JSON, a `Ref` or a `Custom`. Absent leaves alone, None clears.
        links: association by name. Absent leaves alone.
        cells: associations whose names cannot be told apart before other rows are known.
        container: what a section, or a comment, is created in; the task of a relation.
        dropped: fields of the record that cannot be written, for the report.
    """

    key: Key
    address: bool | None = False
    fields: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[Item]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    container: Ref | None = None
    dropped: list[str] = field(default_factory=list)


def digest(value: Any) -> str:
    """Return a short hash of a value as the source means it."""
    text = orjson.dumps(_source(value), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=9).hexdigest()


def _source(value: Any) -> Any:
    if isinstance(value, Ref):
        return value.source
    if isinstance(value, Custom):
        return [value.field.source, _source(value.value)]
    if isinstance(value, (list, tuple)):
        return [_source(part) for part in value]
    return value
