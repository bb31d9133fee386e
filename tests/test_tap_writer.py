"""The writer: whole lines in large writes, each SCHEMA once, and a good place to end."""

from __future__ import annotations

import contextlib
import io
import json
import os
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.singerlib import RecordMessage, SchemaMessage, StateMessage

from tap_asana.writer import FLUSH_BYTES, LineWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from singer_sdk.singerlib.encoding.simple import Message

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def record(value: Any) -> RecordMessage:
    return RecordMessage("tasks", {"gid": "1", "value": value})


def written(*messages: Message) -> list[dict[str, Any]]:
    """Write messages to what is no file, and read them back."""
    output = io.StringIO()
    writer = LineWriter()
    with contextlib.redirect_stdout(output):
        for message in messages:
            writer.write_message(message)
        writer.flush()
    return [json.loads(line) for line in output.getvalue().split("\n") if line]


@contextlib.contextmanager
def piped() -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Standard output as a pipe; gives its reading end, and what reads it to its end."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader, os.fdopen(writing, "w") as out:

        def rest() -> bytes:
            out.close()
            return reader.read()

        with contextlib.redirect_stdout(out):
            yield reading, rest


@given(JSON)
def test_what_goes_in_is_what_a_reader_gets(value: Any) -> None:
    assert written(record(value))[0]["record"] == {"gid": "1", "value": value}


def test_what_the_fast_encoder_refuses_is_written_all_the_same() -> None:
    odd = {"half an emoji": "\ud83d", "large": 2**70, "plain": "é"}
    assert written(record(odd))[0]["record"]["value"] == odd


def test_a_schema_is_written_again_only_when_it_changed() -> None:
    first = SchemaMessage("tasks", {"properties": {"gid": {}}}, ["gid"])
    same = SchemaMessage("tasks", {"properties": {"gid": {}}}, ["gid"])
    other = SchemaMessage("tasks", {"properties": {"gid": {}, "name": {}}}, ["gid"])
    of_users = SchemaMessage("users", {"properties": {"gid": {}}}, ["gid"])
    lines = written(first, same, of_users, other, same)
    assert [(line["stream"], len(line["schema"]["properties"])) for line in lines] == [
        ("tasks", 1),
        ("users", 1),
        ("tasks", 2),
        ("tasks", 1),
    ]


def test_records_wait_for_a_state() -> None:
    writer = LineWriter()
    with piped() as (reading, rest):
        os.set_blocking(reading, False)
        writer.write_message(record(1))
        with pytest.raises(BlockingIOError):
            os.read(reading, 1)
        writer.write_message(StateMessage({"bookmarks": {}}))
        assert len(rest().splitlines()) == 2


@given(st.integers(min_value=1, max_value=50))
def test_a_write_that_takes_a_part_is_gone_on_with(part: int) -> None:
    taken = bytearray()

    def write(_: int, lines: bytearray) -> int:
        taken.extend(lines[:part])
        return min(part, len(lines))

    with pytest.MonkeyPatch.context() as patch, open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no file at all
        patch.setattr("tap_asana.writer.os.write", write)
        patch.setattr("sys.stdout", nowhere)
        writer = LineWriter()
        writer.write_message(record("x" * 20))
        writer.write_message(StateMessage({}))
    assert [json.loads(line)["type"] for line in taken.splitlines()] == ["RECORD", "STATE"]


def test_an_end_asked_for_in_the_middle_of_a_line_comes_after_it() -> None:
    """The main thread sits in a write to a full pipe, as with a reader that has stopped reading."""
    writer = LineWriter()
    ended: list[str] = []
    is_in_write = threading.Event()
    real_write = os.write

    def write(descriptor: int, lines: bytearray) -> int:
        is_in_write.set()
        return real_write(descriptor, lines)

    def interrupt(reading: int) -> None:
        is_in_write.wait()
        writer.at_boundary(lambda: ended.append("here"))
        ended.append("asked")
        read = 0
        while read < 300_000:
            read += len(os.read(reading, 1 << 20))

    with piped() as (reading, _), pytest.MonkeyPatch.context() as patch:
        patch.setattr("tap_asana.writer.os.write", write)
        other = threading.Thread(target=interrupt, args=[reading])
        other.start()
        writer.write_message(record("x" * 300_000))
        other.join()
    assert ended == ["asked", "here"]


def test_an_end_asked_for_between_two_lines_comes_at_once() -> None:
    ended: list[str] = []
    LineWriter().at_boundary(lambda: ended.append("here"))
    assert ended == ["here"]


@given(st.lists(JSON, max_size=5))
def test_records_written_together_are_the_lines_of_each(values: list[Any]) -> None:
    output = io.StringIO()
    writer = LineWriter()
    with contextlib.redirect_stdout(output):
        writer.write_records("tasks", [{"gid": "1", "value": value} for value in values])
    lines = [json.loads(line) for line in output.getvalue().split("\n") if line]
    for line in lines:
        datetime.fromisoformat(line.pop("time_extracted"))
    assert lines == written(*map(record, values))


def test_records_written_together_wait_for_no_more_than_a_pipe_holds() -> None:
    """So that a page of large records is not in memory twice."""
    sizes: list[int] = []

    def write(_: int, lines: bytearray) -> int:
        sizes.append(len(lines))
        return len(lines)

    with pytest.MonkeyPatch.context() as patch, open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no file at all
        patch.setattr("tap_asana.writer.os.write", write)
        patch.setattr("sys.stdout", nowhere)
        LineWriter().write_records("tasks", [{"gid": "1", "notes": "x" * 30_000}] * 9)
    assert len(sizes) == 3
    assert max(sizes) < 2 * FLUSH_BYTES
