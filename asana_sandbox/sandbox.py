"""One running sandbox: the world, and everything of the frame that a reset renews."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asana_sandbox.auth import Tokens
from asana_sandbox.faults import Faults
from asana_sandbox.limits import Limits
from asana_sandbox.log import RequestLog
from asana_sandbox.oauth import OAuth
from asana_sandbox.paging import Pager
from asana_sandbox.population import add_people, default_world
from asana_sandbox.store import Store
from asana_sandbox.world import Switches, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asana_sandbox.auth import Token
    from asana_sandbox.store import Record


@dataclass(frozen=True, slots=True)
class Options:
    """What a sandbox starts with, and starts over with.

    Args:
        switches: Values the switches have until somebody moves them.
        empty: Whether the workspace has nobody in it but the token's owner.
        sample: Whether there is a little of everything.
        people: Name and e-mail of further people.
    """

    switches: Switches = field(default_factory=Switches)
    empty: bool = False
    sample: bool = False
    people: Sequence[tuple[str, str]] = ()


class Sandbox:
    """The world and what stands around it. The one event loop is its only thread."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.tokens = Tokens()
        self.oauth = OAuth(self)
        self.log = RequestLog()
        self.pager = Pager()
        self.token = ""
        self.reset()

    def reset(self) -> None:
        """Begin anew: the first token stays good, everything else is as at the start."""
        world = World(switches=dataclasses.replace(self._options.switches))
        self._settle(default_world(world, empty=self._options.empty))
        self.log.clear()

    def load(self, lines: Iterable[str]) -> None:
        """Put a saved state in the place of the world; the first token becomes its owner's."""
        store = Store.load(lines)
        world = World(store=store, switches=self.world.switches)
        world.owner, world.workspace = (store.all(kind)[0]["gid"] for kind in ("user", "workspace"))
        self._settle(world)

    def now(self) -> float:
        """Seconds on the sandbox's clock."""
        return self.world.clock.now().timestamp()

    def user_of(self, token: Token) -> Record:
        """Give the user a token speaks for."""
        return self.world.store[token.user]

    def _settle(self, world: World) -> None:
        add_people(world, world.store[world.workspace], self._options.people)
        self.world = world
        self.faults = Faults()
        self.limits = Limits(world.switches)
        self.oauth.clear()
        self.tokens.clear()
        self.token = self.tokens.issue(world.owner, value=self.token or None).value
