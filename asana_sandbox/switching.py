"""Moving switches: names and values are checked against the type of each switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

from asana_sandbox.errors import bad_request
from asana_sandbox.fitting import require_fit
from asana_sandbox.world import Switches

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = get_type_hints(Switches)


def move(switches: Switches, wishes: Mapping[str, Any]) -> None:
    """Move all switches named, or none.

    Raises:
        ApiError: 400 for a switch that is not there or a value it cannot have.
    """
    for name in wishes:
        if name not in _TYPES:
            raise bad_request(f"There is no switch {name}")
    require_fit(wishes, _TYPES)
    for name, value in wishes.items():
        setattr(switches, name, value)
