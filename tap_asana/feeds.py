"""Feeds of what happened: the audit log, and the events that sync tokens bring."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES, AsanaError, Forbidden, PlanLimit, SyncLost
from tap_asana.base import Parent
from tap_asana.bookmark import OVERLAP, stamp
from tap_asana.changes import SOURCES_AHEAD, is_refusal
from tap_asana.own_state import OwnState
from tap_asana.read_ahead import so_many_ahead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_asana.base import Item, Record
    from tap_asana.read_ahead import Feed, Page

KEPT = timedelta(days=90)
"""How long Asana keeps an entry of the audit log (Asana's OpenAPI, getAuditLogEvents)."""


class AuditLogEvents(OwnState):
    """The audit log of each organization, oldest entry first.

    The place in the state is the time of the last entry. Several may share it, so that each run
    begins a little before it; what lies between comes twice, under the same key.
    """

    replication_key = "created_at"

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin behind the place in the state."""
        pages = self._entries(workspace, self._since(workspace))
        return Parent(parent, self.tap.ahead.feed(pages))

    def records(self, context: Context) -> Iterator[Item]:
        """Give the entries, and move the state behind each page of them."""
        workspace = context["workspace"]
        for _, feed in context["parents"][type(self)]:
            try:
                for page in feed or ():
                    yield from page
                    place = {"created_at": page[-1]["created_at"]}
                    move = partial(self.move, workspace, place, tell=True)
                    yield partial(self.when_out, move)
            except AsanaError as error:
                self.refused(error)

    def _since(self, workspace: str) -> str:
        """Return the instant to begin at: what is older is known, not wanted, or gone."""
        gone = stamp(self.tap.client.server_time() - KEPT)
        wanted = [gone]
        if self.is_incremental and self.tap.start_date:
            wanted.append(stamp(self.tap.start_date))
        if last := self.places.get(workspace, {}).get("created_at"):
            wanted.append(stamp(datetime.fromisoformat(last) - OVERLAP))
            if last < gone:
                self.logger.warning(
                    "Of the audit log of workspace %s, what came between %s, where the last run "
                    "ended, and %s is gone: Asana keeps it for 90 days.",
                    *(workspace, last, gone),
                )
        return max(wanted)

    def _entries(self, workspace: str, since: str) -> Iterator[Page]:
        """Fetch the pages up to the empty one that ends the log for now (in a worker)."""
        path, params = self.listing.request(workspaces=workspace)
        asked = {**params, str(self.resource.since): since, "limit": None}
        for page in self.tap.client.pages(path, asked, polled=True):
            for entry in page:
                entry[self.resource.from_parent] = workspace
            yield page


class Events(OwnState):
    """What happened since the last run: the workspace's one feed, or one for each project.

    Only service accounts have the feed of a workspace; any other token is refused once, whether
    with a 402 or a 403 nobody says, and then reads that of each project and goal. The place in the
    state are the sync tokens by what they are of. Asana gives the first with a 412, and a new one
    with each answer; a token lives for a day at most, and each event comes at most once (Asana's
    OpenAPI, tag Events).
    """

    replication_key = "created_at"

    def begin(self, parent: Record, workspace: str) -> Parent:  # noqa: ARG002 - see `records`
        """Begin with nothing: which feeds there are follows from the token."""
        return Parent(parent, None)

    def records(self, context: Context) -> Iterator[Item]:
        """Give the events of a workspace, and move the state behind each answer."""
        workspace = context["workspace"]
        telling = _Telling(workspace, self.places.get(workspace, {}))
        if not self.tap.choice.is_partial:
            try:
                yield from self._told(telling, workspace, self._begun(telling, "", workspace))
            except (Forbidden, PlanLimit) as error:
                if not is_refusal(error):
                    raise
                self.logger.info("Events of workspace %s: one feed for each project.", workspace)
            else:
                yield from self._end(telling, [workspace])
                return
        try:
            found = list(self._followed(workspace))
        except AsanaError as error:
            self.refused(error)
            return
        opened = ((gid, self._begun(telling, kind, gid)) for kind, gid in found)
        for gid, feed in so_many_ahead(SOURCES_AHEAD, opened):
            try:
                yield from self._told(telling, gid, feed)
            except AsanaError as error:
                self.refused(error)
        yield from self._end(telling, [gid for _, gid in found])

    def _followed(self, workspace: str) -> Iterator[tuple[str, str]]:
        """Find what has feeds of its own: its kind, and its gid."""
        for project in self.tap.choice.projects(self.tap.client, workspace):
            yield "projects", project["gid"]
        if not self.tap.choice.is_partial:
            path, params = RESOURCES["goals"].listing(workspaces=workspace)
            try:
                for goal in self.tap.client.list(path, {**params, "opt_fields": "gid"}):
                    yield "goals", goal["gid"]
            except PlanLimit:
                self.logger.info("Events of workspace %s: the plan holds no goals.", workspace)

    def _begun(self, telling: _Telling, kind: str, gid: str) -> Feed:
        path, params = self.resource.listing(kind, **{kind or "workspaces": gid})
        return self.tap.ahead.feed(self._answers(path, params, telling.syncs.get(gid)))

    def _answers(self, path: str, params: dict[str, str], sync: str | None) -> Iterator[Page]:
        """Ask with one token after the other, until there is no more (in a worker)."""
        more = True
        while more:
            try:
                answer = self.tap.client.read(path, {**params, "sync": sync})
            except SyncLost as error:
                yield [{"data": [], "sync": error.sync, "lost": sync is not None}]
                return
            yield [answer]
            sync, more = answer["sync"], answer["has_more"]

    def _told(self, telling: _Telling, gid: str, feed: Feed) -> Iterator[Item]:
        given, alike = self.tap.given[self.name], Counter[str]()
        for (answer,) in feed:
            for event in answer["data"]:
                record = _record(event, telling.workspace, alike)
                if record["event_id"] not in given:
                    given.add(record["event_id"])
                    yield record
            telling.lost += answer.get("lost", False)
            telling.new += gid not in telling.syncs
            telling.syncs = {**telling.syncs, gid: answer["sync"]}
            yield self._moved(telling, tell=bool(answer["data"]))

    def _moved(self, telling: _Telling, *, tell: bool) -> Item:
        move = partial(self.move, telling.workspace, telling.syncs, tell=tell)
        return partial(self.when_out, move)

    def _end(self, telling: _Telling, followed: Iterable[str]) -> Iterator[Item]:
        """Forget the tokens of what is gone, and say what is not told by any event."""
        telling.syncs = {gid: telling.syncs[gid] for gid in followed if gid in telling.syncs}
        yield self._moved(telling, tell=False)
        if telling.new:
            self.logger.info(
                "Events of workspace %s: %d feeds begin now; the next run tells what happens.",
                *(telling.workspace, telling.new),
            )
        if telling.lost:
            self.logger.warning(
                "Events of workspace %s: %d sync tokens had expired, as they do within a day; "
                "what happened since the last run, and before this one, no event tells.",
                *(telling.workspace, telling.lost),
            )


class _Telling:
    """How far the events of a workspace are told.

    Attributes:
        workspace: Its gid.
        syncs: The newest sync token of each feed, by what it is of.
        new: Feeds that had no token.
        lost: Feeds whose token had expired.
    """

    def __init__(self, workspace: str, syncs: dict[str, str]) -> None:
        self.workspace, self.syncs = workspace, syncs
        self.new = self.lost = 0


def _record(event: Record, workspace: str, alike: Counter[str]) -> Record:
    """Make a record of an event, with a key of its own, as Asana gives it none.

    The key is a hash of when it happened, who did what to what, and which field of it changed
    from and to what, all of it by gid; events that have all that in common are numbered as they
    come. So an event that is read again, be it by another feed, has the same key.
    """
    change = event.get("change")
    record = {
        "workspace_gid": workspace,
        **{name: event.get(name) for name in ("created_at", "action", "type")},
        **{name: _named(event.get(name)) for name in ("user", "resource", "parent")},
        "change": change and {**change, **{name: _named(change.get(name)) for name in _VALUES}},
    }
    told = hashlib.sha256(json.dumps(_gids(record), sort_keys=True).encode()).hexdigest()
    number, alike[told] = alike[told], alike[told] + 1
    return {"event_id": f"{told[:32]}-{number}" if number else told[:32], **record}


_VALUES = ("new_value", "added_value", "removed_value")


def _named(found: Any) -> Record | None:
    """Leave of an object what all have; some feeds show more of some kinds."""
    names = ("gid", "name", "resource_type")
    return {name: found.get(name) for name in names} if isinstance(found, dict) else None


def _gids(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value.get("gid") or {name: _gids(inner) for name, inner in value.items()}
