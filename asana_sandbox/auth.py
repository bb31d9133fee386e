"""Tokens: whose they are, what kind, and until when they hold."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asana_sandbox.errors import not_authorized

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token.

    Args:
        value: What goes behind `Bearer`.
        user: Gid of the user it speaks for.
        app: Client id of the OAuth application it was issued to; None for a personal token.
        service_account: Whether it sees the whole workspace and may read its events.
        expires_at: Seconds on the sandbox's clock; None when it does not expire.
    """

    value: str = field(repr=False)
    user: str
    app: str | None = None
    service_account: bool = False
    expires_at: float | None = None


class Tokens:
    """The tokens that are good."""

    def __init__(self) -> None:
        self._known: dict[str, Token] = {}

    def issue(
        self,
        user: str,
        *,
        value: str | None = None,
        app: str | None = None,
        service_account: bool = False,
        expires_at: float | None = None,
    ) -> Token:
        """Make a token that is good from now on; `value` fixes its text."""
        text = value or f"2/{user}/{secrets.randbelow(10**16):016d}:{secrets.token_hex(16)}"
        token = Token(text, user, app, service_account, expires_at)
        self._known[text] = token
        return token

    def revoke(self, *, app: str, user: str) -> None:
        """Forget the access tokens an application holds for a user."""
        self._known = {
            text: token
            for text, token in self._known.items()
            if (token.app, token.user) != (app, user)
        }

    def knows(self, value: str) -> bool:
        """Whether this is a bearer token, expired or not."""
        return value in self._known

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()

    def find(self, headers: Mapping[str, str], now: float) -> Token:
        """Give the token of a request.

        Raises:
            ApiError: 401 without a token that is known and has not expired.
        """
        scheme, _, text = headers.get("authorization", "").partition(" ")
        token = self._known.get(text.strip())
        if scheme.lower() != "bearer" or token is None:
            raise not_authorized()
        if token.expires_at is not None and token.expires_at <= now:
            raise not_authorized()
        return token
