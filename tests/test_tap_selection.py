"""What is not selected is not asked for; what is chosen by the settings is all that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap_runs import HOUR, catalog_of, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def asked(sandbox: SandboxClient) -> dict[str, str]:
    """Give the `opt_fields` of the last request to each route."""
    return {
        f"{entry['method']} {entry['path']}": entry["query"].get("opt_fields", "")
        for entry in sandbox.requests()["log"]
    }


@pytest.fixture
def task(sandbox: SandboxClient) -> str:
    project = sandbox.make("projects", name="Trip")["gid"]
    gid: str = sandbox.make("tasks", name="pack", projects=[project], notes="socks")["gid"]
    sandbox.forget_requests()
    return gid


def test_one_stream_costs_its_own_requests_and_the_list_of_workspaces(
    sandbox: SandboxClient, task: str
) -> None:
    del task
    run_tap(sandbox, "users")
    assert set(asked(sandbox)) == {"GET /workspaces", "GET /users"}
    sandbox.forget_requests()
    run_tap(sandbox, "workspaces")
    assert set(asked(sandbox)) == {"GET /workspaces"}


def test_nothing_selected_costs_nothing(sandbox: SandboxClient, task: str) -> None:
    del task
    run = run_tap(sandbox, selection={"nothing": None})
    assert sandbox.requests()["count"] == 0
    assert run.messages == []


def test_just_the_selected_fields_are_asked_for_and_written(
    sandbox: SandboxClient, task: str
) -> None:
    run = run_tap(sandbox, selection={"users": ["name"], "tasks": ["name"]})
    assert asked(sandbox)["GET /users"] in {"gid", "gid,name"}
    assert set(asked(sandbox)["GET /tasks"].split(",")) == {
        *("gid", "name", "modified_at", "num_subtasks"),
    }
    assert all(set(record) == {"gid", "name"} for record in run.records["users"])
    (record,) = run.records["tasks"]
    assert record == {"gid": task, "name": "pack", "modified_at": record["modified_at"]}


def test_a_parent_that_is_not_selected_is_asked_for_what_its_children_need(
    sandbox: SandboxClient, task: str
) -> None:
    run = run_tap(sandbox, "sections", "stories", "team_memberships")
    fields = asked(sandbox)
    assert fields["GET /workspaces"] == "is_organization"
    assert fields["GET /projects"] in {"gid", "created_at"}
    assert set(fields["GET /tasks"].split(",")) == {"modified_at", "num_subtasks"}
    assert fields[f"GET /tasks/{task}/stories"]
    assert set(run.records) == {"sections", "stories", "team_memberships"}


def test_a_table_of_relations_asks_for_its_own_field_alone(
    sandbox: SandboxClient, task: str
) -> None:
    del task
    run_tap(sandbox, "task_followers")
    assert {field.split(".")[0] for field in asked(sandbox)["GET /tasks"].split(",")} == {
        *("gid", "modified_at", "num_subtasks", "followers"),
    }


def test_the_settings_choose_projects_and_nothing_outside_of_them(sandbox: SandboxClient) -> None:
    first, second = (sandbox.make("projects", name=name)["gid"] for name in "AB")
    for project in (first, second):
        sandbox.make("tasks", name=project, projects=[project])
    sandbox.make("tasks", name="of none", assignee="me")
    sandbox.forget_requests()
    run = run_tap(sandbox, "projects", "sections", "tasks", projects=[second])
    assert run.gids("projects") == [second]
    assert {record["project"]["gid"] for record in run.records["sections"]} == {second}
    assert run.names() == [second]
    assert "GET /users" not in asked(sandbox)


def test_a_project_chosen_later_is_read_whole(sandbox: SandboxClient) -> None:
    first, second = (sandbox.make("projects", name=name)["gid"] for name in "AB")
    for project in (first, second):
        sandbox.make("tasks", name=f"in {project}", projects=[project])
    sandbox.make("tasks", name="of none", assignee="me")
    sandbox.advance(HOUR)
    one = run_tap(sandbox, "tasks", projects=[first])
    sandbox.advance(HOUR)
    both = run_tap(sandbox, "tasks", projects=[first, second], state=one.state)
    assert both.names() == [f"in {second}"]
    sandbox.advance(HOUR)
    assert run_tap(sandbox, "tasks", state=both.state).names() == ["of none"]


def test_a_gid_that_is_chosen_is_missed_only_where_it_was_looked_for(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    run_tap(sandbox, "users", projects=["404"])
    assert not [r.message for r in caplog.records if r.levelname == "WARNING"]


def test_the_settings_choose_teams_and_their_projects(sandbox: SandboxClient) -> None:
    first, second = (
        team["gid"] for team in sandbox.listed(f"/workspaces/{sandbox.workspace}/teams")
    )
    for name, team in (("A", first), ("B", second)):
        sandbox.make("projects", name=name, team=team)
    run = run_tap(sandbox, "teams", "team_memberships", "projects", teams=[second])
    assert run.gids("teams") == [second]
    assert {record["team"]["gid"] for record in run.records["team_memberships"]} == {second}
    assert run.names("projects") == ["B"]


def test_a_gid_of_the_settings_that_is_nowhere_is_told(
    sandbox: SandboxClient, task: str, caplog: pytest.LogCaptureFixture
) -> None:
    del task
    run_tap(sandbox, "tasks", projects=["404"])
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == [
        "Not all of 'projects' is read: Of the settings, 404 cannot be found."
    ]


def test_gids_of_the_settings_are_missed_in_an_empty_workspace_too(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    club = sandbox.control_post("workspaces", {"name": "Club", "is_organization": False})["gid"]
    settings: dict[str, Any] = {"workspaces": [club], "projects": ["404"], "teams": ["405"]}
    run_tap(sandbox, "tasks", **settings)
    run_tap(sandbox, "projects", **settings)
    told = [r.message for r in caplog.records if r.levelname == "WARNING"]
    assert told == ["Not all of 'projects' is read: Of the settings, 404, 405 cannot be found."] * 2


def test_workspaces_are_read_as_the_settings_say_and_people_once(sandbox: SandboxClient) -> None:
    other = sandbox.control_post("workspaces", {"name": "Club", "is_organization": False})
    assert sorted(run_tap(sandbox, "workspaces").names("workspaces")) == ["Club", "Sandbox"]
    chosen = run_tap(sandbox, "workspaces", workspaces=[other["gid"]])
    assert chosen.names("workspaces") == ["Club"]
    run = run_tap(sandbox, "users", "user_task_lists")
    assert len(run.gids("users")) == len(set(run.gids("users")))
    of_owner = [
        record
        for record in run.records["user_task_lists"]
        if record["workspace"]["gid"] == other["gid"]
    ]
    assert of_owner


def test_the_lists_of_all_users_cost_no_request_each(sandbox: SandboxClient) -> None:
    for n in range(20):
        sandbox.user(f"Person {n}", f"p{n}@example.com")
    sandbox.forget_requests()
    lists = run_tap(sandbox, "user_task_lists").records["user_task_lists"]
    path = "GET /workspaces/{workspace_gid}/workspace_memberships"
    assert sandbox.requests()["by_operation"] == {"GET /workspaces": 1, path: 1}
    assert len(lists) >= 20
    path = f"/users/{lists[-1]['owner']['gid']}/user_task_list"
    assert lists[-1] == sandbox.data(
        path, workspace=sandbox.workspace, opt_fields="name,resource_type,owner,workspace"
    )


def test_a_workspace_that_is_no_organization_is_not_asked_for_teams(sandbox: SandboxClient) -> None:
    other = sandbox.control_post("workspaces", {"name": "Club", "is_organization": False})
    sandbox.forget_requests()
    run = run_tap(sandbox, "teams", "team_memberships", workspaces=[other["gid"]])
    assert set(asked(sandbox)) == {"GET /workspaces"}
    assert not run.records


def test_a_stream_that_an_older_catalogue_does_not_know_is_not_read(
    sandbox: SandboxClient, task: str
) -> None:
    catalog = catalog_of({"tasks": None, "stories": None})
    known = ("workspaces", "projects", "tasks", "stories")
    catalog["streams"] = [each for each in catalog["streams"] if each["tap_stream_id"] in known]
    run = run_tap(sandbox, catalog=catalog)
    assert run.gids() == [task]
    assert set(run.records) == {"tasks", "stories"}


def test_a_stream_that_only_the_catalogue_knows_is_told_when_it_is_selected(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = catalog_of({"workspaces": None, "users": None})
    for entry in catalog["streams"]:
        if entry["tap_stream_id"] in {"users", "tags"}:
            entry["tap_stream_id"] = entry["stream"] = f"older_{entry['stream']}"
    assert set(run_tap(sandbox, catalog=catalog).records) == {"workspaces"}
    (warning,) = [r.message for r in caplog.records if r.levelname == "WARNING"]
    assert warning.startswith("Not all of 'older_users' is read: the catalog selects it")
