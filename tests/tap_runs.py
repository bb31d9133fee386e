"""Running the tap in a test: in this process, or as users do; and worlds for it to read."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.tap import TapAsana

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.conftest import SandboxClient

Record = dict[str, Any]

HOUR = 3600


@dataclass
class Run:
    """What a run of the tap wrote."""

    messages: list[Record]

    @cached_property
    def records(self) -> Mapping[str, list[Record]]:
        """The records by stream, in their order."""
        found: defaultdict[str, list[Record]] = defaultdict(list)
        for message in self.messages:
            if message["type"] == "RECORD":
                found[message["stream"]].append(message["record"])
        return found

    @property
    def states(self) -> list[Record]:
        """The values of the STATE messages."""
        return [message["value"] for message in self.messages if message["type"] == "STATE"]

    @property
    def state(self) -> Record:
        """The last STATE."""
        return self.states[-1]

    def names(self, stream: str = "tasks") -> list[str]:
        """The names of the records of a stream, in their order."""
        return [record["name"] for record in self.records[stream]]

    def gids(self, stream: str = "tasks") -> list[str]:
        """The gids of the records of a stream, in their order."""
        return [record["gid"] for record in self.records[stream]]


class Output(io.StringIO):
    """Standard output that does something when the first record comes."""

    def __init__(self, meanwhile: Callable[[], Any] | None) -> None:
        """Begin empty."""
        super().__init__()
        self._meanwhile = meanwhile

    def write(self, text: str) -> int:
        """Take messages."""
        if self._meanwhile and text.startswith('{"type":"RECORD"'):
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return super().write(text)


def parsed(output: str) -> Run:
    """Read what the tap wrote; each line must be whole."""
    assert output == "" or output.endswith("\n")
    return Run([json.loads(line) for line in output.split("\n") if line])


def config_of(sandbox: SandboxClient, **settings: Any) -> Record:
    """Settings that read the sandbox as fast as it can."""
    quick = {"rate_limit_per_minute": 1_000_000, "start_organization_exports": True}
    return {"access_token": sandbox.token, "api_url": sandbox.url, **quick, **settings}


def discovered(config: Record) -> Record:
    """Return the catalogue that `--discover` gives with these settings."""
    tap = TapAsana(config=config, validate_config=False, setup_mapper=False)
    catalog: Record = tap.catalog_dict
    if "client" in vars(tap):
        tap.client.close()
    return catalog


def catalog_of(
    selection: Mapping[str, Iterable[str] | None],
    replication_method: str | None = None,
    **settings: Any,
) -> Record:
    """Make a catalogue with just these streams selected: all of their fields, or just these."""
    catalog = discovered(settings)
    for stream in catalog["streams"]:
        name = stream["tap_stream_id"]
        fields = selection.get(name)
        stream["replication_method"] = replication_method or stream["replication_method"]
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = name in selection
            elif fields is not None:
                entry["metadata"]["selected"] = entry["breadcrumb"][-1] in set(fields)
    return catalog


def run_tap(  # noqa: PLR0913 - what may differ between runs, each named by its caller
    sandbox: SandboxClient,
    *streams: str,
    selection: Mapping[str, Iterable[str] | None] | None = None,
    catalog: Record | None = None,
    state: Record | None = None,
    workers: int | None = None,
    replication_method: str | None = None,
    ends_with: type[Exception] | None = None,
    meanwhile: Callable[[], Any] | None = None,
    **settings: Any,
) -> Run:
    """Sync in this process: these streams, or a selection of fields, or all there is.

    Args:
        sandbox: What to read.
        streams: The streams to select.
        selection: In place of `streams`: the fields of each; None for all of them.
        catalog: In place of both: the catalogue to read with.
        state: To go on from.
        workers: Threads that read ahead; 0 makes one request after the other.
        replication_method: For all streams, in place of their own.
        ends_with: The error that the run ends with.
        meanwhile: Called when the first record is written.
        settings: Further settings.
    """
    selection = selection or dict.fromkeys(streams)
    config = config_of(sandbox, **settings)
    if selection and catalog is None:
        catalog = catalog_of(selection, replication_method, **config)
    tap = TapAsana(config=config, state=json.loads(json.dumps(state or {})), catalog=catalog)
    if workers is not None:
        tap.ahead = type(tap.ahead)(workers)
    output = Output(meanwhile)
    expected = pytest.raises(ends_with) if ends_with else contextlib.nullcontext()
    with contextlib.redirect_stdout(output), expected:
        tap.run()
    return parsed(output.getvalue())


def command(folder: Path, *arguments: str, **files: Any) -> list[str]:
    """Return the command line of the tap, with its JSON files (config, state, catalog) written."""
    line = [sys.executable, "-m", "tap_asana", *arguments]
    for option, content in files.items():
        path = Path(folder, f"{option}.json")
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        line += [f"--{option}", str(path)]
    return line


def run_command(
    folder: Path, *arguments: str, **files: Any
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run the tap as a command; give what became of it, and the errors and warnings it logged."""
    done = subprocess.run(
        command(folder, *arguments, **files), capture_output=True, text=True, check=False
    )
    return done, problems_of(done.stderr)


def problems_of(log: str) -> list[str]:
    """Return what is no plain information in a log: warnings, errors and loose lines."""
    return [
        line.split("|")[-1].strip() if line.count("|") >= 3 else line
        for line in log.splitlines()
        if "| INFO " not in line
    ]
