"""What every stream does: list under each parent, read ahead, emit in order."""

from __future__ import annotations

import logging
import sys
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from singer_sdk import Stream
from singer_sdk.batch import Batcher
from singer_sdk.exceptions import AbortedSyncFailedException, AbortedSyncPausedException
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import REPLICATION_FULL_TABLE

from tap_asana.api import AsanaError, Listing, PlanLimit, Resource, walk
from tap_asana.changes import is_gone, is_refusal
from tap_asana.complaints import TOLD, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig
    from singer_sdk.helpers.types import Context

    from tap_asana.read_ahead import Feed, Page
    from tap_asana.report import StreamCounter, StreamTimer
    from tap_asana.tap import TapAsana

Record: TypeAlias = dict[str, Any]
Item: TypeAlias = "Record | Callable[[], None]"
"""A record, or what is to be done when all records before it are out."""

TOLD_ELSEWHERE = (*TOLD, AbortedSyncFailedException, AbortedSyncPausedException)
"""What the command tells in its one line, and how `--test` ends a stream after its first record."""

_TOP = 2
"""Length of the path of a field in the SDK's mask: "properties" and its name."""

GROUP = 100
"""Parents whose children are read together, which is as many as a page holds."""


class Laden(dict[str, Any]):
    """A record with records of its child streams, by the stream's name, that came along with it."""

    def __init__(self, record: Record, brought: dict[str, Page]) -> None:
        """Take a record and what it brought."""
        super().__init__(record)
        self.brought = brought


class Parent(NamedTuple):
    """One parent of a child stream, and its listing if that is being read already."""

    record: Record
    feed: Feed | None


class Group(NamedTuple):
    """Consecutive items of a stream; the children of its records come before its first record."""

    items: list[Item]
    leader: Record | None
    context: Record


class AsanaStream(Stream):
    """A stream of one resource: listed under each parent, read ahead, emitted in order.

    The SDK syncs the children of each record in turn. Here the first record of a group brings the
    children of the whole group, whose listings were begun when the group was formed, while the one
    before was being emitted: that is where requests run side by side. A group is a matter of counts
    only, so that the output is the same with any number of threads.
    """

    resource: ClassVar[Resource]
    columns: ClassVar[dict[str, Any]]
    """JSON schema of the records."""
    key: ClassVar[tuple[str, ...]]
    parent: ClassVar[str] = ""
    """Name of the stream it is a child of."""
    listing: ClassVar[Listing]
    """What its records are listed by."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Fields of the parent without which this stream cannot be read."""
    group_size = GROUP
    has_own_state = False
    """Whether its place in the state moves otherwise than with each record."""

    # Records are JSON already, and opt_fields brings nothing but what is selected: there is
    # nothing to convert and nothing to drop.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    def __init__(self, tap: TapAsana) -> None:
        """Set the stream up from its class, which the catalogue made."""
        super().__init__(tap, schema=tap.custom_fields.schema(self.name, self.columns))
        self.primary_keys = self.key
        # One place in the state for each stream: with one for each parent, its size and the work
        # on it grow with the square of the parents.
        self.state_partitioning_keys = ()
        self.selected_by_default = not self.resource.off
        self.tap: TapAsana = tap
        self._group = Group([], None, {})
        self._out_of_plan: set[str] = set()

    @property
    def emit_activate_version_messages(self) -> bool:
        """Never: a target would delete what this run was not allowed to read, or had read before.

        The SDK announces the version before the first record, when neither is known.
        """
        return False

    @cached_property
    def fields(self) -> str:
        """The `opt_fields` of this stream: what is selected, and what its children live on."""
        properties = self.schema["properties"] if self.selected else ()
        selected = {name for name in properties if self.mask["properties", name]}
        names = selected.union(*self._needed())
        return self.tap.custom_fields.opt_fields(self.resource, names)

    def _needed(self) -> Iterator[frozenset[str]]:
        """Give what has to be asked for though it may not be selected."""
        return (child.needs for child in self.active_children)

    @property
    def active_children(self) -> list[AsanaStream]:
        """The children that are selected, or have children that are."""
        return [
            child
            for child in self.child_streams
            if isinstance(child, AsanaStream) and (child.selected or child.has_selected_descendents)
        ]

    def place(self, parent: Record) -> str | None:
        """Return what the listing names a parent by; None where the parent has none."""
        value: str | None = walk(parent, self.listing.places[self.parent])
        return value

    def brought(self, parent: Record) -> Page | None:
        """Return what came along with a parent; None where it has to be asked for."""
        return parent.brought.get(self.name) if isinstance(parent, Laden) else None

    def values(self, parent: Record, workspace: str) -> dict[str, str]:
        """Return what stands in the places of the listing."""
        return {"workspaces": workspace, self.parent: str(self.place(parent))}

    def pages(self, parent: Record, workspace: str) -> Iterator[Page]:
        """List the records of a parent (in a worker)."""
        if came := self.brought(parent):
            yield came
            return
        values = self.values(parent, workspace)
        path, params = self.listing.request(**values)
        column = self.resource.from_parent
        told = workspace if column == "workspace_gid" else values[self.parent]
        asked = {} if self.resource.whole else {"opt_fields": self.fields}
        for page in self.listed(path, params | asked):
            if column:
                for record in page:
                    record[column] = told
            yield page

    def listed(self, path: str, params: dict[str, str]) -> Iterator[Page]:
        """Ask for a listing (in a worker)."""
        if self.resource.paged:
            yield from self.tap.client.pages(path, params)
        else:
            found = self.tap.client.get(path, params)
            yield found if isinstance(found, list) else [found]

    def begin(self, parent: Record, workspace: str) -> Parent:
        """Begin to list the records of a parent."""
        nothing = self.brought(parent) == [] or self.place(parent) is None
        if nothing or workspace in self._out_of_plan:
            return Parent(parent, None)
        return Parent(parent, self.tap.ahead.feed(self.pages(parent, workspace)))

    def records(self, context: Context) -> Iterator[Item]:
        """Give the records of the parents of a context."""
        for _, feed in context["parents"][type(self)]:
            try:
                for page in feed or ():
                    yield from filter(self.is_wanted, page)
            except AsanaError as error:
                self.refused(error)
                if isinstance(error, PlanLimit):
                    self._out_of_plan.add(context["workspace"])

    def is_wanted(self, record: Record) -> bool:
        """Tell whether a record is part of the extract, and was not given yet."""
        given = self.tap.given[self.name]
        if not self.resource.once:
            return True
        is_new = record["gid"] not in given
        given.add(record["gid"])
        return is_new

    def refused(self, error: AsanaError, then: str = "") -> None:
        """Note that part of the stream, and what hangs on that part, could not be read.

        What the plan does not hold, and nobody selected, is missed only by what hangs on nothing
        else: on a free plan there are no goals, and the stories of tasks are all there is.

        Args:
            error: What Asana said.
            then: What becomes of that part.

        Raises:
            AsanaError: The error, when it is none that the rest of the stream can do without.
            RefusedError: The settings say that nothing may be refused.
        """
        if not is_refusal(error):
            raise error
        if isinstance(error, PlanLimit) and not self.selected:
            for child in self.active_children:
                child.lack(self.name, error)
            return
        if not is_gone(error):
            if self.config["on_forbidden"] == "fail":
                raise RefusedError(self.name, error)
            for child in self.active_children:
                child.miss(self.name)
        self.tap.report.refused(self.name, error, then)

    def lack(self, parent: str, error: AsanaError) -> None:
        """Note that the plan does not hold what this stream hangs on, unless it has other parents.

        Args:
            parent: Name of the stream that it hangs on.
            error: What Asana said of that.
        """
        if len(self.resource.listings) == 1:
            self.refused(error)
        else:
            told = "The plan holds no %s that %s could hang on: %s"
            self.logger.info(told, parent, self.name, error)

    def miss(self, parent: str) -> None:
        """Note that what hangs on a part of a parent that was refused is not read either."""
        if self.selected:
            self.tap.report.missed(self.name, parent)
        for child in self.active_children:
            child.miss(self.name)

    def get_records(self, context: Context | None) -> Iterable[Record]:
        """Give the records in their order, a group ahead of the SDK."""
        items = self.tap.custom_fields.shown(self, _in_turn(self.records(context or {})))
        groups = self._groups(items, context or {})
        following = next(groups, None)
        while following is not None:
            self._group, following = following, next(groups, None)
            yield from self._out(self._group)

    def _out(self, group: Group) -> Iterator[Record]:
        """Give the records of a group to the SDK, as far as it would do more than write them.

        Where nothing is to be made of them, that is the one that brings the children; the others
        are written here, together, behind it.
        """
        straight = self._goes_straight
        waiting: list[Record] = []
        for item in group.items:
            if not isinstance(item, dict):
                self._write(waiting)
                waiting = []
                item()
            elif straight and item is not group.leader:
                waiting.append(item)
            else:
                yield item
        self._write(waiting)

    def _write(self, records: list[Record]) -> None:
        """Write records of which nothing is to be made."""
        if not records or not self.selected:
            return
        for name in self._unselected:
            for record in records:
                record.pop(name, None)
        self.tap.message_writer.write_records(self.stream_maps[0].stream_alias, records)
        self.state_manager.is_flushed = False
        self.get_record_counter().increment(len(records))

    @property
    def _goes_straight(self) -> bool:
        """Whether the SDK would write each record as it is, after dropping what is not selected."""
        return (
            type(self.stream_maps[0]) is SameRecordTransform
            and len(self.stream_maps) == 1
            and not self.stream_maps[0].flattening_enabled
            and self.ABORT_AT_RECORD_COUNT is None
            and not self.config.get("batch_config")
            and (self.has_own_state or self.replication_method == REPLICATION_FULL_TABLE)
            and self._is_selected_whole
        )

    @cached_property
    def _unselected(self) -> list[str]:
        """Fields that are not selected; a record may have them for the sake of its children."""
        return [path[-1] for path, chosen in self.mask.items() if len(path) == _TOP and not chosen]

    @cached_property
    def _is_selected_whole(self) -> bool:
        """Whether no field that is selected lacks a part of its own."""
        inner = (path for path, chosen in self.mask.items() if len(path) > _TOP and not chosen)
        return all(path[1] in self._unselected for path in inner)

    def _groups(self, items: Iterator[Item], context: Context) -> Iterator[Group]:
        children = self.active_children
        size = self.group_size if self.ABORT_AT_RECORD_COUNT is None else 1
        while group := list(islice(items, size)):
            records = (item for item in group if isinstance(item, dict))
            parents = list(filter(self._passes, records)) if children else []
            leader = parents[0] if parents else None
            workspace = self.workspace_of(leader, context) if leader else ""
            begun = {
                type(child): [child.begin(parent, workspace) for parent in parents]
                for child in children
            }
            yield Group(group, leader, {"workspace": workspace, "parents": begun})

    def _passes(self, record: Record) -> bool:
        """Tell whether a stream map's filter lets a record, and with it its children, pass."""
        return bool(self.stream_maps[0].get_filter_result(record))

    def workspace_of(self, leader: Record, context: Context) -> str:  # noqa: ARG002 - for the root
        """Return the gid of the workspace a group is of."""
        return str(context["workspace"])

    def generate_child_contexts(
        self,
        record: Record,
        context: Context | None,  # noqa: ARG002 - the group's own says all
    ) -> Iterable[Context | None]:
        """Bring the children of a whole group with the first record of it."""
        if record is self._group.leader:
            yield self._group.context

    def get_batches(
        self, batch_config: BatchConfig, context: Context | None = None
    ) -> Iterable[tuple[BaseBatchFileEncoding, list[str]]]:
        """Write the records to files, as they would be written to standard output.

        The SDK's own way takes them as they were read: without selection, stream maps and
        flattening, so that what was to be hidden or left out is there.
        """
        written = (
            message.record
            for record in self._sync_records(context, write_messages=False)
            for message in self._generate_record_messages(record)
        )
        batcher = Batcher(self.tap_name, self.name, batch_config)
        for manifest in batcher.get_batches(records=written):
            yield batch_config.encoding, manifest

    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        """Log, but not the start of each group, nor errors that somebody else tells or expects."""
        if isinstance(sys.exception(), TOLD_ELSEWHERE):
            return
        if level == logging.INFO and self.parent not in {"", "workspaces"}:
            level = logging.DEBUG
        super().log(message, *args, level=level, **kwargs)

    def get_record_counter(self, **_: Any) -> StreamCounter:
        """Return the stream's one counter."""
        return self.tap.report.counter(self.name)

    def get_sync_timer(self) -> StreamTimer:
        """Return the stream's one timer."""
        return self.tap.report.timer(self.name)


def _in_turn(items: Iterator[Item]) -> Iterator[Item]:
    """Keep an error back until what came before it is out."""
    try:
        yield from items
    except AsanaError as error:
        yield partial(_fail, error)


def _fail(error: AsanaError) -> None:
    raise error
