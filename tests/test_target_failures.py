"""What cannot be written: one clear line or a dead letter, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.target_runs import (
    COLUMNS,
    command,
    load,
    record,
    schema,
    state,
    tasks,
    write_csv,
    writes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

ROW_SCHEMA = schema(
    "backlog", "Task ID", **{column: {"type": ["string", "null"]} for column in COLUMNS}
)


def _row(task: str, name: str, **cells: str) -> dict[str, Any]:
    return record("backlog", **{"Task ID": task, "Name": name, "Projects": "Garden", **cells})


def test_a_row_with_an_email_nobody_has_can_be_piped_back_once_somebody_has_it(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.user("Ann", "ann@example.com")
    messages = [
        ROW_SCHEMA,
        _row("1", "Mow", **{"Assignee Email": "anne@example.com"}),
        _row("2", "Rake"),
        state({"rows": 2}),
    ]

    first = load(sandbox, tmp_path, messages)
    dead = (tmp_path / "rejected.singer.jsonl").read_text()
    sandbox.user("Anne", "anne@example.com")
    second = load(sandbox, tmp_path, [dead])

    assert first.code == 3
    assert first.records == {"input": 2, "applied": 1, "rejected": 1}
    assert first.states == [{"rows": 2}]
    (letter,) = first.rejected
    assert letter["rejection"]["class"] == "no_such_user"
    assert letter["rejection"]["field"] == "Assignee Email"
    assert "no user anne@example.com in workspace" in letter["rejection"]["message"]
    assert "near: ann@example.com" in letter["rejection"]["message"]
    assert (second.code, second.records) == (0, {"input": 1, "applied": 1})
    assert second.rejected == []
    assert set(tasks(sandbox, "Garden")) == {"Mow", "Rake"}


def test_a_file_of_dead_letters_is_kept_when_it_is_itself_the_input(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    load(sandbox, tmp_path, [ROW_SCHEMA, _row("1", " ")])
    dead = (tmp_path / "rejected.singer.jsonl").read_text()

    load(sandbox, tmp_path, [ROW_SCHEMA])

    kept = [p for p in tmp_path.glob("rejected.*.singer.jsonl") if p.read_text() == dead]
    assert len(kept) == 1
    assert (tmp_path / "rejected.singer.jsonl").read_text() == ""


@pytest.mark.parametrize(
    ("policy", "assignee"), [("skip", None), ("ann@example.com", "ann@example.com")]
)
def test_a_missing_user_may_be_left_out_or_replaced(
    sandbox: SandboxClient, tmp_path: Path, policy: str, assignee: str | None
) -> None:
    sandbox.user("Ann", "ann@example.com")
    row = _row("1", "Mow", **{"Assignee Email": "nobody@example.com"})

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, row], missing_user=policy)

    assert loaded.code == 0
    person = tasks(sandbox, "Garden")["Mow"]["assignee"]
    assert (person and person["email"]) == assignee


def test_a_name_that_later_rows_share_is_a_dead_letter_with_the_candidates(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Saw", "Parent task": "Build"},
        {"Task ID": "2", "Name": "Build", "Projects": "Garden"},
        {"Task ID": "3", "Name": "Build", "Projects": "Garden"},
        {"Task ID": "4", "Name": "Paint", "Parent task": "Bild"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 4, "applied": 2, "rejected": 2}
    classes = {r["record"]["Task ID"]: r["rejection"] for r in loaded.rejected}
    assert classes["1"]["class"] == "ambiguous_reference"
    assert classes["1"]["message"].endswith("none stands earlier: 2, 3")
    assert classes["4"]["message"] == "no row is named 'Bild'"


def test_what_hangs_on_a_rejected_row_is_not_tried_and_kept_apart(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Build", "Assignee Email": "nobody@example.com"},
        {"Task ID": "2", "Name": "Saw", "Parent task": "Build"},
        {"Task ID": "3", "Name": "Sharpen", "Parent task": "Saw"},
        {"Task ID": "4", "Name": "Rest", "Projects": "Garden"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    # "Saw" is a subtask, so it cannot be meant as a parent.
    assert loaded.records == {"input": 4, "applied": 1, "rejected": 2, "unprocessed": 1}
    assert [r["record"]["Name"] for r in loaded.unprocessed] == ["Saw"]
    assert "tasks 1" in loaded.unprocessed[0]["rejection"]["message"]


def test_on_the_free_plan_dependencies_are_dead_letters_and_tasks_are_made(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.switch(plan="free")
    rows = [
        {"Task ID": str(n), "Name": f"t{n}", "Projects": "Garden",
         "Blocked By (Dependencies)": f"t{n - 1}" if n else ""}
        for n in range(30)
    ]  # fmt: skip

    loaded = load(
        sandbox, tmp_path / "j", csv_file=write_csv(tmp_path / "a.csv", *rows), batch_size=5
    )

    assert loaded.code == 3
    assert loaded.records == {"input": 30, "applied": 1, "rejected": 29}
    assert {r["rejection"]["class"] for r in loaded.rejected} == {"plan_limit"}
    assert len(tasks(sandbox, "Garden")) == 30
    # What the plan does not hold is not asked for again and again.
    assert writes(sandbox).count("POST /tasks/{task_gid}/addDependencies") < 29


def test_a_circle_of_dependencies_is_refused_and_the_tasks_are_made(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "a", "Projects": "Garden", "Blocked By (Dependencies)": "b"},
        {"Task ID": "2", "Name": "b", "Projects": "Garden", "Blocked By (Dependencies)": "a"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 2, "applied": 1, "rejected": 1}
    assert "would wait for each other" in loaded.rejected[0]["rejection"]["message"]


def test_an_edge_that_both_rows_name_is_written_once(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "a", "Projects": "Garden", "Blocking (Dependencies)": "b"},
        {"Task ID": "2", "Name": "b", "Projects": "Garden", "Blocked By (Dependencies)": "a"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 0
    related = [w for w in writes(sandbox) if "Depende" in w]
    assert len(related) == 1
    assert len(tasks(sandbox, "Garden")["b"]["dependencies"]) == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"type": "RECORD", "stream"'], "line 1: not JSON"),
        (["[1, 2]"], "line 1: not a Singer message"),
        ([{"type": "SHEMA"}], "line 1: 'SHEMA' is no type of Singer message"),
        ([schema("deals")], "stream 'deals' is unknown"),
        ([record("tasks", gid="1")], "line 1: A record for stream 'tasks' was encountered before"),
        (['{"type": "RECORD", "stream": "tasks", "record": [1]}'], "line 1: a RECORD message"),
        (['{"type": "RECORD", "stream": "tasks", "record": null}'], "line 1: a RECORD message"),
        (
            [{"type": "BATCH", "stream": "tasks", "encoding": {}, "manifest": []}],
            "line 1: BATCH messages are not read (stream tasks): leave batch_config out",
        ),
    ],
    ids=[
        "bad JSON",
        "no message",
        "unknown type",
        "unknown stream",
        "record before schema",
        "a list",
        "null",
        "batch",
    ],
)
def test_input_that_cannot_be_understood_is_one_clear_line(
    sandbox: SandboxClient, tmp_path: Path, lines: list[Any], said: str
) -> None:
    text = "".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"

    ran = command(sandbox, tmp_path, text=text)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert writes(sandbox) == []


def test_after_bad_json_no_state_is_ahead_of_what_was_written(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    good = [ROW_SCHEMA, _row("1", "Mow"), state({"rows": 1})]

    broken = load(sandbox, tmp_path, [*good, "{oops\n"])
    whole = load(sandbox, tmp_path, [*good, state({"rows": 2})])

    assert (broken.code, broken.states) == (1, [])
    assert whole.records == {"input": 1, "applied": 1}
    assert whole.states[-1] == {"rows": 2}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (record("tags", name="x"), "the record has no gid"),
        (record("tags", gid=7, name="x"), "7 is not of type 'string'"),
    ],
    ids=["no key", "schema-invalid"],
)
def test_a_record_that_breaks_its_own_schema_is_a_dead_letter(
    sandbox: SandboxClient, tmp_path: Path, bad: dict[str, Any], said: str
) -> None:
    good = record("tags", gid="2", name="wood", workspace={"gid": "9"})

    loaded = load(sandbox, tmp_path, [schema("tags"), bad, good, state({"n": 2})])

    assert loaded.code == 3
    assert loaded.rejected[0]["rejection"]["message"] == said
    assert loaded.records == {"input": 2, "applied": 1, "rejected": 1}
    assert loaded.states == [{"n": 2}]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"access_token": "2/none"}, "Check access_token"),
        ({"workspace": "Nowhere"}, "no workspace is called 'Nowhere'; this token sees Sandbox"),
        ({"access_token": None}, "access_token"),
    ],
    ids=["bad token", "bad workspace", "no token"],
)
def test_a_wrong_setting_is_one_clear_line(
    sandbox: SandboxClient, tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    text = json.dumps(schema("tags")) + "\n"

    ran = command(sandbox, tmp_path, text=text, **settings)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "2/none" not in ran.stderr


def test_a_token_that_dies_in_the_middle_makes_no_dead_letters(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    rows = [_row(str(n), f"t{n}") for n in range(30)]
    sandbox.fault({"method": "POST", "path": "/tasks", "times": 1000, "status": 401})

    loaded = load(sandbox, tmp_path, [ROW_SCHEMA, *rows, state({"n": 30})])
    sandbox.control_call("DELETE", "faults")
    again = load(sandbox, tmp_path, [ROW_SCHEMA, *rows, state({"n": 30})])

    assert (loaded.code, loaded.states, loaded.rejected) == (1, [], [])
    assert "Check access_token" in loaded.error
    assert again.records == {"input": 30, "applied": 30}
    assert len(tasks(sandbox, "Garden")) == 30


def test_nothing_of_people_is_readable_for_others(sandbox: SandboxClient, tmp_path: Path) -> None:
    load(sandbox, tmp_path / "j", [ROW_SCHEMA, _row("1", " "), _row("2", "Mow")])

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "j").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "j").stat().st_mode) == 0o700


def test_no_token_is_in_any_file(sandbox: SandboxClient, tmp_path: Path) -> None:
    load(sandbox, tmp_path, [ROW_SCHEMA, _row("1", " "), _row("2", "Mow")])

    assert not [p for p in tmp_path.iterdir() if sandbox.token.encode() in p.read_bytes()]


def test_a_byte_order_mark_before_the_first_message_does_no_harm(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    loaded = load(sandbox, tmp_path, ["\ufeff", ROW_SCHEMA, _row("1", "Mow")])

    assert loaded.records == {"input": 1, "applied": 1}


def test_compressed_input_says_so(sandbox: SandboxClient, tmp_path: Path) -> None:
    loaded = load(sandbox, tmp_path, [gzip.compress(b"{}").decode(errors="surrogateescape")])

    assert (loaded.code, loaded.states) == (1, [])
    assert "line 1: compressed input: decompress it first" in loaded.error


@pytest.mark.parametrize(
    ("name", "said"),
    [("state", "File exists"), ("state/{}-default.sqlite", "file is not a database")],
    ids=["a file in place of the directory", "no journal"],
)
def test_a_journal_that_cannot_be_opened_is_one_clear_line(
    sandbox: SandboxClient, tmp_path: Path, name: str, said: str
) -> None:
    state_dir = tmp_path / "state"
    broken = tmp_path / name.format(sandbox.workspace)
    broken.parent.mkdir(exist_ok=True)
    broken.write_text("no journal " * 100)

    ran = command(sandbox, tmp_path, text=json.dumps(ROW_SCHEMA) + "\n", state_dir=str(state_dir))

    assert ran.returncode == 1
    assert said in ran.stderr
    assert str(state_dir) in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("collection", "row", "said"),
    [
        ("projects", {"Task ID": "2", "Name": "Rake"}, "It is the project 'Garden' of an earlier"),
        ("tags", {"Task ID": "2", "Name": "Rake"}, "It is the tag 'wood' of an earlier run"),
        ("tasks", {"Task ID": "1", "Name": "Cut"}, "It is the task '1' of an earlier run"),
    ],
)
def test_what_was_deleted_in_asana_is_named_with_what_to_do(
    sandbox: SandboxClient, tmp_path: Path, collection: str, row: dict[str, str], said: str
) -> None:
    common = {"Projects": "Garden", "Tags": "wood"}
    path = write_csv(tmp_path / "a.csv", {"Task ID": "1", "Name": "Mow", **common})
    load(sandbox, tmp_path / "j", csv_file=path)
    parents = {"workspace": sandbox.workspace}
    if collection == "tasks":
        parents = {"project": sandbox.listed("/projects", **parents)[0]["gid"]}
    (thing,) = sandbox.listed(f"/{collection}", **parents)
    sandbox.delete(f"/{collection}/{thing['gid']}")

    loaded = load(sandbox, tmp_path / "j", csv_file=write_csv(path, {**row, **common}))

    (dead,) = loaded.rejected
    assert said in dead["rejection"]["message"]
    assert dead["rejection"]["message"].endswith("or begin anew with another state_id.")
