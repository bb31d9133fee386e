"""Rich text of the sandbox: its plain twin, and what becomes of mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def test_rich_notes_bring_plain_ones(sandbox: SandboxClient) -> None:
    html = "<body>one <strong>two</strong><ul><li>a &amp; b</li><li>c</li></ul></body>"
    task = sandbox.make("tasks", name="T", html_notes=html)

    assert task["notes"] == "one two\na & b\nc"
    assert sandbox.data(f"/tasks/{task['gid']}", opt_fields="html_notes")["html_notes"] == html


def link_in(sandbox: SandboxClient, link: str) -> ET.Element:
    """Make a task that mentions something, and give the link as its notes have it."""
    html = f"<body>See {link}, please.</body>"
    task = sandbox.make("tasks", name="T", html_notes=html)
    shown = sandbox.data(f"/tasks/{task['gid']}", opt_fields="html_notes")["html_notes"]
    mention = ET.fromstring(shown).find("a")  # noqa: S314 - the sandbox wrote it
    assert mention is not None
    assert mention.tail == ", please."
    return mention


def test_a_mention_is_written_out(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Garden & house")["gid"]
    mention = link_in(sandbox, f'<a data-asana-gid="{project}"/>')

    assert mention.text == "Garden & house"
    assert mention.attrib == {
        "data-asana-gid": project,
        "data-asana-accessible": "true",
        "data-asana-dynamic": "true",
        "data-asana-type": "project",
        "href": f"https://app.asana.com/0/{project}/{project}",
    }


def test_a_mention_may_keep_its_own_text(sandbox: SandboxClient) -> None:
    me = sandbox.data("/users/me")["gid"]
    own = f'<a data-asana-gid="{me}" data-asana-dynamic="false">her</a>'

    assert link_in(sandbox, own).text == "her"
    assert link_in(sandbox, own.replace("false", "true")).text == "@Olivia Owner"


def test_what_nobody_can_see_is_mentioned_by_its_address_or_not_at_all(
    sandbox: SandboxClient,
) -> None:
    kept = link_in(sandbox, '<a href="https://example.com/" data-asana-gid="123">it</a>')
    body = {"workspace": sandbox.workspace, "html_notes": '<body><a data-asana-gid="123"/></body>'}
    status, message = said(sandbox.post("/tasks", body))

    assert (kept.text, kept.attrib["data-asana-accessible"]) == ("it", "false")
    assert status == 400
    assert message.startswith("html_notes: XML is invalid")


def test_bold_letters_alone_are_a_change_of_the_description(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", html_notes="<body>plain</body>")["gid"]
    before = sandbox.data(f"/tasks/{task}")["modified_at"]
    sandbox.advance(60)
    sandbox.put(f"/tasks/{task}", {"html_notes": "<body><em>plain</em></body>"})

    assert sandbox.data(f"/tasks/{task}")["modified_at"] > before
    subtypes = [one["resource_subtype"] for one in sandbox.data(f"/tasks/{task}/stories")]
    assert subtypes.count("notes_changed") == 1
