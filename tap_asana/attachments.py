"""The stream of attachments, which may bring their files along."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from tap_asana.api import AsanaError
from tap_asana.base import AsanaStream
from tap_asana.files import COLUMNS, NEEDS, NO_FILE, FileFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_asana.base import Item, Record
    from tap_asana.files import Files
    from tap_asana.read_ahead import Feed, Page

_FEED = "file"
"""Where a record holds what its file is being read into; no field of Asana's."""


class Attachments(AsanaStream):
    """The attachments of whatever can have them; their files too, when the settings say so."""

    @cached_property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the records; there are columns for files only where files are stored."""
        schema = super().schema
        more = COLUMNS if self.config.get("attachment_files") == "download" else {}
        return {**schema, "properties": {**schema["properties"], **more}}

    def _needed(self) -> Iterator[frozenset[str]]:
        return chain(super()._needed(), [NEEDS] if self.tap.files else [])

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:
        """List the attachments of a parent and begin to fetch their files (in a worker)."""
        for page in super().pages(parent, workspace):
            if files := self.tap.files:
                for record in page:
                    record[_FEED] = self.tap.ahead.feed(self._fetching(files, dict(record)))
            yield page

    def _fetching(self, files: Files, record: Record) -> Iterator[Page]:
        yield [files.columns(record, self.tap.client)]

    def records(self, context: Context) -> Iterator[Item]:
        """Give the attachments, each when its file is stored.

        A catalog that was made while files were not wanted has no columns for them.
        """
        known = self.effective_schema["properties"].keys() & COLUMNS.keys()
        for item in super().records(context):
            if isinstance(item, dict) and _FEED in item:
                columns = self._fetched(item.pop(_FEED))
                item.update((name, columns[name]) for name in COLUMNS if name in known)
            yield item

    def _fetched(self, feed: Feed) -> Record:
        """Return the columns of a file; a file that cannot be had does not stop the others."""
        try:
            ((columns,),) = feed
        except FileFault as error:
            self.tap.report.refused(self.name, error)
        except AsanaError as error:
            self.refused(error, "Its file is not stored.")
        else:
            return columns
        return NO_FILE
