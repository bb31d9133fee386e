"""The sandbox's audit log: who reads it, how it pages, what is written into it and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.openapi import needs_description
from tests.refusals import said
from tests.test_sandbox_answers import answers_of, faults

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

Record = dict[str, Any]
OWNER = "olivia@sandbox.example"


class Log:
    """The audit log as a service account of the owner reads it."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sandbox = sandbox
        self.token = sandbox.token_of(OWNER, service_account=True)
        self.path = f"/workspaces/{sandbox.workspace}/audit_log_events"

    def ask(self, **params: Any) -> dict[str, Any]:
        """Give a whole answer."""
        answer: dict[str, Any] = self.sandbox.get(self.path, token=self.token, **params).json()
        return answer

    def read(self, **params: Any) -> list[Record]:
        """Give what one page holds, the service account's own making left out."""
        found = self.ask(**params)["data"]
        return [one for one in found if one["event_type"] != "service_account_created"]

    def types(self, **params: Any) -> list[str]:
        """Give the types of what one page holds."""
        return [one["event_type"] for one in self.read(**params)]


@pytest.fixture
def log(sandbox: SandboxClient) -> Log:
    """The audit log of a fresh world."""
    return Log(sandbox)


def write(sandbox: SandboxClient, **entry: Any) -> Record:
    """Put an entry into the log."""
    made: Record = sandbox.control_post(
        "audit_log_events", {"event_type": "user_login_succeeded", **entry}
    )
    return made


def test_only_service_accounts_read_it(sandbox: SandboxClient, log: Log) -> None:
    assert sandbox.get(log.path).status_code == 403
    assert sandbox.get(log.path, token=log.token).status_code == 200


def test_a_deletion_says_who_deleted_what_and_how(sandbox: SandboxClient, log: Log) -> None:
    gid = sandbox.make("tasks", name="Oops")["gid"]
    sandbox.delete(f"/tasks/{gid}")
    (entry,) = log.read()

    assert (entry["event_type"], entry["event_category"]) == ("task_deleted", "deletion")
    assert entry["actor"]["email"] == OWNER
    assert entry["resource"] == {
        "resource_type": "task",
        "resource_subtype": "default_task",
        "gid": gid,
        "name": "Oops",
    }
    assert entry["context"] == {
        "context_type": "api",
        "api_authentication_method": "personal_access_token",
    }


def test_what_goes_with_a_project_is_told_one_by_one(sandbox: SandboxClient, log: Log) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.make("tasks", name="T", projects=[project])
    sandbox.delete(f"/projects/{project}")

    assert sorted(log.types()) == ["project_deleted", "task_deleted"]


def test_people_who_come_and_go_are_told(sandbox: SandboxClient, log: Log) -> None:
    home = f"/workspaces/{sandbox.workspace}"
    team = sandbox.make("teams", name="T", organization=sandbox.workspace)["gid"]
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.do(f"{home}/addUser", user="new@example.com")
    sandbox.do(f"{home}/addUser", user="new@example.com")
    sandbox.do(f"/teams/{team}/addUser", user="new@example.com")
    sandbox.do("/memberships", parent=project, member="new@example.com")
    sandbox.do(f"/projects/{project}/removeMembers", members="new@example.com")
    sandbox.do(f"{home}/removeUser", user="new@example.com")

    assert log.types() == [
        "team_created",
        "user_invited",
        "team_member_added",
        "project_member_added",
        "project_member_removed",
        "user_deprovisioned",
    ]


def test_exports_are_told_when_they_start(sandbox: SandboxClient, log: Log) -> None:
    for path, body in (
        ("/organization_exports", {"organization": sandbox.workspace}),
        (
            "/exports/resource",
            {
                "workspace": sandbox.workspace,
                "export_request_parameters": [{"resource_type": "task"}],
            },
        ),
    ):
        response = sandbox.post(path, body, token=log.token)
        assert response.status_code == 201, response.text

    assert log.types() == ["workspace_export_started", "object_export_started"]
    context = log.read()[0]["context"]
    assert context["api_authentication_method"] == "service_account"
    assert {entry["resource"]["gid"] for entry in log.read()} == {sandbox.workspace}


def test_tokens_are_told_when_they_are_issued(sandbox: SandboxClient, log: Log) -> None:
    sandbox.token_of("wei@sandbox.example")
    sandbox.token_of("wei@sandbox.example", oauth=True)

    assert log.types() == ["user_personal_access_token_authorized", "user_app_authorized"]
    assert log.ask()["data"][0]["event_type"] == "service_account_created"


@needs_description
def test_an_answer_is_as_described(sandbox: SandboxClient, log: Log) -> None:
    write(sandbox, details={"old_value": None, "group": {"name": "North"}})
    validator = answers_of("GET", "/workspaces/{workspace_gid}/audit_log_events")

    assert log.read()[0]["details"]["group"] == {"name": "North"}
    assert faults(validator, log.ask()) == set()


def test_a_thousand_come_unasked_and_the_end_is_an_empty_page(
    sandbox: SandboxClient, log: Log
) -> None:
    for _ in range(1001):
        write(sandbox)
    first = log.ask()
    second = log.ask(offset=first["next_page"]["offset"])
    third = log.ask(offset=second["next_page"]["offset"])

    assert [len(page["data"]) for page in (first, second, third)] == [1000, 2, 0]
    assert third["next_page"]["offset"] == second["next_page"]["offset"]


def test_the_last_offset_gives_what_happens_later(sandbox: SandboxClient, log: Log) -> None:
    offset = log.ask()["next_page"]["offset"]
    sandbox.advance(3600)
    assert log.ask(offset=offset)["data"] == []
    gid = write(sandbox)["gid"]

    assert [one["gid"] for one in log.ask(offset=offset)["data"]] == [gid]


def test_nothing_that_matches_is_no_next_page(log: Log) -> None:
    assert log.ask(event_type="task_deleted") == {"data": [], "next_page": None}


@pytest.mark.parametrize("limit", ["0", "101", "1000", "ten"])
def test_a_limit_is_one_to_a_hundred(log: Log, limit: str) -> None:
    response = log.sandbox.get(log.path, token=log.token, limit=limit)

    assert response.status_code == 400


def test_pages_follow_the_limit(sandbox: SandboxClient, log: Log) -> None:
    made = [write(sandbox)["gid"] for _ in range(5)]
    found, offset = [], None
    while page := log.ask(event_type="user_login_succeeded", limit=2, offset=offset):
        if not page["data"]:
            break
        found += [one["gid"] for one in page["data"]]
        offset = page["next_page"]["offset"]

    assert found == made


def test_filters_go_together(sandbox: SandboxClient, log: Log) -> None:
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    write(sandbox, created_at="2026-01-01T00:00:00.000Z", user=wei)
    sandbox.control_post("clock", {"now": "2026-01-10T00:00:00Z"})
    by_wei = write(sandbox, user=wei)
    by_owner = write(sandbox)
    task = sandbox.make("tasks", name="T")["gid"]
    sandbox.delete(f"/tasks/{task}")

    assert [one["gid"] for one in log.read(actor_gid=wei, start_at=by_wei["created_at"])] == [
        by_wei["gid"]
    ]
    assert len(log.read(actor_gid=wei, end_at=by_wei["created_at"])) == 1
    assert log.types(resource_gid=task) == ["task_deleted"]
    assert [one["gid"] for one in log.read(event_type="user_login_succeeded")][-2:] == [
        by_wei["gid"],
        by_owner["gid"],
    ]
    assert log.read(actor_type="asana") == []


def test_the_end_is_left_out_and_the_start_is_not(sandbox: SandboxClient, log: Log) -> None:
    at = write(sandbox)["created_at"]

    assert log.types(start_at=at) == ["user_login_succeeded"]
    assert log.types(end_at=at) == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("start_at", "yesterday", "start_at: Date-time must be in ISO-8601 format, not: yesterday"),
        ("actor_type", "robot", "actor_type: Value is not one of the allowed values: robot"),
        ("offset", "eyJ", "offset: Your pagination token is invalid."),
        ("offset", "bm8gbnVtYmVy", "offset: Your pagination token is invalid."),
    ],
)
def test_what_cannot_be_is_refused(log: Log, name: str, value: str, message: str) -> None:
    response = log.sandbox.get(log.path, token=log.token, **{name: value})

    assert said(response) == (400, message)


def test_entries_go_after_ninety_days(sandbox: SandboxClient, log: Log) -> None:
    entry = write(sandbox)
    sandbox.advance(timedelta(days=89).total_seconds())
    assert entry["gid"] in {one["gid"] for one in log.read()}
    sandbox.advance(timedelta(days=2).total_seconds())

    assert log.read() == []


def test_entries_of_another_workspace_are_elsewhere(sandbox: SandboxClient, log: Log) -> None:
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    sandbox.delete(f"/tags/{sandbox.make('tags', name='t', workspace=other)['gid']}")
    task = sandbox.make("tasks", name="T", workspace=other)["gid"]
    sandbox.delete(f"/tasks/{task}")

    assert log.types() == []
    found = sandbox.get(f"/workspaces/{other}/audit_log_events", token=log.token).json()["data"]
    assert [one["resource"]["gid"] for one in found] == [task]


def test_entries_come_oldest_first_whenever_they_were_written(
    sandbox: SandboxClient, log: Log
) -> None:
    now = datetime.fromisoformat(write(sandbox)["created_at"])
    before = (now - timedelta(days=3)).isoformat()
    early = write(sandbox, created_at=before)["gid"]

    assert log.read()[0]["gid"] == early
