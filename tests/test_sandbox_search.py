"""Search and typeahead of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def found(sandbox: SandboxClient, **query: Any) -> list[str]:
    """Name what a search finds, oldest first."""
    path = f"/workspaces/{sandbox.workspace}/tasks/search"
    order = {"sort_by": "created_at", "sort_ascending": "true"}
    return [one["name"] for one in sandbox.data(path, **{**order, **query})]


@pytest.fixture
def world(sandbox: SandboxClient) -> dict[str, str]:
    """Tasks a to d that differ in most ways, by name; their project, section and tag."""
    project = sandbox.make("projects", name="P")["gid"]
    last = sandbox.data(f"/projects/{project}/sections")[0]["gid"]
    place = {"name": "S", "insert_before": last}
    section = sandbox.make(f"projects/{project}/sections", **place)["gid"]
    tag = sandbox.make("tags", name="t")["gid"]
    a = sandbox.make("tasks", name="a", projects=[project], tags=[tag], due_on="2026-01-01")["gid"]
    sandbox.advance(1)
    b = sandbox.make("tasks", name="b", assignee="wei@sandbox.example", followers=["me"])["gid"]
    sandbox.advance(1)
    c = sandbox.make("tasks", name="c", notes="Hello", completed=True, due_on="2026-02-01")["gid"]
    sandbox.advance(1)
    d = sandbox.make(f"tasks/{a}/subtasks", name="d", resource_subtype="milestone")["gid"]
    sandbox.do(f"/tasks/{b}/addDependencies", dependencies=[a])
    sandbox.do(f"/tasks/{d}/addProject", project=project, section=section)
    sandbox.make(f"tasks/{c}/stories", text="a comment")
    return {"project": project, "section": section, "tag": tag, "a": a, "b": b, "c": c, "d": d}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "abcd"),
        ({"text": "hell"}, "c"),
        ({"resource_subtype": "milestone"}, "d"),
        ({"completed": "false"}, "abd"),
        ({"is_subtask": "true"}, "d"),
        ({"is_blocked": "true"}, "b"),
        ({"is_blocking": "true"}, "a"),
        ({"has_attachment": "true"}, ""),
        ({"assignee.any": "wei@sandbox.example"}, "b"),
        ({"assignee.any": "null"}, "acd"),
        ({"assignee.not": "wei@sandbox.example"}, "acd"),
        ({"followers.any": "wei@sandbox.example"}, "b"),
        ({"created_by.any": "me"}, "abcd"),
        ({"commented_on_by.not": "me"}, "abd"),
        ({"due_on": "2026-01-01"}, "a"),
        ({"due_on": "null"}, "bd"),
        ({"due_on.after": "2026-01-01"}, "c"),
        ({"due_on.before": "2026-02-01"}, "a"),
        ({"nonsense": "x"}, "abcd"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_search_finds_what_fits(
    sandbox: SandboxClient, query: dict[str, str], names: str
) -> None:
    assert found(sandbox, **query) == list(names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"projects.any": "project"}, "ad"),
        ({"projects.not": "project"}, "bc"),
        ({"sections.any": "section"}, "d"),
        ({"sections.any": "section", "projects.any": "project"}, "ad"),
        ({"tags.any": "tag"}, "a"),
        ({"tags.not": "tag"}, "bcd"),
        ({"tags.all": "tag"}, "a"),
    ],
)
def test_a_search_knows_places(
    sandbox: SandboxClient, world: dict[str, str], query: dict[str, str], names: str
) -> None:
    asked = {name: world[value] for name, value in query.items()}

    assert found(sandbox, **asked) == list(names)


def test_a_walk_by_creation_time_meets_every_task(
    sandbox: SandboxClient, world: dict[str, str]
) -> None:
    since = sandbox.data(f"/tasks/{world['b']}")["created_at"]

    assert found(sandbox, limit=2) == ["a", "b"]
    assert found(sandbox, limit=2, **{"created_at.after": since}) == ["c", "d"]
    assert found(sandbox, **{"modified_at.before": since}) == ["a"]


def test_the_latest_changed_come_first_and_without_pages(
    sandbox: SandboxClient, world: dict[str, str]
) -> None:
    sandbox.advance(5)
    sandbox.put(f"/tasks/{world['a']}", {"notes": "new"})
    path = f"/workspaces/{sandbox.workspace}/tasks/search"
    answer = sandbox.get(path, limit=1).json()

    assert [one["name"] for one in answer["data"]] == ["a"]
    assert "next_page" not in answer
    assert sandbox.get(path, limit=101).status_code == 400
    assert sandbox.get(path, sort_by="colour").status_code == 400


def test_search_is_for_paid_plans(sandbox: SandboxClient) -> None:
    sandbox.switch(plan="free")
    response = sandbox.get(f"/workspaces/{sandbox.workspace}/tasks/search")

    assert said(response) == (402, "Search is only available to premium users.")


def test_the_index_lags_behind(sandbox: SandboxClient) -> None:
    sandbox.switch(search_lag_seconds=30)
    sandbox.make("tasks", name="T")

    assert found(sandbox) == []
    sandbox.advance(31)
    assert found(sandbox) == ["T"]


def test_custom_fields_are_searched_by_type(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    fields = {}
    for kind, value in (("text", "Hello"), ("number", 5), ("date", {"date": "2026-01-05"})):
        fields[kind] = sandbox.make("custom_fields", name=f"my {kind}", resource_subtype=kind)[
            "gid"
        ]
        sandbox.do(f"/projects/{project}/addCustomFieldSetting", custom_field=fields[kind])
        values = {fields[kind]: value}
        sandbox.make("tasks", name=kind, projects=[project], custom_fields=values)

    def by(kind: str, how: str, value: str) -> list[str]:
        return found(sandbox, **{f"custom_fields.{fields[kind]}.{how}": value})

    assert by("text", "contains", "ell") == by("text", "starts_with", "he") == ["text"]
    assert by("text", "is_set", "false") == ["number", "date"]
    assert by("number", "greater_than", "4") == by("number", "value", "5") == ["number"]
    assert by("number", "less_than", "5") == []
    assert by("date", "before", "2026-01-06") == ["date"]
    path = f"/workspaces/{sandbox.workspace}/tasks/search"
    wrong = {f"custom_fields.{fields['number']}.contains": "5"}
    assert sandbox.get(path, **wrong).status_code == 400


def test_typeahead_finds_one_type_at_a_time(sandbox: SandboxClient) -> None:
    sandbox.make("projects", name="Alpha")
    sandbox.make("tasks", name="alphabet")
    sandbox.make("tasks", name="beta")
    path = f"/workspaces/{sandbox.workspace}/typeahead"

    def typed(kind: str, **query: Any) -> list[str]:
        return [one["name"] for one in sandbox.data(path, resource_type=kind, **query)]

    assert typed("project", query="alp") == ["Alpha"]
    assert typed("task", query="ALPHA") == ["alphabet"]
    assert typed("task", count=1) == ["beta"]
    assert typed("user", query="wei@") == ["Wei Chen"]
    assert typed("portfolio") == []
    assert said(sandbox.get(path)) == (400, "resource_type: Missing input")
    for wrong in ({"resource_type": "colour"}, {"resource_type": "task", "count": 101}):
        assert sandbox.get(path, **wrong).status_code == 400


@pytest.mark.usefixtures("world")
def test_no_task_is_in_a_portfolio(sandbox: SandboxClient) -> None:
    assert found(sandbox, **{"portfolios.any": "1"}) == []
