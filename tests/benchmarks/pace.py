"""How much of the quota the client uses, and whether it is ever rejected.

Run ``python -m tests.benchmarks.pace``. Each line is one way to work: requests accepted, their
share of what the quota allowed in that time, rejections, and the most in flight and in a minute.
Exits with 1 when a share is below 95 % or anything was rejected.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from tap_asana.api import Call, Client, TokenAuth
from tests.conftest import SandboxClient, start_sandbox, stop_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

SHARE = 0.95


class Way(NamedTuple):
    """One way to work: how many threads do what, and how many requests that counts as."""

    name: str
    threads: int
    work: Callable[[Client, str], object]
    requests: int


def read(client: Client, task: str) -> None:
    """One read."""
    client.get(f"/tasks/{task}")


def write(client: Client, task: str) -> None:
    """One write."""
    client.send(Call("PUT", f"/tasks/{task}", {"name": "Paced"}))


def batch_of(actions: int) -> Callable[[Client, str], object]:
    """One batch of so many writes."""
    return lambda client, task: client.batch(
        [Call("PUT", f"/tasks/{task}", {"name": "Paced"})] * actions
    )


WAYS = (
    Way("reads", 50, read, 1),
    Way("writes", 15, write, 1),
    Way("batches of 10", 4, batch_of(10), 10),
    Way("batches of 5", 4, batch_of(5), 5),
    Way("batches of 3", 8, batch_of(3), 3),
)


def measure(sandbox: SandboxClient, way: Way, seconds: float) -> tuple[float, bool]:
    """Work in this way for so long.

    Returns:
        Share of the quota used, and whether nothing was rejected.
    """
    task = sandbox.make("tasks", name="Paced")["gid"]
    token = sandbox.token_of(sandbox.data("/users/me")["gid"])
    sandbox.control_call("DELETE", "limits")
    quota = sandbox.limits()["quota"]
    client = Client(TokenAuth(token), api_url=sandbox.url, requests_per_minute=quota)
    done, end = [0] * way.threads, time.monotonic() + seconds

    def work(worker: int) -> None:
        while True:
            way.work(client, task)
            if time.monotonic() > end:
                return
            done[worker] += way.requests

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(way.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    share = sum(done) / (quota * seconds / 60)
    limits = sandbox.limits()
    rejected = sum(count for name, count in limits.items() if name.startswith("rejected"))
    print(  # noqa: T201 - its figures are what a benchmark is for
        f"{way.name:14} {sum(done):6} requests {share:7.1%} of the quota, {rejected} rejected,"
        f" at most {limits['peak_reads']} reads and {limits['peak_writes']} writes in flight,"
        f" {limits['peak_minute']} in a minute"
    )
    return share, rejected == 0


def main() -> int:
    """Measure every way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=65, help="time for each way of working")
    parser.add_argument("--latency", type=float, default=0.15, help="seconds a request takes")
    parser.add_argument("--plan", choices=("paid", "free"), default="paid")
    parser.add_argument("--only", default="", help="the one way of working to measure")
    asked = parser.parse_args()
    found = []
    for way in WAYS:
        if way.name.startswith(asked.only):
            process, sandbox = start_sandbox("--latency", str(asked.latency), "--plan", asked.plan)
            try:
                found.append(measure(sandbox, way, asked.seconds))
            finally:
                stop_sandbox(process, sandbox)
    return int(any(share < SHARE or not clean for share, clean in found))


if __name__ == "__main__":
    sys.exit(main())
