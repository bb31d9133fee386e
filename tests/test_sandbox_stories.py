"""Stories of the sandbox: what the system writes, and what people may."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.refusals import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import SandboxClient


def stories(sandbox: SandboxClient, task: str) -> list[dict[str, Any]]:
    """Give a task's stories whole."""
    listed = sandbox.data(f"/tasks/{task}/stories")
    return [sandbox.data(f"/stories/{story['gid']}") for story in listed]


def subtypes(sandbox: SandboxClient, task: str) -> list[str]:
    """Name a task's stories."""
    return [story["resource_subtype"] for story in sandbox.data(f"/tasks/{task}/stories")]


def test_a_list_gives_compact_stories(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]

    (story,) = sandbox.data(f"/tasks/{task}/stories")
    assert story.keys() == {
        "gid",
        "resource_type",
        "created_at",
        "created_by",
        "resource_subtype",
        "text",
    }


def test_creation_tells_where_and_whose(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project], assignee="wei@sandbox.example")
    added, assigned = stories(sandbox, task["gid"])

    assert (added["resource_subtype"], added["project"]["gid"]) == ("added_to_project", project)
    assert (assigned["resource_subtype"], assigned["text"]) == ("assigned", "assigned to Wei Chen")
    assert assigned["assignee"]["name"] == "Wei Chen"
    assert added["type"] == "system"


def test_each_change_of_a_field_is_told(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", due_on="2026-01-01")["gid"]
    for change in (
        {"name": "U"},
        {"notes": "n"},
        {"due_on": "2026-01-05"},
        {"start_on": "2026-01-02", "due_on": "2026-01-05"},
        {"completed": True},
        {"completed": False},
        {"assignee": "me"},
        {"assignee": None},
        {"resource_subtype": "approval"},
        {"approval_status": "rejected"},
        {"name": "U"},
    ):
        assert sandbox.put(f"/tasks/{task}", change).ok

    told = {story["resource_subtype"]: story for story in stories(sandbox, task)}
    assert subtypes(sandbox, task) == [
        "name_changed",
        "notes_changed",
        "due_date_changed",
        "start_date_changed",
        "marked_complete",
        "marked_incomplete",
        "assigned",
        "unassigned",
        "resource_subtype_changed",
        "approval_status_changed",
        "marked_complete",
    ]
    assert (told["name_changed"]["old_name"], told["name_changed"]["new_name"]) == ("T", "U")
    assert told["due_date_changed"]["old_dates"]["due_on"] == "2026-01-01"
    assert told["due_date_changed"]["new_dates"]["due_on"] == "2026-01-05"
    assert told["start_date_changed"]["new_dates"]["start_on"] == "2026-01-02"
    assert told["approval_status_changed"]["new_approval_status"] == "rejected"


def test_each_tie_is_told(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    first = sandbox.data(f"/projects/{project}/sections")[0]["gid"]
    second = sandbox.make(f"projects/{project}/sections", name="Doing")["gid"]
    place = [{"project": project, "section": first}]
    task = sandbox.make("tasks", name="T", memberships=place)["gid"]
    tag, other = sandbox.make("tags", name="t")["gid"], sandbox.make("tasks", name="O")["gid"]
    path = f"/tasks/{task}"
    sandbox.do(f"/sections/{second}/addTask", task=task)
    sandbox.do(f"{path}/addTag", tag=tag)
    sandbox.do(f"{path}/removeTag", tag=tag)
    sandbox.do(f"{path}/addDependencies", dependencies=[other])
    sandbox.do(f"{path}/removeDependencies", dependencies=[other])
    sandbox.do(f"{path}/addFollowers", followers=["wei@sandbox.example"])
    sandbox.do(f"{path}/setParent", parent=other)
    sandbox.do(f"{path}/setParent", parent=None)
    sandbox.do(f"{path}/removeProject", project=project)

    told = {story["resource_subtype"]: story for story in stories(sandbox, task)}
    assert list(told) == [
        "added_to_project",
        "section_changed",
        "added_to_tag",
        "removed_from_tag",
        "dependency_added",
        "dependency_removed",
        "follower_added",
        "added_to_task",
        "removed_from_task",
        "removed_from_project",
    ]
    moved = told["section_changed"]
    names = (moved["old_section"]["name"], moved["new_section"]["name"], moved["project"]["name"])
    assert names == ("Untitled section", "Doing", "P")
    assert told["dependency_added"]["dependency"]["gid"] == other
    assert told["added_to_tag"]["tag"]["gid"] == tag
    assert told["follower_added"]["follower"]["name"] == "Wei Chen"


def test_a_comment_is_by_who_wrote_it(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", followers=["wei@sandbox.example"])["gid"]
    wei = sandbox.token_of("wei@sandbox.example")
    response = sandbox.post(f"/tasks/{task}/stories", {"text": "hello"}, token=wei)
    comment = response.json()["data"]

    assert response.status_code == 201
    assert comment["created_by"]["name"] == "Wei Chen"
    assert (comment["type"], comment["resource_subtype"]) == ("comment", "comment_added")
    assert comment["target"]["gid"] == task


def test_only_ones_own_comments_change(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="wei@sandbox.example")["gid"]
    wei = sandbox.token_of("wei@sandbox.example")
    comment = sandbox.make(f"tasks/{task}/stories", html_text="<body><em>a</em></body>")["gid"]
    path = f"/stories/{comment}"

    edited = sandbox.put(path, {"text": "b", "is_pinned": True}).json()["data"]
    assert (edited["text"], edited["is_edited"], edited["is_pinned"]) == ("b", True, True)
    assert sandbox.put(path, {"text": "c"}, token=wei).status_code == 403
    assert sandbox.delete(path, token=wei).status_code == 403
    system = sandbox.data(f"/tasks/{task}/stories")[0]["gid"]
    assert sandbox.put(f"/stories/{system}", {"text": "c"}).status_code == 403
    assert sandbox.put(f"/stories/{system}", {"is_pinned": True}).status_code == 400
    assert sandbox.delete(path).ok
    assert sandbox.get(path).status_code == 404


def test_a_comment_says_something_once(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    path = f"/tasks/{task}/stories"

    assert said(sandbox.post(path, {})) == (400, "text: Missing input")
    both = {"text": "a", "html_text": "<body>a</body>"}
    assert sandbox.post(path, both).status_code == 400
    assert said(sandbox.post(path, {"created_by": "me"}))[0] == 400


def test_comments_touch_their_task_unless_a_switch_says_otherwise(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]

    def touches(touch: Callable[[], object]) -> bool:
        before = sandbox.data(f"/tasks/{task}")["modified_at"]
        sandbox.advance(1)
        touch()
        return bool(sandbox.data(f"/tasks/{task}")["modified_at"] > before)

    for switch in (True, False):
        sandbox.switch(comments_touch=switch)
        assert touches(lambda: sandbox.make(f"tasks/{task}/stories", text="c")) is switch
        (*_, story) = sandbox.data(f"/tasks/{task}/stories")
        path = f"/stories/{story['gid']}"
        assert touches(partial(sandbox.put, path, {"text": "d"})) is switch
        assert touches(partial(sandbox.delete, path)) is switch
        assert touches(partial(sandbox.put, f"/tasks/{task}", {"name": f"T {switch}"}))
