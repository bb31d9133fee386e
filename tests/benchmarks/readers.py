"""Ways to read the same tasks and write them as Singer messages, each in a process of its own.

Run as `python -m tests.benchmarks.readers WAY URL`: the messages go to standard output, what it
took to standard error. What is measured begins after the imports.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import requests
from singer_sdk import RESTStream, Tap

from tap_asana.api import RESOURCES
from tap_asana.tap import TapAsana
from tests.tap_runs import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

FIELDS = RESOURCES["tasks"].opt_fields(frozenset(RESOURCES["tasks"].schema()["properties"]))


def tap(url: str, *streams: str) -> None:
    """Run tap-asana."""
    config: dict[str, Any] = {
        "access_token": "1/2:3",
        "api_url": url,
        "rate_limit_per_minute": 10**8,
    }
    catalog = catalog_of(dict.fromkeys(streams or ("tasks",)), **config)
    TapAsana(config=config, catalog=catalog).run()


def bare(url: str) -> None:
    """Page through the same listings with `requests` and `orjson`, and write the same lines."""
    session = requests.Session()

    def listed(path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
        params = {"limit": 100, **params}
        while True:
            answer = orjson.loads(session.get(url + path, params=params, timeout=30).content)
            yield answer["data"]
            if not answer["next_page"]:
                return
            params["offset"] = answer["next_page"]["offset"]

    for projects in listed("/projects"):
        for project in projects:
            for page in listed("/tasks", project=project["gid"], opt_fields=FIELDS):
                lines = bytearray()
                for record in page:
                    now = datetime.now(UTC)
                    message = {"type": "RECORD", "stream": "tasks", "record": record}
                    lines += orjson.dumps(message | {"time_extracted": now}) + b"\n"
                os.write(1, lines)


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
    begun, worked = time.perf_counter(), time.process_time()
    {"tap": tap, "bare": bare, "plain": plain, "discard": discard}[way](url, *streams)
    taken = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(taken), file=sys.stderr)  # noqa: T201 - read by who started it


if __name__ == "__main__":
    main()
