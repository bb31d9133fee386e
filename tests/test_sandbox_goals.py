"""Goals of the sandbox: where they belong, what they are measured by, who sees and follows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def goal(sandbox: SandboxClient, **data: Any) -> str:
    """Make a goal of the workspace and give its gid."""
    data = {"name": "G", "workspace": sandbox.workspace, **data}
    return str(sandbox.make("goals", **data)["gid"])


def a_team(sandbox: SandboxClient) -> str:
    """Give the gid of a team."""
    return str(sandbox.data("/users/me/teams", organization=sandbox.workspace)[0]["gid"])


def names(sandbox: SandboxClient, **query: str) -> list[str]:
    """Name the goals that a query gives."""
    return [one["name"] for one in sandbox.data("/goals", **query)]


def test_a_new_goal_is_the_workspaces_and_followed_by_its_maker(sandbox: SandboxClient) -> None:
    made = sandbox.make("goals", name="G", workspace=sandbox.workspace, notes="n & m")

    assert made["is_workspace_level"] is True
    assert made["team"] is made["owner"] is made["metric"] is made["status"] is None
    assert [user["name"] for user in made["followers"]] == ["Olivia Owner"]
    assert made["html_notes"] == "<body>n &amp; m</body>"
    assert made["privacy_setting"] == "public_to_workspace"


def test_a_goal_of_a_team_is_in_its_organization(sandbox: SandboxClient) -> None:
    made = sandbox.make("goals", name="G", team=a_team(sandbox))

    assert made["is_workspace_level"] is False
    assert made["workspace"]["gid"] == sandbox.workspace


def test_a_plain_workspace_has_neither_level_nor_team(sandbox: SandboxClient) -> None:
    plain = sandbox.control_post("workspaces", {"name": "Plain", "is_organization": False})

    made = sandbox.make("goals", name="G", workspace=plain["gid"])
    assert {"is_workspace_level", "team"} & made.keys() == set()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"workspace": None}, "You should specify one of workspace, team"),
        (
            {"is_workspace_level": False},
            "is_workspace_level: A goal without a team is the workspace's",
        ),
        ({"start_on": "2026-01-01"}, "start_on: A goal with a start date must have a due date"),
        (
            {"start_on": "2026-01-02", "due_on": "2026-01-01"},
            "start_on: A goal must not start after it is due",
        ),
        ({"status": "green"}, "status: Cannot write this property"),
        ({"owner": "nobody@example.com"}, "owner: Not a user in Organization: nobody@example.com"),
        ({"time_period": "12"}, "time_period: Unknown object: 12"),
    ],
)
def test_what_a_goal_cannot_be_made_with(
    sandbox: SandboxClient, data: dict[str, Any], text: str
) -> None:
    body = {"name": "G", "workspace": sandbox.workspace, **data}

    assert said(sandbox.post("/goals", body)) == (400, text)


def test_team_and_period_are_the_workspaces(sandbox: SandboxClient) -> None:
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    period = sandbox.data("/time_periods", workspace=sandbox.workspace)[0]["gid"]

    for data, text in (
        ({"team": a_team(sandbox)}, "team: The team is not in the workspace"),
        ({"time_period": period}, "time_period: The time period is not the workspace's"),
    ):
        assert said(sandbox.post("/goals", {"workspace": other, **data})) == (400, text)


def test_a_start_may_go_with_a_due_date_that_is_there(sandbox: SandboxClient) -> None:
    gid = goal(sandbox, due_on="2026-03-01")

    assert sandbox.put(f"/goals/{gid}", {"start_on": "2026-01-01"}).ok
    assert not sandbox.put(f"/goals/{gid}", {"due_on": None}).ok


def test_only_what_is_sent_changes(sandbox: SandboxClient) -> None:
    gid = goal(sandbox, owner="me", due_on="2026-03-01")
    changed = sandbox.put(f"/goals/{gid}", {"name": "H", "owner": None, "liked": True})

    known = changed.json()["data"]
    assert (known["name"], known["owner"], known["due_on"]) == ("H", None, "2026-03-01")
    assert (known["liked"], known["num_likes"]) == (True, 1)


def test_a_goal_stays_in_its_workspace(sandbox: SandboxClient) -> None:
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    gid = goal(sandbox)

    assert said(sandbox.put(f"/goals/{gid}", {"workspace": other})) == (
        400,
        "workspace: A goal cannot change its workspace",
    )
    assert sandbox.put(f"/goals/{gid}", {"workspace": sandbox.workspace}).ok


def test_a_status_needs_a_metric(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)

    assert said(sandbox.put(f"/goals/{gid}", {"status": "green"})) == (
        400,
        "status: Can only be set on a goal that has a metric",
    )
    sandbox.do(f"/goals/{gid}/setMetric", target_number_value=10)
    assert sandbox.put(f"/goals/{gid}", {"status": "green"}).json()["data"]["status"] == "green"
    assert sandbox.put(f"/goals/{gid}", {"status": None}).json()["data"]["status"] is None
    assert sandbox.put(f"/goals/{gid}", {"status": "blue"}).status_code == 400


@pytest.mark.parametrize(
    ("metric", "shown"),
    [
        ({"precision": 2, "target_number_value": 10, "initial_number_value": 5.126}, "5.13"),
        ({"unit": "percentage", "current_number_value": 0.2512}, "25%"),
        ({"unit": "percentage", "precision": 1, "current_number_value": 0.2512}, "25.1%"),
        ({"unit": "currency", "currency_code": "EUR", "current_number_value": 8}, "8 EUR"),
    ],
)
def test_a_metric_displays_its_current_value(
    sandbox: SandboxClient, metric: dict[str, Any], shown: str
) -> None:
    made = sandbox.do(f"/goals/{goal(sandbox)}/setMetric", **metric)

    assert made["metric"]["current_display_value"] == shown


def test_a_new_metric_takes_the_place_of_the_old_one(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    first = sandbox.do(f"/goals/{gid}/setMetric", progress_source="subgoal_progress")["metric"]
    second = sandbox.do(f"/goals/{gid}/setMetric", progress_source="external")["metric"]

    assert first["gid"] != second["gid"]
    assert (first["is_custom_weight"], "can_manage" in first) == (False, False)
    assert (second["can_manage"], "is_custom_weight" in second) == (True, False)
    wei = sandbox.token_of("wei@sandbox.example")
    theirs = sandbox.get(f"/goals/{gid}", token=wei).json()["data"]
    assert theirs["metric"]["can_manage"] is False


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        ({"precision": 7}, "precision: Must be from 0 to 6"),
        ({"initial_number_value": 1}, "target_number_value: Cannot equal initial_number_value"),
        ({"unit": "currency"}, "currency_code: Goes with the unit currency, and only with it"),
        ({"unit": "metres"}, "unit: Value is not one of the allowed values: metres"),
    ],
)
def test_metrics_that_make_no_sense_are_refused(
    sandbox: SandboxClient, metric: dict[str, Any], text: str
) -> None:
    assert said(sandbox.post(f"/goals/{goal(sandbox)}/setMetric", metric)) == (400, text)


def test_a_current_value_needs_a_metric(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    path, value = f"/goals/{gid}/setMetricCurrentValue", {"current_number_value": 3.26}

    assert said(sandbox.post(path, value)) == (400, "current_number_value: The goal has no metric")
    sandbox.do(f"/goals/{gid}/setMetric", target_number_value=10, precision=1)
    assert sandbox.do(path, **value)["metric"]["current_number_value"] == 3.3


def test_followers_are_the_people_among_the_members(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    sandbox.do(f"/goals/{gid}/addFollowers", followers=["wei@sandbox.example", "me"])
    left = sandbox.do(f"/goals/{gid}/removeFollowers", followers=["me"])

    assert [user["name"] for user in left["followers"]] == ["Wei Chen"]
    (membership,) = sandbox.data("/memberships", parent=gid)
    assert membership["member"]["name"] == "Wei Chen"
    sandbox.make("memberships", parent=gid, member="priya@sandbox.example")
    followers = sandbox.data(f"/goals/{gid}")["followers"]
    assert [user["name"] for user in followers] == ["Wei Chen", "Priya Natarajan"]
    assert said(sandbox.post(f"/goals/{gid}/addFollowers", {})) == (
        400,
        "followers: Missing input",
    )


def test_a_list_says_where(sandbox: SandboxClient) -> None:
    assert said(sandbox.get("/goals")) == (
        400,
        "You should specify one of workspace, team, portfolio, project, task",
    )


def test_a_level_goes_with_a_workspace(sandbox: SandboxClient) -> None:
    team = a_team(sandbox)
    goal(sandbox, name="ours")
    goal(sandbox, name="theirs", team=team)

    assert said(sandbox.get("/goals", team=team, is_workspace_level="true")) == (
        400,
        "is_workspace_level: Must be used with the workspace parameter",
    )
    assert names(sandbox, workspace=sandbox.workspace, is_workspace_level="true") == ["ours"]
    assert names(sandbox, workspace=sandbox.workspace, is_workspace_level="false") == ["theirs"]
    assert names(sandbox, team=team) == ["theirs"]


def test_goals_are_found_by_what_supports_them(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T")["gid"]
    first, second = (goal(sandbox, name=name) for name in "AB")
    goal(sandbox, name="C")
    for above, by in ((first, project), (second, task)):
        sandbox.do(f"/goals/{above}/addSupportingRelationship", supporting_resource=by)

    assert names(sandbox, project=project) == ["A"]
    assert names(sandbox, workspace=sandbox.workspace, task=task) == ["B"]
    assert names(sandbox, project=project, task=task) == []


def test_goals_are_found_by_their_periods(sandbox: SandboxClient) -> None:
    periods = sandbox.data("/time_periods", workspace=sandbox.workspace)
    gids = [period["gid"] for period in periods[:3]]
    for name, gid in zip("ABC", gids, strict=True):
        goal(sandbox, name=name, time_period=gid)

    some = {"workspace": sandbox.workspace, "time_periods": f"{gids[0]},{gids[2]}"}
    assert names(sandbox, **some) == ["A", "C"]
    sent = [("workspace", sandbox.workspace), *(("time_periods", gid) for gid in gids[:2])]
    found = sandbox.call("GET", "/goals", params=sent).json()["data"]
    assert [one["name"] for one in found] == ["A", "B"]


def test_values_of_fields_are_those_of_its_settings(sandbox: SandboxClient) -> None:
    facts: dict[str, Any] = {"name": "Theme", "resource_subtype": "text"}
    field = sandbox.make("custom_fields", **facts)["gid"]
    gid = goal(sandbox)
    values = {"custom_fields": {field: "Growth"}}

    assert said(sandbox.put(f"/goals/{gid}", values)) == (
        400,
        f"Custom field with ID {field} is not on given object",
    )
    setting = sandbox.do(f"/goals/{gid}/addCustomFieldSetting", custom_field=field)
    assert (setting["parent"]["gid"], "project" in setting) == (gid, False)
    (value,) = sandbox.put(f"/goals/{gid}", values).json()["data"]["custom_fields"]
    assert (value["gid"], value["text_value"]) == (field, "Growth")
    sandbox.do(f"/goals/{gid}/removeCustomFieldSetting", custom_field=field)
    assert sandbox.data(f"/goals/{gid}")["custom_fields"] == []
    assert sandbox.data(f"/goals/{gid}/custom_field_settings") == []


def test_a_deleted_field_leaves_goals_too(sandbox: SandboxClient) -> None:
    facts: dict[str, Any] = {"name": "Theme", "resource_subtype": "text"}
    field = sandbox.make("custom_fields", **facts)["gid"]
    gid = goal(sandbox)
    sandbox.do(f"/goals/{gid}/addCustomFieldSetting", custom_field=field)
    sandbox.put(f"/goals/{gid}", {"custom_fields": {field: "Growth"}})
    sandbox.delete(f"/custom_fields/{field}")

    known = sandbox.data(f"/goals/{gid}")
    assert known["custom_fields"] == known["custom_field_settings"] == []


def test_comments_are_stories_of_a_goal(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    comment = sandbox.make(f"goals/{gid}/stories", text="Well begun.")

    assert comment["target"]["gid"] == gid
    (story,) = sandbox.data(f"/goals/{gid}/stories")
    assert (story["gid"], story["resource_subtype"]) == (comment["gid"], "comment_added")
    assert sandbox.put(f"/stories/{story['gid']}", {"text": "Half done."}).ok
    assert sandbox.delete(f"/stories/{story['gid']}").ok
    assert sandbox.data(f"/goals/{gid}/stories") == []


def test_events_tell_what_happened_to_a_goal(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    sync = sandbox.get("/events", resource=gid).json()["sync"]
    sandbox.put(f"/goals/{gid}", {"name": "H"})
    sandbox.do(f"/goals/{gid}/setMetric", target_number_value=5)
    story = sandbox.make(f"goals/{gid}/stories", text="So far.")["gid"]

    told = sandbox.data("/events", resource=gid, sync=sync)
    assert [(one["action"], one["resource"]["gid"]) for one in told] == [
        ("changed", gid),
        ("changed", gid),
        ("added", story),
    ]
    assert [one["change"]["field"] for one in told[:2]] == ["name", "metric"]


def test_goals_for_members_only_are_for_owner_and_followers(sandbox: SandboxClient) -> None:
    gid = goal(sandbox, owner="priya@sandbox.example")
    state = f"{sandbox.control}/state"
    records = [json.loads(line) for line in sandbox.session.get(state, timeout=30).iter_lines()]
    for record in records:
        if record.get("gid") == gid:
            record["privacy_setting"] = "members_only"
    lines = "\n".join(json.dumps(record) for record in records)
    assert sandbox.session.put(state, data=lines, timeout=30).ok
    priya, wei = (sandbox.token_of(f"{name}@sandbox.example") for name in ("priya", "wei"))

    assert sandbox.get(f"/goals/{gid}", token=priya).ok
    assert said(sandbox.get(f"/goals/{gid}", token=wei)) == (
        403,
        "You do not have access to this goal.",
    )
    assert sandbox.get("/goals", token=wei, workspace=sandbox.workspace).json()["data"] == []
    service = sandbox.token_of("wei@sandbox.example", service_account=True)
    assert sandbox.get(f"/goals/{gid}", token=service).ok


def test_nothing_is_left_of_a_deleted_goal(sandbox: SandboxClient) -> None:
    gid, below = goal(sandbox), goal(sandbox)
    sandbox.do(f"/goals/{gid}/addSupportingRelationship", supporting_resource=below)
    sandbox.do(f"/goals/{gid}/setMetric", target_number_value=5)
    story = sandbox.make(f"goals/{gid}/stories", text="So far.")["gid"]

    assert sandbox.delete(f"/goals/{gid}").json() == {"data": {}}
    assert sandbox.get(f"/goals/{gid}").status_code == 404
    assert sandbox.get(f"/stories/{story}").status_code == 404
    assert sandbox.data(f"/goals/{below}/parentGoals") == []
    left = sandbox.session.get(f"{sandbox.control}/state", timeout=30).text.splitlines()
    kinds = {json.loads(line)["resource_type"] for line in left if f'"{gid}"' in line}
    assert kinds <= {"audit_log_event"}
    assert not any("goal_metric" in line for line in left)


def test_goals_are_found_by_typing(sandbox: SandboxClient) -> None:
    goal(sandbox, name="Grow")

    path, typed = f"/workspaces/{sandbox.workspace}/typeahead", {"resource_type": "goal"}
    assert [one["name"] for one in sandbox.data(path, query="gro", **typed)] == ["Grow"]
