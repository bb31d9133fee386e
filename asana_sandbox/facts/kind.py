"""What a kind of object is: its fields by type, what is shown when, what may be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLANK: dict[str, Any] = {"text": "", "html": "<body></body>", "flag": False, "count": 0}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The facts of one kind, as words separated by blanks.

    Attributes:
        name: As `resource_type` says it; its gid in paths is `<name>_gid`.
        text, html, flag, count, number, date, time: Fields of plain values.
        word: Fields whose values come from a fixed list; `field=first|second`, first is default.
        one, many: Fields that name other objects, `field:kind`.
        other: Fields of plain JSON objects or lists.
        compact: What a compact record holds beside gid and resource_type.
        opt_in: What only `opt_fields` brings.
        whole: Fields naming other objects that a full record shows whole, not compact.
        at_times: Fields that some objects of the kind do not have.
        create, update: Body fields taken by POST and by PUT.
    """

    name: str
    text: str = ""
    html: str = ""
    flag: str = ""
    count: str = ""
    number: str = ""
    date: str = ""
    time: str = ""
    word: str = ""
    one: str = ""
    many: str = ""
    other: str = ""
    compact: str = "name"
    opt_in: str = ""
    whole: str = ""
    at_times: str = ""
    create: str = ""
    update: str = ""
    types: Mapping[str, str] = field(init=False)
    choices: Mapping[str, frozenset[str]] = field(init=False)
    kinds: Mapping[str, str] = field(init=False)
    full_fields: tuple[str, ...] = field(init=False)
    compact_fields: tuple[str, ...] = field(init=False)
    writable: Mapping[str, frozenset[str]] = field(init=False)
    blanks: Mapping[str, Any] = field(init=False)
    whole_fields: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        plain = ("text", "html", "flag", "count", "number", "date", "time", "other")
        types = {name: kind for kind in plain for name in getattr(self, kind).split()}
        words = dict(entry.split("=") for entry in self.word.split())
        refs = {name: how for how in ("one", "many") for name in getattr(self, how).split()}
        kinds = dict(entry.split(":") for entry in refs)
        types |= dict.fromkeys(words, "word")
        types |= {entry.split(":")[0]: how for entry, how in refs.items()}
        opt_in = self.opt_in.split()
        given = {
            "types": types,
            "choices": {name: frozenset(some.split("|")) for name, some in words.items()},
            "kinds": kinds,
            "whole_fields": frozenset(self.whole.split()),
            "full_fields": tuple(name for name in types if name not in opt_in),
            "compact_fields": tuple(self.compact.split()),
            "writable": {
                "create": frozenset(self.create.split()),
                "update": frozenset(self.update.split()),
            },
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "blanks", self._blanks())

    def blank(self) -> dict[str, Any]:
        """Give the fields that every object of the kind has, at their defaults."""
        return {name: [] if value == [] else value for name, value in self.blanks.items()}

    def _blanks(self) -> dict[str, Any]:
        words = dict(entry.split("=") for entry in self.word.split())
        first = {name: some.split("|")[0] or None for name, some in words.items()}
        absent = self.at_times.split()
        return {
            name: [] if kind == "many" else first.get(name, _BLANK.get(kind))
            for name, kind in self.types.items()
            if name not in absent
        }
