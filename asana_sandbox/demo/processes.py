"""The commands of the demo, run as a user runs them: as processes, with files between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUOTA = 1_000_000
"""Requests a minute the demo's sandbox allows, so that nobody has to wait for Asana's pace."""

_TIMEOUT = 60
_TICK = 0.5

_SOME_REFUSED = 3
"""Exit code of target-asana when it set rows aside and wrote the others."""


class Failed(Exception):  # noqa: N818 - what happened, said to the user in one line
    """A step of the demo did not work out."""


class Traffic(NamedTuple):
    """Requests that count against Asana's quota, actions of batches among them."""

    reads: int
    writes: int

    @property
    def all(self) -> int:
        """Reads and writes."""
        return self.reads + self.writes


class LocalAsana:
    """A sandbox that runs, and what the demo asks it over HTTP.

    Attributes:
        url: Base of the API.
        token: Access token of the workspace's owner.
        workspace: Gid of the workspace.
    """

    def __init__(self, ready: dict[str, str]) -> None:
        self.url, self.token = ready["url"], ready["token"]
        self._control = ready["control"]
        self.workspace = ready["workspace"]

    def call(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """Ask the API."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return _ask(method, self.url + path, headers, {"data": data} if data else None)

    def invite(self, people: list[dict[str, str]]) -> None:
        """Put people into the workspace."""
        body = {"workspace": self.workspace, "people": people}
        _ask("POST", f"{self._control}/users", {}, body)

    def let_pass(self, seconds: int) -> None:
        """Move the sandbox's clock."""
        _ask("POST", f"{self._control}/clock", {}, {"advance": seconds})

    def forget(self) -> None:
        """Count requests anew from here."""
        _ask("DELETE", f"{self._control}/requests", {})

    def traffic(self) -> Traffic:
        """Count the requests since the last `forget`; the envelope of a batch is free at Asana."""
        counts: dict[str, int] = _ask("GET", f"{self._control}/requests", {})["by_operation"]
        counts.pop("POST /batch", None)
        reads = sum(count for name, count in counts.items() if name.startswith("GET "))
        return Traffic(reads, sum(counts.values()) - reads)

    def rejected(self) -> int:
        """Count the requests that were refused with 429 for a quota or a slot."""
        report: dict[str, int] = _ask("GET", f"{self._control}/limits", {})
        return sum(count for name, count in report.items() if name.startswith("rejected"))


def _ask(method: str, url: str, headers: dict[str, str], body: Any = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = Request(url, content, headers, method=method)  # noqa: S310 - the sandbox's own address
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - the sandbox's own address
            return json.load(answer)
    except OSError as error:
        raise Failed(f"The sandbox did not answer {method} {request.selector}: {error}") from error


@contextmanager
def local_asana(log: Path) -> Iterator[LocalAsana]:
    """Start a sandbox on a free port; stop it at the end.

    Raises:
        Failed: When it does not start.
    """
    command = [sys.executable, "-m", "asana_sandbox", "serve", "--requests-per-minute", str(QUOTA)]
    with (
        log.open("wb") as errors,
        _ended(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)) as process,  # noqa: S603 - our own command
    ):
        ready = process.stdout.readline() if process.stdout else b""
        if not ready:
            raise Failed(f"The sandbox did not start:\n{_last_lines(log)}")
        yield LocalAsana(json.loads(ready))


def run(
    name: str,
    *arguments: str,
    settings: dict[str, str],
    output: Path,
    log: Path,
    tick: Callable[[], None],
) -> None:
    """Run one of singer-asana's other commands to its end, be it with some rows refused.

    Args:
        name: The command.
        arguments: Of its command line.
        settings: By environment variable, so that the token is in no file.
        output: Where its standard output goes.
        log: Where its standard error goes.
        tick: Called now and then while it runs.

    Raises:
        Failed: When it is not installed, or did not come to its end.
    """
    command = [str(_installed(name)), "--config=ENV", *arguments]
    environment = _environment(name, settings)
    with (
        output.open("wb") as out,
        log.open("wb") as errors,
        _ended(
            subprocess.Popen(command, stdout=out, stderr=errors, env=environment)  # noqa: S603 - our own command
        ) as process,
    ):
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_TICK)
            tick()
    if process.returncode not in {0, _SOME_REFUSED}:
        raise Failed(f"{name} ended with exit code {process.returncode}:\n{_last_lines(log)}")


def _installed(name: str) -> Path:
    command = Path(sys.executable).with_name(name)
    if not command.exists():
        raise Failed(
            f"{name} is not installed beside {sys.executable}: run `pip install singer-asana`, "
            "the distribution that brings it, in this environment."
        )
    return command


def _environment(name: str, settings: dict[str, str]) -> dict[str, str]:
    """Give these settings alone: those of a real account must not reach the demo's sandbox."""
    prefix = f"{name.upper().replace('-', '_')}_"
    others = {key: value for key, value in os.environ.items() if not key.startswith(prefix)}
    return others | {prefix + key.upper(): value for key, value in settings.items()}


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """End the process on the way out, whatever happened."""
    try:
        yield process
    finally:
        process.terminate()
        with process:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _last_lines(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-15:])
