"""The sandbox's limiters: quotas, searches, slots, and what a refusal says."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

_numbers: Iterator[int] = itertools.count()


def reads(count: int) -> dict[str, Any]:
    """Build the body of a batch that reads so many times."""
    action = {"method": "get", "relative_path": "/users/me"}
    return {"actions": [action] * count}


def writes(count: int, workspace: str) -> dict[str, Any]:
    """Build the body of a batch that makes so many tags."""
    return {
        "actions": [
            {
                "method": "post",
                "relative_path": "/tags",
                "data": {"name": f"tag {next(_numbers)}", "workspace": workspace},
            }
            for _ in range(count)
        ]
    }


@pytest.mark.parametrize(("plan", "quota"), [("free", 150), ("paid", 1500)])
def test_the_plan_sets_the_quota(sandbox: SandboxClient, plan: str, quota: int) -> None:
    sandbox.switch(plan=plan, requests_per_minute=None)

    assert sandbox.limits()["quota"] == quota


def test_beyond_the_quota_it_is_429_with_retry_after(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=3, burst_seconds=60)
    answers = [sandbox.get("/users/me") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["errors"][0]["message"] == (
        "You've made too many requests and hit a rate limit. Please retry after the given amount "
        "of time."
    )
    assert int(answers[3].headers["Retry-After"]) == 40
    assert sandbox.limits()["rejected_quota"] == 1


def test_who_waits_as_told_is_served(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=3, burst_seconds=60)
    refused = [sandbox.get("/users/me") for _ in range(4)][-1]
    sandbox.advance(int(refused.headers["Retry-After"]))

    assert sandbox.get("/users/me").ok


def test_refused_requests_count_too(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=3, burst_seconds=60)
    waits = [sandbox.get("/users/me").headers.get("Retry-After") for _ in range(6)]

    assert waits == [None, None, None, "40", "60", "80"]
    assert sandbox.limits()["peak_minute"] == 6


def test_a_shorter_burst_window_refuses_earlier(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=60, burst_seconds=2)
    answers = [sandbox.get("/users/me").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_tokens_have_quotas_of_their_own(sandbox: SandboxClient) -> None:
    other = sandbox.token_of(sandbox.data("/users/me")["gid"])
    sandbox.switch(requests_per_minute=1, burst_seconds=60)

    assert sandbox.get("/users/me").status_code == 200
    assert sandbox.get("/users/me").status_code == 429
    assert sandbox.get("/users/me", token=other).status_code == 200


def test_a_batch_counts_every_action(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=10, burst_seconds=60)
    answers = [sandbox.post("/batch", reads(n)).status_code for n in (6, 4, 1)]

    assert answers == [200, 200, 429]
    assert sandbox.limits()["peak_minute"] == 11


def test_a_batch_that_would_pass_the_quota_runs_not_at_all(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=5)
    response = sandbox.post("/batch", writes(6, sandbox.workspace))
    sandbox.switch(requests_per_minute=None)
    sandbox.advance(60)

    assert response.status_code == 429
    assert sandbox.data("/tags", workspace=sandbox.workspace) == []


def test_a_batch_takes_a_slot_for_every_action(sandbox: SandboxClient) -> None:
    sandbox.switch(write_slots=4)
    refused = sandbox.post("/batch", writes(5, sandbox.workspace))
    served = sandbox.post("/batch", writes(4, sandbox.workspace))

    assert (refused.status_code, served.status_code) == (429, 200)
    assert int(refused.headers["Retry-After"]) >= 1
    assert len(sandbox.data("/tags", workspace=sandbox.workspace)) == 4
    limits = sandbox.limits()
    assert (limits["rejected_slots"], limits["peak_writes"]) == (1, 4)


def test_reads_and_writes_have_slots_of_their_own(sandbox: SandboxClient) -> None:
    sandbox.switch(read_slots=0)
    assert sandbox.get("/users/me").status_code == 429
    assert sandbox.post("/batch", writes(10, sandbox.workspace)).status_code == 200

    sandbox.switch(read_slots=10, write_slots=0)
    assert sandbox.post("/batch", reads(10)).status_code == 200
    assert sandbox.post("/batch", writes(1, sandbox.workspace)).status_code == 429
    assert sandbox.limits()["peak_reads"] == 10


def test_slots_are_free_again_when_the_answer_is_out(sandbox: SandboxClient) -> None:
    sandbox.switch(read_slots=1)

    assert [sandbox.get("/users/me").status_code for _ in range(5)] == [200] * 5


def test_requests_in_flight_hold_their_slots(sandbox: SandboxClient) -> None:
    sandbox.switch(latency=0.3)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sandbox.get("/users/me"), range(16)))

    assert 1 < sandbox.limits()["peak_reads"] <= 8


def test_a_request_that_fails_frees_its_slot(sandbox: SandboxClient) -> None:
    sandbox.switch(read_slots=1)

    assert [sandbox.get("/tasks/1").status_code for _ in range(3)] == [404] * 3


def test_searches_have_a_quota_of_their_own(sandbox: SandboxClient) -> None:
    sandbox.switch(searches_per_minute=2)
    path = f"/workspaces/{sandbox.workspace}/tasks/search"

    assert [sandbox.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert sandbox.get("/users/me").status_code == 200
    assert sandbox.limits()["rejected_search"] == 1


def test_ten_seconds_of_the_quota_may_come_at_once(sandbox: SandboxClient) -> None:
    sandbox.switch(requests_per_minute=120)

    def served() -> list[int]:
        answers = [sandbox.post("/batch", reads(10)) for _ in range(3)]
        return [answer.status_code for answer in answers]

    assert served() == [200, 200, 429]
    sandbox.advance(15)
    assert served() == [200, 200, 429]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(st.tuples(st.integers(1, 10), st.integers(0, 15)), min_size=1, max_size=12),
    per_minute=st.sampled_from([60, 120]),
)
def test_no_stretch_of_time_gets_more_than_ten_seconds_beyond_its_share(
    sandbox: SandboxClient, steps: list[tuple[int, int]], per_minute: int
) -> None:
    sandbox.reset()
    sandbox.switch(requests_per_minute=per_minute)
    begun, served, ended = [], [], []
    for count, seconds in steps:
        begun.append(now(sandbox))
        served.append(count if sandbox.post("/batch", reads(count)).ok else 0)
        ended.append(now(sandbox))
        sandbox.advance(seconds)

    for first, last in itertools.combinations_with_replacement(range(len(steps)), 2):
        elapsed = (ended[last] - begun[first]).total_seconds()
        assert sum(served[first : last + 1]) <= per_minute / 60 * (10 + elapsed)


def now(sandbox: SandboxClient) -> datetime:
    """Tell the sandbox's time."""
    return datetime.fromisoformat(sandbox.control_get("clock")["now"])


def test_the_report_can_be_cleared(sandbox: SandboxClient) -> None:
    sandbox.get("/users/me")
    sandbox.control_call("DELETE", "limits")

    assert sandbox.limits()["peak_reads"] == 0
