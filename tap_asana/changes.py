"""Finding the tasks of a workspace: all of them, or what changed since last time."""

from __future__ import annotations

from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from tap_asana.api import RESOURCES, AsanaError, BadRequest, Forbidden, NotFound, PlanLimit
from tap_asana.bookmark import Finished, Source
from tap_asana.gids import Gids
from tap_asana.read_ahead import WORKERS, so_many_ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_asana.api import Client
    from tap_asana.bookmark import Bookmark
    from tap_asana.read_ahead import Feed, Page, ReadAhead

Task: TypeAlias = dict[str, Any]

TASKS = RESOURCES["tasks"]


def is_refusal(error: AsanaError) -> bool:
    """Tell whether only this one list cannot be read, so that the run can go on without it.

    What is not there is a 404 when the path names it, but a 400 when the query does: a project or
    a task may be deleted between its listing and that of what is in it. A refusal without Asana's
    words is a proxy's, which says nothing about this list.
    """
    refused = isinstance(error, (PlanLimit, Forbidden)) and bool(error.messages)
    return refused or is_gone(error)


def is_gone(error: AsanaError) -> bool:
    """Tell whether what was asked for does not exist, or not for this token."""
    if isinstance(error, NotFound):
        return bool(error.messages)
    unknown = any(": Unknown object: " in message for message in error.messages)
    return isinstance(error, BadRequest) and unknown


SOURCES_AHEAD = 15
"""Sources whose first pages are fetched ahead; it bounds the tasks held in memory."""

LISTS_AHEAD = WORKERS
"""Subtask lists begun before their parent's turn comes: as many as can be read at the same time.
Twice as many at most, as both who fetches tasks and who hands them out begin with some."""


class TaskWalk:
    """One pass over a workspace: the tasks of its projects, their subtasks, what is assigned.

    Each task is given once, however many lists hold it, and its subtasks come right after it, at
    any depth. Read whole, a source costs its pages and one request for each task that has
    subtasks. Read from an instant on, it costs the pages of what changed (`modified_since`), and,
    since a change to a subtask leaves its parent's `modified_at` alone (Asana's OpenAPI, getTasks),
    a second listing that asks for nothing but `num_subtasks`, and the subtask lists it points to.

    Tasks of no project are found through the people they are assigned to. A task that has neither
    project nor assignee nor parent is in none of these lists: Asana's task search knows it, and the
    lists of tags, where it has any, which are not asked: a request for each tag in each run.
    """

    def __init__(  # noqa: PLR0913 - a walk is made of just these, each named by its caller
        self,
        *,
        client: Client,
        ahead: ReadAhead,
        workspace: str,
        fields: str,
        bookmark: Bookmark,
        refused: Callable[[AsanaError], None],
    ) -> None:
        """Prepare a walk; nothing is asked yet.

        Args:
            client: Where to ask.
            ahead: Who asks before it is needed.
            workspace: Gid of the workspace.
            fields: The `opt_fields` of a task; `num_subtasks` and `modified_at` among them.
            bookmark: Where to begin, and what an earlier run has behind it.
            refused: Told of each list that could not be read.
        """
        self._client = client
        self._ahead = ahead
        self._workspace = workspace
        self._fields = fields
        self._bookmark = bookmark
        self._refused = refused
        self._seen = Gids()
        self._subtasks = _Subtasks(ahead, self._list_below)
        self._failed = False

    def items(self, sources: Iterable[Source]) -> Iterator[Task | Finished]:
        """Give the tasks of the sources, and after those of each source that it is finished."""
        opened = (
            (source, [self._ahead.feed(pages) for pages in self._lists(source)])
            for source in sources
        )
        for source, feeds in so_many_ahead(SOURCES_AHEAD, opened):
            self._failed = False
            try:
                yield from self._tasks(source, feeds)
            except AsanaError as error:
                if not is_refusal(error):
                    raise
                self._refused(error)
                self._failed = True
            yield Finished(source, self._failed)

    def _lists(self, source: Source) -> list[Iterator[Page]]:
        """Return the listings that make up a source: its tasks, then what points to subtasks."""
        listing = "" if source.phase == "projects" else "assignee"
        gids = {source.phase: source.gid, "workspaces": self._workspace}
        path, of = TASKS.listing(listing, **gids)
        # A walk gone on with has not seen what its first part gave, and tells by the projects.
        told = ",projects.gid" if self._bookmark.resumed and source.phase == "users" else ""
        whole = {**of, "opt_fields": self._fields + told}
        if source.since is None:
            return [self._list(path, whole, plan=source.phase == "projects")]
        parents = {**of, "opt_fields": "num_subtasks" + told}
        return [
            self._list(path, {**whole, str(TASKS.since): source.since}, plan=False),
            self._list(path, parents, plan=source.phase == "projects"),
        ]

    def _list(self, path: str, params: dict[str, str], *, plan: bool) -> Iterator[Page]:
        """Fetch a listing (in a worker); `plan` begins with the subtasks at once.

        For assigned tasks it would be too early: most are in projects that are still being read.
        """
        for page in self._client.pages(path, params):
            if plan:
                self._subtasks.plan(page)
            yield page

    def _list_below(self, gid: str) -> Iterator[Page]:
        path, _ = TASKS.listing("subtasks", tasks=gid)
        for page in self._client.pages(path, {"opt_fields": self._fields}):
            self._subtasks.plan(page)
            yield page

    def _tasks(self, source: Source, feeds: list[Feed]) -> Iterator[Task]:
        changed, *parents = feeds
        for page in changed:
            fresh = [task for task in page if not self._is_covered(task, source)]
            if source.since is None:
                for task in self._begun(fresh):
                    yield from self._given(task)
                    yield from self._below(task, None)
            else:
                yield from chain.from_iterable(map(self._given, fresh))
        for page in parents[0] if parents else ():
            fresh = [task for task in page if not self._is_done_before(task, source)]
            for task in self._begun(fresh):
                yield from self._below(task, source.since)

    def _begun(self, page: Page) -> Iterator[Task]:
        """Give the tasks of a page while the subtask lists of the next ones are being read."""
        return so_many_ahead(LISTS_AHEAD, map(self._subtasks.begin, page))

    def _below(self, parent: Task, since: str | None) -> Iterator[Task]:
        """Give the subtasks of a task at every depth, of these only what changed since."""
        if not parent.get("num_subtasks"):
            return
        feed = self._subtasks.take(parent["gid"])
        try:
            for page in feed or ():
                for task in self._begun(page):
                    if since is None or task["modified_at"] >= since:
                        yield from self._given(task)
                    yield from self._below(task, since)
        except AsanaError as error:
            if not is_refusal(error):
                raise
            self._refused(error)
            # A parent that is gone since it was listed has taken its subtasks along.
            self._failed |= not is_gone(error)

    def _given(self, task: Task) -> Iterator[Task]:
        if self._seen.add(task["gid"]):
            yield task

    def _is_covered(self, task: Task, source: Source) -> bool:
        return task["gid"] in self._seen or self._is_done_before(task, source)

    def _is_done_before(self, task: Task, source: Source) -> bool:
        """Whether an assigned task was given before a restart, by one of its projects."""
        return source.phase == "users" and any(
            self._bookmark.is_done("projects", project["gid"])
            for project in task.get("projects") or ()
        )


class _Subtasks:
    """The subtask lists that were begun ahead, each parent's once."""

    def __init__(self, ahead: ReadAhead, pages: Callable[[str], Iterator[Page]]) -> None:
        self._ahead = ahead
        self._pages = pages
        self._lock = Lock()
        self._planned: dict[str, Feed] = {}
        self._taken = Gids()

    def plan(self, page: Page) -> None:
        """Begin with the lists of the tasks of a page, while there is room for more."""
        for task in page:
            if len(self._planned) >= LISTS_AHEAD:
                return
            self.begin(task)

    def begin(self, task: Task) -> Task:
        """Begin with the list of a task, if it has subtasks, and give the task back."""
        if task.get("num_subtasks"):
            gid = task["gid"]
            with self._lock:
                if gid not in self._taken and gid not in self._planned:
                    self._planned[gid] = self._ahead.feed(self._pages(gid))
        return task

    def take(self, gid: str) -> Feed | None:
        """Hand out the list of a parent; nothing the second time."""
        with self._lock:
            if not self._taken.add(gid):
                return None
            planned = self._planned.pop(gid, None)
        return planned or self._ahead.feed(self._pages(gid))
