"""The files of the sandbox: kept to the byte, handed out for two minutes to whoever has the URL."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.test_sandbox_attachments import upload

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

CONTENT = bytes(range(256)) * 400


def url_of(sandbox: SandboxClient, gid: str) -> str:
    """A fresh address of an attachment's file."""
    data = sandbox.data(f"/attachments/{gid}", opt_fields="download_url")
    return str(data["download_url"])


@pytest.fixture
def attachment(sandbox: SandboxClient) -> str:
    """An uploaded file."""
    task = sandbox.make("tasks", name="T")["gid"]
    return str(upload(sandbox, {"parent": task}, CONTENT).json()["data"]["gid"])


def fetched(url: str, **options: Any) -> requests.Response:
    """GET without anything that says who asks."""
    return requests.get(url, timeout=30, **options)


def test_an_uploaded_file_comes_back_to_the_byte(sandbox: SandboxClient, attachment: str) -> None:
    url = url_of(sandbox, attachment)

    assert fetched(url).content == CONTENT
    assert not url.startswith(sandbox.url)
    assert fetched(url, headers={"Authorization": "Bearer nobody's"}).content == CONTENT


def test_an_address_is_good_for_two_minutes(sandbox: SandboxClient, attachment: str) -> None:
    url = url_of(sandbox, attachment)
    sandbox.advance(110)
    assert fetched(url).ok

    sandbox.advance(11)
    assert fetched(url).status_code == 403
    assert fetched(url_of(sandbox, attachment)).content == CONTENT


@pytest.mark.parametrize("query", ["", "?expires=9999999999", "?expires=9999999999&signature=%ff"])
def test_an_address_cannot_be_made_up(sandbox: SandboxClient, attachment: str, query: str) -> None:
    url = url_of(sandbox, attachment).partition("?")[0]

    assert fetched(url + query).status_code == 403


def test_the_address_of_one_file_is_not_good_for_another(
    sandbox: SandboxClient, attachment: str
) -> None:
    url = url_of(sandbox, attachment)

    assert fetched(url.replace(attachment, f"{attachment}1")).status_code == 403


def test_a_deleted_file_is_gone(sandbox: SandboxClient, attachment: str) -> None:
    url = url_of(sandbox, attachment)
    sandbox.delete(f"/attachments/{attachment}")

    assert fetched(url).status_code == 404


def test_files_are_part_of_a_saved_state(sandbox: SandboxClient, attachment: str) -> None:
    url = f"{sandbox.control}/state"
    sandbox.session.put(url, data=sandbox.session.get(url, timeout=30).content, timeout=30)

    assert fetched(url_of(sandbox, attachment)).content == CONTENT


def test_downloads_meet_faults_too(sandbox: SandboxClient, attachment: str) -> None:
    path = "/downloads/{attachment_gid}"
    sandbox.fault({"path": path, "status": 500}, {"path": path, "drop": "before"})
    sandbox.fault({"path": path, "truncate": True}, {"path": path, "delay": 0.01, "stall": 0.01})
    url = url_of(sandbox, attachment)

    assert fetched(url).status_code == 500
    with pytest.raises(requests.ConnectionError):
        fetched(url)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        fetched(url)
    assert fetched(url).content == CONTENT


def test_the_log_tells_of_downloads_and_who_showed_a_token(
    sandbox: SandboxClient, attachment: str
) -> None:
    url = url_of(sandbox, attachment)
    sandbox.forget_requests()
    fetched(url)
    sandbox.get("/users/me")
    download, read = sandbox.requests()["log"]

    assert download["path"] == f"/downloads/{attachment}"
    assert download["operation"] == "GET /downloads/{attachment_gid}"
    assert (download["authorized"], read["authorized"]) == (False, True)


def test_a_large_file_comes_back_whole(sandbox: SandboxClient) -> None:
    content = os.urandom(5_000_000)
    task = sandbox.make("tasks", name="T")["gid"]
    gid = upload(sandbox, {"parent": task}, content).json()["data"]["gid"]

    assert fetched(url_of(sandbox, gid)).content == content
