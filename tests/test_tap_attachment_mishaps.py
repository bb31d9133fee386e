"""Files of attachments when things go wrong: told, left out or tried again, never half stored."""

from __future__ import annotations

import json
import signal
import subprocess
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import catalog_of, command, config_of, run_command
from tests.test_tap_attachment_files import CONTENT, DOWNLOAD, asked, attach, download, visible

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    project = sandbox.make("projects", name="P")["gid"]
    return str(sandbox.make("tasks", name="T", projects=[project])["gid"])


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, noted down and not sat out."""
    waits: list[float] = []
    monkeypatch.setattr("backoff._sync.time", SimpleNamespace(sleep=waits.append))
    return waits


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


def test_files_that_do_not_come_are_one_warning_and_counted(
    sandbox: SandboxClient, task: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    lost = [attach(sandbox, task, f"{n}.txt") for n in range(3)]
    kept = attach(sandbox, task, "kept.txt")
    for gid in lost:
        sandbox.fault({"path": f"/downloads/{gid}", "truncate": True, "times": None})
    records = download(sandbox, tmp_path).records["attachments"]

    assert [record["file_path"] for record in records] == [*[None] * 3, f"{tmp_path}/{kept}.txt"]
    assert {path.name for path in tmp_path.iterdir()} == {f"{kept}.txt", f".{kept}.json"}
    (warning,) = warnings(caplog)
    assert warning.startswith(
        f"Not all of 'attachments' is read: GET the file of attachment {lost[0]}:"
    )
    assert warning.endswith("A run without state tries again.")
    summary = next(r.message for r in caplog.records if r.message.startswith("SUMMARY"))
    assert "(and 2 more)" in summary
    assert asked(sandbox, f"GET {DOWNLOAD}") == 3 * 5 + 1


def test_the_address_of_a_file_is_told_to_nobody(
    sandbox: SandboxClient, task: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "tap-asana")
    faults: list[dict[str, Any]] = [{"status": 500}, {"drop": "before"}, {"truncate": True}]
    for n, fault in enumerate(faults):
        gid = attach(sandbox, task, f"{n}.txt")
        sandbox.fault({"path": f"/downloads/{gid}", "times": None, **fault})
    run = download(sandbox, tmp_path)

    ours = [record.getMessage() for record in caplog.records if record.name == "tap-asana"]
    assert ours
    assert "signature=" not in "".join(ours) + json.dumps(run.messages)


def test_what_failed_is_fetched_by_the_next_run_without_state(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    gid = attach(sandbox, task, "a.txt")
    sandbox.fault({"path": DOWNLOAD, "status": 500, "times": 5})
    download(sandbox, tmp_path)
    assert visible(tmp_path) == []

    download(sandbox, tmp_path)
    assert visible(tmp_path) == [f"{gid}.txt"]


def test_a_file_of_another_size_than_asana_names_is_none(
    sandbox: SandboxClient, task: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    attach(sandbox, task, "a.txt")
    url = f"{sandbox.control}/state"
    state = sandbox.session.get(url, timeout=30).text
    whole, half = (b64encode(one).decode() for one in (CONTENT, CONTENT[:7]))
    sandbox.session.put(url, data=state.replace(whole, half), timeout=30)
    (record,) = download(sandbox, tmp_path).records["attachments"]

    assert record["file_path"] is None
    assert list(tmp_path.iterdir()) == []
    assert f"7 bytes came in place of {len(CONTENT)}" in warnings(caplog)[0]


@pytest.mark.parametrize("status", [403, 404])
def test_a_file_whose_address_asana_refuses_is_told(
    sandbox: SandboxClient,
    task: str,
    tmp_path: Path,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gid = attach(sandbox, task, "a.txt")
    sandbox.fault({"path": f"/attachments/{gid}", "status": status})
    (record,) = download(sandbox, tmp_path).records["attachments"]

    assert record["file_path"] is None
    (warning,) = warnings(caplog)
    assert f"GET /attachments/{gid}: Asana answered {status}" in warning
    assert warning.endswith("Its file is not stored.")


def test_a_kill_in_the_middle_leaves_no_half_file_and_the_next_run_goes_on(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    content = CONTENT * 1000
    first, second = (attach(sandbox, task, f"{name}.bin", content) for name in "ab")
    sandbox.fault({"path": f"/downloads/{second}", "stall": 3600})
    place, half = tmp_path / "files", tmp_path / "files" / f".{second}.bin.part"
    settings = {"attachment_files": "download", "attachment_location": str(place)}
    catalog = catalog_of({"attachments": None}, **settings)
    config = config_of(sandbox, **settings)
    line = command(tmp_path, config=config, catalog=catalog)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        while not ((place / f".{first}.json").exists() and half.exists() and half.stat().st_size):
            assert run.poll() is None
            sandbox.requests()
        run.kill()
    assert run.returncode == -signal.SIGKILL
    assert 0 < half.stat().st_size < len(content)
    assert visible(place) == [f"{first}.bin"]

    records = download(sandbox, place).records["attachments"]
    assert [Path(record["file_path"]).read_bytes() == content for record in records] == [True] * 2
    assert asked(sandbox, f"GET {DOWNLOAD}") == 3
    assert not list(place.glob("*.part"))


@pytest.mark.parametrize(
    ("location", "complaint"),
    [
        ("nowhere://x", "attachment_location: 'nowhere://x': Protocol not known: nowhere"),
        (
            "ftp://me:secret@example.com/x",
            "attachment_location: a password does not belong in it, as it is told",
        ),
    ],
)
def test_a_location_that_cannot_be_is_one_line(
    sandbox: SandboxClient, tmp_path: Path, location: str, complaint: str
) -> None:
    settings: dict[str, Any] = {"attachment_files": "download", "attachment_location": location}
    done, (line,) = run_command(tmp_path, config=config_of(sandbox, **settings))

    assert done.returncode == 1
    assert line.startswith(complaint)
    assert "secret" not in done.stderr
    assert sandbox.requests()["count"] == 0


def test_a_location_that_cannot_be_written_is_one_line(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    attach(sandbox, task, "a.txt")
    (tmp_path / "taken").write_text("")
    settings = {"attachment_files": "download", "attachment_location": str(tmp_path / "taken")}
    done, (line,) = run_command(tmp_path, config=config_of(sandbox, **settings))

    assert done.returncode == 1
    assert line.startswith(f"attachment_location: {tmp_path}/taken: ")
