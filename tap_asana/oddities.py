"""Streams that are listed in a way of their own: counts, favorites, reactions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tap_asana.base import AsanaStream, Parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_asana.base import Record
    from tap_asana.read_ahead import Page


class ProjectTaskCounts(AsanaStream):
    """How many tasks each project has; each count that is asked for costs Asana much."""

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin to count the tasks of a project, unless no count is selected."""
        return super().begin(parent, workspace) if self.fields else Parent(parent, None)


_USER = "user_gid"


class UserFavorites(AsanaStream):
    """What the token's own user has marked as favorites; nobody sees those of others."""

    _ours: Mapping[str, str] = MappingProxyType({})

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin to list the favorites of one type, once it is known whose they are."""
        if self.mask["properties", _USER]:
            self._ours = {_USER: self.tap.me}
        return super().begin(parent, workspace)

    def values(self, parent: Record, workspace: str) -> dict[str, str]:
        """Return what stands in the places of the listing."""
        return {**super().values(parent, workspace), "me": "me"}

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:
        """List the favorites of one type (in a worker)."""
        for page in super().pages(parent, workspace):
            for record in page:
                record.update(self._ours)
            yield page


class Reactions(AsanaStream):
    """Reactions to comments and status updates, each of which says which there are."""

    needs = frozenset({"reaction_summary"})

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin to list where there is anything to list."""
        summary = parent.get("reaction_summary")
        return super().begin(parent, workspace) if summary else Parent(parent, None)

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:
        """List the reactions of each emoji (in a worker)."""
        for emoji in dict.fromkeys(one["emoji_base"] for one in parent["reaction_summary"]):
            values = {**self.values(parent, workspace), "emoji": emoji}
            path, params = self.listing.request(**values)
            for page in self.listed(path, params):
                for record in page:
                    record[self.resource.from_parent] = parent["gid"]
                yield page
