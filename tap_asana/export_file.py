"""The file of an export: fetched from where Asana keeps it, unpacked and read as it comes."""

from __future__ import annotations

import time
import zlib
from itertools import islice
from typing import TYPE_CHECKING, Any

import backoff
import orjson
import requests
import urllib3

from tap_asana.api import ServerFault
from tap_asana.files import TIMEOUT, nobodys_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_asana.base import Record

_BLOCK = 1 << 16
"""Bytes that are in memory at once, packed and unpacked, beside the line that they belong to."""
_GZIP = 16 + zlib.MAX_WBITS
"""What tells zlib that there is a gzip header (zlib's manual, inflateInit2)."""
_TRIES = 5
_LONGEST_WAIT = 16.0


class ExportFault(ServerFault):
    """The file of an export did not come whole, after the bounded retries."""

    advice = "A run with the last STATE goes on with the same export."


def exported(request: str, address: Callable[[], str], done: int = 0) -> Iterator[Record]:
    """Read the records of an export, a line each, in the order of its file.

    A file that breaks off is fetched again, from a fresh address, and what was given already is
    passed over. What is in memory is a block and a line, however large the file.

    Args:
        request: What is read, for errors.
        address: Gives an address of the file; those of resource exports live five minutes.
        done: Records at the beginning that are not wanted.

    Raises:
        ExportFault: It does not come whole.
    """
    tries = 0
    while True:
        try:
            for record in islice(_records(request, address()), done, None):
                yield record
                done, tries = done + 1, 0
        except ExportFault:
            tries += 1
            if tries == _TRIES:
                raise
            time.sleep(min(backoff.full_jitter(2.0**tries), _LONGEST_WAIT))
        else:
            return


def _records(request: str, url: str) -> Iterator[Record]:
    session = nobodys_session(1)
    try:
        with session.get(url, stream=True, timeout=TIMEOUT) as response:
            if response.status_code != requests.codes.ok:
                problem = f"its store answered {response.status_code}"
                raise ExportFault(request, messages=(problem,))
            blocks = response.raw.stream(_BLOCK, decode_content=False)
            yield from map(orjson.loads, lines_of(blocks))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        problem = f"the connection broke ({type(error).__name__})"
        raise ExportFault(request, messages=(problem,)) from None
    except (EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise ExportFault(request, messages=(f"it is broken: {error}",)) from None
    finally:
        session.close()


def lines_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack the lines of a gzip file that comes in blocks; they may break anywhere.

    Raises:
        EOFError: The file breaks off.
        zlib.error: It is no gzip file.
    """
    rest = b""
    for piece in _unpacked(blocks):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _unpacked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, which may be several files in a row, a bounded piece at a time."""
    unpacker: Any = zlib.decompressobj(_GZIP)
    for packed in blocks:
        left = packed
        while left:
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)
            yield unpacker.decompress(left, _BLOCK)
            left = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise EOFError("it breaks off")
