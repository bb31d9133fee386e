"""The bookmark of a workspace: no gap, whatever is cut short, refused, chosen or new."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_asana.bookmark import Bookmark, Finished, Source, order, stamp

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PROJECTS = [str(number) for number in (7, 12, 105, 2000)]
USERS = ["3", "44"]


@st.composite
def runs(draw: st.DrawFn) -> dict[str, Any]:
    """One run: what the settings choose, how far it comes, and what is refused on the way."""
    return {
        "chosen": draw(st.none() | st.lists(st.sampled_from(PROJECTS), unique=True)),
        "comes_to": draw(st.integers(0, 8)),
        "refused": draw(st.sets(st.sampled_from(PROJECTS + USERS), max_size=2)),
    }


@given(st.lists(runs(), max_size=8), st.lists(st.integers(0, 300), min_size=4, max_size=4))
def test_what_is_read_of_a_list_joins_what_was_read_before(
    plan: list[dict[str, Any]], births: list[int]
) -> None:
    """Each run takes an hour, and what it reads is as new as the moment it is read."""
    entries: dict[str, Any] = {}
    read_until: dict[str, datetime] = {}
    born = {gid: BEGINNING + timedelta(minutes=m) for gid, m in zip(PROJECTS, births, strict=True)}
    last: dict[str, Any] = {"chosen": None, "comes_to": 99, "refused": set()}
    for number, run in enumerate([*plan, last, last]):
        now = BEGINNING + timedelta(hours=number)
        entries = json.loads(json.dumps(entries))
        bookmark = Bookmark(entries, "1", now=now, chosen=run["chosen"])
        sources = sources_of(bookmark, run["chosen"], born, now)
        for minute, source in enumerate(sources[: run["comes_to"]]):
            before = read_until.get(source.gid)
            assert source.since is None or (before and source.since <= stamp(before))
            if source.gid not in run["refused"]:
                read_until[source.gid] = now + timedelta(minutes=minute)
            bookmark.finish(Finished(source, source.gid in run["refused"]))
        if len(sources) <= run["comes_to"]:
            bookmark.complete()
    assert set(entries["1"]) <= {"modified_at", "unread", "whole_at"}
    known = read_until.keys() | entries["1"].get("unread", {}).keys()
    assert known >= {gid for gid in PROJECTS if born[gid] <= now} | set(USERS)


def sources_of(
    bookmark: Bookmark, chosen: list[str] | None, born: dict[str, datetime], now: datetime
) -> list[Source]:
    """Give what a run goes through: the projects there are, or those chosen, and the users."""
    there = sorted((gid for gid in PROJECTS if born[gid] <= now), key=order)
    sources = [
        bookmark.source("projects", gid, stamp(born[gid]))
        for gid in there
        if (chosen is None or gid in chosen) and not bookmark.is_done("projects", gid)
    ]
    return sources + [
        bookmark.source("users", gid)
        for gid in USERS
        if chosen is None and not bookmark.is_done("users", gid)
    ]


def test_a_source_is_read_from_a_second_before_the_bookmark() -> None:
    entries = {"1": {"modified_at": "2026-01-01T00:00:10.000Z"}}
    bookmark = Bookmark(entries, "1", now=BEGINNING + timedelta(days=1))
    assert bookmark.source("users", "3").since == "2026-01-01T00:00:09.000Z"


def test_nothing_before_the_start_date_is_read_even_of_what_is_new() -> None:
    floor, now = BEGINNING, BEGINNING + timedelta(days=2)
    first = Bookmark({}, "1", now=now, floor=floor)
    assert first.source("projects", "7", stamp(now)).since == stamp(floor)
    old = {"1": {"modified_at": "2025-01-01T00:00:00.000Z", "unread": {"3": None}}}
    later = Bookmark(old, "1", now=now, floor=floor)
    assert {later.source("users", gid).since for gid in USERS} == {stamp(floor)}


def test_a_walk_is_gone_on_with_by_age_of_the_gids() -> None:
    entries: dict[str, Any] = {}
    begun = Bookmark(entries, "1", now=BEGINNING)
    begun.finish(Finished(begun.source("projects", "12"), failed=False))
    bookmark = Bookmark(entries, "1", now=BEGINNING + timedelta(days=1))
    assert [gid for gid in PROJECTS if bookmark.is_done("projects", gid)] == ["7", "12"]
    assert not any(bookmark.is_done("users", gid) for gid in USERS)
    bookmark.complete()
    assert entries == {"1": {"modified_at": stamp(BEGINNING)}}


def test_stamps_compare_as_the_instants_they_are() -> None:
    east = datetime.fromisoformat("2026-01-01T01:00:00+02:00")
    assert stamp(east) == "2025-12-31T23:00:00.000Z" < stamp(BEGINNING)


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_gap_between_two_feeds_is_known_until_all_is_read_again(*, is_cut: bool) -> None:
    """The first run reads all; a feed follows the second, is lost in the third, and is back."""
    entries: dict[str, Any] = {}
    month = timedelta(days=30)
    for number, is_followed in enumerate((False, True, False, *[True] * 32)):
        now = BEGINNING + timedelta(days=number)
        bookmark = Bookmark(entries, "1", now=now, refresh=month, followed=is_followed)
        assert bookmark.is_due is (number == 31)
        if not (is_cut and number == 2):
            bookmark.complete()
        gap = {"whole_at": stamp(BEGINNING + timedelta(days=1))} if 2 <= number < 31 else {}
        last = number - 1 if is_cut and number == 2 else number
        assert entries == {"1": {"modified_at": stamp(BEGINNING + timedelta(days=last)), **gap}}


def test_a_walk_that_reads_all_again_is_gone_on_with_and_then_not_due() -> None:
    entries = {"1": {"modified_at": stamp(BEGINNING)}}
    month = timedelta(days=30)
    begun = Bookmark(entries, "1", now=BEGINNING + month, refresh=month)
    begun.finish(Finished(begun.source("projects", "12"), failed=False))
    resumed = Bookmark(entries, "1", now=BEGINNING + 2 * month, refresh=month)
    assert resumed.is_done("projects", "12")
    assert resumed.source("projects", "105") == Source("projects", "105", None)
    resumed.complete()
    assert entries == {"1": {"modified_at": stamp(BEGINNING + month)}}
