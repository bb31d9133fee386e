"""Templates of the sandbox, and what comes of them; custom types, custom IDs, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said
from tests.test_sandbox_jobs import made, tasks_of, trip

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def team(sandbox: SandboxClient) -> str:
    """The gid of the first team."""
    return str(sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"])


def template_of(sandbox: SandboxClient, team: str, project: str, **more: Any) -> dict[str, Any]:
    """Save a project as a template."""
    path = f"/projects/{project}/saveAsTemplate"
    facts = {"name": "Trips", "public": True, "team": team, **more}
    return made(sandbox, path, "project_template", **facts)


def test_a_template_tells_what_it_asks_for(sandbox: SandboxClient, team: str) -> None:
    template = template_of(sandbox, team, trip(sandbox))

    assert (template["name"], template["description"]) == ("Trips", "Far")
    assert template["requested_dates"][0]["gid"] == "1"
    assert [role["name"] for role in template["requested_roles"]] == ["Olivia Owner"]
    for path, query in (
        ("/project_templates", {"workspace": sandbox.workspace}),
        ("/project_templates", {"team": team}),
        (f"/teams/{team}/project_templates", {}),
    ):
        assert [one["gid"] for one in sandbox.listed(path, **query)] == [template["gid"]]


def test_dates_and_people_take_their_places_in_a_new_project(
    sandbox: SandboxClient, team: str
) -> None:
    template = template_of(sandbox, team, trip(sandbox))
    (role,) = template["requested_roles"]
    asked = {
        "requested_dates": [{"gid": "1", "value": "2031-03-03"}],
        "requested_roles": [{"gid": role["gid"], "value": "priya@sandbox.example"}],
    }
    path = f"/project_templates/{template['gid']}/instantiateProject"
    project = made(sandbox, path, "project", name="Rome", is_strict=True, **asked)
    tasks = tasks_of(sandbox, project["gid"])

    assert (project["name"], project["team"]["gid"]) == ("Rome", team)
    assert (tasks["Pack"]["start_on"], tasks["Go"]["due_on"]) == ("2031-03-03", "2031-03-07")
    fields = "assignee.name"
    (below,) = sandbox.listed(f"/tasks/{tasks['Pack']['gid']}/subtasks", opt_fields=fields)
    assert below["assignee"]["name"] == "Priya Natarajan"
    origin = sandbox.data(f"/projects/{project['gid']}", opt_fields="created_from_template")
    assert origin["created_from_template"]["gid"] == template["gid"]


def test_a_date_that_is_missing_is_today_or_an_error(sandbox: SandboxClient, team: str) -> None:
    template = template_of(sandbox, team, trip(sandbox))
    path = f"/project_templates/{template['gid']}/instantiateProject"
    today = sandbox.control_get("clock")["now"][:10]

    refused = sandbox.post(path, {"name": "Rome", "is_strict": True})
    assert said(refused) == (422, "requested_dates: Missing a date for Start Date")
    tasks = tasks_of(sandbox, made(sandbox, path, "project", name="Rome")["gid"])
    assert tasks["Pack"]["start_on"] == today


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"requested_dates": [{"gid": "7", "value": None}]},
            "requested_dates: Not a recognized ID: 7",
        ),
        (
            {"requested_roles": ["me"]},
            "requested_roles: Value is not an object with gid and value: me",
        ),
        (
            {"privacy_setting": "secret"},
            "privacy_setting: Value is not one of the allowed values: secret",
        ),
        ({"name": ""}, "name: Missing input"),
    ],
)
def test_what_a_template_does_not_ask_for_is_refused(
    sandbox: SandboxClient, team: str, more: dict[str, Any], message: str
) -> None:
    template = template_of(sandbox, team, trip(sandbox))
    path = f"/project_templates/{template['gid']}/instantiateProject"

    assert said(sandbox.post(path, {"name": "Rome", **more})) == (400, message)


def test_a_template_of_an_organization_needs_a_team(sandbox: SandboxClient, team: str) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    path = f"/projects/{project}/saveAsTemplate"
    both = {"name": "T", "public": True, "team": team, "workspace": sandbox.workspace}

    assert said(sandbox.post(path, {"name": "T", "public": True}))[1] == "team: Missing input"
    assert sandbox.post(path, both).status_code == 400


def test_a_private_template_is_its_owners_alone(sandbox: SandboxClient, team: str) -> None:
    private = template_of(sandbox, team, trip(sandbox), public=False)["gid"]
    other = sandbox.token_of("priya@sandbox.example")

    assert sandbox.get(f"/project_templates/{private}", token=other).status_code == 403
    assert sandbox.get("/project_templates", token=other, team=team).json()["data"] == []


def test_templates_are_deleted_on_paid_plans(sandbox: SandboxClient, team: str) -> None:
    project = trip(sandbox)
    of_project = f"/project_templates/{template_of(sandbox, team, project)['gid']}"
    planted = sandbox.control_post("task_templates", {"project": project, "name": "Bug"})
    for path in (of_project, f"/task_templates/{planted['gid']}"):
        sandbox.switch(plan="free")
        assert sandbox.delete(path).status_code == 402
        sandbox.switch(plan="paid")
        assert sandbox.delete(path).json() == {"data": {}}
        assert sandbox.get(path).status_code == 404


def test_a_task_is_made_of_a_task_template(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    recipe = {
        "description": "What happened?",
        "task_resource_subtype": "approval_task",
        "relative_due_on": 2,
        "subtasks": [{"name": "Reproduce it"}],
    }
    facts = {"project": project, "name": "Bug", **recipe}
    gid = sandbox.control_post("task_templates", facts)["gid"]
    path = f"/task_templates/{gid}"
    named = made(sandbox, f"{path}/instantiateTask", "task", name="It crashes")
    plain = made(sandbox, f"{path}/instantiateTask", "task")

    assert (named["name"], plain["name"]) == ("It crashes", "Bug")
    assert (named["notes"], named["resource_subtype"]) == ("What happened?", "approval")
    assert named["due_on"] > named["created_at"][:10]
    assert [one["gid"] for one in named["projects"]] == [project]
    (below,) = sandbox.listed(f"/tasks/{named['gid']}/subtasks")
    assert below["name"] == "Reproduce it"
    assert said(sandbox.get("/task_templates"))[1] == "project: Missing input"


@pytest.fixture
def typed(sandbox: SandboxClient) -> dict[str, Any]:
    """A task of a project with a custom type: gids of both, and of the type's two states."""
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.control_post("custom_types", {"project": project, "name": "Incident"})
    (known,) = sandbox.listed("/custom_types", project=project, opt_fields="status_options.name")
    states = {one["name"]: one["gid"] for one in known["status_options"]}
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    return {"task": task, "type": known["gid"], **states}


def test_an_update_makes_a_task_of_a_custom_type(
    sandbox: SandboxClient, typed: dict[str, Any]
) -> None:
    path = f"/tasks/{typed['task']}"
    new = {"resource_subtype": "custom", "custom_type": typed["type"]}
    task = sandbox.put(path, new).json()["data"]
    assert task["custom_type"]["name"] == "Incident"
    assert task["custom_type_status_option"]["name"] == "Open"

    closed = sandbox.put(path, {"custom_type_status_option": typed["Closed"]}).json()["data"]
    assert closed["completed"] is True
    opened = sandbox.put(path, {"completed": False}).json()["data"]
    assert opened["custom_type_status_option"]["name"] == "Open"
    search = f"/workspaces/{sandbox.workspace}/tasks/search"
    state = f"custom_types.{typed['type']}.custom_type_status_option.gid"
    assert len(sandbox.data(search, resource_subtype="custom", **{state: typed["Open"]})) == 1
    assert sandbox.data(search, resource_subtype="custom", **{state: typed["Closed"]}) == []
    assert sandbox.get(search, **{"custom_types.": "1"}).status_code == 200
    assert sandbox.get(search, **{"custom_fields.1": "1"}).status_code == 400
    plain = sandbox.put(path, {"resource_subtype": "default_task"}).json()["data"]
    assert "custom_type" not in plain


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"custom_type": "{type}"}, "custom_type: Only tasks of the subtype custom have one"),
        ({"resource_subtype": "custom"}, "custom_type: Missing input"),
        (
            {"resource_subtype": "custom", "custom_type": "12"},
            "custom_type: Not a recognized ID: 12",
        ),
        (
            {"resource_subtype": "custom", "custom_type": 12},
            "custom_type: Not a valid GID type: number",
        ),
        (
            {
                "resource_subtype": "custom",
                "custom_type": "{type}",
                "custom_type_status_option": "12",
            },
            "custom_type_status_option: Not a recognized ID: 12",
        ),
    ],
)
def test_types_that_a_task_cannot_have_are_refused(
    sandbox: SandboxClient, typed: dict[str, Any], body: dict[str, Any], message: str
) -> None:
    sent = {name: typed["type"] if value == "{type}" else value for name, value in body.items()}

    assert said(sandbox.put(f"/tasks/{typed['task']}", sent)) == (400, message)


def test_a_task_is_found_by_its_custom_id(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    old = sandbox.make("tasks", name="old", projects=[project])["gid"]
    field = sandbox.make("custom_fields", name="Ticket", resource_subtype="text", id_prefix="EX")
    sandbox.do(f"/projects/{project}/addCustomFieldSetting", custom_field=field["gid"])
    new = sandbox.make("tasks", name="new", projects=[project])
    path = f"/workspaces/{sandbox.workspace}/tasks/custom_id"

    assert field["representation_type"] == "custom_id"
    assert new["custom_fields"][0]["display_value"] == "EX-2"
    assert sandbox.data(f"{path}/EX-1")["gid"] == old
    assert sandbox.data(f"{path}/EX-2")["gid"] == new["gid"]
    assert said(sandbox.get(f"{path}/EX-3")) == (404, "task: Unknown object: EX-3")
    value = {"custom_fields": {field["gid"]: "EX-9"}}
    assert sandbox.put(f"/tasks/{old}", value).status_code == 403
    found = {f"custom_fields.{field['gid']}.value": "EX-2"}
    hits = sandbox.data(f"/workspaces/{sandbox.workspace}/tasks/search", **found)
    assert [one["name"] for one in hits] == ["new"]


def test_a_rule_runs_for_tasks_of_its_project(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    rule = sandbox.control_post("rule_triggers", {"project": project, "name": "R"})["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    stray = sandbox.make("tasks", name="stray")["gid"]
    path, known = f"/rule_triggers/{rule}/run", {"ticket": "4711"}

    ran = sandbox.post(path, {"resource": task, "action_data": known})
    assert ran.status_code == 200
    assert ran.json()["data"]["message"]
    assert sandbox.post(path, {"resource": stray, "action_data": known}).status_code == 400
    assert said(sandbox.post(path, {"resource": task}))[1] == "action_data: Missing input"
    sandbox.switch(plan="free")
    assert sandbox.post(path, {"resource": task, "action_data": known}).status_code == 402


def test_projects_are_searched_by_what_they_are(sandbox: SandboxClient, team: str) -> None:
    facts = {"due_on": "2031-01-02", "team": team}
    near = sandbox.make("projects", name="Near", **facts)["gid"]
    sandbox.make("projects", name="Far away", due_on="2032-01-02")
    portfolio = sandbox.make("portfolios", name="All", workspace=sandbox.workspace)["gid"]
    sandbox.do(f"/portfolios/{portfolio}/addItem", item=near)
    path = f"/workspaces/{sandbox.workspace}/projects/search"

    def found(**query: str) -> list[str]:
        return [one["name"] for one in sandbox.data(path, **query)]

    assert found(text="far") == ["Far away"]
    assert found(**{"due_on.before": "2031-06-01"}) == ["Near"]
    assert found(**{"due_at.after": "2031-06-01T00:00:00Z"}) == ["Far away"]
    assert found(**{"teams.any": team}) == ["Near"]
    assert found(**{"portfolios.any": portfolio}) == ["Near"]
    assert found(**{"members.not": "me"}) == []
    assert found(**{"owner.any": "me", "completed": "false"}, sort_by="due_date") == [
        "Far away",
        "Near",
    ]
    assert found(sort_by="created_at", sort_ascending="true", limit="1") == ["Near"]
    assert said(sandbox.get(path, sort_by="likes"))[0] == 400
    sandbox.switch(plan="free")
    assert sandbox.get(path).status_code == 402
