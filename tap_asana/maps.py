"""What stream maps mean where streams have children, and where records go to BATCH files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import StreamMapConfigError
from singer_sdk.mapper import RemoveRecordTransform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk import Stream
    from singer_sdk.helpers.types import Record
    from singer_sdk.mapper import PluginMapper


class LeftOut(RemoveRecordTransform):
    """A map to null: no record is written, but those of the children are.

    To the SDK such a map is a filter that also stops all below: null for `workspaces`, or
    `__else__: null`, would be the end of everything.
    """

    def get_filter_result(self, record: Record) -> bool:  # noqa: ARG002 - asked by the SDK
        """Let the children of each record pass."""
        return True


def let_children_pass(mapper: PluginMapper) -> None:
    """Make maps to null leave out their own stream only."""
    for maps in mapper.stream_maps.values():
        maps[:] = [
            LeftOut(
                each.stream_alias,
                each.raw_schema,
                each.raw_key_properties,
                each.flattening_options,
            )
            if isinstance(each, RemoveRecordTransform)
            else each
            for each in maps
        ]


def heed_maps(streams: Iterable[Stream], *, batches: bool) -> None:
    """Deselect the streams that are mapped to null, so that Asana is not asked for them.

    Args:
        streams: All streams, children too.
        batches: Whether records go to BATCH files.

    Raises:
        StreamMapConfigError: Records would go to several streams, which one file cannot serve.
    """
    for stream in (each for each in streams if each.selected):
        written = [each for each in stream.stream_maps if not isinstance(each, LeftOut)]
        if not written:
            stream.selected = False
        elif batches and len(stream.stream_maps) > 1:
            problem = f"{stream.name} is mapped to several streams, which batch_config cannot do."
            raise StreamMapConfigError(problem)
