"""Ways to read the same tasks and write them as Singer messages, each in a process of its own.

Run as `python -m tests.benchmarks.readers WAY URL`: the messages go to standard output, what it
took to standard error. What is measured begins after the imports.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import requests
from requests.adapters import HTTPAdapter
from singer_sdk import RESTStream, Tap

from tap_asana.api import RESOURCES
from tap_asana.read_ahead import WORKERS
from tap_asana.tap import TapAsana
from tests.tap_runs import catalog_of, command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

FIELDS = RESOURCES["tasks"].opt_fields(frozenset(RESOURCES["tasks"].schema()["properties"]))


def tap(url: str, *streams: str) -> None:
    """Run tap-asana as users do."""
    config: dict[str, Any] = {
        "access_token": "1/2:3",
        "api_url": url,
        "rate_limit_per_minute": 10**8,
    }
    catalog = catalog_of(dict.fromkeys(streams or ("tasks",)), **config)
    with tempfile.TemporaryDirectory() as folder:
        arguments = command(Path(folder), config=config, catalog=catalog)[3:]
        TapAsana.cli(arguments, standalone_mode=False)


class Bare:
    """Reads with `requests` and `orjson`, and writes the lines that the tap writes."""

    def __init__(self, url: str) -> None:
        """Set up one session for all threads."""
        self._url = url
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(pool_maxsize=WORKERS))

    def page(self, path: str, **params: Any) -> dict[str, Any]:
        """Ask for one page."""
        answer = self._session.get(self._url + path, params={"limit": 100, **params}, timeout=30)
        found: dict[str, Any] = orjson.loads(answer.content)
        return found

    def listed(self, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
        """Page through a listing."""
        following: dict[str, Any] | None = {}
        while following is not None:
            answer = self.page(path, **params, **following)
            yield answer["data"]
            following = answer["next_page"]

    def tasks(self) -> Iterator[list[dict[str, Any]]]:
        """Page through the tasks of all projects."""
        for projects in self.listed("/projects"):
            for project in projects:
                yield from self.listed("/tasks", project=project["gid"], opt_fields=FIELDS)

    def write(self, stream: str, page: list[dict[str, Any]]) -> None:
        """Write the records of a page."""
        lines = bytearray()
        for record in page:
            message = {"type": "RECORD", "stream": stream, "record": record}
            lines += orjson.dumps(message | {"time_extracted": datetime.now(UTC)}) + b"\n"
        os.write(1, lines)


def bare(url: str) -> None:
    """Read the tasks."""
    reader = Bare(url)
    for page in reader.tasks():
        reader.write("tasks", page)


def bare_stories(url: str) -> None:
    """Read the tasks and, with as many threads as the tap has, the stories of each."""
    reader = Bare(url)
    fields = RESOURCES["stories"].opt_fields(frozenset(RESOURCES["stories"].schema()["properties"]))

    def stories(task: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = reader.page(
            f"/tasks/{task['gid']}/stories", opt_fields=fields
        )["data"]
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        for page in reader.tasks():
            for found in pool.map(stories, page):
                reader.write("stories", found)
            reader.write("tasks", page)


class PlainTasks(RESTStream[str]):
    """The tasks of a project, read as the SDK's own template reads them."""

    name = "tasks"
    path = "/tasks"
    primary_keys = ("gid",)
    records_jsonpath = "$.data[*]"
    next_page_token_jsonpath = "$.next_page.offset"  # noqa: S105 - a page's, no secret
    schema = RESOURCES["tasks"].schema()

    @property
    def url_base(self) -> str:
        """The base of the API."""
        return str(self.config["url"])

    @property
    def partitions(self) -> list[dict[str, Any]]:
        """The projects."""
        answer = requests.get(f"{self.url_base}/projects", timeout=30).json()
        return [{"project": each["gid"]} for each in answer["data"]]

    def get_url_params(self, context: Context | None, next_page_token: str | None) -> Any:
        """Ask for a page."""
        asked = {"limit": 100, "opt_fields": FIELDS, "project": (context or {})["project"]}
        return asked | ({"offset": next_page_token} if next_page_token else {})


class PlainTap(Tap):
    """A tap as the SDK's template makes it."""

    name = "tap-plain"
    config_jsonschema = {"properties": {"url": {"type": "string"}}}  # noqa: RUF012 - the SDK's form

    def discover_streams(self) -> list[PlainTasks]:
        """Make the one stream."""
        return [PlainTasks(self)]


def plain(url: str) -> None:
    """Run a tap as the SDK's template makes it."""
    PlainTap(config={"url": url}).sync_all()


def discard(url: str) -> None:
    """Fetch the pages and do nothing with them: what the server can do."""
    session = requests.Session()
    for project in session.get(f"{url}/projects", timeout=30).json()["data"]:
        offset = "0"
        while offset:
            asked = {"project": project["gid"], "offset": offset}
            content = session.get(f"{url}/tasks", params=asked, timeout=30).content
            offset = content[-40:].decode().rpartition('"offset":"')[2].partition('"')[0]
            offset = offset if offset.isdecimal() else ""


def main() -> None:
    """Read in one way; tell seconds of the clock, of the processor, and the largest memory."""
    way, url, *streams = sys.argv[1:]
    ways = {each.__name__: each for each in (tap, bare, bare_stories, plain, discard)}
    begun, worked = time.perf_counter(), time.process_time()
    ways[way](url, *streams)
    taken = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(taken), file=sys.stderr)  # noqa: T201 - read by who started it


if __name__ == "__main__":
    main()
