"""Work that takes a while: jobs, and how far the clock has brought them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from asana_sandbox.errors import rate_limited
from asana_sandbox.facts import KINDS
from asana_sandbox.routing import Single

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

MOST_JOBS = 5
"""Jobs that a user may have under way at once (Asana's docs on rate limits)."""
_FINAL = frozenset({"succeeded", "failed"})


def start(request: Request, subtype: str, work: Callable[[], dict[str, str]]) -> Single:
    """Start a job and answer with it.

    The work is done at once and its result is named from the start, as Asana's answers name it;
    what takes time is the status. Where the switch `job_outcome` says that jobs fail, nothing is
    made.

    Args:
        request: Who asks for what; all that can be refused has been.
        subtype: The job's `resource_subtype`. Asana's OpenAPI gives three of the words, the rest
            are made after them.
        work: Makes what is asked for and gives its gid by the job's field, `{"new_task": gid}`.

    Raises:
        ApiError: 429 when the user has five jobs under way.
    """
    world = request.world
    mine = world.store.by("job", "created_by", request.user["gid"])
    waits = [left for job in mine if (left := _left(world, look(world, job)))]
    if len(waits) >= MOST_JOBS:
        raise rate_limited(max(1, math.ceil(min(waits))))
    made = work() if world.switches.job_outcome == "succeeded" else {}
    record = {
        **KINDS["job"].blank(),
        "resource_subtype": subtype,
        "created_at": world.clock.stamp(),
        "created_by": request.user["gid"],
        "outcome": world.switches.job_outcome,
        **made,
    }
    return Single(world.store.add("job", record), 201)


def look(world: World, job: Record) -> Record:
    """Bring a job's status up to the clock, and give the job.

    For the first half of its time it has not started (ours: Asana names the states alone).
    """
    if job["status"] not in _FINAL:
        left, whole = _left(world, job), world.switches.job_seconds
        if not left:
            job["status"] = job["outcome"]
        elif left * 2 <= whole:
            job["status"] = "in_progress"
    return job


def finished_at(world: World, work: Record) -> datetime | None:
    """Tell when a job or an export ended; None while it is under way."""
    done = _end(world, work)
    return done if done <= world.clock.now() else None


def _end(world: World, work: Record) -> datetime:
    started = datetime.fromisoformat(work["created_at"])
    return started + timedelta(seconds=world.switches.job_seconds)


def _left(world: World, job: Record) -> float:
    """Give the seconds until a job ends; 0 when it has."""
    if job["status"] in _FINAL:
        return 0.0
    return max(0.0, (_end(world, job) - world.clock.now()).total_seconds())
