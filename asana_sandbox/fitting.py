"""Whether a JSON value fits a Python type, for what the control plane is told."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from asana_sandbox.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_fit(wishes: Mapping[str, Any], types: Mapping[str, Any]) -> None:
    """Refuse values that their types do not hold.

    Args:
        wishes: Values by name.
        types: The type hint of each name; numbers are from 0 up.

    Raises:
        ApiError: 400 with the first value that does not fit.
    """
    for name, value in wishes.items():
        if not _fits(value, types[name]):
            raise bad_request(f"{name}: {value!r} is not one of {_named(types[name])}")


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (NoneType, bool, str) or isinstance(value, bool):
        return isinstance(value, kind)
    return isinstance(value, (int, float) if kind is float else kind) and value >= 0


def _named(kind: Any) -> str:
    if get_origin(kind) in (Union, UnionType):
        return ", ".join(map(_named, get_args(kind)))
    if get_origin(kind) is Literal:
        return ", ".join(map(repr, get_args(kind)))
    if kind is str:
        return "any text"
    return "null" if kind is NoneType else f"{kind.__name__} from 0 up"
