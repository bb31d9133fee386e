"""The one client of a process: sends, retries, pages, batches; shared by all threads."""

from __future__ import annotations

import logging
import re
import threading
import time
from array import array
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import backoff
import requests

from tap_asana.api import wire
from tap_asana.api.batch import Call, Outcome, envelope, failed, outcome_of, outcomes_of
from tap_asana.api.errors import (
    AsanaError,
    BadRequest,
    NotFound,
    PlanLimit,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreachable,
    error_for,
)
from tap_asana.api.pace import BATCH_ACTIONS, FREE_QUOTA, PAID_QUOTA, READ_SLOTS, Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager as Room

    from tap_asana.api.auth import Auth

API_URL = "https://app.asana.com/api/1.0"

_log = logging.getLogger(__name__)

_PAGE = 100
"""Most records a page may hold. Source: Asana's docs on pagination."""
_RESTARTS = 5
"""Restarts of a listing without a new record after which it is given up."""
_CONNECT_TIMEOUT = 10.0
"""Seconds; enough for three lost packets (TCP asks again after 1, 3 and 7)."""
_GID = re.compile(r"(?<=/)(?:\d+|me|external:[^/]+|[^/]+%40[^/]+)(?=/|$)")

# The bounds of trying again: about a minute of jittered waits after faults; after a 429 as many
# times, each after the time Asana named.
_TRIES = 9
_LONGEST_WAIT = 16.0
_FIRST_TRIES = 4
"""How often we knock where no Asana ever answered: the address may be wrong, or a proxy there."""

_Page = list[dict[str, Any]]
_Calls = list[Call]
_Outcomes = list[Outcome]


def _tell(details: Any) -> None:
    _log.info("%s Trying again in %.1f s.", details["exception"], details["wait"])


class _Answer(NamedTuple):
    status: int
    body: Any


class Client:
    """Asana's API, kept within its limits.

    Attributes:
        pace: When requests may leave.
        requests: HTTP requests made, by kind as "GET /tasks/{gid}".
        actions: Actions inside batches, by the same kinds.
        rejected: 429s met.
    """

    def __init__(
        self,
        auth: Auth,
        *,
        api_url: str = API_URL,
        user_agent: str | None = None,
        requests_per_minute: int | None = None,
        timeout: float = 300.0,
    ) -> None:
        self.pace = Pace(requests_per_minute)
        self.requests: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.rejected = 0
        self._auth = auth
        self._api_url = api_url.rstrip("/")
        self._timeout = (min(_CONNECT_TIMEOUT, timeout), timeout)
        self._quota_known = requests_per_minute is not None
        self._counting = threading.Lock()
        self._server_date: tuple[datetime, float] | None = None
        self._is_met = False
        self._misses = 0
        self._session = wire.session(self._api_url, READ_SLOTS, user_agent)

    def learn_quota(self, workspace_gid: str) -> None:
        """Find out by one search whether this token has the quota of a paid plan.

        Search is a paid feature, so its 402 tells a free domain (Asana's OpenAPI,
        searchTasksForWorkspace). Does nothing when the quota was given or learnt already.

        Args:
            workspace_gid: Any workspace the token sees.

        Raises:
            Unauthorized: The token is no good.
        """
        if self._quota_known:
            return
        self._quota_known = True
        try:
            self.get(f"/workspaces/{workspace_gid}/tasks/search", {"limit": 1, "opt_fields": "gid"})
        except Unauthorized:
            raise
        except AsanaError as error:
            if not isinstance(error, PlanLimit):
                _log.warning("%s Keeping to %s requests a minute.", error, FREE_QUOTA)
            self.pace.learn(FREE_QUOTA)
        else:
            self.pace.learn(PAID_QUOTA)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The ``data`` of an answer.

        Args:
            path: Path below the API's base, filled and quoted (see ``fill``).
            params: Query parameters; None is left out, a bool becomes true or false.

        Raises:
            AsanaError: After the bounded retries.
        """
        return self.read(path, params)["data"]

    @backoff.on_exception(
        backoff.expo,
        (ServerFault, RateLimited),
        factor=0.5,
        max_value=_LONGEST_WAIT,
        max_tries=_TRIES,
        giveup=lambda error: isinstance(error, Unreachable),
        on_backoff=_tell,
        logger=None,
    )
    def read(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A whole answer, for those whose ``data`` has siblings; else as ``get``.

        Raises:
            AsanaError: After the bounded retries.
        """
        room = self.pace.search if path.endswith("/search") else self.pace.read
        try:
            body: dict[str, Any] = self._exchange("GET", path, room, params=params).body
        except ServerFault as error:
            if self._is_met or error.status:
                raise
            self._misses += 1
            if self._misses < _FIRST_TRIES:
                raise
            raise Unreachable(error.request, messages=error.messages, sent=error.sent) from None
        return body

    def list(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """The records of a listing, page after page as they are asked for."""
        for page in self.pages(path, params):
            yield from page

    def pages(
        self, path: str, params: Mapping[str, Any] | None = None, *, polled: bool = False
    ) -> Iterator[_Page]:
        """The pages of a listing; empty ones are left out.

        A page token lives 15 minutes. When one has died the listing starts over, and what was
        given already is not given again.

        Args:
            path: As for ``get``.
            params: As for ``get``; without ``limit`` pages are as long as most listings allow.
            polled: The listing has a next page for ever, for what may still happen: it ends for
                now where a page is empty (Asana's OpenAPI, getAuditLogEvents).

        Raises:
            AsanaError: After the bounded retries.
        """
        given = array("q")
        known: set[int] = set()
        offset, restarts = None, 0
        while True:
            query = {"limit": _PAGE, **(params or {}), "offset": offset}
            try:
                body = self.read(path, query)
            except BadRequest as error:
                if offset is None or restarts >= _RESTARTS or not _dead_page(error):
                    raise
                known.update(given)
                offset, restarts = None, restarts + 1
                continue
            page = (
                [r for r in body["data"] if hash(r["gid"]) not in known] if known else body["data"]
            )
            if page:
                restarts = 0 if known else restarts
                given.extend(hash(record["gid"]) for record in page)
                yield page
            if not body.get("next_page") or (polled and not body["data"]):
                return
            offset = body["next_page"]["offset"]

    def send(self, call: Call) -> Outcome:
        """Send one write.

        It is sent again when it certainly was not executed, and after a fault only when it is
        repeatable. Nothing is raised for what Asana answers: the outcome says it.
        """
        return self._settle([call], self._send_one)[0]

    def batch(self, calls: Sequence[Call]) -> _Outcomes:
        """Send up to ten independent calls as one batch.

        Asana runs them at once and in no order. Calls are sent again under the rules of ``send``.

        Returns:
            The outcomes, in the order of the calls.

        Raises:
            ValueError: No calls, or more than a batch holds.
        """
        if not 1 <= len(calls) <= BATCH_ACTIONS:
            raise ValueError(f"A batch holds 1 to {BATCH_ACTIONS} calls, not {len(calls)}.")
        return self._settle(calls, self._send_batch)

    def server_time(self) -> datetime:
        """Asana's clock in UTC, to the second; ours as long as Asana has not answered."""
        if self._server_date is None:
            return datetime.now(UTC)
        date, seen = self._server_date
        return date + timedelta(seconds=time.monotonic() - seen)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _settle(self, calls: Sequence[Call], send: Callable[[_Calls], _Outcomes]) -> _Outcomes:
        """Send calls, and again those that may be, until each has an outcome to keep."""
        outcomes: list[Outcome | None] = [None] * len(calls)
        left = list(range(len(calls)))

        @backoff.on_predicate(
            backoff.expo, bool, factor=0.5, max_value=_LONGEST_WAIT, max_tries=_TRIES, logger=None
        )
        def attempt() -> list[int]:
            for at, outcome in zip(left, send([calls[at] for at in left]), strict=True):
                outcomes[at] = _settled(outcomes[at], outcome)
            left[:] = [at for at in left if _may_repeat(outcomes[at])]
            return left

        attempt()
        return [outcome for outcome in outcomes if outcome is not None]

    def _send_one(self, calls: _Calls) -> _Outcomes:
        (call,) = calls
        payload = {"options": {"fields": list(call.fields)}, "data": dict(call.data)}
        try:
            content = None if call.method == "DELETE" else wire.encode(call.request, payload)
            answer = self._write(call.method, call.path, 1, content)
        except AsanaError as error:
            return [failed(call, error)]
        return [outcome_of(call, answer.status, answer.body)]

    def _send_batch(self, calls: _Calls) -> _Outcomes:
        try:
            content = wire.encode("POST /batch", {"data": envelope(calls)})
            answer = self._write("POST", "/batch", len(calls), content)
        except AsanaError as error:
            return [failed(call, error) for call in calls]
        with self._counting:
            self.actions.update(_kind(call.method, call.path) for call in calls)
        outcomes = outcomes_of(calls, answer.body["data"])
        if any(isinstance(outcome.error, RateLimited) for outcome in outcomes):
            self._rejected("POST /batch", None)
        return outcomes

    def _write(self, method: str, path: str, actions: int, content: bytes | None) -> _Answer:
        return self._exchange(method, path, lambda: self.pace.write(actions), content=content)

    def _exchange(
        self,
        method: str,
        path: str,
        room: Callable[[], Room[None]],
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> _Answer:
        """One request and its answer; two when the token had to be renewed."""
        request = f"{method} {path}"
        response = self._transmit(method, path, room, params, content)
        if response.status_code == requests.codes.unauthorized:
            rejected = response.request.headers.get("Authorization", "")
            if self._auth.renew(rejected):
                response = self._transmit(method, path, room, params, content)
        body = wire.decode(request, response)
        self._is_met |= body is not None
        if response.status_code == requests.codes.too_many_requests:
            self._rejected(request, wire.retry_after(response))
        else:
            self.pace.accepted()
        if not wire.succeeded(response.status_code):
            raise error_for(request, response.status_code, body)
        return _Answer(response.status_code, body)

    def _transmit(
        self,
        method: str,
        path: str,
        room: Callable[[], Room[None]],
        params: Mapping[str, Any] | None,
        content: bytes | None,
    ) -> requests.Response:
        """One request, as soon as there is room for it."""
        with room():
            with self._counting:
                self.requests[_kind(method, path)] += 1
            try:
                response = self._session.request(
                    method,
                    self._api_url + path,
                    params=wire.query(params),
                    data=content,
                    headers={"Content-Type": "application/json"} if content else None,
                    auth=self._auth,
                    timeout=self._timeout,
                    allow_redirects=False,
                )
            except requests.RequestException as exc:
                raise wire.fault(f"{method} {path}", exc) from None
        self._note_date(response)
        return response

    def _rejected(self, request: str, seconds: float | None) -> None:
        with self._counting:
            self.rejected += 1
        wait = self.pace.penalise(seconds)
        _log.warning("%s: Asana's rate limit is met; everything waits %.0f s.", request, wait)

    def _note_date(self, response: requests.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return
        self._server_date = (date, time.monotonic())


def _dead_page(error: BadRequest) -> bool:
    """Whether the page token was expired or invalid; the text is Asana's, met in the wild."""
    return any("pagination token" in message for message in error.messages)


def _kind(method: str, path: str) -> str:
    return f"{method} {_GID.sub('{gid}', path)}"


def _may_repeat(outcome: Outcome | None) -> bool:
    """Whether a call may go again: it did not happen, or happening twice does no harm."""
    if outcome is None or not isinstance(outcome.error, (RateLimited, ServerFault)):
        return False
    return not outcome.sent or outcome.call.repeatable


def _settled(before: Outcome | None, now: Outcome) -> Outcome:
    """The outcome of a repeated call: a deletion that finds nothing the second time is done."""
    repeated = before is not None and before.unknown
    if repeated and now.call.method == "DELETE" and isinstance(now.error, NotFound):
        return Outcome(now.call, now.status, {}, None, sent=True)
    return now
