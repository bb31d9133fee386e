"""Runs that outlive what they were given: page tokens, access tokens, the quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.tap_runs import HOUR, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def make_tasks(sandbox: SandboxClient, count: int) -> list[str]:
    project = sandbox.make("projects", name="Trip")["gid"]
    actions: list[dict[str, Any]] = [
        {
            "method": "post",
            "relative_path": "/tasks",
            "data": {"name": f"T{n}", "projects": [project]},
        }
        for n in range(count)
    ]
    made = [sandbox.batch(*actions[at : at + 10]) for at in range(0, count, 10)]
    return [answer["body"]["data"]["gid"] for answers in made for answer in answers]


def test_a_page_token_that_expires_meanwhile_costs_no_record_and_doubles_none(
    sandbox: SandboxClient,
) -> None:
    gids = make_tasks(sandbox, 450)
    sandbox.forget_requests()
    run = run_tap(sandbox, "tasks", workers=0, meanwhile=lambda: sandbox.advance(1000))
    assert sorted(run.gids()) == sorted(gids)
    statuses = [entry["status"] for entry in sandbox.requests()["log"] if entry["path"] == "/tasks"]
    assert 400 in statuses


def test_an_access_token_that_expires_meanwhile_is_renewed(sandbox: SandboxClient) -> None:
    gids = make_tasks(sandbox, 450)
    owner = sandbox.data("/users/me")["gid"]
    grant = sandbox.control_post("tokens", {"user": owner, "oauth": True})
    oauth = {name: grant[name] for name in ("client_id", "client_secret", "refresh_token")}
    sandbox.forget_requests()
    run = run_tap(
        sandbox,
        *("tasks", "stories"),
        access_token=None,
        meanwhile=lambda: sandbox.advance(2 * HOUR),
        **oauth,
    )
    assert sorted(run.gids()) == sorted(gids)
    assert len(run.records["stories"]) >= len(gids)
    log = sandbox.requests()["log"]
    assert 401 in [entry["status"] for entry in log]


def test_a_rejection_makes_all_threads_wait_and_loses_nothing(sandbox: SandboxClient) -> None:
    gids = make_tasks(sandbox, 120)
    sandbox.fault(
        {"method": "GET", "path": "/tasks/*/stories", "status": 429, "retry_after": 1, "skip": 20}
    )
    run = run_tap(sandbox, "tasks", "stories")
    assert sorted(run.gids()) == sorted(gids)
    assert {story["target"]["gid"] for story in run.records["stories"]} == set(gids)
    assert [entry["status"] for entry in sandbox.requests()["log"]].count(429) == 1


def test_a_full_run_asks_little_more_than_the_lists_there_are(sandbox: SandboxClient) -> None:
    make_tasks(sandbox, 450)
    make_tasks(sandbox, 30)
    users = len(sandbox.listed("/users", workspace=sandbox.workspace))
    sandbox.forget_requests()
    run_tap(sandbox, "tasks", "task_memberships", "task_followers")
    asked = sandbox.requests()["by_operation"]
    pages = 5 + 1 + users
    assert asked == {
        "GET /workspaces": 1,
        "GET /projects": 1,
        "GET /users": 1,
        "GET /tasks": pages,
    }


def test_the_quota_is_learnt_by_one_search(sandbox: SandboxClient) -> None:
    make_tasks(sandbox, 10)
    sandbox.forget_requests()
    run_tap(sandbox, "tasks", rate_limit_per_minute=None)
    asked = sandbox.requests()["by_operation"]
    assert [count for name, count in asked.items() if "search" in name] == [1]
