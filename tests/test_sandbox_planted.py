"""What people and Asana make and no route does: agents, reactions and favorites of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@pytest.fixture
def comment(sandbox: SandboxClient) -> str:
    """A comment on a task."""
    task = sandbox.make("tasks", name="T")["gid"]
    return str(sandbox.make(f"tasks/{task}/stories", text="Done!")["gid"])


def react(sandbox: SandboxClient, target: str, emoji: str, user: str | None = None) -> str:
    """Make somebody react, the owner unless told otherwise."""
    body = {"target": target, "emoji": emoji, **({"user": user} if user else {})}
    return str(sandbox.control_post("reactions", body)["gid"])


def test_reactions_are_found_by_their_emoji_in_any_skin(
    sandbox: SandboxClient, comment: str
) -> None:
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    plain, dark = react(sandbox, comment, "👍"), react(sandbox, comment, "👍🏿", wei)
    react(sandbox, comment, "🎉")
    found = sandbox.data("/reactions", target=comment, emoji_base="👍")

    assert [one["gid"] for one in found] == [plain, dark]
    assert found[1] == {
        "gid": dark,
        "emoji": "👍🏿",
        "user": {"gid": wei, "name": "Wei Chen", "resource_type": "user"},
    }
    assert len(sandbox.listed("/reactions", target=comment, emoji_base="🎉")) == 1


def test_the_summary_of_a_comment_agrees(sandbox: SandboxClient, comment: str) -> None:
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    assert sandbox.data(f"/stories/{comment}")["reaction_summary"] == []
    for emoji, user in (("👍", None), ("👍", wei), ("👍🏿", wei)):
        react(sandbox, comment, emoji, user)

    assert sandbox.data(f"/stories/{comment}")["reaction_summary"] == [
        {"emoji_base": "👍", "variant": "👍", "count": 2, "reacted": True},
        {"emoji_base": "👍", "variant": "👍🏿", "count": 1, "reacted": False},
    ]


def test_only_comments_and_status_updates_have_reactions(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    asked = {"target": task, "emoji_base": "👍"}

    assert said(sandbox.get("/reactions", **asked)) == (400, f"target: Not a recognized ID: {task}")
    assert said(sandbox.get("/reactions", target="1", emoji_base="👍"))[0] == 400
    assert said(sandbox.get("/reactions", target=task)) == (400, "emoji_base: Missing input")


def test_agents_are_of_a_workspace(sandbox: SandboxClient) -> None:
    made = sandbox.control_post("agents", {"name": "Planner", "description": "Plans."})
    (agent,) = sandbox.listed(f"/workspaces/{sandbox.workspace}/agents")
    whole = sandbox.data(f"/agents/{made['gid']}")

    assert agent == {
        "gid": made["gid"],
        "resource_type": "agent",
        "resource_subtype": "asana_teammate",
        "name": "Planner",
    }
    assert whole["workspace"]["gid"] == sandbox.workspace
    assert (whole["description"], whole["behavior_guidance"]) == ("Plans.", None)
    assert sandbox.get("/agents/1").status_code == 404


def test_favorites_are_ones_own_by_type_and_workspace(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    elsewhere = sandbox.make("projects", name="Q", workspace=other)["gid"]
    for resource in (project, elsewhere, sandbox.make("tags", name="t")["gid"]):
        sandbox.control_post("favorites", {"resource": resource})
    asked = {"resource_type": "project", "workspace": sandbox.workspace}

    assert [one["gid"] for one in sandbox.data("/users/me/favorites", **asked)] == [project]
    there = {**asked, "workspace": other}
    assert [one["gid"] for one in sandbox.data("/users/me/favorites", **there)] == [elsewhere]
    token = sandbox.token_of("wei@sandbox.example")
    assert sandbox.data("/users/me/favorites", token=token, **asked) == []


def test_a_favorite_person_is_one_where_that_person_is(sandbox: SandboxClient) -> None:
    other = sandbox.control_post("workspaces", {"name": "Other"})["gid"]
    wei = sandbox.user("Wei Chen", "wei@sandbox.example")["gid"]
    sandbox.control_post("favorites", {"resource": wei})
    asked = {"resource_type": "user", "workspace": sandbox.workspace}

    assert [one["gid"] for one in sandbox.data("/users/me/favorites", **asked)] == [wei]
    assert sandbox.data("/users/me/favorites", **{**asked, "workspace": other}) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("agents", {}),
        ("agents", {"name": "A", "workspace": "1"}),
        ("reactions", {"target": "1", "emoji": "👍"}),
        ("reactions", {"target": {}, "emoji": "👍"}),
        ("favorites", {"resource": None}),
        ("audit_log_events", {"event_type": "sneezed"}),
        ("audit_log_events", {"event_type": "task_deleted", "resource": "1"}),
        ("audit_log_events", {"event_type": "task_deleted", "created_at": "now"}),
    ],
)
def test_what_cannot_be_is_refused(sandbox: SandboxClient, path: str, body: dict[str, Any]) -> None:
    response = requests.post(f"{sandbox.control}/{path}", json=body, timeout=30)

    assert response.status_code == 400
