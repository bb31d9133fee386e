"""Reading ahead: the same pages in the same order, a page early, errors where they belong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import AsanaError
from tap_asana.read_ahead import ReadAhead, so_many_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def pages(count: int, *, fails_at: int | None = None) -> Iterator[list[dict[str, Any]]]:
    for number in range(count):
        if number == fails_at:
            raise LookupError(number)
        yield [{"gid": str(number)}]


@pytest.fixture(params=[0, 1, 8])
def ahead(request: pytest.FixtureRequest) -> Iterator[ReadAhead]:
    made = ReadAhead(request.param)
    yield made
    made.close()


def test_many_listings_come_each_in_its_order(ahead: ReadAhead) -> None:
    feeds = [ahead.feed(pages(count)) for count in range(20)]
    for count, feed in enumerate(feeds):
        assert [page[0]["gid"] for page in feed] == [str(number) for number in range(count)]


def test_an_error_is_raised_after_the_pages_before_it(ahead: ReadAhead) -> None:
    read: list[list[dict[str, Any]]] = []
    with pytest.raises(LookupError):
        read.extend(ahead.feed(pages(5, fails_at=3)))
    assert len(read) == 3


def test_a_listing_is_begun_before_anybody_reads_it() -> None:
    ahead, begun = ReadAhead(1), threading.Event()

    def listing() -> Iterator[list[dict[str, Any]]]:
        begun.set()
        yield []

    feed = ahead.feed(listing())
    assert begun.wait(timeout=30)
    assert list(feed) == [[]]
    ahead.close()


def test_no_more_than_one_page_is_ahead_of_its_reader() -> None:
    ahead, fetched = ReadAhead(4), []

    def listing() -> Iterator[list[dict[str, Any]]]:
        for page in pages(10):
            fetched.append(page)
            yield page

    reader = iter(ahead.feed(listing()))
    next(reader)
    ahead.close()
    assert len(fetched) <= 2


def test_so_many_items_are_taken_before_the_first_is_given() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(6):
            taken.append(number)
            yield number

    given = so_many_ahead(2, numbers())
    assert next(given) == 0
    assert taken == [0, 1, 2]
    assert list(given) == [1, 2, 3, 4, 5]


def test_items_before_an_error_are_given_before_it_is_raised() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise AsanaError("GET /users")

    given: list[int] = []
    with pytest.raises(AsanaError):
        given.extend(so_many_ahead(5, items()))
    assert given == [0, 1, 2]
