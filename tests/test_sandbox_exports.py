"""Exports of the sandbox: who may have one, how far it is, and what is in its file."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.openapi import needs_description
from tests.refusals import said
from tests.test_sandbox_answers import faults, records_of

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

TASKS = {"resource_type": "task", "fields": ["name"]}


@pytest.fixture
def served(sandbox: SandboxClient) -> str:
    """The token of a service account."""
    return sandbox.token_of("olivia@sandbox.example", service_account=True)


def export(sandbox: SandboxClient, token: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """Start a resource export, and give its job."""
    body = {"workspace": sandbox.workspace, "export_request_parameters": list(parts)}
    answer = sandbox.post("/exports/resource", body, token=token)
    assert answer.status_code == 201, answer.text
    job: dict[str, Any] = answer.json()["data"]
    return job


def download(url: str) -> bytes:
    """Fetch a file as anybody can who has its address."""
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200, answer.text
    return gzip.decompress(answer.content)


def exported(sandbox: SandboxClient, token: str, *parts: dict[str, Any]) -> list[dict[str, Any]]:
    """Export, and read what is in the file."""
    job = export(sandbox, token, *parts)
    done = sandbox.data(f"/jobs/{job['gid']}", token=token)
    assert done["status"] == "succeeded"
    lines = download(done["new_resource_export"]["download_url"]).splitlines()
    return [json.loads(line) for line in lines]


def test_tasks_come_with_their_attachments_and_stories(sandbox: SandboxClient, served: str) -> None:
    task = sandbox.make("tasks", name="Write", assignee="me")
    sandbox.make(f"tasks/{task['gid']}/stories", text="Soon.")
    link = {"resource_subtype": "external", "name": "Map", "url": "https://example.com/map"}
    sandbox.make("attachments", parent=task["gid"], **link)

    (line,) = exported(sandbox, served, {"resource_type": "task"})

    full = sandbox.data(f"/tasks/{task['gid']}")
    assert {name: line[name] for name in full} == full
    (attachment,) = line["attachments"]
    assert attachment["name"] == "Map"
    assert not {"download_url", "view_url"} & attachment.keys()
    assert line["stories"][1]["text"] == "Soon."


@needs_description
def test_lines_are_as_the_records_of_the_api_are_described(sample: SandboxClient) -> None:
    served = sample.token_of("olivia@sandbox.example", service_account=True)
    tasks = exported(sample, served, {"resource_type": "task"})
    teams = exported(sample, served, {"resource_type": "team"})

    found = {name: [one for task in tasks for one in task.pop(name)] for name in WITH_TASKS}
    for kind, records in (("task", tasks), *((WITH_TASKS[name], found[name]) for name in found)):
        assert records
        assert {fault for record in records for fault in faults(records_of(kind), record)} == set()
    for team in teams:
        assert team.pop("members")
        assert faults(records_of("team"), team) == set()


WITH_TASKS = {"attachments": "attachment", "stories": "story"}


def test_fields_are_those_asked_for(sandbox: SandboxClient, served: str) -> None:
    task = sandbox.make("tasks", name="Write", assignee="me")

    (line,) = exported(
        sandbox, served, {"resource_type": "task", "fields": ["name", "stories.type"]}
    )

    (story,) = line.pop("stories")
    assert line == {"gid": task["gid"], "name": "Write"}
    assert story == {"gid": story["gid"], "type": "system"}


def test_filters_leave_what_they_name(sandbox: SandboxClient, served: str) -> None:
    old = sandbox.make("tasks", name="Old")
    sandbox.advance(3600)
    mine = sandbox.make("tasks", name="Mine", assignee="me")
    new = {**TASKS, "filters": {"modified_at.after": old["modified_at"]}}
    own = {**TASKS, "filters": {"assignee.any": [mine["assignee"]["gid"]]}}
    before = {**TASKS, "filters": {"created_at.before": mine["created_at"]}}

    assert [line["name"] for line in exported(sandbox, served, new)] == ["Mine"]
    assert [line["name"] for line in exported(sandbox, served, own)] == ["Mine"]
    assert [line["name"] for line in exported(sandbox, served, before)] == ["Old"]
    assert len(exported(sandbox, served, new, own)) == 2


def test_teams_come_with_their_members(sandbox: SandboxClient, served: str) -> None:
    lines = exported(sandbox, served, {"resource_type": "team"})

    assert [line["name"] for line in lines] == ["Product", "Operations"]
    assert lines[0]["members"][0]["name"] == "Olivia Owner"


def test_messages_are_the_status_updates(sandbox: SandboxClient, served: str) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    facts = {"status_type": "on_track", "title": "Well", "text": "All is well."}
    update = sandbox.make("status_updates", parent=project, **facts)
    sandbox.do(f"/tasks/{sandbox.make('tasks', name='T')['gid']}/stories", text="None.")
    mine = {"created_by.any": [update["created_by"]["gid"]]}
    others = {name: ["12"] for name in ("followers.any", "liked_by.any", "commented_on_by.any")}

    (line,) = exported(sandbox, served, {"resource_type": "message", "filters": mine})
    assert (line["gid"], line["resource_type"]) == (update["gid"], "message")
    assert (line["title"], line["status_type"]) == ("Well", "on_track")
    assert [parent["gid"] for parent in line["parents"]] == [project]
    assert "html_notes" not in line
    rich = {"resource_type": "message", "fields": ["html_notes"]}
    assert exported(sandbox, served, rich)[0]["html_notes"] == "<body>All is well.</body>"
    for name, people in others.items():
        part = {"resource_type": "message", "filters": {name: people}}
        assert exported(sandbox, served, part) == []


@pytest.mark.parametrize("odd", [None, -1, True, "", "x", [], {}, [None], [{}], {"gid": 1}])
def test_no_value_of_any_field_is_a_server_error(
    sandbox: SandboxClient, served: str, odd: Any
) -> None:
    parts = [[{"resource_type": "task", field: odd}] for field in ("fields", "filters")]
    bodies = [
        {"workspace": sandbox.workspace, "export_request_parameters": part}
        for part in (*parts, [{"resource_type": odd}], odd)
    ]
    bodies.append({"workspace": odd, "export_request_parameters": [TASKS]})
    calls = [("/exports/resource", body) for body in bodies]
    calls += [("/exports/graph", {"parent": odd}), ("/organization_exports", {"organization": odd})]

    answers = [sandbox.post(path, body, token=served) for path, body in calls]
    assert all(answer.status_code < 500 for answer in answers)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            {"resource_type": "story"},
            "resource_type: Value is not one of the allowed values: story",
        ),
        (
            {"resource_type": "team", "filters": {"created_by.any": ["1"]}},
            "filters: created_by.any does not apply to a team",
        ),
        (
            {"resource_type": "message", "filters": {"assignee.any": ["1"]}},
            "filters: assignee.any does not apply to a message",
        ),
        (
            {"resource_type": "task", "filters": {"name.any": ["1"]}},
            "filters: Value is not one of the allowed values: name.any",
        ),
        (
            {"resource_type": "task", "filters": {"created_at.after": "yesterday"}},
            "created_at.after: Date-time must be in ISO-8601 format, not: yesterday",
        ),
    ],
)
def test_parts_that_are_none_are_refused(
    sandbox: SandboxClient, served: str, part: dict[str, Any], message: str
) -> None:
    body = {"workspace": sandbox.workspace, "export_request_parameters": [part]}

    assert said(sandbox.post("/exports/resource", body, token=served)) == (400, message)


def test_only_service_accounts_of_paying_organizations_export(
    sandbox: SandboxClient, served: str
) -> None:
    resource = {"workspace": sandbox.workspace, "export_request_parameters": [TASKS]}
    whole = {"organization": sandbox.workspace}

    for path, body in (("/exports/resource", resource), ("/organization_exports", whole)):
        assert sandbox.post(path, body).status_code == 403
        sandbox.switch(plan="free")
        assert sandbox.post(path, body, token=served).status_code == 402
        sandbox.switch(plan="paid")


def test_a_workspace_has_one_resource_export_at_a_time(sandbox: SandboxClient, served: str) -> None:
    sandbox.switch(job_seconds=60)
    export(sandbox, served, TASKS)
    body = {"workspace": sandbox.workspace, "export_request_parameters": [TASKS]}

    assert sandbox.post("/exports/resource", body, token=served).status_code == 403
    sandbox.advance(61)
    assert sandbox.post("/exports/resource", body, token=served).status_code == 201


def test_an_address_comes_with_the_end_and_does_not_last(
    sandbox: SandboxClient, served: str
) -> None:
    sandbox.switch(job_seconds=60)
    path = f"/jobs/{export(sandbox, served, TASKS)['gid']}"
    early = sandbox.data(path, token=served)
    sandbox.advance(61)
    done = sandbox.data(path, token=served)
    url = done["new_resource_export"]["download_url"]

    assert early["status"] == "not_started"
    assert early["new_resource_export"]["download_url"] is None
    assert early["new_resource_export"]["completed_at"] is None
    assert done["status"] == "succeeded"
    assert download(url) == b""
    sandbox.advance(301)
    assert requests.get(url, timeout=30).status_code == 403
    sandbox.advance(30 * 24 * 3600)
    late = sandbox.data(path, token=served)["new_resource_export"]
    assert late["download_url"] is None


def test_no_export_is_part_of_a_batch(sandbox: SandboxClient) -> None:
    paths = ("/exports/resource", "/exports/graph", "/organization_exports")
    actions = [{"method": "post", "relative_path": path, "data": {}} for path in paths]

    assert [one["status_code"] for one in sandbox.batch(*actions)] == [400, 400, 400]


@pytest.mark.parametrize("place", ["project", "team", "portfolio"])
def test_a_graph_export_holds_what_is_below(sandbox: SandboxClient, place: str) -> None:
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    project = sandbox.make("projects", name="P", team=team)["gid"]
    sandbox.make("tasks", name="T", projects=[project])
    portfolio = sandbox.make("portfolios", name="A", workspace=sandbox.workspace)["gid"]
    sandbox.do(f"/portfolios/{portfolio}/addItem", item=project)
    parent = {"project": project, "team": team, "portfolio": portfolio}[place]

    job = sandbox.do("/exports/graph", parent=parent)
    found = sandbox.data(f"/jobs/{job['gid']}")["new_graph_export"]

    records = json.loads(download(found["download_url"]))
    assert records[0]["gid"] == parent
    assert [record["name"] for record in records[1:]] == ["T"]


def test_an_organization_export_goes_from_state_to_state(
    sandbox: SandboxClient, served: str
) -> None:
    sandbox.switch(job_seconds=60)
    made = sandbox.post("/organization_exports", {"organization": sandbox.workspace}, token=served)
    path = f"/organization_exports/{made.json()['data']['gid']}"
    states = [sandbox.data(path, token=served)["state"]]
    for _ in range(2):
        sandbox.advance(31)
        states.append(sandbox.data(path, token=served)["state"])

    assert made.status_code == 201
    assert states == ["pending", "started", "finished"]
    records = json.loads(download(sandbox.data(path, token=served)["download_url"]))
    assert records[0]["gid"] == sandbox.workspace
    assert sandbox.get(path).status_code == 403


def test_exports_fail_when_they_are_told_to(sandbox: SandboxClient, served: str) -> None:
    sandbox.switch(job_outcome="failed")
    job = export(sandbox, served, TASKS)
    made = sandbox.post("/organization_exports", {"organization": sandbox.workspace}, token=served)

    done = sandbox.data(f"/jobs/{job['gid']}", token=served)
    assert (done["status"], done.get("new_resource_export")) == ("failed", None)
    assert made.json()["data"]["state"] == "error"
