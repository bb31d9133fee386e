"""The stream of organization exports: reading it starts one for each organization."""

from __future__ import annotations

import time
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from tap_asana.api import AsanaError, Call, NotFound, fill
from tap_asana.base import Parent
from tap_asana.exports import pauses, progress
from tap_asana.own_state import OwnState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_asana.base import Item, Record


_NOT_STARTED = "no export is under way; start_organization_exports lets the run start one."


class OrganizationExports(OwnState):
    """An export of all there is in an organization: started, waited for, and told of.

    Asana lists none, so there is nothing to read but what was started. The state remembers what is
    under way, so that a run that was killed goes on with it. A plain workspace is not asked.
    Starting one takes a setting too: Meltano selects whatever nobody deselects.
    """

    needs = frozenset({"is_organization"})

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [frozenset({"state"})])

    def begin(self, parent: Record, workspace: str) -> Parent:  # noqa: ARG002 - nothing to list
        """Begin with nothing: there is no listing."""
        return Parent(parent, None)

    def records(self, context: Context) -> Iterator[Item]:
        """Give the export of each organization when it is made."""
        if self.ABORT_AT_RECORD_COUNT is not None:  # `--test` reads all streams, selected or not
            return
        for organization, _ in context["parents"][type(self)]:
            if not organization["is_organization"]:
                continue
            gid = organization["gid"]
            try:
                export = self._awaited(gid)
            except AsanaError as error:
                self.refused(error)
                continue
            if export is None:
                self.tap.report.refused(self.name, _NOT_STARTED)
            else:
                yield export
                yield partial(self.when_out, partial(self._forget, gid))

    @property
    def _under_way(self) -> dict[str, str]:
        """The gids of the exports that are under way, by that of the organization."""
        exports: dict[str, str] = self.stream_state.setdefault("exports", {})
        return exports

    def _awaited(self, organization: str) -> Record | None:
        """Wait for the export that is under way, or for a new one where that may be started."""
        if organization in self._under_way:
            try:
                return self._finished(organization)
            except NotFound:
                self.logger.info("The export of organization %s is gone.", organization)
                self._forget(organization)
        if not self.config["start_organization_exports"]:
            return None
        self._start(organization)
        return self._finished(organization)

    def _start(self, organization: str) -> None:
        call = Call("POST", self.resource.create, {"organization": organization})
        outcome = self.tap.client.send(call)
        if outcome.error:
            raise outcome.error
        self._under_way[organization] = outcome.data["gid"]
        self.tap.state_writer.write_state(self.tap_state)

    def _forget(self, organization: str) -> None:
        self._under_way.pop(organization, None)

    def _finished(self, organization: str) -> Record:
        path = fill(self.resource.got, {"gid": self._under_way[organization]})
        export: Record = {}
        with progress() as tell:
            for pause in pauses():
                export = self.tap.client.get(path, {"opt_fields": self.fields})
                tell(f"The export of organization {organization}: {export['state']}.")
                if export["state"] in {"finished", "error"}:
                    break
                time.sleep(pause)
        return export
