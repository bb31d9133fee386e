"""The command `asana-sandbox`."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from asana_sandbox.api import ROOT
from asana_sandbox.demo.story import demo
from asana_sandbox.files import append_private, write_private
from asana_sandbox.log import RequestLog
from asana_sandbox.sandbox import Options, Sandbox, StateError
from asana_sandbox.server import Server
from asana_sandbox.world import Switches

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="singer-asana", prog_name="asana-sandbox")
def main() -> None:
    """Run a local Asana to try things on: it refuses what Asana refuses."""


main.add_command(demo)


@main.command()
@click.option("--port", default=0, show_default="any free one", help="Port on 127.0.0.1.")
@click.option(
    "--plan",
    type=click.Choice(["paid", "free"]),
    default="paid",
    show_default=True,
    help="Plan of the workspaces; it sets the quota and what is answered with 402.",
)
@click.option(
    "--requests-per-minute",
    type=click.IntRange(min=1),
    show_default="1500 paid, 150 free",
    help="Quota of each token.",
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Time every request takes.",
)
@click.option(
    "--state",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines to start from, as --save writes them.",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write everything to when it stops.",
)
@click.option(
    "--people",
    metavar="FILE|N",
    callback=lambda _context, _option, value: read_people(value),
    help="People in the workspace: a CSV file with the columns name and email, or how many to "
    "make up.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to add a line of JSON to for each request: who asked for what, and the status.",
)
@click.option("--empty", is_flag=True, help="Nobody in the workspace but the token's owner.")
@click.option("--sample", is_flag=True, help="A little of everything to look at.")
def serve(  # noqa: PLR0913 - click hands over one argument per option
    *,
    port: int,
    plan: Literal["paid", "free"],
    requests_per_minute: int | None,
    latency: float,
    state: Path | None,
    save: Path | None,
    people: Sequence[tuple[str, str]],
    log: Path | None,
    empty: bool,
    sample: bool,
) -> None:
    """Serve a sandbox until it is interrupted.

    One line of JSON on standard output tells when it is ready: url, token, control, workspace.
    Under the control URL are requests (what was asked), limits, switches, clock, faults, tokens,
    users, workspaces, state and reset; and what no route of Asana's makes: agents, reactions,
    favorites and audit_log_events.
    """
    switches = Switches(plan=plan, requests_per_minute=requests_per_minute, latency=latency)
    requests = RequestLog(append_private(log) if log else None)
    options = Options(switches, empty=empty, sample=sample, people=people)
    sandbox = Sandbox(options, requests)
    if state:
        try:
            sandbox.load(state.read_bytes().splitlines())
        except StateError as error:
            raise click.ClickException(f"{state}: {error}") from None
    try:
        server = Server(sandbox, port, lambda server: _announce(server, sandbox))
    except OSError as error:
        raise click.ClickException(f"Port {port} of 127.0.0.1: {error.strerror}") from None
    server.serve_forever()
    if save:
        write_private(save, sandbox.world.store.dump())


def _announce(server: Server, sandbox: Sandbox) -> None:
    url = server.root + ROOT
    ready = {
        "url": url,
        "token": sandbox.token,
        "control": f"{server.root}/sandbox",
        "workspace": sandbox.world.workspace,
    }
    click.echo(json.dumps(ready))
    sys.stdout.flush()
    if sys.stderr.isatty():
        click.echo(
            f"A local Asana answers at {url}\n"
            "Use the token above as access_token; Ctrl+C stops it.",
            err=True,
        )


def read_people(source: str | None) -> list[tuple[str, str]]:
    """Read names and e-mails from a CSV file, or make up as many people as a number says.

    Raises:
        click.BadParameter: When it is neither a number nor such a file.
    """
    if source is None:
        return []
    if source.isdecimal():
        return [(f"Person {n}", f"person{n}@example.com") for n in range(1, int(source) + 1)]
    try:
        with Path(source).open(encoding="utf-8-sig", newline="") as file:
            return [(row["name"], row["email"]) for row in csv.DictReader(file)]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise click.BadParameter(
            f"{source} is neither a number nor a CSV file with the columns name and email "
            f"({type(error).__name__}: {error})"
        ) from None
