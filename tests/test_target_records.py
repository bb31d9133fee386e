"""Tap-shaped records: in place, or from another workspace, in whatever order they come."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from target_asana import run
from tests.target_runs import load, record, schema, state, tasks, writes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

ELSEWHERE = {"gid": "900", "name": "Elsewhere", "resource_type": "workspace"}


def _ref(gid: str, name: str = "") -> dict[str, str]:
    return {"gid": gid, "name": name}


PROJECT = record("projects", gid="10", name="Garden", workspace=ELSEWHERE, archived=False)
SECTION = record("sections", gid="20", name="Doing", project=_ref("10", "Garden"))
TAG = record("tags", gid="30", name="wood", workspace=ELSEWHERE, color="dark-green")
PARENT = record(
    "tasks",
    gid="40",
    name="Build",
    workspace=ELSEWHERE,
    completed=False,
    created_at="2020-01-01T00:00:00.000Z",
    parent=None,
    tags=[_ref("30", "wood")],
    memberships=[{"project": _ref("10", "Garden"), "section": _ref("20", "Doing")}],
)
CHILD = record(
    "tasks", gid="41", name="Saw", workspace=ELSEWHERE, parent=_ref("40", "Build"), tags=[]
)
COMMENT = record(
    "stories", gid="50", resource_subtype="comment_added", text="Nice", target=_ref("41")
)
HISTORY = record("stories", gid="51", resource_subtype="assigned", text="moved", target=_ref("41"))
EDGE = record("task_dependencies", task_gid="40", dependency_gid="41")
RECORDS = (PROJECT, SECTION, TAG, PARENT, CHILD, COMMENT, HISTORY, EDGE)
SCHEMAS = [
    *(schema(name) for name in ("projects", "sections", "tags", "tasks", "stories", "users")),
    schema("task_dependencies", "task_gid", "dependency_gid", task_gid={"type": "string"}),
]


def _messages(*records: dict[str, Any]) -> list[dict[str, Any]]:
    return [*SCHEMAS, *records]


@pytest.mark.parametrize(
    "records",
    [RECORDS, RECORDS[::-1], *itertools.islice(itertools.permutations(RECORDS), 7, 40000, 9973)],
    ids=lambda records: " ".join(r["record"].get("gid", "edge") for r in records),
)
def test_whatever_the_order_of_the_input_the_graph_is_the_same(
    sandbox: SandboxClient, tmp_path: Path, records: tuple[dict[str, Any], ...]
) -> None:
    loaded = load(sandbox, tmp_path, _messages(*records))

    assert loaded.records == {"input": 8, "applied": 7, "skipped": 1}
    found = tasks(sandbox, "Garden")
    assert found["Build"]["memberships"][0]["section"]["name"] == "Doing"
    assert [tag["name"] for tag in found["Build"]["tags"]] == ["wood"]
    assert found["Saw"]["parent"]["name"] == "Build"
    assert [d["gid"] for d in found["Build"]["dependencies"]] == [found["Saw"]["gid"]]
    stories = sandbox.listed(f"/tasks/{found['Saw']['gid']}/stories")
    assert "Nice" in [s["text"] for s in stories if s["resource_subtype"] == "comment_added"]
    (project,) = sandbox.listed("/projects", workspace=sandbox.workspace)
    sections = sandbox.listed(f"/projects/{project['gid']}/sections")
    assert [section["name"] for section in sections] == ["Doing"]


def test_the_same_records_again_write_nothing(sandbox: SandboxClient, tmp_path: Path) -> None:
    load(sandbox, tmp_path, _messages(*RECORDS))
    sandbox.forget_requests()

    loaded = load(sandbox, tmp_path, _messages(*RECORDS[::-1]))

    assert loaded.records == {"input": 8, "unchanged": 7, "skipped": 1}
    assert writes(sandbox) == []


def test_a_change_of_what_cannot_be_written_is_no_request(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    load(sandbox, tmp_path, _messages(*RECORDS))
    sandbox.forget_requests()
    touched = record("tasks", **{**PARENT["record"], "modified_at": "2026-01-01T00:00:00.000Z"})

    loaded = load(sandbox, tmp_path, _messages(touched))

    assert loaded.records == {"input": 1, "unchanged": 1}
    assert writes(sandbox) == []
    assert loaded.report["dropped"]["tasks.modified_at"] == 1


def test_the_last_of_several_records_of_one_task_holds(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    renamed = record("tasks", **{**PARENT["record"], "name": "Construct"})
    loaded = load(sandbox, tmp_path, _messages(PROJECT, SECTION, TAG, PARENT, renamed, PARENT))

    assert loaded.records == {"input": 6, "applied": 4, "skipped": 2}
    assert list(tasks(sandbox, "Garden")) == ["Build"]
    assert loaded.report["operations"]["tasks created"] == 1


def test_several_records_of_one_task_write_nothing_when_they_come_again(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    renamed = record("tasks", **{**PARENT["record"], "name": "Construct"})
    messages = _messages(PROJECT, SECTION, TAG, PARENT, renamed, PARENT, renamed)
    load(sandbox, tmp_path, messages)
    sandbox.forget_requests()

    loaded = load(sandbox, tmp_path, messages)

    assert loaded.code == 0
    assert writes(sandbox) == []


def test_an_earlier_record_that_says_more_is_not_lost(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    finished = record("tasks", gid="40", completed=True, workspace=ELSEWHERE)

    load(sandbox, tmp_path, _messages(PROJECT, SECTION, TAG, PARENT, finished))

    assert tasks(sandbox, "Garden")["Build"]["completed"] is True


def test_a_subtask_in_a_project_keeps_its_custom_fields(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.make("custom_fields", name="Effort", resource_subtype="text")
    value = {"gid": "70", "name": "Effort", "resource_subtype": "text", "text_value": "much"}
    child = record("tasks", **CHILD["record"], custom_fields=[value],
                   memberships=[{"project": _ref("10", "Garden")}])  # fmt: skip

    loaded = load(sandbox, tmp_path, _messages(PROJECT, SECTION, TAG, PARENT, child))

    assert loaded.records == {"input": 5, "applied": 5}
    gid = tasks(sandbox, "Garden")["Saw"]["gid"]
    (field,) = sandbox.data(f"/tasks/{gid}", opt_fields="custom_fields")["custom_fields"]
    assert field["display_value"] == "much"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("assignee", "ann", "assignee holds no object with a gid"),
        ("parent", {"gid": 40}, "parent holds no object with a gid"),
        ("parent", {"gid": "90"}, "a task cannot be put under or behind itself"),
        ("memberships", [{"project": None}], "memberships holds no object with a gid"),
        ("tags", ["wood"], "tags is no list of objects"),
        ("followers", [None], "followers is no list of objects"),
        ("custom_fields", {"Effort": 1}, "custom_fields is no list of objects"),
    ],
)
def test_a_record_of_another_form_is_a_dead_letter_that_names_the_field(
    sandbox: SandboxClient, tmp_path: Path, field: str, value: Any, said: str
) -> None:
    bad = record("tasks", gid="90", name="x", workspace=ELSEWHERE, **{field: value})

    loaded = load(sandbox, tmp_path, _messages(bad, PROJECT))

    assert loaded.records == {"input": 2, "applied": 1, "rejected": 1}
    (dead,) = loaded.rejected
    assert dead["rejection"]["field"] == field
    assert said in dead["rejection"]["message"]


def test_an_older_record_that_had_to_wait_does_not_undo_a_newer_one(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "DRAIN", 1)
    monkeypatch.setattr(run, "_APPEND", 1)
    old = record("tasks", gid="60", name="old", workspace=ELSEWHERE, parent=_ref("40"))
    new = record("tasks", gid="60", name="new", workspace=ELSEWHERE)

    loaded = load(sandbox, tmp_path, _messages(old, new, PROJECT, SECTION, TAG, PARENT))

    assert loaded.records == {"input": 6, "applied": 6}
    assert tasks(sandbox, "Garden")["new"]["parent"]["name"] == "Build"


def test_a_record_of_the_workspace_itself_is_updated_in_place(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    home = _ref(sandbox.workspace)
    project = sandbox.make("projects", name="Garden")
    tag = sandbox.make("tags", name="wood")
    task = sandbox.make("tasks", name="Mow", projects=[project["gid"]], tags=[tag["gid"]])
    sandbox.forget_requests()

    loaded = load(
        sandbox,
        tmp_path,
        _messages(
            record(
                "tasks",
                gid=task["gid"],
                name="Mow it",
                workspace=home,
                tags=[_ref(tag["gid"])],
                memberships=[{"project": _ref(project["gid"]), "section": None}],
            )
        ),
    )

    assert loaded.code == 0
    assert "PUT /tasks/{task_gid}" in writes(sandbox)
    assert "POST /tasks" not in writes(sandbox)
    assert sandbox.data(f"/tasks/{task['gid']}")["name"] == "Mow it"


def test_a_record_of_the_workspace_that_asana_does_not_have_is_not_made(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    gone = record("tasks", gid="123456789", name="Gone", workspace=_ref(sandbox.workspace))

    loaded = load(sandbox, tmp_path, _messages(gone))

    assert loaded.code == 3
    assert loaded.rejected[0]["rejection"]["class"] == "remote_deleted"
    assert writes(sandbox) == []


def test_people_are_known_by_their_email_through_the_users_stream(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.user("Ann", "ann@example.com")
    sandbox.user("Ann", "other@example.com")
    task = record("tasks", gid="1", name="Mow", workspace=ELSEWHERE, assignee=_ref("77", "Ann"),
                  memberships=[{"project": _ref("10", "Garden"), "section": None}])  # fmt: skip
    user = record("users", gid="77", name="Ann", email="ann@example.com")

    loaded = load(sandbox, tmp_path, _messages(task, PROJECT, user))

    assert loaded.code == 0
    assert tasks(sandbox, "Garden")["Mow"]["assignee"]["email"] == "ann@example.com"


def test_without_their_email_people_of_one_name_are_not_guessed(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    for email in ("ann@example.com", "other@example.com"):
        sandbox.user("Ann", email)
    task = record("tasks", gid="1", name="Mow", workspace=ELSEWHERE, assignee=_ref("77", "Ann"))

    loaded = load(sandbox, tmp_path, _messages(task))

    assert loaded.rejected[0]["rejection"]["class"] == "ambiguous_match"


def test_a_tag_the_workspace_has_is_taken_and_not_doubled(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.make("tags", name="wood")
    twin = record("tags", **{**TAG["record"], "gid": "31"})

    loaded = load(sandbox, tmp_path, _messages(TAG, twin))

    assert loaded.records == {"input": 2, "applied": 2}
    # The source's two tags of one name stay two.
    assert len(sandbox.listed("/tags", workspace=sandbox.workspace)) == 2


def test_a_record_that_does_not_say_its_workspace_is_not_guessed(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    loaded = load(sandbox, tmp_path, _messages(record("tasks", gid="1", name="Mow")))

    assert "workspace" in loaded.rejected[0]["rejection"]["message"]


def test_the_workspaces_stream_says_it_for_all(sandbox: SandboxClient, tmp_path: Path) -> None:
    messages = [
        schema("workspaces"),
        record("workspaces", gid="900", name="Elsewhere"),
        *_messages(record("tasks", gid="1", name="Mow")),
    ]

    assert load(sandbox, tmp_path, messages).records == {"input": 2, "applied": 1, "skipped": 1}


def test_a_record_deleted_in_the_source_is_neither_written_nor_deleted(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    load(sandbox, tmp_path, _messages(*RECORDS))
    sandbox.forget_requests()
    gone = {**PARENT["record"], "name": "X", "_sdc_deleted_at": "2026-01-01T00:00:00Z"}

    loaded = load(sandbox, tmp_path, _messages(record("tasks", **gone), state({"n": 1})))

    assert loaded.records == {"input": 1, "skipped": 1}
    assert writes(sandbox) == []
    assert loaded.states == [{"n": 1}]


def test_a_null_clears_and_an_absent_field_is_left_alone(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    both = {**PARENT["record"], "notes": "n", "due_on": "2026-01-01"}
    load(sandbox, tmp_path, _messages(PROJECT, SECTION, TAG, record("tasks", **both)))

    cleared = {k: v for k, v in both.items() if k != "notes"} | {"due_on": None}
    load(sandbox, tmp_path, _messages(record("tasks", **cleared)))

    task = tasks(sandbox, "Garden")["Build"]
    assert (task["notes"], task["due_on"]) == ("n", None)
