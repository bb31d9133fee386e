"""The file of an export: whole lines however it comes, little of it in memory."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_asana.export_file import ExportFault, exported, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1), max_size=20
)


def cut(content: bytes, places: list[int]) -> Iterator[bytes]:
    """Cut a file into blocks."""
    ends = [0, *sorted(place % (len(content) + 1) for place in places), len(content)]
    return (content[start:end] for start, end in pairwise(ends))


@given(LINES, LINES, st.lists(st.integers(0, 10_000), max_size=10), st.sampled_from([b"\n", b""]))
def test_lines_come_whole_wherever_the_blocks_break(
    first: list[str], second: list[str], places: list[int], end: bytes
) -> None:
    parts = [[line.encode() for line in lines] for lines in (first, second)]
    # Two gzip files in a row are one (RFC 1952, 2.2).
    texts = [b"".join(line + b"\n" for line in part) for part in parts]
    texts[1] = texts[1].removesuffix(b"\n") + end if parts[1] else b""
    packed = b"".join(map(gzip.compress, texts))

    assert list(lines_of(cut(packed, places))) == parts[0] + parts[1]


@given(st.integers(1, 60))
def test_a_file_that_breaks_off_is_no_whole_one(missing: int) -> None:
    packed = gzip.compress(b"".join(b'{"gid":"%d"}\n' % n for n in range(50)))

    with pytest.raises(EOFError):
        list(lines_of([packed[:-missing]]))


class Quiet(SimpleHTTPRequestHandler):
    """A file server that does not talk."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address that files of the test's folder are at."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def peak(url: str) -> tuple[int, int]:
    """Read an export; tell how many records came and how many bytes were in memory at most."""
    tracemalloc.start()
    count = sum(1 for _ in exported("The export", lambda: url))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, most


def test_memory_does_not_grow_with_the_file(served: str, tmp_path: Path) -> None:
    sizes = {"short": 1_000, "long": 50_000}
    for name, size in sizes.items():
        with gzip.open(tmp_path / name, "wt") as file:
            for number in range(size):
                file.write(json.dumps({"gid": str(number), "notes": "n" * 500}) + "\n")
    peak(f"{served}/short")
    found = {name: peak(f"{served}/{name}") for name in sizes}

    assert {name: count for name, (count, _) in found.items()} == sizes
    assert found["long"][1] < 2 * found["short"][1] < 4_000_000


def test_what_is_out_already_is_passed_over(served: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(gzip.compress(b'{"gid":"1"}\n{"gid":"2"}\n{"gid":"3"}\n'))

    records = exported("The export", lambda: f"{served}/file", done=2)
    assert list(records) == [{"gid": "3"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>no gzip</html>", "it is broken: Error -3"),
        (gzip.compress(b"no json\n"), "it is broken: invalid literal"),
        (None, "its store answered 404"),
    ],
    ids=["no gzip", "no JSON", "not there"],
)
def test_a_file_that_is_none_is_one_line(
    served: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    said: str,
) -> None:
    monkeypatch.setattr("tap_asana.export_file.time.sleep", lambda _seconds: None)
    if content is not None:
        (tmp_path / "file").write_bytes(content)

    with pytest.raises(ExportFault, match=said) as told:
        list(exported("The export", lambda: f"{served}/file"))
    assert served not in str(told.value)
