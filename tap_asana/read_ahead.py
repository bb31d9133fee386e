"""Reading listings before their reader comes to them, in threads, without changing any order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from tap_asana.api import AsanaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
Page: TypeAlias = list[dict[str, Any]]

WORKERS = 32
"""Threads that read. 1,500 requests a minute at 150 ms are 4 in flight (Little's law), but a page
of a hundred whole tasks may well take a second; Asana's docs on rate limits allow 50."""


class ReadAhead:
    """A pool of threads in which listings are fetched a page before they are wanted.

    With no workers each page is fetched when its reader asks for it: same pages, same order.
    """

    def __init__(self, workers: int = WORKERS) -> None:
        """Make the pool; its threads start with the first listing."""
        self._pool = ThreadPoolExecutor(workers, "read-ahead") if workers else None

    def feed(self, pages: Iterator[Page]) -> Feed:
        """Begin to fetch the first page of a listing and return what hands its pages out."""
        return Feed(self._pool, pages)

    def close(self) -> None:
        """Drop what nobody will read; requests already under way are not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


class Feed:
    """One listing, fetched one page ahead of the single thread that iterates over it.

    Whatever goes wrong in a worker is raised in the reader, at the page where it happened.
    """

    def __init__(self, pool: ThreadPoolExecutor | None, pages: Iterator[Page]) -> None:
        """Begin with the first page when there is a pool."""
        self._pool = pool
        self._pages = pages
        self._next = self._fetch()

    def _fetch(self) -> Future[Page | None] | None:
        return self._pool.submit(next, self._pages, None) if self._pool is not None else None

    def __iter__(self) -> Iterator[Page]:
        """Yield the pages in their order."""
        while True:
            page = self._next.result() if self._next is not None else next(self._pages, None)
            if page is None:
                return
            self._next = self._fetch()
            yield page


def so_many_ahead(count: int, items: Iterable[T]) -> Iterator[T]:
    """Take items so many before they are wanted: where taking one begins a listing.

    An error of theirs is raised after the items before it.
    """
    window: deque[T] = deque()
    try:
        for item in items:
            window.append(item)
            if len(window) > count:
                yield window.popleft()
    except AsanaError:
        yield from window
        raise
    yield from window
