"""Files as spreadsheets save them: other delimiters, encodings, blank rows and slips of people."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from tests.target_runs import load, tasks, write_csv, writes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

_ROWS = "Task ID,Name,Projects,Notes\r\n1,Mähen,Garden,with; care\r\n2,Rake,Garden,\r\n"


@pytest.mark.parametrize(
    "content",
    [
        _ROWS.replace("with; care", '"with; care"').replace(",", ";").encode(),
        b"\xef\xbb\xbfsep=;\r\n" + _ROWS.replace("with; care", "care").replace(",", ";").encode(),
        _ROWS.replace(",", "\t").encode("utf-16"),
        _ROWS.replace(",", "\t").encode(),
        _ROWS.encode(),
        _ROWS.replace("\r\n", "\r").encode(),
        _ROWS.upper().replace("MÄHEN", "Mähen").encode(),
    ],
    ids=["semicolons", "sep=", "Unicode text", "tabs", "Windows", "old Mac", "upper case"],
)
def test_a_file_as_a_spreadsheet_saves_it_is_read_right(
    sandbox: SandboxClient, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 2, "applied": 2}
    project = sandbox.listed("/projects", workspace=sandbox.workspace)[0]["name"]
    found = tasks(sandbox, project)
    assert "Mähen" in found
    assert "care" in found["Mähen"]["notes"].casefold()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_ROWS.encode("cp1252"), "line 2 is not UTF-8 (byte 0xe4): save it as 'CSV UTF-8"),
        (b"PK\x03\x04\x14\x00", "is an Excel workbook: save it as 'CSV UTF-8"),
        (gzip.compress(b"x"), "is compressed: decompress it first"),
    ],
    ids=["another encoding", "a workbook", "gzip"],
)
def test_a_file_that_is_no_text_in_utf_8_says_how_to_save_it(
    sandbox: SandboxClient, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 1
    assert said in loaded.error
    assert writes(sandbox) == []


def test_blank_rows_are_no_rows(sandbox: SandboxClient, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Task ID,Name,Projects,,\n1,Mow,Garden,,\n,,,,\n , ,,,\n\n")

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 1, "applied": 1}


def test_a_description_may_be_longer_than_pythons_limit(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Notes": "x" * 140_000},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 1, "applied": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,Rake,Garden,,", "Task ID 1 stands on line 2 already, with other cells"),
        ("2,Rake,Garden,,lost", "the cell 'lost' stands in a column without a name"),
        ("2,Ra\0ke,Garden,,", "the row holds a NUL character"),
    ],
    ids=["a Task ID twice", "a nameless column", "NUL"],
)
def test_a_row_that_would_lose_something_is_a_dead_letter(
    sandbox: SandboxClient, tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Task ID,Name,Projects,Tags,\n1,Mow,Garden,,\n{line}\n1,Mow,Garden,,\n")

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.code == 3
    (dead,) = loaded.rejected
    assert said in dead["rejection"]["message"]
    assert dead["rejection"]["input_line"] == 3
    assert list(tasks(sandbox, "Garden")) == ["Mow"]


@pytest.mark.parametrize(
    ("cells", "field", "said"),
    [
        ({"Due Date": "31/12/2026"}, "Due Date", "'31/12/2026' is no date as Asana reads it"),
        ({"Due Date": "31.12.2026"}, "Due Date", "write 2026-12-31"),
        ({"Due Date": "12/31/2026"}, "Due Date", "write 2026-12-31"),
        ({"Due Date": "4.5.2026"}, "Due Date", "write YYYY-MM-DD, 2026-05-04 or 2026-04-05"),
        ({"Due Date": "2026-02-30"}, "Due Date", "write YYYY-MM-DD, like 2026-12-31"),
        ({"Due Date": "46022"}, "Due Date", "'46022' is no date as Asana reads it"),
        ({"Start Date": "2026-1-5", "Due Date": "2026-02-01"}, "Start Date", "write 2026-01-05"),
        ({"Due Date": "2026-12-31 00:00:00"}, "Due Date", "write 2026-12-31"),
        ({"Completed At": "FALSE"}, "Completed At", "'FALSE' is no date of completion"),
        ({"Parent task": "Mow"}, "Parent task", "'Mow' is this row itself"),
        ({"Parent task": "Oil"}, "Parent task", "every row named 'Oil' is itself a subtask"),
    ],
)  # fmt: skip
def test_a_cell_that_asana_cannot_take_says_how_to_write_it_and_costs_no_request(
    sandbox: SandboxClient, tmp_path: Path, cells: dict[str, str], field: str, said: str
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", **cells},
        {"Task ID": "2", "Name": "Mower"},
        {"Task ID": "3", "Name": "Oil", "Parent task": "Mower"},
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    (dead,) = loaded.rejected
    assert dead["rejection"]["field"] == field
    assert said in dead["rejection"]["message"]
    assert sorted(writes(sandbox)) == ["POST /tasks", "POST /tasks"]


def test_a_section_without_a_project_is_told_in_the_report(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", {"Task ID": "1", "Name": "Mow", "Section/Column": "Now"})

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    assert loaded.records == {"input": 1, "applied": 1}
    assert loaded.report["dropped"] == {"asana_csv.Section/Column": 1}


def _assigned(sandbox: SandboxClient, directory: Path, **cells: str) -> Any:
    path = write_csv(
        directory / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden",
         **{name.replace("_", " "): cell for name, cell in cells.items()}},
    )  # fmt: skip
    return load(sandbox, directory / "j", csv_file=path)


def test_an_email_among_the_names_is_an_email(sandbox: SandboxClient, tmp_path: Path) -> None:
    sandbox.user("Lee, Ann", "ann@example.com")

    loaded = _assigned(sandbox, tmp_path, Assignee="ANN@example.com ")

    assert loaded.code == 0
    assert tasks(sandbox, "Garden")["Mow"]["assignee"]["email"] == "ann@example.com"


def test_an_email_nobody_has_is_not_replaced_by_a_name(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.user("Ann Lee", "ann@example.com")

    loaded = _assigned(sandbox, tmp_path, Assignee="Ann Lee", Assignee_Email="ann@other.com")

    (dead,) = loaded.rejected
    assert "no user ann@other.com" in dead["rejection"]["message"]
    assert "near: ann@example.com" in dead["rejection"]["message"]


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ({"resource_subtype": "number", "precision": 2}, "1.234,5", "write it like 1234.5"),
        ({"resource_subtype": "number", "precision": 2}, "1_000", "'1_000' is no number"),
        ({"resource_subtype": "number", "precision": 2}, "nan", "'nan' is no number"),
        ({"resource_subtype": "number", "precision": 2}, "1e400", "'1e400' is no number"),
        ({"resource_subtype": "number", "precision": 2}, " 5.25 ", None),
        ({"resource_subtype": "text"}, "x" * 1025, "1,025 characters are too many"),
        ({"resource_subtype": "text"}, "x" * 1024, None),
        ({"resource_subtype": "date"}, "31/12/2026", "write 2026-12-31"),
        ({"resource_subtype": "date"}, "2026-12-31", None),
        ({"resource_subtype": "multi_enum"}, "low, high, Low, b", None),
        ({"resource_subtype": "multi_enum"}, "Hgih", "has no option 'Hgih'"),
        ({"resource_subtype": "people"}, "Lee, Ann, BO@example.com", None),
        ({"resource_subtype": "people"}, "Ann", "no user Ann in workspace"),
    ],
)
def test_a_custom_field_takes_what_fits_its_type(
    sandbox: SandboxClient, tmp_path: Path, field: dict[str, Any], cell: str, value: str | None
) -> None:
    sandbox.user("Lee, Ann", "ann@example.com")
    sandbox.user("Bo", "bo@example.com")
    if field["resource_subtype"] == "multi_enum":
        field = {**field, "enum_options": [{"name": "low, high"}, {"name": "Low"}, {"name": "b"}]}
    sandbox.make("custom_fields", name="Effort", **field)
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Effort": cell},
        columns=("Task ID", "Name", "Projects", "Effort"),
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    if value is None:
        assert loaded.records == {"input": 1, "applied": 1}
        return
    (dead,) = loaded.rejected
    assert dead["rejection"]["field"] == "Effort"
    assert value in dead["rejection"]["message"]
    assert "POST /tasks" not in writes(sandbox)


def test_a_field_that_is_not_on_the_project_says_so(sandbox: SandboxClient, tmp_path: Path) -> None:
    sandbox.make("projects", name="Garden")
    sandbox.make("custom_fields", name="Effort", resource_subtype="text")
    path = write_csv(
        tmp_path / "a.csv",
        {"Task ID": "1", "Name": "Mow", "Projects": "Garden", "Effort": "much"},
        {"Task ID": "2", "Name": "Rake", "Effort": "much"},
        columns=("Task ID", "Name", "Projects", "Effort"),
    )

    loaded = load(sandbox, tmp_path / "j", csv_file=path)

    on_project, homeless = (dead["rejection"] for dead in loaded.rejected)
    assert on_project["message"] == (
        "custom field 'Effort' is not on project Garden: add it to the project in Asana"
    )
    assert homeless["message"] == (
        "custom field 'Effort' is on no project of the task, as the task is in none"
    )
    assert "POST /tasks" not in writes(sandbox)
