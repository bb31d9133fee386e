"""Custom fields of the sandbox: definitions, options, and values of every type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """A project without custom fields."""
    return str(sandbox.make("projects", name="P")["gid"])


def make_field(sandbox: SandboxClient, project: str, kind: str, **facts: Any) -> dict[str, Any]:
    """Make a custom field that the project uses."""
    options = {"enum_options": [{"name": "Low"}, {"name": "High"}]} if "enum" in kind else {}
    facts = {"name": f"my {kind}", "resource_subtype": kind, **options, **facts}
    field = sandbox.make("custom_fields", **facts)
    sandbox.do(f"/projects/{project}/addCustomFieldSetting", custom_field=field["gid"])
    return field


def value_of(sandbox: SandboxClient, project: str, field: str, value: Any) -> dict[str, Any]:
    """Make a task with a value, and give the field as the task shows it."""
    task = sandbox.make("tasks", name="T", projects=[project], custom_fields={field: value})
    (shown,) = task["custom_fields"]
    return dict(shown)


@pytest.mark.parametrize(
    ("kind", "sent", "key", "read", "display"),
    [
        ("text", "hello", "text_value", "hello", "hello"),
        ("number", 2.345, "number_value", 2.3, "2.3"),
        ("number", 0, "number_value", 0, "0.0"),
        (
            "date",
            {"date": "2026-01-31"},
            "date_value",
            {"date": "2026-01-31", "date_time": None},
            "2026-01-31",
        ),
        (
            "date",
            {"date_time": "2026-01-31T10:00:00Z"},
            "date_value",
            {"date": "2026-01-31", "date_time": "2026-01-31T10:00:00.000Z"},
            "2026-01-31T10:00:00.000Z",
        ),
    ],
)
def test_plain_values_read_as_they_were_written(  # noqa: PLR0913, PLR0917 - a case has this many sides
    sandbox: SandboxClient, project: str, kind: str, sent: Any, key: str, read: Any, display: str
) -> None:
    facts = {"precision": 1} if kind == "number" else {}
    field = make_field(sandbox, project, kind, **facts)["gid"]
    shown = value_of(sandbox, project, field, sent)

    assert (shown[key], shown["display_value"], shown["enabled"]) == (read, display, True)
    assert value_of(sandbox, project, field, None)["display_value"] is None


def test_options_are_chosen_by_gid(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "enum")
    high = field["enum_options"][1]["gid"]

    assert value_of(sandbox, project, field["gid"], high)["enum_value"]["name"] == "High"
    response = sandbox.post(
        "/tasks", {"name": "T", "projects": [project], "custom_fields": {field["gid"]: "High"}}
    )
    assert response.status_code == 400


def test_several_options_replace_those_before(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "multi_enum")
    low, high = (option["gid"] for option in field["enum_options"])
    body = {"projects": [project], "custom_fields": {field["gid"]: [high, low]}}
    task = sandbox.make("tasks", name="T", **body)
    changed = sandbox.put(f"/tasks/{task['gid']}", {"custom_fields": {field["gid"]: [high]}})

    assert task["custom_fields"][0]["display_value"] == "Low, High"
    assert [one["name"] for one in changed.json()["data"]["custom_fields"][0]["multi_enum_values"]]
    assert changed.json()["data"]["custom_fields"][0]["display_value"] == "High"


def test_people_and_references_name_others(sandbox: SandboxClient, project: str) -> None:
    people = make_field(sandbox, project, "people")["gid"]
    shown = value_of(sandbox, project, people, ["me", "wei@sandbox.example"])
    assert [one["name"] for one in shown["people_value"]] == ["Olivia Owner", "Wei Chen"]

    other = sandbox.make("projects", name="Q")["gid"]
    related = make_field(sandbox, other, "reference", input_restrictions=["project"])["gid"]
    assert value_of(sandbox, other, related, [project])["display_value"] == "P"
    task = sandbox.make("tasks", name="T")["gid"]
    body = {"projects": [other], "custom_fields": {related: [task]}}
    assert sandbox.post("/tasks", body).status_code == 400


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 3),
        ("text", "x" * 1025),
        ("number", "3"),
        ("number", True),
        ("date", "2026-01-31"),
        ("date", {"date": "31.1.2026"}),
        ("people", ["no@body.example"]),
        ("people", 3),
        ("multi_enum", ["High"]),
    ],
)
def test_a_value_of_a_wrong_type_is_refused(
    sandbox: SandboxClient, project: str, kind: str, value: Any
) -> None:
    field = make_field(sandbox, project, kind)["gid"]
    body = {"projects": [project], "custom_fields": {field: value}}

    assert sandbox.post("/tasks", body).status_code == 400


def test_a_field_must_be_on_one_of_the_projects(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "text")["gid"]
    response = sandbox.post(
        "/tasks", {"workspace": sandbox.workspace, "custom_fields": {field: "x"}}
    )

    assert said(response) == (400, f"Custom field with ID {field} is not on given object")


def test_values_left_behind_can_only_be_cleared(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "text")["gid"]
    body = {"projects": [project], "custom_fields": {field: "x"}}
    path = f"/tasks/{sandbox.make('tasks', name='T', **body)['gid']}"
    sandbox.do(f"/projects/{project}/removeCustomFieldSetting", custom_field=field)

    (left,) = sandbox.data(path)["custom_fields"]
    assert (left["text_value"], left["enabled"]) == ("x", False)
    assert sandbox.put(path, {"custom_fields": {field: "y"}}).status_code == 400
    assert sandbox.put(path, {"custom_fields": {field: None}}).json()["data"]["custom_fields"] == []


def test_each_change_of_a_value_is_a_story(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "enum")
    low, high = (option["gid"] for option in field["enum_options"])
    body = {"projects": [project], "custom_fields": {field["gid"]: low}}
    task = sandbox.make("tasks", name="T", **body)["gid"]
    for _ in range(2):
        sandbox.put(f"/tasks/{task}", {"custom_fields": {field["gid"]: high}})

    *_, told = sandbox.data(f"/tasks/{task}/stories")
    story = sandbox.data(f"/stories/{told['gid']}")
    assert story["resource_subtype"] == "enum_custom_field_changed"
    assert story["custom_field"]["gid"] == field["gid"]
    assert (story["old_enum_value"]["name"], story["new_enum_value"]["name"]) == ("Low", "High")
    assert len(sandbox.data(f"/tasks/{task}/stories")) == 2


def test_a_formula_is_not_written(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "number", is_formula_field=True)
    body = {"projects": [project], "custom_fields": {field["gid"]: 3}}

    assert field["representation_type"] == "formula"
    assert sandbox.post("/tasks", body).status_code == 403


@pytest.mark.parametrize(
    "facts",
    [
        {"resource_subtype": "enum"},
        {"resource_subtype": "text", "enum_options": [{"name": "a"}]},
        {"resource_subtype": "text", "precision": 2},
        {"resource_subtype": "number", "precision": 7},
        {"resource_subtype": "colour"},
        {"resource_subtype": "text", "name": "Assignee"},
        {"resource_subtype": "text", "name": "TAKEN"},
        {},
    ],
)
def test_a_bad_definition_is_refused(sandbox: SandboxClient, facts: dict[str, Any]) -> None:
    sandbox.make("custom_fields", name="taken", resource_subtype="text")
    body = {"workspace": sandbox.workspace, "name": "new", **facts}

    assert sandbox.post("/custom_fields", body).status_code == 400


def test_options_are_added_moved_and_disabled(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "enum")
    path = f"/custom_fields/{field['gid']}"
    low, high = (option["gid"] for option in field["enum_options"])
    middle = sandbox.make(f"{path[1:]}/enum_options", name="Middle", insert_before=high)
    sandbox.do(f"{path}/enum_options/insert", enum_option=low, after_enum_option=high)

    names = [option["name"] for option in sandbox.data(path)["enum_options"]]
    assert names == ["Middle", "High", "Low"]
    for gid in (middle["gid"], high):
        assert sandbox.put(f"/enum_options/{gid}", {"enabled": False}).ok
    assert sandbox.put(f"/enum_options/{low}", {"enabled": False}).status_code == 400
    body = {"projects": [project], "custom_fields": {field["gid"]: high}}
    assert sandbox.post("/tasks", body).status_code == 400


def test_definitions_change_but_for_type_and_options(sandbox: SandboxClient) -> None:
    field = sandbox.make("custom_fields", name="f", resource_subtype="text")
    path = f"/custom_fields/{field['gid']}"

    assert sandbox.put(path, {"name": "g"}).json()["data"]["name"] == "g"
    wrong: tuple[dict[str, Any], ...] = ({"resource_subtype": "number"}, {"enum_options": []})
    for data in wrong:
        assert sandbox.put(path, data).status_code == 400
    assert sandbox.delete(path).ok
    assert sandbox.data(f"/workspaces/{sandbox.workspace}/custom_fields") == []


def test_settings_show_project_and_field(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "text")["gid"]
    path = f"/projects/{project}/custom_field_settings"
    (setting,) = sandbox.data(path, opt_fields="custom_field.name,parent,is_important")

    assert setting["custom_field"] == {"gid": field, "name": "my text"}
    assert setting["parent"] == {"gid": project, "resource_type": "project"}
    again = sandbox.post(f"/projects/{project}/addCustomFieldSetting", {"custom_field": field})
    assert again.status_code == 400


def test_custom_fields_are_for_paid_plans(sandbox: SandboxClient, project: str) -> None:
    field = make_field(sandbox, project, "text")["gid"]
    sandbox.switch(plan="free")
    values = {"custom_fields": {field: "x"}, "projects": [project]}

    assert said(sandbox.post("/tasks", values)) == (
        402,
        "Custom Fields are not available for free users or guests.",
    )
    assert said(sandbox.get(f"/projects/{project}/custom_field_settings")) == (
        402,
        "Custom Field Settings are not available for free users.",
    )
    assert sandbox.get(f"/workspaces/{sandbox.workspace}/custom_fields").status_code == 402
    assert sandbox.make("tasks", name="T", projects=[project])["custom_fields"] == []


def test_a_value_that_refers_to_a_deleted_task_shows_the_rest(
    sandbox: SandboxClient, project: str
) -> None:
    field = make_field(sandbox, project, "reference")["gid"]
    gone, kept = (sandbox.make("tasks", name=name)["gid"] for name in ("gone", "kept"))
    values = {field: [gone, kept]}
    task = sandbox.make("tasks", name="T", projects=[project], custom_fields=values)["gid"]

    sandbox.delete(f"/tasks/{gone}")
    (shown,) = sandbox.data(f"/tasks/{task}")["custom_fields"]
    assert [one["gid"] for one in shown["reference_value"]] == [kept]
    assert shown["display_value"] == "kept"
    sandbox.delete(f"/tasks/{kept}")
    assert sandbox.data(f"/tasks/{task}")["custom_fields"][0]["display_value"] is None
