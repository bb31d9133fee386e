"""Moving switches: names and values are checked against the type of each switch."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from asana_sandbox.errors import bad_request
from asana_sandbox.world import Switches

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = get_type_hints(Switches)


def move(switches: Switches, wishes: Mapping[str, Any]) -> None:
    """Move all switches named, or none.

    Raises:
        ApiError: 400 for a switch that is not there or a value it cannot have.
    """
    for name, value in wishes.items():
        if name not in _TYPES:
            raise bad_request(f"There is no switch {name}")
        if not _fits(value, _TYPES[name]):
            raise bad_request(f"{name}: {value!r} is not one of {_named(_TYPES[name])}")
    for name, value in wishes.items():
        setattr(switches, name, value)


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is UnionType:
        return any(_fits(value, one) for one in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (NoneType, bool) or isinstance(value, bool):
        return isinstance(value, kind)
    return isinstance(value, (int, float) if kind is float else kind) and value >= 0


def _named(kind: Any) -> str:
    if get_origin(kind) is UnionType:
        return ", ".join(map(_named, get_args(kind)))
    if get_origin(kind) is Literal:
        return ", ".join(map(repr, get_args(kind)))
    return "null" if kind is NoneType else f"{kind.__name__} from 0 up"
