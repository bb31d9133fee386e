"""The files of attachments: fetched from where Asana keeps them, stored once, known again."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import backoff
import requests
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from requests.adapters import HTTPAdapter
from singer_sdk.exceptions import ConfigValidationError

from tap_asana.api import AsanaError, ServerFault, fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_asana.api import Client

Columns = dict[str, Any]

COLUMNS: dict[str, Columns] = {
    "file_path": {"type": ["string", "null"]},
    "file_size": {"type": ["integer", "null"]},
    "file_sha256": {"type": ["string", "null"]},
}
"""JSON schema of what a record tells of its file; size in bytes, the hash in hexadecimal."""

LOCATION = "attachments"
"""Where files go by default, seen from the working directory."""

NO_FILE: Columns = dict.fromkeys(COLUMNS)

NEEDS = frozenset({"name", "resource_subtype", "size"})
"""Fields of an attachment without which its file cannot be fetched."""

_BLOCK = 1 << 20
"""Bytes of a file that are in memory at once, for each worker."""
_TRIES = 5
_LONGEST_WAIT = 16.0
TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and between two pieces of a file."""


class FileFault(ServerFault):
    """A file did not come whole, after the bounded retries."""

    advice = "A run without state tries again."


class Files:
    """Where the files of attachments are put, by gid: a name of Asana's decides over no path.

    A file is written beside its place and moved there, so that a kill leaves no half of one. What
    it was is remembered in a small file of its own, `.GID.json`, so that no later run fetches it:
    the content of an attachment never changes (Asana's OpenAPI has no operation for that).
    """

    def __init__(self, location: str, connections: int) -> None:
        """Set up; nothing is read or written yet.

        Args:
            location: A folder, or any URL that fsspec knows.
            connections: Files that may be fetched at once.

        Raises:
            ValueError: There can be no such place.
        """
        if urlsplit(location).password:
            raise ValueError("attachment_location: a password does not belong in it, as it is told")
        try:
            self._system, self._root = url_to_fs(location)
        except (ImportError, TypeError, ValueError) as error:
            raise ValueError(f"attachment_location: {location!r}: {error}") from None
        self._location = location.rstrip("/")
        self._locks: dict[str, Lock] = {}
        self._session = nobodys_session(connections)
        self._counts: Counter[str] = Counter()
        self._counting = Lock()

    def columns(self, attachment: Columns, client: Client) -> Columns:
        """Tell of the file of an attachment, which is fetched unless it is there (in a worker).

        Raises:
            AsanaError: Asana refused its address, or it did not come.
            ConfigValidationError: It cannot be stored.
        """
        if attachment["resource_subtype"] != "asana":
            self._count("not hosted by Asana")
            return NO_FILE
        gid = attachment["gid"]
        with self._locks.setdefault(gid, Lock()):
            known = self._known(gid)
            self._count("there already" if known else "to fetch")
            known = known or self._fetch(attachment, client)
        return {**known, "file_path": f"{self._location}/{known['file_path']}"}

    def close(self) -> str:
        """Close the connections and tell what there was."""
        self._session.close()
        return ", ".join(f"{count} {what}" for what, count in sorted(self._counts.items()))

    def _count(self, what: str) -> None:
        with self._counting:
            self._counts[what] += 1

    def _known(self, gid: str) -> Columns | None:
        """Return what is remembered of a file that is there."""
        with self._telling():
            try:
                known: Columns = json.loads(self._system.cat_file(f"{self._root}/.{gid}.json"))
                there = self._system.info(f"{self._root}/{known['file_path']}")
            except (FileNotFoundError, KeyError, TypeError, ValueError):
                return None
        return known if there["size"] == known["file_size"] else None

    @backoff.on_exception(
        backoff.expo,
        FileFault,
        factor=0.5,
        max_value=_LONGEST_WAIT,
        max_tries=_TRIES,
        logger=None,
    )
    def _fetch(self, attachment: Columns, client: Client) -> Columns:
        """Store a file and what it is; its address lives two minutes, so each try asks for one."""
        gid = attachment["gid"]
        path = fill("/attachments/{gid}", {"gid": gid})
        url = client.get(path, {"opt_fields": "download_url"})["download_url"]
        fetched = _Fetched(f"GET the file of attachment {gid}", attachment.get("size"))
        name = gid + _suffix(attachment.get("name"))
        if not url:
            raise fetched.fault("Asana gives no address of it")
        try:
            with self._session.get(url, stream=True, timeout=TIMEOUT) as response:
                self._write(name, fetched.blocks(response))
        except requests.RequestException as error:
            raise fetched.fault(f"the connection broke ({type(error).__name__})") from None
        known = {"file_path": name, **fetched.columns()}
        self._write(f".{gid}.json", [json.dumps(known).encode()])
        return known

    def _write(self, name: str, blocks: Iterable[bytes]) -> None:
        draft = f"{self._root}/.{name}.part"
        with self._telling():
            try:
                with self._open(draft) as file:
                    file.writelines(blocks)
                self._system.mv(draft, f"{self._root}/{name}")
            except BaseException:
                if self._system.exists(draft):
                    self._system.rm(draft)
                raise

    def _open(self, path: str) -> IO[bytes]:
        """Open a file for writing; on this machine it is its owner's alone."""
        if not isinstance(self._system, LocalFileSystem):
            opened: IO[bytes] = self._system.open(path, "wb")
            return opened
        Path(self._root).mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(path, "wb", opener=lambda path, flags: os.open(path, flags, 0o600))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what goes wrong in the store into the one line that people get."""
        try:
            yield
        except (AsanaError, requests.RequestException):
            raise
        except Exception as error:  # noqa: BLE001 - each file system has errors of its own
            problem = f"attachment_location: {self._location}: {type(error).__name__}: {error}"
            raise ConfigValidationError(problem, errors=[problem], schema={}) from None


class _Fetched:
    """A file on its way, and what is learnt of it meanwhile."""

    def __init__(self, request: str, expected: int | None) -> None:
        self._request = request
        self._expected = expected
        self._size = 0
        self._hash = sha256()

    def blocks(self, response: requests.Response) -> Iterator[bytes]:
        """Pass the bytes on; at their end it is certain that they are all.

        Raises:
            FileFault: They are not.
        """
        if response.status_code != requests.codes.ok:
            raise self.fault(f"its store answered {response.status_code}")
        for block in response.iter_content(_BLOCK):
            self._hash.update(block)
            self._size += len(block)
            yield block
        if self._expected not in {None, self._size}:
            raise self.fault(f"{self._size} bytes came in place of {self._expected}")

    def columns(self) -> Columns:
        return {"file_size": self._size, "file_sha256": self._hash.hexdigest()}

    def fault(self, problem: str) -> FileFault:
        return FileFault(self._request, messages=(problem,))


def _suffix(name: str | None) -> str:
    """Return the extension of a name, if it is one that every file system takes."""
    found = re.search(r"\.[A-Za-z0-9]{1,16}\Z", name or "")
    return found[0].lower() if found else ""


def nobodys_session(connections: int) -> requests.Session:
    """Make a session that tells nobody who we are: Asana's token is not for who stores its files.

    Without an `auth` of its own, requests would look for one in ~/.netrc, and a signed address
    takes no second one.
    """
    made = requests.Session()
    made.auth = lambda request: request
    made.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        made.mount(scheme, HTTPAdapter(pool_maxsize=connections))
    return made
