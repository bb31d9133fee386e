"""Events of the sandbox: sync tokens, what bubbles up, and what a change says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


class Stream:
    """The events of a resource, read as a client does."""

    def __init__(self, sandbox: SandboxClient, resource: str) -> None:
        self.sandbox, self.resource = sandbox, resource
        response = sandbox.get("/events", resource=resource)
        assert response.status_code == 412
        self.sync = response.json()["sync"]

    def read(self, **params: Any) -> list[dict[str, Any]]:
        """Give what is new."""
        answer = self.sandbox.get("/events", resource=self.resource, sync=self.sync, **params)
        body = answer.json()
        self.sync, self.more = body["sync"], body["has_more"]
        return list(body["data"])


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """An empty project."""
    return str(sandbox.make("projects", name="P")["gid"])


def short(events: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Say of each event what happened to what, and to which field."""
    return [
        (event["action"], event["resource"]["resource_type"], event.get("change", {}).get("field"))
        for event in events
    ]


def test_the_first_call_gives_a_token_with_its_refusal(
    sandbox: SandboxClient, project: str
) -> None:
    body = sandbox.get("/events", resource=project).json()

    assert body["errors"][0]["message"].startswith("Sync token invalid or too old.")
    assert len(body["sync"]) == 32


def test_a_project_hears_of_its_tasks_their_subtasks_and_stories(
    sandbox: SandboxClient, project: str
) -> None:
    stream = Stream(sandbox, project)
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    created = stream.read()
    subtask = sandbox.make(f"tasks/{task}/subtasks", name="S")["gid"]
    stream.read()
    sandbox.make(f"tasks/{subtask}/stories", text="hello")
    told = stream.read()

    assert ("added", "task", None) in short(created)
    added = next(event for event in created if event["resource"]["gid"] == task)
    assert added["parent"]["gid"] == project
    assert added["user"]["name"] == "Olivia Owner"
    assert short(told) == [("added", "story", None)]
    assert told[0]["parent"]["gid"] == subtask


def test_a_change_names_the_field_and_only_objects_as_values(
    sandbox: SandboxClient, project: str
) -> None:
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    stream = Stream(sandbox, task)
    sandbox.put(f"/tasks/{task}", {"name": "U", "assignee": "me"})
    sandbox.do(f"/tasks/{task}/addFollowers", followers=["wei@sandbox.example"])
    changes = [event["change"] for event in stream.read() if event["action"] == "changed"]

    assert changes[0] == {"field": "name", "action": "changed"}
    assert changes[1]["new_value"]["name"] == "Olivia Owner"
    assert (changes[2]["field"], changes[2]["action"]) == ("followers", "added")
    assert changes[2]["added_value"]["name"] == "Wei Chen"


def test_a_deletion_is_heard_though_the_task_is_gone(sandbox: SandboxClient, project: str) -> None:
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    stream = Stream(sandbox, project)
    sandbox.delete(f"/tasks/{task}")
    (event,) = stream.read()

    assert (event["action"], event["resource"]["gid"]) == ("deleted", task)


def test_a_token_gives_a_hundred_events_and_says_there_are_more(
    sandbox: SandboxClient, project: str
) -> None:
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    stream = Stream(sandbox, project)
    for n in range(60):
        sandbox.put(f"/tasks/{task}", {"name": f"name {n}"})

    assert (len(stream.read()), stream.more) == (100, True)
    assert (len(stream.read()), stream.more) == (20, False)
    assert (stream.read(), stream.more) == ([], False)


def test_the_same_token_gives_the_same_events(sandbox: SandboxClient, project: str) -> None:
    stream = Stream(sandbox, project)
    sandbox.make("tasks", name="T", projects=[project])
    token = stream.sync
    first = stream.read()
    stream.sync = token

    assert first
    assert stream.read() == first


def test_a_token_dies_after_a_day(sandbox: SandboxClient, project: str) -> None:
    stream = Stream(sandbox, project)
    sandbox.advance(23 * 3600)
    assert stream.read() == []
    sandbox.advance(24 * 3600 + 1)

    response = sandbox.get("/events", resource=project, sync=stream.sync)
    assert response.status_code == 412
    assert response.json()["sync"] != stream.sync


def test_a_token_is_of_one_resource(sandbox: SandboxClient, project: str) -> None:
    other = sandbox.make("projects", name="Q")["gid"]
    stream = Stream(sandbox, project)

    assert sandbox.get("/events", resource=other, sync=stream.sync).status_code == 412


def test_a_goal_hears_of_its_changes_and_status_updates(sandbox: SandboxClient) -> None:
    goal = sandbox.make("goals", name="G", workspace=sandbox.workspace)["gid"]
    stream = Stream(sandbox, goal)
    sandbox.put(f"/goals/{goal}", {"name": "H"})
    sandbox.make("status_updates", parent=goal, status_type="on_track", text="Fine.")
    told = short(stream.read())

    assert ("changed", "goal", "name") in told
    assert ("added", "status_update", None) in told


def test_only_tasks_projects_and_goals_have_events(sandbox: SandboxClient) -> None:
    tag = sandbox.make("tags", name="t")["gid"]

    assert sandbox.get("/events", resource=tag).status_code == 400
    assert sandbox.get("/events").status_code == 400


def test_events_expand_by_opt_fields(sandbox: SandboxClient, project: str) -> None:
    stream = Stream(sandbox, project)
    sandbox.make("tasks", name="T", projects=[project], notes="n")
    events = stream.read(opt_fields="action,resource.notes,resource.name")

    task = next(event for event in events if event["resource"].get("notes"))
    assert task.keys() == {"action", "resource"}
    assert task["resource"].keys() == {"gid", "name", "notes"}


class WorkspaceStream(Stream):
    """The events of the whole workspace, read by a service account."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox, self.resource = sandbox, sandbox.workspace
        self.token = sandbox.token_of("olivia@sandbox.example", service_account=True)
        response = sandbox.get(self.path, token=self.token)
        assert response.status_code == 412
        self.sync = response.json()["sync"]

    @property
    def path(self) -> str:
        """Where they are."""
        return f"/workspaces/{self.resource}/events"

    def read(self, **params: Any) -> list[dict[str, Any]]:
        """Give what is new."""
        answer = self.sandbox.get(self.path, token=self.token, sync=self.sync, **params)
        body = answer.json()
        self.sync, self.more = body["sync"], body["has_more"]
        return list(body["data"])


def test_a_service_account_hears_of_everything(sandbox: SandboxClient) -> None:
    stream = WorkspaceStream(sandbox)
    priya = sandbox.token_of("priya@sandbox.example")
    secret = {"workspace": sandbox.workspace, "name": "S", "privacy_setting": "private"}
    project = sandbox.post("/projects", secret, token=priya).json()["data"]["gid"]
    task = sandbox.post("/tasks", {"name": "T", "projects": [project]}, token=priya)
    gid = task.json()["data"]["gid"]
    sandbox.delete(f"/tags/{sandbox.make('tags', name='t')['gid']}")
    told = short(stream.read())

    assert {("added", kind, None) for kind in ("project", "tag", "task")} <= set(told)
    assert ("deleted", "tag", None) in told
    sandbox.call("DELETE", f"/tasks/{gid}", token=priya)
    assert [event["resource"]["gid"] for event in stream.read()] == [gid]


def test_a_workspace_gives_a_thousand_events_a_token(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    stream = WorkspaceStream(sandbox)
    for n in range(501):
        sandbox.put(f"/tasks/{task}", {"name": f"name {n}"})

    assert (len(stream.read()), stream.more) == (1000, True)
    assert (len(stream.read()), stream.more) == (2, False)


def test_events_of_a_workspace_are_for_service_accounts(sandbox: SandboxClient) -> None:
    assert sandbox.get(f"/workspaces/{sandbox.workspace}/events").status_code == 403


def test_a_token_of_a_workspace_dies_too(sandbox: SandboxClient) -> None:
    stream = WorkspaceStream(sandbox)
    sandbox.advance(24 * 3600 + 1)

    response = sandbox.get(stream.path, token=stream.token, sync=stream.sync)
    assert response.status_code == 412
    assert response.json()["sync"] != stream.sync
