"""Attachments of the sandbox: links, uploads, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    import requests

    from tests.conftest import SandboxClient


def upload(
    sandbox: SandboxClient, form: dict[str, str], content: bytes | None = None
) -> requests.Response:
    """POST a multipart form, with a file when there is content."""
    parts: dict[str, tuple[str | None, str | bytes]] = {
        name: (None, value) for name, value in form.items()
    }
    if content is not None:
        parts["file"] = ("notes.txt", content)
    return sandbox.call("POST", "/attachments", files=parts)


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    """A task without attachments."""
    return str(sandbox.make("tasks", name="T")["gid"])


def test_a_file_is_uploaded_as_a_form(sandbox: SandboxClient, task: str) -> None:
    response = upload(sandbox, {"parent": task}, b"hello")
    attachment = response.json()["data"]

    assert response.status_code == 200
    assert (attachment["name"], attachment["size"]) == ("notes.txt", 5)
    assert (attachment["resource_subtype"], attachment["host"]) == ("asana", "asana")
    assert attachment["parent"]["gid"] == task


def test_a_link_has_a_name_and_a_url(sandbox: SandboxClient, task: str) -> None:
    form = {"parent": task, "resource_subtype": "external", "name": "guide"}
    assert said(upload(sandbox, form)) == (400, "url: Missing input")

    link = upload(sandbox, {**form, "url": "https://example.com/guide"}).json()["data"]
    assert (link["view_url"], link["host"]) == ("https://example.com/guide", "external")


@pytest.mark.parametrize("url", ["guide", "ftp://example.com", "http://", "http://[", "//a/b"])
def test_a_link_leads_into_the_web(sandbox: SandboxClient, task: str, url: str) -> None:
    form = {"parent": task, "resource_subtype": "external", "name": "guide", "url": url}

    assert said(upload(sandbox, form)) == (400, f"url: Not a valid URL: {url}")


def test_a_link_is_given_back_as_a_uri(sandbox: SandboxClient, task: str) -> None:
    form = {"parent": task, "resource_subtype": "external", "name": "guide"}
    link = upload(sandbox, {**form, "url": "https://example.com/führer?a=b%20c"}).json()["data"]

    assert link["view_url"] == "https://example.com/f%C3%BChrer?a=b%20c"


@pytest.mark.parametrize(
    ("form", "message"),
    [({}, "parent: Missing input"), ({"name": "x"}, "parent: Missing input")],
)
def test_an_attachment_has_a_parent(
    sandbox: SandboxClient, form: dict[str, str], message: str
) -> None:
    assert said(upload(sandbox, form, b"x")) == (400, message)


def test_an_upload_has_a_file(sandbox: SandboxClient, task: str) -> None:
    assert said(upload(sandbox, {"parent": task})) == (400, "file: Missing input")


def test_attachments_are_listed_told_and_deleted(sandbox: SandboxClient, task: str) -> None:
    first = upload(sandbox, {"parent": task}, b"a").json()["data"]["gid"]
    upload(sandbox, {"parent": task, "name": "renamed.txt"}, b"b")

    listed = sandbox.data("/attachments", parent=task)
    assert [one["name"] for one in listed] == ["notes.txt", "renamed.txt"]
    assert listed[0].keys() == {"gid", "resource_type", "name", "resource_subtype"}
    stories = sandbox.data(f"/tasks/{task}/stories")
    assert [one["resource_subtype"] for one in stories] == ["attachment_added"] * 2
    assert sandbox.delete(f"/attachments/{first}").json() == {"data": {}}
    assert sandbox.get(f"/attachments/{first}").status_code == 404
    assert len(sandbox.data("/attachments", parent=task)) == 1


def test_attachments_go_with_their_project(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    link = {"resource_subtype": "external", "name": "Map", "url": "https://example.com/map"}
    attachment = sandbox.make("attachments", parent=project, **link)["gid"]

    sandbox.delete(f"/projects/{project}")
    assert sandbox.get(f"/attachments/{attachment}").status_code == 404
