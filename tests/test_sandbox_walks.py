"""Good calls one after the other, in any order, in a world that nobody tidies up between them."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES, Route
from tests.sandbox_calls import CALLS, Ask, filled, names_of, places_of, records_in

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

register_routes()

WALKED = [route for route in ROUTES if route.batchable]


_PLACE = re.compile(r"\{(\w+)\}")


class Walk:
    """A walk through a fresh sample, on which more and more objects are met.

    Args:
        sandbox: Where it leads through.
        dice: Choose one of several gids.
    """

    def __init__(self, sandbox: SandboxClient, dice: random.Random) -> None:
        self._sandbox = sandbox
        self._dice = dice
        records = records_in(sandbox)
        self._names = names_of(records)
        self._service = sandbox.token_of(self._names["user"], service_account=True)
        self._met: dict[str, list[str]] = {}
        self.broken: list[str] = []
        for record in records:
            self._meet(record)

    def step(self, route: Route) -> None:
        """Make the route's good call, on the usual objects or on others that its path can name."""
        ask = CALLS.get(route.operation, Ask())
        usual = places_of(route.template, ask, self._names)
        met = {place: self._met.get(place.removesuffix("_gid")) for place in usual}
        places = {
            place: self._dice.choice([gid, self._dice.choice(met[place] or [gid])])
            for place, gid in usual.items()
        }
        self._call(route, places, filled(ask.sent, self._names), served=ask.served)

    def end(self) -> None:
        """Delete and read whatever was met, in any order."""
        singles = [
            (route, {place: gid})
            for route in WALKED
            if route.method in {"GET", "DELETE"} and not route.required
            for place in _PLACE.findall(route.template)
            for gid in self._met.get(place.removesuffix("_gid"), ())
            if route.template.count("{") == 1
        ]
        for route, places in self._dice.sample(singles, len(singles)):
            self._call(route, places, {}, served=True)

    def _call(
        self, route: Route, places: dict[str, str], sent: dict[str, Any], *, served: bool
    ) -> None:
        path = route.template.format_map(places)
        how: dict[str, Any] = (
            {"params": sent} if route.method == "GET" else {"json": {"data": sent}}
        )
        token = self._service if served else None
        response = self._sandbox.call(route.method, path, token=token, **how)
        if response.status_code >= 500:
            self.broken.append(f"{route.method} {path} {json.dumps(sent)}")
        elif response.ok and isinstance(made := response.json().get("data"), dict):
            self._meet(made)

    def _meet(self, record: dict[str, Any]) -> None:
        if "gid" in record and "resource_type" in record:
            self._met.setdefault(record["resource_type"], []).append(record["gid"])


@pytest.mark.parametrize("seed", range(3, 9))
def test_good_calls_are_answered_in_any_order(sample: SandboxClient, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same walks every time, and no secrets
    walk = Walk(sample, dice)
    for route in dice.sample(WALKED, len(WALKED)):
        walk.step(route)

    walk.end()

    assert walk.broken == []
