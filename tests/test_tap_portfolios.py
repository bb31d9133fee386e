"""Portfolios, what is in them and who: all that the token may see, by whatever way it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import AsanaError
from tap_asana.complaints import RefusedError
from tests.tap_runs import catalog_of, config_of, run_command, run_tap

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

WEI = "wei@sandbox.example"


class Portfolios:
    """Makes portfolios: its own as Olivia, those of others as Wei."""

    def __init__(self, sandbox: SandboxClient) -> None:
        """Begin with none."""
        self.sandbox = sandbox
        self.wei = sandbox.token_of(WEI)

    def make(self, name: str, *, token: str | None = None) -> str:
        """Make one and give its gid."""
        body = {"name": name, "workspace": self.sandbox.workspace}
        return str(self.sandbox.post("/portfolios", body, token=token).json()["data"]["gid"])

    def do(self, gid: str, action: str, **data: str) -> None:
        """Do something to one as Wei."""
        done = self.sandbox.post(f"/portfolios/{gid}/{action}", data, token=self.wei)
        assert done.ok, done.text


@pytest.fixture
def shared(sandbox: SandboxClient) -> Portfolios:
    """One of Olivia's, and of Wei's one shared with her, one inside that, and a secret one."""
    made = Portfolios(sandbox)
    made.make("mine")
    ours = made.make("ours", token=made.wei)
    inner = made.make("inner", token=made.wei)
    made.make("secret", token=made.wei)
    made.do(ours, "addItem", item=inner)
    made.do(ours, "addMembers", members="olivia@sandbox.example")
    made.do(inner, "addMembers", members="olivia@sandbox.example")
    return made


def test_people_read_their_own_portfolios_and_those_they_are_in(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    del shared
    run = run_tap(sandbox, "portfolios")

    assert sorted(run.names("portfolios")) == ["inner", "mine", "ours"]
    owners = {one["name"]: one["owner"]["name"] for one in run.records["portfolios"]}
    assert owners == {"mine": "Olivia Owner", "ours": "Wei Chen", "inner": "Wei Chen"}


def test_what_is_public_inside_a_portfolio_is_read_too(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    world = {"name": "plain", "is_organization": False}
    plain = sandbox.control_post("workspaces", world)["gid"]
    sandbox.user("Wei Chen", WEI, plain)
    body = {"name": "for all", "workspace": plain, "public": True}
    public = sandbox.post("/portfolios", body, token=shared.wei).json()["data"]["gid"]
    outer = {"name": "outer", "workspace": plain}
    gid = sandbox.make("portfolios", **outer)["gid"]
    sandbox.do(f"/portfolios/{gid}/addItem", item=public)

    run = run_tap(sandbox, "portfolios", workspaces=[plain])
    assert sorted(run.names("portfolios")) == ["for all", "outer"]


def test_service_accounts_are_given_all_portfolios_at_once(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    del shared
    token = sandbox.token_of(WEI, service_account=True)
    sandbox.forget_requests()
    run = run_tap(sandbox, "portfolios", access_token=token)

    assert run.names("portfolios") == ["mine", "ours", "inner", "secret"]
    asked = sandbox.requests()["by_operation"]
    assert asked["GET /portfolios"] == asked["GET /portfolio_memberships"] == 1
    assert "GET /portfolios/{portfolio_gid}" not in asked


def test_a_listing_without_an_owner_may_be_all_that_people_own(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    del shared
    sandbox.switch(portfolios_need_owner=False)
    run = run_tap(sandbox, "portfolios")

    assert sorted(run.names("portfolios")) == ["inner", "mine", "ours"]


@pytest.mark.parametrize("status", [400, 403])
def test_whichever_way_the_listing_of_all_is_refused_ones_own_is_asked_for(
    sandbox: SandboxClient, shared: Portfolios, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    del shared
    sandbox.switch(portfolios_need_owner=False)
    sandbox.fault({"method": "GET", "path": "/portfolios", "status": status, "times": 1})
    run = run_tap(sandbox, "portfolios")

    assert sorted(run.names("portfolios")) == ["inner", "mine", "ours"]
    assert not [one for one in caplog.records if one.levelname == "WARNING"]


def test_a_portfolio_that_vanishes_takes_no_other_along(
    sandbox: SandboxClient, shared: Portfolios, caplog: pytest.LogCaptureFixture
) -> None:
    del shared
    path = "/portfolios/*"
    sandbox.fault({"method": "GET", "path": path, "status": 404, "times": 1})
    run = run_tap(sandbox, "portfolios", workers=0)

    assert len(run.names("portfolios")) == 2
    (warning,) = [one.message for one in caplog.records if one.levelname == "WARNING"]
    assert warning.startswith("Not all of 'portfolios' is read: GET /portfolios/")


def test_a_portfolio_that_vanishes_before_it_is_opened_takes_no_other_along(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    plain = sandbox.control_post("workspaces", {"name": "plain", "is_organization": False})["gid"]
    sandbox.user("Wei Chen", WEI, plain)
    body = {"name": "for all", "workspace": plain, "public": True}
    public = sandbox.post("/portfolios", body, token=shared.wei).json()["data"]["gid"]
    sandbox.make("portfolios", name="vanishes", workspace=plain)
    outer = sandbox.make("portfolios", name="outer", workspace=plain)["gid"]
    sandbox.do(f"/portfolios/{outer}/addItem", item=public)
    sandbox.fault({"method": "GET", "path": "/portfolios/*/items", "status": 404, "times": 1})
    run = run_tap(sandbox, "portfolios", workers=0, workspaces=[plain])

    assert sorted(run.names("portfolios")) == ["for all", "outer", "vanishes"]


def test_what_is_forbidden_ends_a_strict_run_though_something_vanished_before(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    del shared
    for status in (404, 403):
        sandbox.fault({"method": "GET", "path": "/portfolios/*", "status": status, "times": 1})
    run_tap(sandbox, "portfolios", workers=0, on_forbidden="fail", ends_with=RefusedError)


@pytest.mark.parametrize("path", ["/portfolios", "/portfolios/*", "/portfolio_memberships"])
def test_a_fault_of_asanas_ends_the_run(
    sandbox: SandboxClient, shared: Portfolios, path: str
) -> None:
    del shared
    sandbox.fault({"method": "GET", "path": path, "status": 400, "times": 9})
    run_tap(sandbox, "portfolios", ends_with=AsanaError)


def test_items_tell_what_they_are_and_what_they_are_in(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    outer = shared.make("outer")
    project = sandbox.make("projects", name="project")["gid"]
    inner = shared.make("within")
    for item in (project, inner):
        sandbox.do(f"/portfolios/{outer}/addItem", item=item)
    run = run_tap(sandbox, "portfolio_items", "project_portfolio_settings")

    rows = [one for one in run.records["portfolio_items"] if one["portfolio_gid"] == outer]
    assert rows == [
        {"portfolio_gid": outer, "gid": gid, "name": name, "resource_type": kind}
        for gid, name, kind in ((project, "project", "project"), (inner, "within", "portfolio"))
    ]
    (setting,) = run.records["project_portfolio_settings"]
    assert setting["project"] == {"gid": project, "resource_type": "project"}
    assert setting["portfolio"]["gid"] == outer
    assert setting["is_access_control_inherited"] is False


def test_memberships_are_of_whatever_is_shared(sandbox: SandboxClient, shared: Portfolios) -> None:
    mine = shared.make("another")
    project = sandbox.make("projects", name="project")["gid"]
    field = sandbox.make("custom_fields", name="Phase", resource_subtype="text")["gid"]
    team = sandbox.data(f"/workspaces/{sandbox.workspace}/teams")[0]
    for parent in (mine, project, field):
        sandbox.make("memberships", parent=parent, member=team["gid"])
    run = run_tap(sandbox, "memberships")

    of_team = {
        one["parent"]["gid"]: (one["resource_subtype"], one["access_level"])
        for one in run.records["memberships"]
        if one["member"] == {"gid": team["gid"], "name": team["name"], "resource_type": "team"}
    }
    assert of_team == {
        mine: ("portfolio_membership", "viewer"),
        project: ("project_membership", "editor"),
        field: ("custom_field_membership", "user"),
    }


def test_custom_field_settings_are_of_whatever_has_fields(
    sandbox: SandboxClient, shared: Portfolios
) -> None:
    field = sandbox.make("custom_fields", name="Phase", resource_subtype="text")["gid"]
    gids = {
        "projects": sandbox.make("projects", name="project")["gid"],
        "portfolios": shared.make("portfolio"),
        "goals": sandbox.make("goals", name="goal", workspace=sandbox.workspace)["gid"],
    }
    for kind, gid in gids.items():
        sandbox.do(f"/{kind}/{gid}/addCustomFieldSetting", custom_field=field)
    run = run_tap(sandbox, "custom_field_settings")

    settings = run.records["custom_field_settings"]
    assert sorted(one["parent"]["gid"] for one in settings) == sorted(gids.values())
    assert {one["custom_field"]["name"] for one in settings} == {"Phase"}


def test_a_free_plan_is_told_once_and_the_rest_is_read(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    sandbox.make("projects", name="project")
    sandbox.switch(plan="free")
    config = config_of(sandbox)
    streams: dict[str, Any] = {"portfolios": None, "portfolio_items": None, "projects": None}
    done, problems = run_command(tmp_path, config=config, catalog=catalog_of(streams, **config))

    assert done.returncode == 0
    (problem,) = problems
    assert problem.startswith("Not all of 'portfolios' is read: GET /portfolios: Asana answered")
    assert '"name":"project"' in done.stdout
