"""The sandbox's lists of tasks: exactly one place, and what the filters leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def names(sandbox: SandboxClient, path: str = "/tasks", /, **params: Any) -> list[str]:
    """Name what a list gives."""
    return [one["name"] for one in sandbox.data(path, **params)]


def test_a_list_without_a_place_says_which_there_are(sandbox: SandboxClient) -> None:
    assert said(sandbox.get("/tasks")) == (
        400,
        "You should specify one of workspace, project, tag, section, user_task_list",
    )


@pytest.mark.parametrize(
    "places",
    [
        {"project", "section"},
        {"project", "assignee", "workspace"},
        {"assignee"},
        {"workspace"},
        {"tag", "user_task_list"},
    ],
)
def test_a_list_has_exactly_one_place(sandbox: SandboxClient, places: set[str]) -> None:
    query = {**dict.fromkeys(places, "1"), **({"assignee": "me"} if "assignee" in places else {})}

    assert said(sandbox.get("/tasks", **query)) == (
        400,
        (
            "Must specify exactly one of project, tag, section, user task list, or assignee + "
            "workspace"
        ),
    )


def test_subtasks_are_not_in_the_list_of_the_project(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    subtask = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]

    assert names(sandbox, project=project) == ["T"]
    sandbox.do(f"/tasks/{subtask}/addProject", project=project)
    assert names(sandbox, project=project) == ["T", "S"]


def test_the_same_tasks_by_every_place(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    tag = sandbox.make("tags", name="t")["gid"]
    sandbox.make("tasks", name="T", projects=[project], tags=[tag], assignee="me")
    sandbox.make("tasks", name="other")
    (section,) = sandbox.data(f"/projects/{project}/sections")
    mine = sandbox.data("/users/me/user_task_list", workspace=sandbox.workspace)["gid"]

    for place in (
        {"project": project},
        {"section": section["gid"]},
        {"tag": tag},
        {"user_task_list": mine},
        {"assignee": "me", "workspace": sandbox.workspace},
    ):
        assert names(sandbox, **place) == ["T"]
    for path in (
        f"/projects/{project}/tasks",
        f"/sections/{section['gid']}/tasks",
        f"/tags/{tag}/tasks",
        f"/user_task_lists/{mine}/tasks",
    ):
        assert names(sandbox, path) == ["T"]


def test_completed_since_leaves_what_was_open_then(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    old, new, _ = (sandbox.make("tasks", name=n, projects=[project])["gid"] for n in "abc")
    sandbox.put(f"/tasks/{old}", {"completed": True})
    sandbox.advance(60)
    since = sandbox.make("tasks", name="mark")["created_at"]
    sandbox.put(f"/tasks/{new}", {"completed": True})

    assert names(sandbox, project=project) == ["a", "b", "c"]
    assert names(sandbox, project=project, completed_since=since) == ["b", "c"]
    assert names(sandbox, project=project, completed_since="now") == ["c"]


def test_modified_since_gives_that_very_moment_unless_switched(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.make("tasks", name="old", projects=[project])
    sandbox.advance(60)
    moment = sandbox.make("tasks", name="new", projects=[project])["modified_at"]

    assert names(sandbox, project=project, modified_since=moment) == ["new"]
    sandbox.switch(modified_since_inclusive=False)
    assert names(sandbox, project=project, modified_since=moment) == []


def test_a_bad_time_is_refused(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]

    assert sandbox.get("/tasks", project=project, modified_since="soon").status_code == 400


def test_an_unknown_place_is_named(sandbox: SandboxClient) -> None:
    gid = "1299999999999999"

    assert said(sandbox.get("/tasks", project=gid)) == (400, f"project: Unknown object: {gid}")
    assert said(sandbox.get(f"/projects/{gid}/tasks")) == (404, f"project: Unknown object: {gid}")
