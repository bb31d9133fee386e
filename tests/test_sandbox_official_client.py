"""The official Python client, pointed at the sandbox and left to its habits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asana
import pytest
from asana.rest import ApiException

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import SandboxClient


@pytest.fixture
def client(sandbox: SandboxClient) -> Iterator[Any]:
    """The client with the owner's token; it opens a thread pool that wants closing."""
    configuration = asana.Configuration()
    configuration.host = sandbox.url
    configuration.access_token = sandbox.token
    client = asana.ApiClient(configuration)
    yield client
    client.pool.close()
    client.pool.join()
    client.rest_client.pool_manager.clear()


def body(**data: Any) -> dict[str, Any]:
    """Put data in the envelope the client wants."""
    return {"data": data}


def test_it_reads_who_it_is(client: Any, sandbox: SandboxClient) -> None:
    me = asana.UsersApi(client).get_user("me", {})

    assert me["gid"] == sandbox.data("/users/me")["gid"]


def test_it_walks_pages_by_itself(client: Any, sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Launch")
    for n in range(5):
        sandbox.make("tasks", name=f"task {n}", projects=[project["gid"]])
    sandbox.forget_requests()
    tasks = asana.TasksApi(client).get_tasks_for_project(
        project["gid"], {"limit": 2, "opt_fields": "name"}
    )

    assert [task["name"] for task in tasks] == [f"task {n}" for n in range(5)]
    assert sandbox.requests()["count"] == 3


def test_it_stops_at_its_item_limit(client: Any, sandbox: SandboxClient) -> None:
    for name in "abcde":
        sandbox.make("tags", name=name)
    tags = asana.TagsApi(client).get_tags({"workspace": sandbox.workspace}, item_limit=3)

    assert len(list(tags)) == 3


def test_its_python_booleans_are_understood(client: Any, sandbox: SandboxClient) -> None:
    sandbox.make("projects", name="old", archived=True)
    sandbox.make("projects", name="new", archived=False)
    found = {
        archived: [
            project["name"]
            for project in asana.ProjectsApi(client).get_projects(
                {"workspace": sandbox.workspace, "archived": archived}
            )
        ]
        for archived in (True, False)
    }

    assert found == {True: ["old"], False: ["new"]}
    assert {"archived": "False"}.items() <= sandbox.requests()["log"][-1]["query"].items()


def test_it_makes_changes_and_deletes_a_task(client: Any, sandbox: SandboxClient) -> None:
    api = asana.TasksApi(client)
    made = api.create_task(body(name="call", workspace=sandbox.workspace), {})
    changed = api.update_task(body(completed=True), made["gid"], {"opt_fields": "completed"})
    api.delete_task(made["gid"])

    assert changed == {"gid": made["gid"], "completed": True}
    assert sandbox.get(f"/tasks/{made['gid']}").status_code == 404


def test_it_ties_things_to_a_task(client: Any, sandbox: SandboxClient) -> None:
    api = asana.TasksApi(client)
    project = sandbox.make("projects", name="Launch")
    tag = sandbox.make("tags", name="red")
    task, other = (sandbox.make("tasks", name=name) for name in ("call", "write"))
    api.add_project_for_task(body(project=project["gid"]), task["gid"])
    api.add_tag_for_task(body(tag=tag["gid"]), task["gid"])
    api.add_dependencies_for_task(body(dependencies=[other["gid"]]), task["gid"])
    api.add_followers_for_task(body(followers=["me"]), task["gid"], {})
    found = api.get_task(task["gid"], {"opt_fields": "projects,tags,dependencies,followers"})

    assert [one["gid"] for one in found["projects"]] == [project["gid"]]
    assert [one["gid"] for one in found["tags"]] == [tag["gid"]]
    assert [one["gid"] for one in found["dependencies"]] == [other["gid"]]


def test_it_sends_a_batch_with_a_limit_in_the_query(client: Any, sandbox: SandboxClient) -> None:
    actions = [
        {"method": "get", "relative_path": "/users/me", "options": {"fields": ["name"]}},
        {
            "method": "post",
            "relative_path": "/tasks",
            "data": {"name": "call", "workspace": sandbox.workspace},
        },
    ]
    results = list(asana.BatchAPIApi(client).create_batch_request(body(actions=actions), {}))

    assert [result["status_code"] for result in results] == [200, 201]
    assert sandbox.requests()["log"][-1]["query"] == {"limit": "100"}


def test_it_uploads_a_file(client: Any, sandbox: SandboxClient, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    task = sandbox.make("tasks", name="call")
    made = asana.AttachmentsApi(client).create_attachment_for_object(
        {"parent": task["gid"], "file": str(file), "name": "notes.txt"}
    )

    assert made["name"] == "notes.txt"
    assert made["parent"]["gid"] == task["gid"]


def test_it_searches(client: Any, sandbox: SandboxClient) -> None:
    sandbox.make("tasks", name="call the bank")
    sandbox.make("tasks", name="write a letter")
    found = asana.TasksApi(client).search_tasks_for_workspace(
        sandbox.workspace, {"text": "bank", "completed": False}
    )

    assert [task["name"] for task in found] == ["call the bank"]


def test_it_follows_events(client: Any, sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Launch")
    refusal = sandbox.get("/events", resource=project["gid"])
    made = sandbox.make("tasks", name="call", projects=[project["gid"]])
    events = asana.EventsApi(client).get_events(project["gid"], {"sync": refusal.json()["sync"]})

    assert ("added", made["gid"]) in {
        (event["action"], event["resource"]["gid"]) for event in events
    }


def test_its_event_iterator_recovers_from_a_412(client: Any, sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="Launch")

    assert list(asana.EventsApi(client).get_events(project["gid"], {})) == []
    assert [one["status"] for one in sandbox.requests()["log"][-2:]] == [412, 200]


def test_it_raises_what_asana_said(client: Any) -> None:
    with pytest.raises(ApiException) as refusal:
        asana.TasksApi(client).get_task("1", {})

    assert refusal.value.status == 404


def test_it_repeats_reads_that_fail_for_a_moment(client: Any, sandbox: SandboxClient) -> None:
    sandbox.fault({"path": "/users/me", "status": 500})

    assert asana.UsersApi(client).get_user("me", {})["gid"]
    assert [one["status"] for one in sandbox.requests()["log"]] == [500, 200]


def test_it_keeps_a_goal(client: Any, sandbox: SandboxClient) -> None:
    goals = asana.GoalsApi(client)
    (period, *_) = asana.TimePeriodsApi(client).get_time_periods(sandbox.workspace, {})
    sent = {"name": "Grow", "workspace": sandbox.workspace, "time_period": period["gid"]}
    gid = goals.create_goal(body(**sent), {})["gid"]
    goals.create_goal_metric(body(target_number_value=10), gid, {})
    goals.update_goal_metric(body(current_number_value=4), gid, {})
    goals.update_goal(body(status="green"), gid, {})
    goals.add_followers(body(followers=["wei@sandbox.example"]), gid, {})
    goals.remove_followers(body(followers=["me"]), gid, {})
    asana.StoriesApi(client).create_story_for_goal(body(text="A start."), gid, {})
    query = {"workspace": sandbox.workspace, "time_periods": period["gid"]}

    assert [goal["gid"] for goal in goals.get_goals({**query, "is_workspace_level": True})] == [gid]
    known = goals.get_goal(gid, {})
    assert (known["status"], known["metric"]["current_number_value"]) == ("green", 4)
    assert [user["name"] for user in known["followers"]] == ["Wei Chen"]
    (story,) = asana.StoriesApi(client).get_stories_for_goal(gid, {})
    assert story["text"] == "A start."
    goals.delete_goal(gid)
    assert list(goals.get_goals({"workspace": sandbox.workspace})) == []


def test_it_ties_goals_together(client: Any, sandbox: SandboxClient) -> None:
    goals, ties = asana.GoalsApi(client), asana.GoalRelationshipsApi(client)
    above, below = (
        goals.create_goal(body(name=name, workspace=sandbox.workspace), {})["gid"] for name in "AB"
    )
    made = ties.add_supporting_relationship(body(supporting_resource=below), above, {})
    ties.update_goal_relationship(body(contribution_weight=0.5), made["gid"], {})

    assert ties.get_goal_relationship(made["gid"], {})["contribution_weight"] == 0.5
    (parent,) = goals.get_parent_goals_for_goal(below, {})
    assert parent["gid"] == above
    (tie,) = ties.get_goal_relationships(above, {"resource_subtype": "subgoal"})
    assert tie["supporting_resource"]["gid"] == below
    ties.remove_supporting_relationship(body(supporting_resource=below), above)
    assert list(ties.get_goal_relationships(above, {})) == []
