"""The stream of portfolios, of which Asana lists to people no more than their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_asana.api import RESOURCES, AsanaError, BadRequest, Forbidden, fill
from tap_asana.base import AsanaStream
from tap_asana.changes import is_gone, is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_asana.base import Record
    from tap_asana.read_ahead import Page

_SHARED = "/portfolio_memberships"


class Portfolios(AsanaStream):
    """The portfolios of a workspace: those the token's user owns, and those shared with them.

    Service accounts are given all that there are. Anybody else must say that they ask for their
    own ones (estuary/connectors issue 1288, against Asana's OpenAPI, which calls `owner` optional);
    what others own is found by the user's memberships, and as items of portfolios found before.
    Which error they are given nobody says, so that either is taken for it.
    """

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:  # noqa: ARG002 - the same
        """List all portfolios, or those the user owns, then find the others (in a worker)."""
        known: set[str] = set()
        is_all = True
        try:
            yield from self._listed("", workspace, known)
        except (BadRequest, Forbidden):
            if known:
                raise
            is_all = False
        if not is_all:
            yield from self._listed("owner", workspace, known)
        yield from self._others(workspace, known, is_all=is_all)

    def _listed(self, how: str, workspace: str, known: set[str]) -> Iterator[Page]:
        path, params = self.resource.listing(how, workspaces=workspace)
        for page in self.tap.client.pages(path, {**params, "opt_fields": self.fields}):
            known.update(record["gid"] for record in page)
            yield page

    def _others(self, workspace: str, known: set[str], *, is_all: bool) -> Iterator[Page]:
        """Get what the user is in, and, where that may not be all, what is inside what is known.

        Raises:
            AsanaError: Some were refused; what is forbidden is told rather than what vanished.
        """
        waiting = self._shared(workspace)
        unopened = [] if is_all else sorted(known)
        refusals = []
        while waiting or unopened:
            try:
                if not waiting:
                    waiting = self._inside(unopened.pop(0))
                elif (gid := waiting.pop(0)) not in known:
                    known.add(gid)
                    path = fill(self.resource.got, {"gid": gid})
                    yield [self.tap.client.get(path, {"opt_fields": self.fields})]
                    unopened += [] if is_all else [gid]
            except AsanaError as error:
                if not is_refusal(error):
                    raise
                refusals.append(error)
        if refusals:
            raise min(refusals, key=is_gone)

    def _shared(self, workspace: str) -> list[str]:
        query = {"workspace": workspace, "user": "me", "opt_fields": "portfolio.gid"}
        listed = self.tap.client.list(_SHARED, query)
        return [membership["portfolio"]["gid"] for membership in listed]

    def _inside(self, portfolio: str) -> list[str]:
        path, params = RESOURCES["portfolio_items"].listing(portfolios=portfolio)
        items = self.tap.client.list(path, {**params, "opt_fields": "resource_type"})
        return [item["gid"] for item in items if item["resource_type"] == "portfolio"]
