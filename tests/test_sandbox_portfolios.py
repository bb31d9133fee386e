"""Portfolios of the sandbox: who is given which, what is in them, who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

WEI = "wei@sandbox.example"


def portfolio(sandbox: SandboxClient, **data: Any) -> str:
    """Make a portfolio and give its gid."""
    body = {"name": "P", "workspace": sandbox.workspace, **data}
    return str(sandbox.make("portfolios", **body)["gid"])


def items(sandbox: SandboxClient, gid: str) -> list[str]:
    """Name what is in a portfolio."""
    return [one["name"] for one in sandbox.data(f"/portfolios/{gid}/items")]


def test_people_list_the_portfolios_they_own(sandbox: SandboxClient) -> None:
    mine, wei = portfolio(sandbox), sandbox.token_of(WEI)
    workspace = {"workspace": sandbox.workspace}
    olivia = sandbox.data("/users/me")["gid"]

    def asked(token: str | None = None, **query: str) -> list[str]:
        answer = sandbox.get("/portfolios", token=token, **workspace, **query).json()
        return [one["gid"] for one in answer["data"]]

    assert asked(owner="me") == [mine]
    assert asked(wei, owner="me") == []
    assert said(sandbox.get("/portfolios", **workspace)) == (400, "owner: Missing input")
    assert said(sandbox.get("/portfolios", owner="me")) == (400, "workspace: Missing input")
    assert sandbox.get("/portfolios", token=wei, **workspace, owner=olivia).status_code == 403
    service = sandbox.token_of(WEI, service_account=True)
    assert asked(service) == [mine]
    assert asked(service, owner=olivia) == [mine]
    assert asked(service, owner=WEI) == []
    sandbox.switch(portfolios_need_owner=False)
    assert asked() == [mine]


def test_who_makes_a_portfolio_owns_it(sandbox: SandboxClient) -> None:
    made = sandbox.make("portfolios", name="P", workspace=sandbox.workspace, archived=True)

    assert made["owner"]["name"] == made["created_by"]["name"] == "Olivia Owner"
    assert [one["name"] for one in made["members"]] == ["Olivia Owner"]
    assert (made["privacy_setting"], made["public"]) == ("members_only", False)
    assert "archived" not in made
    path = f"/portfolios/{made['gid']}"
    assert sandbox.data(path, opt_fields="archived") == {"gid": made["gid"], "archived": True}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": None, "workspace": 7}, "workspace: Not a valid GID type: number"),
        ({"color": "none"}, "color: Value is not one of the allowed values: none"),
        ({"owner": "me"}, "owner: Cannot write this property"),
        ({"public": True}, "public: Cannot write this property"),
        ({"privacy_setting": "members_only"}, "privacy_setting: Cannot write this property"),
        ({"custom_fields": {}}, "custom_fields: Cannot write this property"),
        ({"start_on": "2031-01-01"}, "start_on: You must also provide due_on"),
    ],
)
def test_a_bad_portfolio_is_refused(
    sandbox: SandboxClient, data: dict[str, Any], message: str
) -> None:
    body = {"name": "P", "workspace": sandbox.workspace, **data}

    assert said(sandbox.post("/portfolios", body)) == (400, message)


def test_portfolios_are_changed_and_deleted(sandbox: SandboxClient) -> None:
    gid = portfolio(sandbox)
    path = f"/portfolios/{gid}"
    dates = {"start_on": "2031-01-01", "due_on": "2031-02-01"}
    changed = sandbox.put(path, {"name": "Q", **dates}).json()["data"]

    assert (changed["name"], changed["start_on"], changed["color"]) == (
        "Q",
        "2031-01-01",
        "dark-pink",
    )
    membership = sandbox.data("/memberships", parent=gid)[0]["gid"]
    assert sandbox.delete(path).json() == {"data": {}}
    assert sandbox.get(path).status_code == 404
    assert sandbox.get(f"/memberships/{membership}").status_code == 404


def test_items_are_projects_and_portfolios_in_an_order(sandbox: SandboxClient) -> None:
    gid, inner = portfolio(sandbox), portfolio(sandbox, name="inner")
    project = sandbox.make("projects", name="project")["gid"]
    add = f"/portfolios/{gid}/addItem"
    assert sandbox.do(add, item=inner) == {}
    sandbox.do(add, item=project, insert_before=inner)
    assert items(sandbox, gid) == ["project", "inner"]
    sandbox.do(add, item=project)
    assert items(sandbox, gid) == ["inner", "project"]

    sandbox.do(f"/portfolios/{gid}/removeItem", item=inner)
    sandbox.do(f"/portfolios/{gid}/removeItem", item=inner)
    assert items(sandbox, gid) == ["project"]
    sandbox.delete(f"/projects/{project}")
    assert items(sandbox, gid) == []


def test_a_portfolio_is_never_in_itself(sandbox: SandboxClient) -> None:
    outer, inner = portfolio(sandbox), portfolio(sandbox)
    sandbox.do(f"/portfolios/{outer}/addItem", item=inner)

    for holder, item in ((outer, outer), (inner, outer)):
        refused = sandbox.post(f"/portfolios/{holder}/addItem", {"item": item})
        assert said(refused) == (400, "item: A portfolio cannot be in itself")


def test_tasks_are_no_items(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    refused = sandbox.post(f"/portfolios/{portfolio(sandbox)}/addItem", {"item": task})

    assert said(refused) == (400, f"item: Not a recognized ID: {task}")


def test_private_items_are_left_out_without_a_word(sandbox: SandboxClient) -> None:
    gid = portfolio(sandbox)
    secret = sandbox.make("projects", name="secret", privacy_setting="private")["gid"]
    sandbox.do(f"/portfolios/{gid}/addItem", item=secret)
    wei = sandbox.token_of(WEI)
    assert sandbox.get(f"/portfolios/{gid}", token=wei).status_code == 403

    shown = sandbox.do(f"/portfolios/{gid}/addMembers", members=f"{WEI},me")
    assert [one["name"] for one in shown["members"]] == ["Olivia Owner", "Wei Chen"]
    assert sandbox.get(f"/portfolios/{gid}/items", token=wei).json()["data"] == []
    shown = sandbox.do(f"/portfolios/{gid}/removeMembers", members=WEI)
    assert [one["name"] for one in shown["members"]] == ["Olivia Owner"]


def test_members_of_a_portfolio_see_a_project_that_says_so(sandbox: SandboxClient) -> None:
    gid = portfolio(sandbox)
    secret = sandbox.make("projects", name="secret", privacy_setting="private")["gid"]
    sandbox.do(f"/portfolios/{gid}/addItem", item=secret)
    sandbox.do(f"/portfolios/{gid}/addMembers", members=WEI)
    (setting,) = sandbox.data(f"/portfolios/{gid}/project_portfolio_settings")
    assert setting["is_access_control_inherited"] is False
    assert sandbox.data(f"/projects/{secret}/project_portfolio_settings") == [setting]

    path = f"/project_portfolio_settings/{setting['gid']}"
    sandbox.put(path, {"is_access_control_inherited": True})
    assert sandbox.data(path)["project"]["gid"] == secret
    assert sandbox.get(f"/projects/{secret}", token=sandbox.token_of(WEI)).ok
    sandbox.do(f"/portfolios/{gid}/removeItem", item=secret)
    assert sandbox.get(path).status_code == 404
    assert sandbox.get(f"/projects/{secret}", token=sandbox.token_of(WEI)).status_code == 403


def test_fields_of_a_portfolio_are_fields_of_what_is_in_it(sandbox: SandboxClient) -> None:
    gid, inner = portfolio(sandbox), portfolio(sandbox)
    project = sandbox.make("projects", name="project")["gid"]
    field = sandbox.make("custom_fields", name="Phase", resource_subtype="text")["gid"]
    sandbox.do(f"/portfolios/{gid}/addCustomFieldSetting", custom_field=field)

    for path, item in ((f"/projects/{project}", project), (f"/portfolios/{inner}", inner)):
        values = {"custom_fields": {field: "early"}}
        assert said(sandbox.put(path, values))[0] == 400
        sandbox.do(f"/portfolios/{gid}/addItem", item=item)
        (shown,) = sandbox.put(path, values).json()["data"]["custom_fields"]
        assert (shown["gid"], shown["text_value"]) == (field, "early")
    path = f"/portfolios/{gid}/custom_field_settings"
    (setting,) = sandbox.data(path, opt_fields="parent,project")
    assert setting["parent"]["gid"] == gid
    assert "project" not in setting
    sandbox.delete(f"/custom_fields/{field}")
    assert sandbox.data(f"/projects/{project}")["custom_fields"] == []


def test_memberships_of_portfolios_come_in_the_older_shape_too(sandbox: SandboxClient) -> None:
    gid = portfolio(sandbox)
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]["gid"]
    for who in (WEI, team):
        sandbox.make("memberships", parent=gid, member=who)

    def listed(path: str = "/portfolio_memberships", **query: str) -> list[str]:
        return [one["user"]["name"] for one in sandbox.data(path, **query)]

    assert listed(portfolio=gid) == ["Olivia Owner", "Wei Chen"]
    assert listed(portfolio=gid, user=WEI) == ["Wei Chen"]
    assert listed(workspace=sandbox.workspace, user="me") == ["Olivia Owner"]
    assert listed(f"/portfolios/{gid}/portfolio_memberships", user=WEI) == ["Wei Chen"]
    for query in ({}, {"workspace": sandbox.workspace}, {"user": "me"}):
        assert said(sandbox.get("/portfolio_memberships", **query)) == (
            400,
            "You should specify one of portfolio, user and workspace",
        )
    (first, _) = sandbox.data("/portfolio_memberships", portfolio=gid)
    full = sandbox.data(f"/portfolio_memberships/{first['gid']}")
    assert (full["portfolio"]["gid"], full["access_level"]) == (gid, "admin")


def test_a_free_plan_has_no_portfolios(sandbox: SandboxClient) -> None:
    gid = portfolio(sandbox)
    sandbox.switch(plan="free")

    for path in ("/portfolios", f"/portfolios/{gid}/items", f"/portfolios/{gid}"):
        refused = sandbox.get(path, workspace=sandbox.workspace, owner="me")
        assert said(refused) == (402, "Portfolios are not available for free users.")


def test_search_knows_what_is_in_portfolios(sandbox: SandboxClient) -> None:
    gid, project = portfolio(sandbox), sandbox.make("projects", name="project")["gid"]
    task = sandbox.make("tasks", name="in", projects=[project])["gid"]
    sandbox.make("tasks", name="out")
    path = f"/workspaces/{sandbox.workspace}/tasks/search"

    def found() -> list[str]:
        return [one["gid"] for one in sandbox.data(path, **{"portfolios.any": gid})]

    assert found() == []
    sandbox.do(f"/portfolios/{gid}/addItem", item=project)
    assert found() == [task]
