"""Files of attachments: stored once, whole, by gid, and without showing anybody Asana's token."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from tap_asana.api import RESOURCES, Client, TokenAuth
from tap_asana.files import Files
from tests.tap_runs import HOUR, catalog_of, config_of, parsed, run_command, run_tap
from tests.test_sandbox_attachments import upload

if TYPE_CHECKING:
    from tests.conftest import SandboxClient
    from tests.tap_runs import Run

DOWNLOAD = "/downloads/{attachment_gid}"
CONTENT = bytes(range(256)) * 20


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    project = sandbox.make("projects", name="P")["gid"]
    return str(sandbox.make("tasks", name="T", projects=[project])["gid"])


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, noted down and not sat out."""
    waits: list[float] = []
    monkeypatch.setattr("backoff._sync.time", SimpleNamespace(sleep=waits.append))
    return waits


def attach(sandbox: SandboxClient, parent: str, name: str, content: bytes = CONTENT) -> str:
    """Upload a file and return its gid."""
    answer = upload(sandbox, {"parent": parent, "name": name}, content)
    return str(answer.json()["data"]["gid"])


def download(sandbox: SandboxClient, place: Any, *streams: str, **options: Any) -> Run:
    """Read the attachments and store their files in a place."""
    chosen = () if "selection" in options else (streams or ("attachments",))
    options |= {"attachment_files": "download", "attachment_location": str(place)}
    return run_tap(sandbox, *chosen, **options)


def asked(sandbox: SandboxClient, operation: str) -> int:
    return int(sandbox.requests()["by_operation"].get(operation, 0))


def visible(folder: Path) -> list[str]:
    """Names of the files in a folder but for those that are ours."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_each_file_is_stored_and_its_record_tells_of_it(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    contents = [bytes([n]) * n for n in range(5)]
    gids = [attach(sandbox, task, f"{n}.bin", content) for n, content in enumerate(contents)]
    records = download(sandbox, tmp_path).records["attachments"]

    assert [record["gid"] for record in records] == gids
    for record, gid, content in zip(records, gids, contents, strict=True):
        assert record["file_path"] == f"{tmp_path}/{gid}.bin"
        assert Path(record["file_path"]).read_bytes() == content
        assert record["file_size"] == record["size"] == len(content)
        assert record["file_sha256"] == sha256(content).hexdigest()


def test_a_file_of_many_blocks_is_stored_whole(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    content = CONTENT * 1000
    attach(sandbox, task, "big.bin", content)
    (record,) = download(sandbox, tmp_path).records["attachments"]

    assert Path(record["file_path"]).read_bytes() == content


def test_files_of_projects_are_stored_as_those_of_tasks(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    gid = attach(sandbox, project, "plan.pdf")
    download(sandbox, tmp_path)

    assert visible(tmp_path) == [f"{gid}.pdf"]


def test_without_the_setting_nothing_more_is_asked_for(
    sandbox: SandboxClient, task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    attach(sandbox, task, "a.txt")
    sandbox.forget_requests()
    (record,) = run_tap(sandbox, "attachments").records["attachments"]

    report = sandbox.requests()
    lists = {one["query"]["opt_fields"] for one in report["log"] if one["path"] == "/attachments"}
    assert lists == {RESOURCES["attachments"].opt_fields()}
    assert not any("{attachment_gid}" in operation for operation in report["by_operation"])
    assert not {name for name in record if name.startswith("file")}
    assert not list(tmp_path.iterdir())


def test_the_columns_of_files_are_there_when_files_are(tmp_path: Path) -> None:
    columns = []
    for how in ("metadata", "download"):
        config = {"access_token": "0", "attachment_files": how}
        done, _ = run_command(tmp_path, "--discover", config=config)
        streams = {one["tap_stream_id"]: one for one in json.loads(done.stdout)["streams"]}
        columns.append(set(streams["attachments"]["schema"]["properties"]))

    assert columns[1] - columns[0] == {"file_path", "file_size", "file_sha256"}
    assert columns[0] < columns[1]


def test_a_catalog_without_the_columns_of_files_gets_files_and_no_columns(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    gid = attach(sandbox, task, "a.txt")
    place = tmp_path / "files"
    settings = {"attachment_files": "download", "attachment_location": str(place)}
    config, catalog = config_of(sandbox, **settings), catalog_of({"attachments": None})
    done, _ = run_command(tmp_path, config=config, catalog=catalog)
    told, (record,) = parsed(done.stdout).messages[0], parsed(done.stdout).records["attachments"]

    assert record.keys() == told["schema"]["properties"].keys()
    assert visible(place) == [f"{gid}.txt"]


def test_only_what_a_download_takes_is_asked_for_beside_what_is_selected(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    gid = attach(sandbox, task, "a.txt")
    sandbox.forget_requests()
    run = download(sandbox, tmp_path, selection={"attachments": ["gid", "file_path"]})

    assert run.records["attachments"] == [{"gid": gid, "file_path": f"{tmp_path}/{gid}.txt"}]
    log = sandbox.requests()["log"]
    lists = {one["query"]["opt_fields"] for one in log if one["path"] == "/attachments"}
    assert lists == {"gid,name,resource_subtype,size"}
    (fresh,) = [one for one in log if one["operation"] == "GET /attachments/{attachment_gid}"]
    assert fresh["query"] == {"opt_fields": "download_url"}


def test_a_stream_that_is_not_selected_downloads_nothing(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    attach(sandbox, task, "a.txt")
    download(sandbox, tmp_path, "tasks")

    assert asked(sandbox, f"GET {DOWNLOAD}") == 0


def test_a_link_to_elsewhere_has_no_file(
    sandbox: SandboxClient, task: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    link = {"resource_subtype": "external", "name": "Guide", "url": f"{sandbox.url}/users/me"}
    sandbox.make("attachments", parent=task, **link)
    sandbox.forget_requests()
    (record,) = download(sandbox, tmp_path).records["attachments"]

    assert (record["file_path"], record["file_size"], record["file_sha256"]) == (None, None, None)
    assert asked(sandbox, "GET /attachments/{attachment_gid}") == 0
    assert asked(sandbox, "GET /users/{user_gid}") == 0
    assert "Files of attachments: 1 not hosted by Asana." in caplog.messages


def test_the_token_is_shown_to_asana_and_to_nobody_else(
    sandbox: SandboxClient, task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password secret\n")
    netrc.chmod(0o600)
    attach(sandbox, task, "a.txt")
    monkeypatch.setenv("NETRC", str(netrc))
    sandbox.forget_requests()
    download(sandbox, tmp_path / "files")

    shown = {one["operation"]: one["authorized"] for one in sandbox.requests()["log"]}
    assert shown.pop(f"GET {DOWNLOAD}") is False
    assert set(shown.values()) == {True}


def test_a_second_run_downloads_nothing_and_says_the_same(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    for name in ("a.txt", "b", "c.json"):
        attach(sandbox, task, name)
    first = download(sandbox, tmp_path)
    sandbox.forget_requests()
    second = download(sandbox, tmp_path)

    assert second.records["attachments"] == first.records["attachments"]
    assert asked(sandbox, "GET /attachments/{attachment_gid}") == 0
    assert asked(sandbox, f"GET {DOWNLOAD}") == 0


@pytest.mark.parametrize("harm", ["cut", "removed", "forgotten", "{", "[]", "{}"])
def test_what_is_not_there_as_it_was_is_fetched_again(
    sandbox: SandboxClient, task: str, tmp_path: Path, harm: str
) -> None:
    gid = attach(sandbox, task, "a.txt")
    download(sandbox, tmp_path)
    file, note = tmp_path / f"{gid}.txt", tmp_path / f".{gid}.json"
    if harm == "cut":
        file.write_bytes(CONTENT[:-1])
    elif harm in {"removed", "forgotten"}:
        (file if harm == "removed" else note).unlink()
    else:
        note.write_text(harm)
    download(sandbox, tmp_path)

    assert file.read_bytes() == CONTENT
    assert asked(sandbox, f"GET {DOWNLOAD}") == 2


def test_the_output_is_the_same_with_any_number_of_threads(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    for n in range(12):
        attach(sandbox, task, f"{n}.txt", CONTENT * n)
    alone = download(sandbox, tmp_path / "files", workers=0)
    for path in (tmp_path / "files").iterdir():
        path.unlink()

    assert download(sandbox, tmp_path / "files").records == alone.records
    assert len(visible(tmp_path / "files")) == 12


def test_a_file_that_is_wanted_many_times_at_once_is_fetched_once(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    gid = attach(sandbox, task, "a.txt")
    files = Files(str(tmp_path), 8)
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=1_000_000)
    wanted = {"gid": gid, "name": "a.txt", "resource_subtype": "asana", "size": len(CONTENT)}
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: files.columns(wanted, client), range(8)))
    files.close()
    client.close()

    assert told == [told[0]] * 8
    assert asked(sandbox, f"GET {DOWNLOAD}") == 1


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("../../etc/passwd", ""),
        ("/etc/passwd.PDF", ".pdf"),
        ("a.txt/../../b", ""),
        ("nul\x00.txt", ".txt"),
        ("txt.\x00", ""),
        ("x" * 300, ""),
        ("x." + "y" * 300, ""),
        ("archive.tar.gz", ".gz"),
        (".bashrc", ".bashrc"),
        ("..", ""),
        ("a.é", ""),
        ("a.txt\n", ""),
        ("CON.", ""),
    ],
)
def test_a_name_of_asanas_decides_over_no_path(
    sandbox: SandboxClient, task: str, tmp_path: Path, name: str, ending: str
) -> None:
    gid = attach(sandbox, task, name)
    (record,) = download(sandbox, tmp_path / "deep" / "files").records["attachments"]

    assert Path(record["file_path"]) == tmp_path / "deep" / "files" / f"{gid}{ending}"
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in found) == sorted([f".{gid}.json", f"{gid}{ending}"])


def test_only_their_owner_can_read_the_files(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    attach(sandbox, task, "a.txt")
    folder = tmp_path / "files"
    download(sandbox, folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("settings", [{}, {"attachment_location": None}], ids=str)
def test_without_a_location_files_go_to_a_folder_of_their_own(
    sandbox: SandboxClient,
    task: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    gid = attach(sandbox, task, "a.txt")
    settings["attachment_files"] = "download"
    (record,) = run_tap(sandbox, "attachments", **settings).records["attachments"]

    assert record["file_path"] == f"attachments/{gid}.txt"
    assert visible(tmp_path / "attachments") == [f"{gid}.txt"]


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_a_location_may_be_any_url_that_fsspec_knows(
    sandbox: SandboxClient, task: str, tmp_path: Path, scheme: str
) -> None:
    gid = attach(sandbox, task, "a.txt")
    place = f"{scheme}://{tmp_path}/files"
    for _ in range(2):
        (record,) = download(sandbox, f"{place}/").records["attachments"]
        assert record["file_path"] == f"{place}/{gid}.txt"
        with fsspec.open(record["file_path"]) as file:
            assert file.read() == CONTENT
    system, root = fsspec.url_to_fs(place)

    assert len(system.ls(root)) == 2
    assert asked(sandbox, f"GET {DOWNLOAD}") == 1


def test_an_address_is_fetched_right_before_its_file(
    sandbox: SandboxClient, task: str, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        attach(sandbox, task, name)
    download(sandbox, tmp_path, workers=0, meanwhile=lambda: sandbox.advance(HOUR))

    assert len(visible(tmp_path)) == 2
    assert asked(sandbox, f"GET {DOWNLOAD}") == 2


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 403}, {"drop": "before"}, {"truncate": True}],
    ids=str,
)
@pytest.mark.usefixtures("waits")
def test_a_download_that_fails_is_tried_again_from_a_fresh_address(
    sandbox: SandboxClient, task: str, tmp_path: Path, fault: dict[str, Any]
) -> None:
    gid = attach(sandbox, task, "a.bin", CONTENT * 500)
    sandbox.fault({"path": DOWNLOAD, "times": 3, **fault})
    (record,) = download(sandbox, tmp_path).records["attachments"]

    assert Path(record["file_path"]).read_bytes() == CONTENT * 500
    assert asked(sandbox, "GET /attachments/{attachment_gid}") == 4
    assert {path.name for path in tmp_path.iterdir()} == {f"{gid}.bin", f".{gid}.json"}
