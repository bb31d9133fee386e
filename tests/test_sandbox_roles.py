"""Roles in the sandbox: standard ones that stay, and those that administrators define."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

READER = {"name": "Reader", "description": "Reads.", "base_role_type": "guest"}


def define(sandbox: SandboxClient, **more: Any) -> dict[str, Any]:
    return sandbox.make("roles", **{"workspace": sandbox.workspace, **READER, **more})


def test_every_workspace_has_its_standard_roles(sandbox: SandboxClient) -> None:
    fields = "base_role_type,is_standard_role,workspace"
    other = sandbox.control_post("workspaces", {"name": "Elsewhere"})["gid"]
    for workspace in (sandbox.workspace, other):
        roles = sandbox.data("/roles", workspace=workspace, opt_fields=fields)

        assert all(role["is_standard_role"] for role in roles)
        assert {role["workspace"]["gid"] for role in roles} == {workspace}
        types = [role["base_role_type"] for role in roles]
        assert types == ["guest", "member", "admin", "super_admin"]


def test_standard_roles_can_be_neither_changed_nor_deleted(sandbox: SandboxClient) -> None:
    role = sandbox.data("/roles", workspace=sandbox.workspace)[0]
    path = f"/roles/{role['gid']}"
    refusal = (403, "Standard roles cannot be changed.")

    assert said(sandbox.put(path, {"name": "Visitor"})) == refusal
    assert said(sandbox.delete(path)) == refusal
    assert sandbox.data(path)["name"] == role["name"]


def test_a_role_permits_what_its_base_does_but_for_what_it_says(sandbox: SandboxClient) -> None:
    plain = define(sandbox)["permissions"]
    more = define(sandbox, permissions={"create_team": True, "task_deletion_policy": "owned"})

    assert more["permissions"] == {**plain, "create_team": True, "task_deletion_policy": "owned"}
    assert plain["create_team"] is False
    assert plain["task_deletion_policy"] == "none"
    path = f"/roles/{more['gid']}"
    changed = sandbox.put(path, {"permissions": {"create_goal": True}}).json()["data"]
    assert changed["permissions"] == {**more["permissions"], "create_goal": True}
    assert changed["modified_at"] >= more["modified_at"]
    assert sandbox.delete(path).json() == {"data": {}}
    assert sandbox.get(path).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_role_type": "owner"},
        {"is_standard_role": True},
        {"name": ""},
        {"permissions": {"fly": True}},
        {"permissions": {"create_team": "often"}},
        {"permissions": {"task_deletion_policy": "some"}},
        {"permissions": ["create_team"]},
    ],
)
def test_a_role_with_odd_values_is_refused(sandbox: SandboxClient, wrong: dict[str, Any]) -> None:
    body = {"workspace": sandbox.workspace, **READER, **wrong}

    assert sandbox.post("/roles", body).status_code == 400


@pytest.mark.parametrize("name", ["name", "description", "base_role_type", "workspace"])
def test_a_role_needs_all_that_makes_it(sandbox: SandboxClient, name: str) -> None:
    body = {"workspace": sandbox.workspace, **READER}
    del body[name]

    assert said(sandbox.post("/roles", body)) == (400, f"{name}: Missing input")


def test_roles_are_defined_by_administrators(sandbox: SandboxClient) -> None:
    token = sandbox.token_of(sandbox.user("Wei", "wei@example.com")["gid"])
    body = {"workspace": sandbox.workspace, **READER}
    path = f"/roles/{define(sandbox)['gid']}"
    refusal = (403, "Only administrators can manage roles.")

    assert said(sandbox.post("/roles", body, token=token)) == refusal
    assert said(sandbox.put(path, {"name": "R"}, token=token)) == refusal
    assert said(sandbox.delete(path, token=token)) == refusal
    assert sandbox.get(path, token=token).ok


def test_no_role_is_archived(sandbox: SandboxClient) -> None:
    place = {"workspace": sandbox.workspace}

    assert sandbox.data("/roles", **place, archived="true") == []
    assert len(sandbox.data("/roles", **place, archived="false")) == 4
    assert sandbox.get("/roles", **place, archived="perhaps").status_code == 400
