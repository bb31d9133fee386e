"""What ties tasks of the sandbox: projects, tags, followers, dependencies, parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def make_task(sandbox: SandboxClient, name: str = "T") -> str:
    """Make a task of no project and give its gid."""
    return str(sandbox.make("tasks", name=name)["gid"])


def test_associations_answer_with_nothing_but_followers_with_the_task(
    sandbox: SandboxClient,
) -> None:
    task = make_task(sandbox)
    project = sandbox.make("projects", name="P")["gid"]
    tag = sandbox.make("tags", name="t")["gid"]

    for action, body in (
        ("addProject", {"project": project}),
        ("removeProject", {"project": project}),
        ("addTag", {"tag": tag}),
        ("removeTag", {"tag": tag}),
        ("addDependencies", {"dependencies": [make_task(sandbox)]}),
        ("addDependents", {"dependents": [make_task(sandbox)]}),
    ):
        assert sandbox.do(f"/tasks/{task}/{action}", **body) == {}
    followers = sandbox.do(f"/tasks/{task}/addFollowers", followers=["wei@sandbox.example"])
    assert followers["gid"] == task
    assert len(followers["followers"]) == 2


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("addProject", "project"),
        ("removeProject", "project"),
        ("addTag", "tag"),
        ("addFollowers", "followers"),
        ("addDependencies", "dependencies"),
        ("setParent", "parent"),
    ],
)
def test_what_to_tie_must_be_said(sandbox: SandboxClient, action: str, field: str) -> None:
    task = make_task(sandbox)

    assert said(sandbox.post(f"/tasks/{task}/{action}", {})) == (400, f"{field}: Missing input")


def test_doing_it_twice_changes_nothing(sandbox: SandboxClient) -> None:
    task, other = make_task(sandbox), make_task(sandbox)
    tag = sandbox.make("tags", name="t")["gid"]
    for _ in range(2):
        sandbox.do(f"/tasks/{task}/addTag", tag=tag)
        sandbox.do(f"/tasks/{task}/addDependencies", dependencies=[other])
        sandbox.do(f"/tasks/{task}/addFollowers", followers="wei@sandbox.example")

    shown = sandbox.data(f"/tasks/{task}", opt_fields="tags,dependencies,followers")
    assert [len(shown[name]) for name in ("tags", "dependencies", "followers")] == [1, 1, 2]
    assert len(sandbox.data(f"/tasks/{task}/stories")) == 3


def test_dependencies_are_seen_from_both_sides(sandbox: SandboxClient) -> None:
    task, first, second = (make_task(sandbox, name) for name in ("task", "first", "second"))
    sandbox.do(f"/tasks/{task}/addDependencies", dependencies=[first])
    sandbox.do(f"/tasks/{second}/addDependents", dependents=[task])

    path = f"/tasks/{task}/dependencies"
    assert [one["name"] for one in sandbox.data(path)] == ["first", "second"]
    assert [one["name"] for one in sandbox.data(f"/tasks/{first}/dependents")] == ["task"]
    sandbox.do(f"/tasks/{second}/removeDependents", dependents=[task])
    sandbox.do(f"/tasks/{task}/removeDependencies", dependencies=[first])
    assert sandbox.data(path) == []


def test_a_task_has_at_most_thirty_dependencies(sandbox: SandboxClient) -> None:
    task = make_task(sandbox)
    others = [make_task(sandbox) for _ in range(31)]
    path = f"/tasks/{task}/addDependencies"

    assert sandbox.post(path, {"dependencies": others}).status_code == 400
    sandbox.do(path, dependencies=others[:30])
    response = sandbox.post(f"/tasks/{task}/addDependents", {"dependents": others[30:]})
    assert response.status_code == 400


def test_a_task_does_not_depend_on_itself(sandbox: SandboxClient) -> None:
    task = make_task(sandbox)

    assert (
        sandbox.post(f"/tasks/{task}/addDependencies", {"dependencies": [task]}).status_code == 400
    )


def test_dependencies_are_for_paid_plans(sandbox: SandboxClient) -> None:
    task = make_task(sandbox)
    sandbox.switch(plan="free")

    assert sandbox.get(f"/tasks/{task}/dependencies").status_code == 402
    response = sandbox.post(f"/tasks/{task}/addDependencies", {"dependencies": []})
    assert response.status_code == 402


def test_a_deleted_task_leaves_no_dependency_behind(sandbox: SandboxClient) -> None:
    task, other = make_task(sandbox), make_task(sandbox)
    sandbox.do(f"/tasks/{task}/addDependencies", dependencies=[other])
    sandbox.delete(f"/tasks/{other}")

    assert sandbox.data(f"/tasks/{task}/dependencies") == []


def test_a_task_is_in_at_most_twenty_projects(sandbox: SandboxClient) -> None:
    projects = [sandbox.make("projects", name=f"P{n}")["gid"] for n in range(21)]
    task = sandbox.make("tasks", name="T", projects=projects[:20])["gid"]

    assert sandbox.post(f"/tasks/{task}/addProject", {"project": projects[20]}).status_code == 400
    body = {"name": "U", "projects": projects}
    assert sandbox.post("/tasks", body).status_code == 400
    assert len(sandbox.listed(f"/tasks/{task}/projects")) == 20


def test_a_section_must_be_the_projects(sandbox: SandboxClient) -> None:
    task = make_task(sandbox)
    here, there = (sandbox.make("projects", name=name)["gid"] for name in "PQ")
    (section,) = sandbox.data(f"/projects/{there}/sections")
    body = {"project": here, "section": section["gid"]}

    assert sandbox.post(f"/tasks/{task}/addProject", body).status_code == 400


def test_no_task_is_above_itself(sandbox: SandboxClient) -> None:
    top = make_task(sandbox)
    child = sandbox.make(f"tasks/{top}/subtasks", name="child")["gid"]
    grandchild = sandbox.make(f"tasks/{child}/subtasks", name="grandchild")["gid"]

    for parent in (top, child, grandchild):
        assert sandbox.post(f"/tasks/{top}/setParent", {"parent": parent}).status_code == 400
    moved = sandbox.do(f"/tasks/{grandchild}/setParent", parent=top)
    assert moved["parent"]["gid"] == top
    assert sandbox.data(f"/tasks/{top}", opt_fields="num_subtasks")["num_subtasks"] == 2


def test_parents_are_set_by_an_action_not_by_an_update(sandbox: SandboxClient) -> None:
    task, parent = make_task(sandbox), make_task(sandbox)

    assert said(sandbox.put(f"/tasks/{task}", {"parent": parent}))[0] == 400
    sandbox.switch(parent_by_update="accept")
    assert sandbox.put(f"/tasks/{task}", {"parent": parent}).json()["data"]["parent"]


def test_projects_of_a_subtask_can_be_dropped_by_a_switch(sandbox: SandboxClient) -> None:
    parent = make_task(sandbox)
    project = sandbox.make("projects", name="P")["gid"]
    body = {"name": "S", "parent": parent, "projects": [project]}

    assert len(sandbox.make("tasks", **body)["projects"]) == 1
    sandbox.switch(subtask_projects="drop")
    assert sandbox.make("tasks", **body)["projects"] == []


def test_moves_between_containers_leave_modified_at_unless_switched(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.advance(10)
    sandbox.do(f"/tasks/{task['gid']}/addProject", project=project)
    path = f"/tasks/{task['gid']}"
    assert sandbox.data(path)["modified_at"] == task["modified_at"]

    sandbox.switch(container_moves_touch=True)
    sandbox.do(f"{path}/removeProject", project=project)
    assert sandbox.data(path)["modified_at"] > task["modified_at"]


def test_stories_move_modified_at(sandbox: SandboxClient) -> None:
    task = make_task(sandbox)
    tag = sandbox.make("tags", name="t")["gid"]
    times = [sandbox.data(f"/tasks/{task}")["modified_at"]]
    for action, body in (
        ("addTag", {"tag": tag}),
        ("addFollowers", {"followers": ["wei@sandbox.example"]}),
        ("addDependencies", {"dependencies": [make_task(sandbox)]}),
        ("stories", {"text": "a comment"}),
    ):
        sandbox.advance(10)
        sandbox.do(f"/tasks/{task}/{action}", **body)
        times.append(sandbox.data(f"/tasks/{task}")["modified_at"])

    assert times == sorted(set(times))


@pytest.mark.parametrize("anchor", ["insert_before", "insert_after"])
def test_a_refused_anchor_goes_by_its_own_name(sandbox: SandboxClient, anchor: str) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    body = {"project": project, anchor: "9"}

    assert said(sandbox.post(f"/tasks/{make_task(sandbox)}/addProject", body)) == (
        400,
        f"{anchor}: Unknown object: 9",
    )
