"""Streams that keep their place in the state themselves, not by the newest record seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_asana.base import AsanaStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.helpers.types import Context

    from tap_asana.base import Record
    from tap_asana.tap import TapAsana


class OwnState(AsanaStream):
    """A stream whose place in the state moves behind its records, one for each workspace."""

    has_own_state = True

    def __init__(self, tap: TapAsana) -> None:
        """Set up; nothing waits yet."""
        super().__init__(tap)
        self._after_batches: list[Callable[[], None]] = []

    @property
    def is_incremental(self) -> bool:
        """Whether the catalogue leaves it at reading what is new."""
        return self.replication_method == REPLICATION_INCREMENTAL

    @property
    def places(self) -> dict[str, Any]:
        """The places of all workspaces in the state; nobody's where all is read anew."""
        kept: dict[str, Any] = self.stream_state.setdefault("workspaces", {})
        return kept if self.is_incremental else {}

    def when_out(self, action: Callable[[], None]) -> None:
        """Move the state now that the records before it are out.

        With BATCH messages they are only in a file that no message has named yet: then at the end.
        """
        if self.get_batch_config(self.config):
            self._after_batches.append(action)
        else:
            action()

    def move(self, workspace: str, place: Any, *, tell: bool) -> None:
        """Put a place into the state, and write the state out when records came before it."""
        self.places[workspace] = place
        if tell:
            self.tap.state_writer.write_state(self.tap_state)

    def finalize_state_progress_markers(self, state: dict[str, Any] | None = None) -> None:
        """Move what waited for the BATCH messages, then do as ever."""
        for action in self._after_batches:
            action()
        self._after_batches.clear()
        super().finalize_state_progress_markers(state)

    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Set no signpost of the SDK's: how far a run goes is the stream's own affair."""

    # Two private hooks: the SDK moves a bookmark with each record, and shows the one it begins
    # from. Records come from several lists in turn, so the newest one seen says nothing about
    # what is still to come.

    def _increment_stream_state(
        self, latest_record: Record, *, context: Context | None = None
    ) -> None:
        pass

    def _write_starting_replication_value(self, context: Context | None) -> None:
        pass
