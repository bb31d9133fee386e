"""Guests: people who are in a workspace, and see in it what is shared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def guest(sandbox: SandboxClient) -> str:
    people = [{"name": "Gus", "email": "gus@guest.example", "is_guest": True}]
    sandbox.control_post("users", {"workspace": sandbox.workspace, "people": people})
    return sandbox.token_of("gus@guest.example")


def test_a_guest_is_told_to_be_one(sandbox: SandboxClient, guest: str) -> None:
    memberships = sandbox.get("/users/me/workspace_memberships", opt_fields="is_guest", token=guest)
    assert [one["is_guest"] for one in memberships.json()["data"]] == [True]


def test_a_guest_sees_the_projects_that_are_shared_with_them_and_no_public_ones(
    sandbox: SandboxClient, guest: str
) -> None:
    for name in ("Open", "Shared"):
        sandbox.make("projects", name=name, privacy_setting="public_to_workspace")
    shared = sandbox.listed("/projects", workspace=sandbox.workspace)[-1]
    sandbox.make("memberships", parent=shared["gid"], member="gus@guest.example")
    found = sandbox.get("/projects", workspace=sandbox.workspace, token=guest).json()["data"]
    assert [one["gid"] for one in found] == [shared["gid"]]


def test_a_guest_sees_no_team_but_their_own(sandbox: SandboxClient, guest: str) -> None:
    path = f"/workspaces/{sandbox.workspace}/teams"
    assert sandbox.get(path, token=guest).json()["data"] == []
    team = sandbox.listed(path)[0]["gid"]
    sandbox.do(f"/teams/{team}/addUser", user="gus@guest.example")
    assert [one["gid"] for one in sandbox.get(path, token=guest).json()["data"]] == [team]


def test_custom_fields_are_not_for_guests(sandbox: SandboxClient, guest: str) -> None:
    refusal = sandbox.get(f"/workspaces/{sandbox.workspace}/custom_fields", token=guest)
    assert said(refusal) == (402, "Custom Fields are not available for free users or guests.")
