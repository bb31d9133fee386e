"""Imports of Asana's own CSV export, straight from a file and as Singer rows."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.target_runs import (
    COLUMNS,
    command,
    load,
    record,
    schema,
    tasks,
    write_csv,
    writes,
)

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared/data/backlog.csv"
SAMPLE = ROOT / "asana_sandbox/sample/backlog.csv"


def _bring_people(sandbox: SandboxClient, path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    people = {row["Assignee Email"]: row["Assignee"] for row in rows if row["Assignee Email"]}
    sandbox.control_post(
        "users",
        {
            "workspace": sandbox.workspace,
            "people": [{"name": name, "email": email} for email, name in people.items()],
        },
    )


def test_a_second_import_of_a_backlog_writes_nothing(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    _bring_people(sandbox, SAMPLE)
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    first = load(sandbox, tmp_path, csv_file=SAMPLE)
    sandbox.forget_requests()
    second = load(sandbox, tmp_path, csv_file=SAMPLE)

    assert first.records == {"input": len(rows), "applied": len(rows)}
    assert first.report["operations"]["tasks created"] == len(rows)
    assert second.records == {"input": len(rows), "unchanged": len(rows)}
    assert writes(sandbox) == []


def test_the_real_backlog_gives_the_counts_it_holds(sandbox: SandboxClient, tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip("the real backlog is not part of the repository")
    _bring_people(sandbox, REAL)

    loaded = load(sandbox, tmp_path, csv_file=REAL)

    assert loaded.code == 0
    assert loaded.report["operations"] == {
        "projects created": 13,
        "sections created": 83,
        "tags created": 17,
        "tasks created": 3007,
        "tasks related": 319,
    }
    projects = sandbox.listed("/projects", workspace=sandbox.workspace)
    sections = [s for p in projects for s in sandbox.listed(f"/projects/{p['gid']}/sections")]
    held = _world(sandbox)
    assert (len(projects), len(sections), held["task"]) == (13, 83, 3007)
    assert loaded.rejected == []


def _world(sandbox: SandboxClient) -> Counter[str]:
    answer = sandbox.session.get(f"{sandbox.control}/state", timeout=30)
    objects = (json.loads(line) for line in answer.text.splitlines())
    return Counter(thing["resource_type"] for thing in objects if "resource_type" in thing)


def test_a_row_becomes_a_task_with_everything_in_its_cells(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.user("Ann Lee", "ann@example.com")
    path = write_csv(
        tmp_path / "a.csv",
        {
            "Task ID": "1",
            "Name": "Paint, the fence",
            "Projects": "Garden",
            "Section/Column": "Doing",
            "Assignee Email": "Ann@Example.com",
            "Start Date": "2026-03-01",
            "Due Date": "2026-03-04",
            "Tags": "wood, outside",
            "Notes": "two\nlines",
            "Completed At": "2026-03-03",
        },
        {"Task ID": "2", "Name": "Buy paint", "Parent task": "Paint, the fence",
         "Blocking (Dependencies)": "Paint, the fence"},
    )  # fmt: skip

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 0
    found = tasks(sandbox, "Garden")
    fence, paint = found["Paint, the fence"], found["Buy paint"]
    assert fence["completed"] is True
    assert fence["due_on"] == "2026-03-04"
    assert fence["notes"] == "two\nlines"
    assert fence["assignee"]["email"] == "ann@example.com"
    assert {tag["name"] for tag in fence["tags"]} == {"wood", "outside"}
    assert fence["memberships"][0]["section"]["name"] == "Doing"
    assert fence["dependencies"] == [{"gid": paint["gid"], "resource_type": "task"}]
    assert paint["parent"]["name"] == "Paint, the fence"


def test_a_new_project_has_the_sections_of_the_file_and_no_other(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        *(
            {"Task ID": str(n), "Name": f"t{n}", "Projects": "P", "Section/Column": section}
            for n, section in enumerate(("Later", "Now", "Later", "Done"))
        ),
    )

    load(sandbox, tmp_path / "j", csv_file=path)

    (project,) = sandbox.listed("/projects", workspace=sandbox.workspace)
    sections = sandbox.listed(f"/projects/{project['gid']}/sections")
    assert [section["name"] for section in sections] == ["Later", "Now", "Done"]


def test_a_project_the_workspace_has_once_is_taken_with_its_sections(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    project = sandbox.make("projects", name="Garden")
    sandbox.make(f"projects/{project['gid']}/sections", name="Doing")
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Section/Column": "Doing"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.report["operations"] == {"tasks created": 1}


def test_of_two_projects_of_one_name_none_is_guessed(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    gids = {sandbox.make("projects", name="Garden")["gid"] for _ in "ab"}
    path = write_csv(tmp_path / "a.csv", {"Task ID": "1", "Name": "Mow", "Projects": "Garden"})

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 3
    (dead,) = loaded.rejected
    assert dead["rejection"]["class"] == "ambiguous_match"
    assert all(gid in dead["rejection"]["message"] for gid in gids)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"Due Date": "2026-01-01"}, {"Due Date": "2026-01-02"}, ["PUT /tasks/{task_gid}"]),
        (
            {"Tags": "old"},
            {"Tags": "new"},
            ["POST /tags", "POST /tasks/{task_gid}/addTag", "POST /tasks/{task_gid}/removeTag"],
        ),
        ({"Section/Column": "A"}, {"Section/Column": "B"},
         ["POST /projects/{project_gid}/sections", "POST /tasks/{task_gid}/addProject"]),
        ({"Notes": "x"}, {"Notes": ""}, ["PUT /tasks/{task_gid}"]),
        ({}, {"Last Modified": "2026-01-02"}, []),
    ],
    ids=["a date", "a tag", "a section", "a note that goes", "what cannot be written"],
)  # fmt: skip
def test_a_changed_row_is_no_more_than_its_change(
    sandbox: SandboxClient,
    tmp_path: Path,
    before: dict[str, str],
    after: dict[str, str],
    expected: list[str],
) -> None:
    row = {"Task ID": "1", "Name": "Mow", "Projects": "Garden"}
    other = {**row, "Task ID": "2", "Name": "Rake"}
    path = tmp_path / "a.csv"
    load(sandbox, tmp_path / "j", csv_file=write_csv(path, row | before, other))
    sandbox.forget_requests()

    loaded = load(sandbox, tmp_path / "j", csv_file=write_csv(path, row | after, other))

    assert sorted(writes(sandbox)) == expected
    assert loaded.code == 0


def test_an_edit_by_hand_stays_until_its_cell_changes(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    row = {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Notes": "front"}
    path = tmp_path / "a.csv"
    load(sandbox, tmp_path / "j", csv_file=write_csv(path, row))
    gid = tasks(sandbox, "Garden")["Mow"]["gid"]
    sandbox.put(f"/tasks/{gid}", {"notes": "front and back"})

    load(sandbox, tmp_path / "j", csv_file=write_csv(path, {**row, "Due Date": "2026-05-05"}))

    task = tasks(sandbox, "Garden")["Mow"]
    assert (task["notes"], task["due_on"]) == ("front and back", "2026-05-05")


def test_a_byte_order_mark_and_another_order_of_columns_do_no_harm(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Name": "Mow", "Projects": "Garden", "Task ID": "1"},
        columns=reversed(COLUMNS),
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 0
    assert list(tasks(sandbox, "Garden")) == ["Mow"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Task ID,Projects\n1,Garden\n", "the column Name is missing; found Task ID, Projects"),
        (b"", "the column Name is missing; found no columns at all"),
        (b"Name,Notes\nn,\xff\xfe\n", "line 2 is not UTF-8"),
        (None, "No such file or directory"),
    ],
    ids=["no Name", "empty", "another encoding", "no file"],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    sandbox: SandboxClient, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)

    ran = command(sandbox, tmp_path / "j", "--csv", str(path))

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert writes(sandbox) == []


def test_a_row_without_a_name_is_a_dead_letter_and_the_rest_goes_on(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": " ", "Projects": "Garden"},
        {"Task ID": "2", "Name": "Mow", "Projects": "Garden"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 3
    assert loaded.records == {"input": 2, "applied": 1, "rejected": 1}
    (dead,) = loaded.rejected
    assert dead["rejection"]["message"] == "the row has no name"
    assert dead["rejection"]["input_line"] == 2


def test_a_file_without_task_ids_is_known_by_its_content(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    row = {"Name": "Mow", "Projects": "Garden"}
    path = write_csv(tmp_path / "a.csv", row, row, columns=("Name", "Projects"))

    first = load(sandbox, tmp_path / "j", csv_file=path)
    second = load(sandbox, tmp_path / "j", csv_file=path)

    assert first.report["operations"]["tasks created"] == 2
    assert second.records == {"input": 2, "unchanged": 2}


def test_rows_may_come_as_singer_messages_of_any_stream(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    properties = {column: {"type": ["string", "null"]} for column in COLUMNS}
    messages = [
        schema("my_backlog", "Task ID", **properties),
        record("my_backlog", **{"Task ID": "1", "Name": "Mow", "Projects": "Garden"}),
    ]

    loaded = load(sandbox, tmp_path, messages)

    assert loaded.code == 0
    assert list(tasks(sandbox, "Garden")) == ["Mow"]


def test_further_columns_are_custom_fields_of_that_name(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    project = sandbox.make("projects", name="Garden")
    options = [{"name": "High"}, {"name": "Low"}]
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "Priority": ("enum", {"enum_options": options}),
        "Hours": ("number", {"precision": 1}),
    }
    for name, (kind, more) in kinds.items():
        field = sandbox.make("custom_fields", name=name, resource_subtype=kind, **more)
        sandbox.do(f"/projects/{project['gid']}/addCustomFieldSetting", custom_field=field["gid"])
    rows = [
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Priority": "high", "Hours": "1.5"},
        {"Task ID": "2", "Name": "Rake", "Projects": "Garden", "Priority": "Hihg"},
        {"Task ID": "3", "Name": "Dig", "Projects": "Garden"},
    ]
    path = write_csv(tmp_path / "a.csv", *rows, columns=(*COLUMNS, *kinds))

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 3, "applied": 2, "rejected": 1}
    assert "no option 'Hihg'; near: High" in loaded.rejected[0]["rejection"]["message"]
    task = tasks(sandbox, "Garden")["Mow"]
    values = sandbox.data(f"/tasks/{task['gid']}")["custom_fields"]
    assert {v["name"]: v["display_value"] for v in values} == {"Priority": "High", "Hours": "1.5"}


def test_a_name_alone_is_enough(sandbox: SandboxClient, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name\nMow\nRake\n")

    loaded = load(sandbox, tmp_path / "j", csv_file=path, default_project="Garden")

    assert loaded.records == {"input": 2, "rejected": 2}
    assert "no project is named 'Garden'" in loaded.rejected[0]["rejection"]["message"]
    sandbox.make("projects", name="Garden")
    assert load(sandbox, tmp_path / "j", csv_file=path, default_project="Garden").records == {
        "input": 2,
        "applied": 2,
    }


def test_a_new_row_without_a_task_id_may_name_the_others(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    row = {"Task ID": "1", "Name": "Build", "Projects": "Garden"}
    path = write_csv(tmp_path / "a.csv", row, {"Name": "Saw", "Parent task": "Build"})

    first = load(sandbox, tmp_path / "j", csv_file=path)
    second = load(sandbox, tmp_path / "j", csv_file=path)

    assert first.code == 0
    assert tasks(sandbox, "Garden")["Saw"]["parent"]["name"] == "Build"
    assert second.records == {"input": 2, "unchanged": 2}


def test_rows_of_one_file_mean_each_other_before_those_of_an_earlier_file(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    first = write_csv(tmp_path / "a.csv", {"Task ID": "1", "Name": "Design", "Projects": "Old"})
    second = write_csv(
        tmp_path / "b.csv",
        {"Task ID": "2", "Name": "Draw", "Parent task": "Design"},
        {"Task ID": "3", "Name": "Design", "Projects": "New"},
    )

    load(sandbox, tmp_path / "j", csv_file=first)
    load(sandbox, tmp_path / "j", csv_file=second)

    assert set(tasks(sandbox, "New")) == {"Design", "Draw"}


@pytest.mark.parametrize(
    ("line", "said"),
    [("2,Rake", "fewer cells"), ("2,Rake,Garden,old,and grey", "more cells")],
)
def test_a_row_of_another_length_is_a_dead_letter(
    sandbox: SandboxClient, tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Task ID,Name,Projects,Notes\n1,Mow,Garden,\n{line}\n")

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 2, "applied": 1, "rejected": 1}
    assert said in loaded.rejected[0]["rejection"]["message"]
    assert loaded.rejected[0]["rejection"]["input_line"] == 3
