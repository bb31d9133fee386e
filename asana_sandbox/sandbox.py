"""One running sandbox: the world, and everything of the frame that a reset renews."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asana_sandbox.auth import Tokens
from asana_sandbox.deliveries import Deliveries
from asana_sandbox.faults import Faults
from asana_sandbox.limits import Limits
from asana_sandbox.log import RequestLog
from asana_sandbox.oauth import OAuth
from asana_sandbox.paging import Pager
from asana_sandbox.population import add_people, default_world
from asana_sandbox.samples import add_sample
from asana_sandbox.store import Store
from asana_sandbox.world import Switches, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


class StateError(ValueError):
    """A saved state cannot be read."""


class Sandbox:
    """The world and what stands around it. The one event loop is its only thread."""

    def __init__(self, options: Options, log: RequestLog | None = None) -> None:
        self._options = options
        self.tokens = Tokens()
        self.oauth = OAuth(self)
        self.log = log or RequestLog()
        self.pager = Pager()
        self.deliveries = Deliveries()
        self.token = ""
        self._origin = ""
        self.reset()

    def reset(self) -> None:
        """Begin anew: the first token stays good, everything else is as at the start."""
        world = World(switches=dataclasses.replace(self._options.switches))
        self._settle(default_world(world, empty=self._options.empty))
        if self._options.sample:
            add_sample(world)
        self.log.clear()

    def load(self, lines: Iterable[bytes]) -> None:
        """Put a saved state in the place of the world; the first token becomes its first user's.

        Raises:
            StateError: When the lines are not what `Store.dump` writes; nothing has changed then.
        """
        read = 0

        def counted() -> Iterator[str]:
            nonlocal read
            for read, line in enumerate(lines, 1):  # noqa: B007 - told when a line fails
                yield line.decode()

        try:
            store = Store.load(counted())
            first = {kind: store.all(kind)[0]["gid"] for kind in ("user", "workspace")}
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise StateError(
                f"This is not a saved sandbox, line {read}: {type(error).__name__}: {error}"
            ) from None
        self._settle(
            World(
                store=store,
                switches=self.world.switches,
                owner=first["user"],
                workspace=first["workspace"],
            )
        )

    def serve_at(self, origin: str) -> None:
        """Learn under which URL all of it is reached."""
        self._origin = self.world.origin = origin

    def now(self) -> float:
        """Seconds on the sandbox's clock."""
        return self.world.clock.now().timestamp()

    def user_of(self, token: Token) -> Record:
        """Give the user a token speaks for."""
        return self.world.store[token.user]

    def _settle(self, world: World) -> None:
        add_people(world, world.store[world.workspace], self._options.people)
        world.origin = self._origin
        self.world = world
        self.faults = Faults()
        self.limits = Limits(world.switches)
        self.oauth.clear()
        self.tokens.clear()
        self.token = self.tokens.issue(world.owner, value=self.token or None).value
