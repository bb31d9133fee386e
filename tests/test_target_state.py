"""STATE is printed as it came, and only when everything before it is done; limits are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_asana import run
from target_asana.packing import SIZES, Packing
from tests.target_runs import COLUMNS, load, record, schema, state, tasks, writes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

ROW_SCHEMA = schema(
    "backlog", "Task ID", **{column: {"type": ["string", "null"]} for column in COLUMNS}
)


def _row(number: int, **cells: str) -> dict[str, Any]:
    values = {"Task ID": str(number), "Name": f"t{number}", "Projects": "Garden"}
    return record("backlog", **values | cells)


def test_a_state_is_printed_as_it_came(sandbox: SandboxClient, tmp_path: Path) -> None:
    value = {"bookmarks": {"b": {"at": "2026-01-01T00:00:00+00:00", "n": 1.5}, "a": [None]}}

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, _row(1), state(value)])

    assert [json.dumps(s) for s in loaded.states] == [json.dumps(value)]


def test_state_moves_on_while_a_long_input_is_still_coming(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "DRAIN", 10)
    monkeypatch.setattr(run, "_APPEND", 5)
    monkeypatch.setattr(run, "_STATE_SECONDS", 0.0)
    messages = [m for n in range(40) for m in (_row(n), state({"n": n}))]

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, *messages])

    values = [s["n"] for s in loaded.states]
    assert values == sorted(set(values))
    assert len(values) > 3
    assert values[-1] == 39


def test_a_row_that_waits_for_a_later_one_holds_state_back_until_it_is_written(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "DRAIN", 5)
    monkeypatch.setattr(run, "_APPEND", 5)
    monkeypatch.setattr(run, "_STATE_SECONDS", 0.0)
    waiting = _row(100, **{"Parent task": "t19", "Projects": ""})
    rows = [m for n in range(20) for m in (_row(n), state({"n": n}))]

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, waiting, *rows])

    assert loaded.code == 0
    assert loaded.states == [{"n": 19}]
    assert tasks(sandbox, "Garden")["t100"]["parent"]["name"] == "t19"


def test_a_rejected_record_lets_state_pass_once_it_is_a_dead_letter(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, _row(1, Name=" "), state({"n": 1})])

    assert (loaded.code, loaded.states) == (3, [{"n": 1}])


def test_a_state_without_records_passes(sandbox: SandboxClient, tmp_path: Path) -> None:
    assert load(sandbox, tmp_path, [state({"n": 1}), state({"n": 2})]).states[-1] == {"n": 2}


@pytest.mark.parametrize("batch_size", [None, 1, 3, 10])
def test_slots_and_quota_are_never_exceeded(
    sandbox: SandboxClient, tmp_path: Path, batch_size: int | None
) -> None:
    sandbox.switch(latency=0.02, requests_per_minute=1500)
    rows = [_row(n, **{"Section/Column": f"s{n % 3}", "Tags": f"g{n % 4}"}) for n in range(40)]

    loaded = load(
        sandbox, tmp_path, [ROW_SCHEMA, *rows], rate_limit_per_minute=None, batch_size=batch_size
    )

    limits = sandbox.limits()
    assert loaded.records == {"input": 40, "applied": 40}
    assert (limits["rejected_slots"], limits["rejected_quota"]) == (0, 0)
    assert 1 <= limits["peak_writes"] <= 15


def test_actions_of_one_task_never_travel_together(sandbox: SandboxClient, tmp_path: Path) -> None:
    load(sandbox, tmp_path, [ROW_SCHEMA, *(_row(n, Tags="a, b") for n in range(5))])
    sandbox.switch(latency=0.05)

    changed = [_row(n, Tags="c, d", Notes="new") for n in range(5)]
    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, *changed])

    assert loaded.code == 0
    assert len(writes(sandbox)) > 25
    found = tasks(sandbox, "Garden")
    assert {tuple(sorted(tag["name"] for tag in t["tags"])) for t in found.values()} == {("c", "d")}


def _packed(latency: float, quota: int, slots: int = 14) -> Packing:
    """Run a packing against a server whose requests all take so long."""
    now = 0.0
    packing = Packing(slots, lambda: quota, clock=lambda: now)
    for _ in range(2000):
        lanes, size = packing.lanes, packing.size
        now += max(latency / lanes, size / (quota / 60))
        packing.landed(size, busy=True)
    return packing


@given(st.sampled_from([0.05, 0.15, 0.3, 0.6, 1.2]), st.sampled_from([150, 1500, 15000]))
def test_batches_are_as_large_as_the_quota_allows_and_no_larger(latency: float, quota: int) -> None:
    packing = _packed(latency, quota)

    in_flight = {size: 14 // size * size for size in SIZES}
    enough = [size for size in SIZES if in_flight[size] / latency >= 0.85 * quota / 60]
    assert packing.lanes * packing.size <= 14
    if enough:
        assert packing.size == max(enough)
    else:
        assert in_flight[packing.size] == max(in_flight.values())
