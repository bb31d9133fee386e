"""What goals of the sandbox are tied to: subgoals, supporting work, time periods, the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES
from tests.refusals import said
from tests.test_sandbox_goals import goal

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

register_routes()

NO_ROUTE = (404, "No matching route for request")


def tie(sandbox: SandboxClient, above: str, by: str, **data: Any) -> dict[str, Any]:
    """Let something support a goal, and give the relationship."""
    body = {"supporting_resource": by, **data}
    made: dict[str, Any] = sandbox.do(f"/goals/{above}/addSupportingRelationship", **body)
    return made


def supporters(sandbox: SandboxClient, above: str, **query: str) -> list[str]:
    """Give the gids of what supports a goal."""
    found = sandbox.data("/goal_relationships", supported_goal=above, **query)
    return [one["supporting_resource"]["gid"] for one in found]


def test_a_relationship_tells_both_sides_and_the_weight(sandbox: SandboxClient) -> None:
    above, below = goal(sandbox), goal(sandbox)
    project = sandbox.make("projects", name="P")["gid"]
    subgoal, work = (
        tie(sandbox, above, below, contribution_weight=0.5),
        tie(sandbox, above, project),
    )

    assert (subgoal["resource_subtype"], subgoal["contribution_weight"]) == ("subgoal", 0.5)
    assert (work["resource_subtype"], work["contribution_weight"]) == ("supporting_work", 0)
    assert work["supported_goal"]["gid"] == above
    assert supporters(sandbox, above) == [below, project]
    assert supporters(sandbox, above, resource_subtype="supporting_work") == [project]
    assert [one["gid"] for one in sandbox.data(f"/goals/{below}/parentGoals")] == [above]


def test_only_the_weight_of_a_relationship_can_change(sandbox: SandboxClient) -> None:
    above, below = goal(sandbox), goal(sandbox)
    path = f"/goal_relationships/{tie(sandbox, above, below)['gid']}"

    assert sandbox.put(path, {"contribution_weight": 1}).json()["data"]["contribution_weight"] == 1
    assert said(sandbox.put(path, {"supported_goal": below})) == (
        400,
        "supported_goal: Cannot write this property",
    )


@pytest.mark.parametrize("weight", [-0.1, 1.1, 1e308])
def test_weights_are_from_0_to_1(sandbox: SandboxClient, weight: float) -> None:
    above, below = goal(sandbox), goal(sandbox)
    body = {"supporting_resource": below, "contribution_weight": weight}

    assert said(sandbox.post(f"/goals/{above}/addSupportingRelationship", body)) == (
        400,
        "contribution_weight: Must be from 0 to 1",
    )


def test_subgoals_have_places_and_work_has_none(sandbox: SandboxClient) -> None:
    above, first, second, third = (goal(sandbox) for _ in range(4))
    project = sandbox.make("projects", name="P")["gid"]
    tie(sandbox, above, first)
    tie(sandbox, above, second, insert_before=first)
    tie(sandbox, above, third, insert_after=second)

    assert supporters(sandbox, above) == [second, third, first]
    body = {"supporting_resource": project, "insert_after": first}
    assert said(sandbox.post(f"/goals/{above}/addSupportingRelationship", body)) == (
        400,
        "supporting_resource: Only subgoals have places",
    )


def test_what_cannot_support_a_goal(sandbox: SandboxClient) -> None:
    above, middle, below = (goal(sandbox) for _ in range(3))
    tie(sandbox, above, middle)
    tie(sandbox, middle, below)
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    abroad = goal(sandbox, workspace=other)
    tag = sandbox.make("tags", name="t")["gid"]

    for goal_gid, by, text in (
        (above, above, "A goal cannot support itself"),
        (below, above, "A goal cannot support itself"),
        (above, middle, "Supports the goal already"),
        (above, abroad, "Not in the goal's workspace"),
        (above, tag, f"Not a recognized ID: {tag}"),
    ):
        body = {"supporting_resource": by}
        answer = sandbox.post(f"/goals/{goal_gid}/addSupportingRelationship", body)
        assert said(answer) == (400, f"supporting_resource: {text}")


def test_support_ends_by_itself_or_with_what_gave_it(sandbox: SandboxClient) -> None:
    above, below = goal(sandbox), goal(sandbox)
    project, task = (sandbox.make(kind, name="N")["gid"] for kind in ("projects", "tasks"))
    for by in (below, project, task):
        tie(sandbox, above, by)
    path = f"/goals/{above}/removeSupportingRelationship"

    assert sandbox.post(path, {"supporting_resource": below}).json() == {"data": {}}
    assert supporters(sandbox, above) == [project, task]
    sandbox.delete(f"/tasks/{task}")
    assert supporters(sandbox, above) == [project]
    sandbox.delete(f"/projects/{project}")
    assert supporters(sandbox, above) == []


def test_relationships_of_a_goal_one_cannot_see_are_refused(sandbox: SandboxClient) -> None:
    tied = tie(sandbox, goal(sandbox), goal(sandbox))
    stranger = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    sandbox.user("Sam", "sam@example.com", stranger)
    answer = sandbox.get(
        f"/goal_relationships/{tied['gid']}", token=sandbox.token_of("sam@example.com")
    )

    assert said(answer) == (403, "You do not have access to this goal_relationship.")


def test_events_tell_of_support(sandbox: SandboxClient) -> None:
    above, below = goal(sandbox), goal(sandbox)
    sync = sandbox.get("/events", resource=above).json()["sync"]
    tie(sandbox, above, below)
    sandbox.do(f"/goals/{above}/removeSupportingRelationship", supporting_resource=below)

    told = sandbox.data("/events", resource=above, sync=sync)
    assert [(one["action"], one["parent"]["gid"]) for one in told] == [
        ("added", above),
        ("removed", above),
    ]


def test_years_have_halves_and_halves_have_quarters(sandbox: SandboxClient) -> None:
    sandbox.control_post("clock", {"now": "2028-02-29T12:00:00Z"})
    periods = sandbox.data(
        "/time_periods",
        workspace=sandbox.workspace,
        opt_fields="display_name,start_on,end_on,parent.display_name",
    )
    by_name = {period["display_name"]: period for period in periods}

    assert len(periods) == 14
    assert by_name["FY28"]["parent"] is None
    quarter = by_name["Q4 FY29"]
    assert (quarter["start_on"], quarter["end_on"]) == ("2029-10-01", "2029-12-31")
    assert quarter["parent"]["display_name"] == "H2 FY29"
    assert sandbox.data(f"/time_periods/{quarter['gid']}")["period"] == "Q4"


def test_the_year_that_comes_has_periods_too(sandbox: SandboxClient) -> None:
    sandbox.control_post("clock", {"now": "2027-12-31T23:00:00Z"})
    sandbox.data("/time_periods", workspace=sandbox.workspace)
    sandbox.advance(3600)

    assert len(sandbox.data("/time_periods", workspace=sandbox.workspace)) == 21


def test_days_bound_the_periods(sandbox: SandboxClient) -> None:
    sandbox.control_post("clock", {"now": "2027-06-11T12:00:00Z"})
    bounds = {"start_on": "2027-04-01", "end_on": "2027-09-30"}
    found = sandbox.data("/time_periods", workspace=sandbox.workspace, **bounds)

    assert [period["period"] for period in found] == ["Q2", "Q3"]
    assert said(sandbox.get("/time_periods", workspace=sandbox.workspace, start_on="May")) == (
        400,
        "start_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: May",
    )
    assert said(sandbox.get("/time_periods")) == (400, "workspace: Missing input")


def test_the_free_plan_has_no_goals(sandbox: SandboxClient) -> None:
    gid = goal(sandbox)
    sandbox.switch(plan="free")
    paid = (402, "Goals are not available for free users.")

    assert said(sandbox.get("/goals", workspace=sandbox.workspace)) == paid
    assert said(sandbox.put(f"/goals/{gid}", {"name": "H"})) == paid
    assert said(sandbox.get("/goal_relationships", supported_goal=gid)) == paid
    assert said(sandbox.get("/time_periods", workspace=sandbox.workspace)) == paid
    gated = {
        route.operation
        for route in ROUTES
        if route.paid and route.template.startswith(("/goal", "/time_periods"))
    }
    assert len(gated) == 20


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "subgoals"),
        ("GET", "supportingWork"),
        ("POST", "addSubgoal"),
        ("POST", "addSupportingWork"),
        ("POST", "removeSubgoal"),
        ("POST", "removeSupportingWork"),
    ],
)
def test_routes_of_2021_are_gone(sandbox: SandboxClient, method: str, path: str) -> None:
    url = f"{sandbox.url}/goals/{goal(sandbox)}/{path}"

    assert said(sandbox.session.request(method, url, timeout=30)) == NO_ROUTE


def test_routes_of_2021_may_still_answer(sandbox: SandboxClient) -> None:
    above, first, second = (goal(sandbox) for _ in range(3))
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.switch(goal_routes_of_2021=True)
    at = f"/goals/{above}"

    assert sandbox.do(f"{at}/addSubgoal", subgoal=first) == {}
    sandbox.do(f"{at}/addSubgoal", subgoal=second, insert_before=first)
    assert sandbox.do(f"{at}/addSupportingWork", supporting_work=project) == {}
    assert [one["gid"] for one in sandbox.data(f"{at}/subgoals")] == [second, first]
    assert [one["gid"] for one in sandbox.listed(f"{at}/supportingWork")] == [project]
    assert supporters(sandbox, above) == [second, first, project]
    assert sandbox.do(f"{at}/removeSubgoal", subgoal=second) == {}
    assert sandbox.do(f"{at}/removeSupportingWork", supporting_work=project) == {}
    assert supporters(sandbox, above) == [first]
    (result,) = sandbox.batch({"method": "get", "relative_path": f"{at}/subgoals"})
    assert result["status_code"] == 200
    sandbox.switch(goal_routes_of_2021=False)
    (result,) = sandbox.batch({"method": "get", "relative_path": f"{at}/subgoals"})
    assert result["status_code"] == 404
