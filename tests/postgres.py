"""A PostgreSQL of the test's own: made in a temporary directory, on loopback, thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Debian's packages keep the server's programs off PATH, a folder for each major version.
_PLACES = (*Path("/usr/lib/postgresql").glob("*/bin"), *map(Path, os.get_exec_path()))
PROGRAMS = next((place for place in _PLACES if (place / "initdb").exists()), None)
"""Where initdb and its likes are; None where PostgreSQL is not installed."""


class Postgres(NamedTuple):
    """A server that runs."""

    port: int

    @property
    def url(self) -> str:
        """Address for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def ask(self, query: str) -> list[str]:
        """The first row of an answer, its values as text."""
        address = ["--host=127.0.0.1", f"--port={self.port}", "--username=postgres"]
        command = [_program("psql"), *address, "--no-psqlrc", "-tA", "-F|", "-c", query]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return answer.splitlines()[0].split("|")


@contextmanager
def throwaway_postgres() -> Iterator[Postgres]:
    """Start a server that trusts whoever comes from this machine; stop and delete it at the end."""
    # PostgreSQL refuses to run as root.
    who: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    place = Path(tempfile.mkdtemp(prefix="postgres-"))
    if who:
        shutil.chown(place, "postgres", "postgres")
    control = [_program("pg_ctl"), "-D", str(place / "data"), "-w"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off"
    init = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"]
    try:
        _quietly([_program("initdb"), "-D", str(place / "data"), *init], place, who)
        _quietly([*control, "-o", options, "-l", str(place / "log"), "start"], place, who)
        try:
            yield Postgres(port)
        finally:
            _quietly([*control, "-m", "immediate", "stop"], place, who)
    finally:
        shutil.rmtree(place)


def _program(name: str) -> str:
    assert PROGRAMS, "PostgreSQL is not installed"
    return str(PROGRAMS / name)


def _quietly(command: list[str], place: Path, who: dict[str, Any]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=place, **who)
