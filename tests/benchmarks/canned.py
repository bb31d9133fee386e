"""An Asana of ready-made answers, so cheap that what reads it is what is measured.

The sandbox takes about as long for a page as its reader does. Here a page is one text with a
hundred gids filled in. Run as `python -m tests.benchmarks.canned`, it prints its address.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tap_asana.api import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 100
WORKSPACE = 1_000_000_000_000_001
PROJECTS = 1_100_000_000_000_000
TASKS = 1_200_000_000_000_000
APART = 7_919
"""Tasks are so many gids apart: in an Asana, too, most gids between them are somebody else's."""


def example(schema: dict[str, Any], name: str = "") -> Any:
    """Make a value of a JSON schema, with one entry in each list."""
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        inner = schema.get("properties", {})
        return {key: example(value, key) for key, value in inner.items()}
    if kind == "array":
        return [example(schema["items"], name)]
    plain = {"boolean": False, "integer": 0, "number": 0.5}
    ends = {"gid": "1209876543210987", "_on": "2026-03-04", "_at": "2026-03-04T05:06:07.890Z"}
    text = next((value for end, value in ends.items() if name.endswith(end)), f"{name} of a task")
    return plain.get(kind, text)


def _task() -> dict[str, Any]:
    task: dict[str, Any] = example(RESOURCES["tasks"].schema())
    task["notes"] = "Notes of a task. " * 20
    task["custom_fields"] *= 2
    return task


class World(NamedTuple):
    """How much there is.

    Attributes:
        projects: How many projects.
        tasks: How many tasks each of them holds; a multiple of a page.
        parents: How many tasks of a page have subtasks.
        subtasks: How many subtasks each of these has.
        stories: How many stories each task has.
    """

    projects: int
    tasks: int
    parents: int = 0
    subtasks: int = 0
    stories: int = 0

    @property
    def records(self) -> int:
        """How many tasks there are, subtasks too."""
        return self.projects * self.tasks * (PAGE + self.parents * self.subtasks) // PAGE


class Answers:
    """The answers to all that is asked of a world."""

    def __init__(self, world: World) -> None:
        """Make them but for the gids."""
        self._world = world
        flat, parent = _text(_task()), _text(_task() | {"num_subtasks": world.subtasks})
        self._page = b",".join([parent] * world.parents + [flat] * (PAGE - world.parents))
        self._subtasks = b",".join([flat] * world.subtasks)
        story = _text(example(RESOURCES["stories"].schema()))
        self._stories = b",".join([story] * world.stories)

    def answer(self, target: str) -> bytes:
        """Return the body of the answer to a GET."""
        asked = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        match asked.path.strip("/").split("/"):
            case ["workspaces"]:
                return _body(_text({"name": "Canned", "is_organization": True}) % WORKSPACE)
            case ["projects"]:
                return self._projects(int(query.get("offset", 0)))
            case ["tasks"] if "project" in query:
                return self._tasks(int(query["project"]), int(query.get("offset", 0)))
            case ["tasks", gid, "subtasks"]:
                first = int(gid) + 1
                return _body(self._subtasks % tuple(range(first, first + self._world.subtasks)))
            case ["tasks", gid, "stories"]:
                first = int(gid) * PAGE
                return _body(self._stories % tuple(range(first, first + self._world.stories)))
        return _body(b"")

    def _projects(self, first: int) -> bytes:
        project = _text({"name": "Canned", "created_at": "2026-03-04T05:06:07.890Z"})
        last = min(first + PAGE, self._world.projects)
        found = [project % (PROJECTS + number) for number in range(first, last)]
        return _body(b",".join(found), last if last < self._world.projects else 0)

    def _tasks(self, project: int, first: int) -> bytes:
        begin = TASKS + ((project - PROJECTS) * self._world.tasks + first) * APART
        after = first + PAGE
        page = self._page % tuple(range(begin, begin + PAGE * APART, APART))
        return _body(page, after if after < self._world.tasks else 0)


def _text(record: dict[str, Any]) -> bytes:
    """Write a record with a place for its gid."""
    text = json.dumps({**record, "gid": "?"}, separators=(",", ":")).replace("%", "%%")
    return text.replace('"gid":"?"', '"gid":"%d"').encode()


def _body(records: bytes, offset: int = 0) -> bytes:
    following = b'{"offset":"%d"}' % offset if offset else b"null"
    return b'{"data":[%b],"next_page":%b}' % (records, following)


_HEAD = (
    b"HTTP/1.1 %d Said\r\nContent-Type: application/json; charset=UTF-8\r\n"
    b"Date: %b\r\nContent-Length: %d\r\n\r\n"
)
_PAID = ("/search", "/events")
"""Ends of the paths that are refused, so that all tasks come from the lists of projects."""
_REFUSAL = b'{"errors":[{"message":"This plan does not hold it."}]}'


class _Connection(asyncio.Protocol):
    """One connection; GETs have no bodies, so that an empty line ends each."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that came whole."""
        *heads, self._read = (self._read + data).split(b"\r\n\r\n")
        for head in heads:
            target = head.split(b" ", 2)[1].decode()
            is_paid = urlsplit(target).path.endswith(_PAID)
            body = _REFUSAL if is_paid else self._answers.answer(target)
            told = (402 if is_paid else 200, formatdate(usegmt=True).encode(), len(body))
            self._transport.writelines((_HEAD % told, body))


async def serve(world: World) -> None:
    """Serve a world for ever, at an address that is printed."""
    loop = asyncio.get_running_loop()
    answers = Answers(world)
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201 - read by who started it
    await server.serve_forever()


@contextlib.contextmanager
def served(world: World) -> Iterator[str]:
    """Serve a world from a process of its own; gives its address."""
    line = [sys.executable, "-m", "tests.benchmarks.canned", *map(str, world)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Serve the world of the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in World._fields:
        parser.add_argument(name, type=int)
    asyncio.run(serve(World(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
