"""Pages: `limit`, `offset` tokens that expire, and `next_page`.

Source of the rules: Asana's docs on pagination; an offset token that somebody published is a JWT
that expires 900 seconds after it was issued and names a position, not the query. The lifetime is
a switch, `page_token_seconds`.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from asana_sandbox.errors import (
    bad_request,
    offset_expired,
    offset_invalid,
    result_cut,
    result_too_large,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asana_sandbox.store import Record
    from asana_sandbox.world import Switches

_HEAD = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"HS256"}').rstrip(b"=").decode()


def parse_limit(query: dict[str, str]) -> int | None:
    """Read `limit`; the wording of the refusal is ours, its being refused is Asana's docs'.

    Raises:
        ApiError: 400 unless it is a whole number from 1 to 100.
    """
    text = query.get("limit")
    if text is None:
        return None
    if not _LIMIT.fullmatch(text):
        raise bad_request(f"limit: Must be a number between 1 and 100, not: {text}")
    return int(text)


_LIMIT = re.compile(r"[1-9][0-9]?|100")


class Pager:
    """Cuts pages; its secret signs the tokens of one server."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def page(
        self,
        records: Sequence[Record],
        query: dict[str, str],
        switches: Switches,
        now: float,
    ) -> tuple[Sequence[Record], str | None]:
        """Cut the page a query asks for.

        Args:
            records: The whole list, in its order.
            query: With `limit` and `offset`, if they were sent.
            switches: How many records may come without `limit`, how long a token holds.
            now: Seconds on the sandbox's clock.

        Returns:
            The page, and the offset of the next one (None on the last).

        Raises:
            ApiError: 400 for a bad limit, a bad or expired offset, or a list too large or too long.
        """
        limit = parse_limit(query)
        start = self._start(records, query["offset"], now) if "offset" in query else 0
        if limit is None:
            if len(records) - start > switches.unpaged_limit:
                raise result_too_large()
            return records[start:] if start else records, None
        end = start + limit
        most = switches.longest_list
        if most is not None and len(records) > most < end:
            raise result_cut()
        if end >= len(records):
            return records[start:], None
        expiry = now + switches.page_token_seconds
        return records[start:end], self._token(end, records[end - 1]["gid"], now, expiry)

    def _start(self, records: Sequence[Record], offset: str, now: float) -> int:
        """Go on behind the record the last page ended with, wherever it now stands."""
        position, gid = self._read(offset, now)
        if 0 < position <= len(records) and records[position - 1]["gid"] == gid:
            return position
        found = (i for i, record in enumerate(records, 1) if record["gid"] == gid)
        return next(found, min(position, len(records)))

    def _token(self, position: int, gid: str, now: float, expiry: float) -> str:
        payload = {"border_rank": f"[{position},{gid}]", "iat": int(now), "exp": int(expiry)}
        signed = f"{_HEAD}.{_encode(orjson.dumps(payload))}"
        return f"{signed}.{self._sign(signed)}"

    def _read(self, offset: str, now: float) -> tuple[int, str]:
        signed, _, signature = offset.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(signed).encode()):
            raise offset_invalid()
        payload: dict[str, Any] = orjson.loads(_decode(signed.rpartition(".")[2]))
        if payload["exp"] <= now:
            raise offset_expired()
        position, gid = payload["border_rank"].strip("[]").split(",")
        return int(position), gid

    def _sign(self, text: str) -> str:
        return _encode(hmac.digest(self._secret, text.encode(), "sha256"))


def next_page(path: str, query: dict[str, str], offset: str | None, base: str) -> Any:
    """Build `next_page`: path and uri echo the other parameters; null on the last page."""
    if offset is None:
        return None
    echoed = urlencode({**query, "offset": offset})
    return {"offset": offset, "path": f"{path}?{echoed}", "uri": f"{base}{path}?{echoed}"}


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
