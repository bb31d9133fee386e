"""Status updates, project statuses and project briefs of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

URL = "https://example.com/map"


def made(sandbox: SandboxClient, kind: str, **data: Any) -> str:
    """Make something that has status updates, and give its gid."""
    body = {"name": "N", "workspace": sandbox.workspace, **data}
    return str(sandbox.make(f"{kind}s", **body)["gid"])


def update(sandbox: SandboxClient, parent: str, kind: str = "on_track") -> dict[str, Any]:
    """Post a status update."""
    return sandbox.make("status_updates", parent=parent, status_type=kind, text="So far.")


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("project", "complete", "achieved"),
        ("portfolio", "on_hold", "missed"),
        ("goal", "partial", "on_hold"),
    ],
)
def test_what_can_be_said_depends_on_what_it_is_said_of(
    sandbox: SandboxClient, kind: str, right: str, wrong: str
) -> None:
    parent = made(sandbox, kind)
    body = {"parent": parent, "status_type": wrong, "text": "So far."}
    message = f"status_type: Value is not one of the allowed values: {wrong}"
    assert said(sandbox.post("/status_updates", body)) == (400, message)

    shown = update(sandbox, parent, right)
    assert shown["resource_subtype"] == f"{kind}_status_update"
    assert shown["parent"]["gid"] == parent
    current = sandbox.data(f"/{kind}s/{parent}")["current_status_update"]
    assert current["gid"] == shown["gid"]


def test_the_current_update_is_the_latest_there_is(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    first, second = update(sandbox, project), update(sandbox, project, "off_track")

    def current() -> list[str | None]:
        shown = sandbox.data(f"/projects/{project}")
        both = (shown["current_status_update"], shown["current_status"])
        return [one and one["gid"] for one in both]

    assert current() == [second["gid"]] * 2
    assert sandbox.delete(f"/status_updates/{second['gid']}").json() == {"data": {}}
    assert current() == [first["gid"]] * 2
    sandbox.delete(f"/project_statuses/{first['gid']}")
    assert current() == [None, None]


def test_updates_are_listed_since_a_moment(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    update(sandbox, project)
    sandbox.advance(60)
    late = update(sandbox, project)
    query = {"parent": project, "created_since": late["created_at"]}

    assert len(sandbox.data("/status_updates", parent=project)) == 2
    assert [one["gid"] for one in sandbox.data("/status_updates", **query)] == [late["gid"]]
    assert sandbox.get("/status_updates", parent=project, created_since="soon").status_code == 400


def test_an_update_says_something_of_something(sandbox: SandboxClient) -> None:
    project, task = made(sandbox, "project"), made(sandbox, "task")
    body: dict[str, Any] = {"parent": project, "status_type": "at_risk"}

    assert said(sandbox.post("/status_updates", body)) == (400, "text: Missing input")
    assert said(sandbox.post("/status_updates", {"parent": project})) == (
        400,
        "status_type: Missing input",
    )
    body["text"] = "Hm."
    assert said(sandbox.post("/status_updates", {**body, "parent": task})) == (
        400,
        f"parent: Not a recognized ID: {task}",
    )
    both = {**body, "html_text": "<body>Hm.</body>"}
    assert said(sandbox.post("/status_updates", both))[0] == 400
    path = f"/status_updates/{sandbox.make('status_updates', **body)['gid']}"
    assert sandbox.put(path, {"text": "Oh."}).status_code == 404


def test_formatted_text_does_for_plain_text(sandbox: SandboxClient) -> None:
    rich = "<body>Going <strong>well</strong></body>"
    body = {"parent": made(sandbox, "project"), "status_type": "on_track", "html_text": rich}
    gid = sandbox.make("status_updates", **body)["gid"]

    shown = sandbox.data(f"/status_updates/{gid}", opt_fields="text,html_text")
    assert shown == {"gid": gid, "text": "Going well", "html_text": rich}


def test_project_statuses_are_updates_in_colors(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    path = f"/projects/{project}/project_statuses"
    status = sandbox.make(path[1:], color="yellow", text="Tight.", title="May")

    shown = sandbox.data(f"/status_updates/{status['gid']}")
    assert (shown["status_type"], shown["title"]) == ("at_risk", "May")
    assert sandbox.data(path) == [
        {"gid": status["gid"], "resource_type": "project_status", "title": "May"}
    ]
    dropped = update(sandbox, project, "dropped")
    assert "color" not in sandbox.data(f"/project_statuses/{dropped['gid']}")
    of_a_goal = update(sandbox, made(sandbox, "goal"))["gid"]
    assert said(sandbox.get(f"/project_statuses/{of_a_goal}")) == (
        404,
        f"project_status: Not a recognized ID: {of_a_goal}",
    )


def test_a_project_has_one_brief(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    path = f"/projects/{project}/project_briefs"
    brief = sandbox.make(path[1:], title="Why", text="Because.")

    assert brief["html_text"] == "<body>Because.</body>"
    assert "text" not in brief
    known = sandbox.data(f"/projects/{project}", opt_fields="project_brief")
    assert known["project_brief"]["gid"] == brief["gid"]
    assert said(sandbox.post(path, {})) == (400, "project: The project already has a brief")
    brief_path = f"/project_briefs/{brief['gid']}"
    changed = sandbox.put(brief_path, {"html_text": "<body><h1>So</h1></body>"}).json()["data"]
    assert (changed["title"], changed["html_text"]) == ("Why", "<body><h1>So</h1></body>")
    both = {"text": "a", "html_text": "<body>a</body>"}
    assert said(sandbox.put(brief_path, both))[0] == 400

    body = {"parent": brief["gid"], "resource_subtype": "external", "name": "Map", "url": URL}
    link = sandbox.make("attachments", **body)
    assert sandbox.data("/attachments", parent=brief["gid"])[0]["gid"] == link["gid"]
    sandbox.delete(brief_path)
    assert sandbox.get(f"/attachments/{link['gid']}").status_code == 404
    assert sandbox.data(f"/projects/{project}", opt_fields="project_brief")["project_brief"] is None


def test_briefs_are_paid_for_where_they_are_made_and_read(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    brief = sandbox.make(f"projects/{project}/project_briefs")["gid"]
    sandbox.switch(plan="free")

    assert sandbox.get(f"/project_briefs/{brief}").status_code == 402
    assert sandbox.post(f"/projects/{project}/project_briefs", {}).status_code == 402
    assert sandbox.put(f"/project_briefs/{brief}", {"title": "T"}).status_code == 200


def test_what_is_said_of_a_private_project_is_private(sandbox: SandboxClient) -> None:
    secret = made(sandbox, "project", privacy_setting="private")
    status = update(sandbox, secret)["gid"]
    brief = sandbox.make(f"projects/{secret}/project_briefs")["gid"]
    wei = sandbox.token_of("wei@sandbox.example")

    for path in (f"/status_updates/{status}", f"/project_briefs/{brief}"):
        assert sandbox.get(path, token=wei).status_code == 403
    sandbox.delete(f"/projects/{secret}")
    for path in (f"/status_updates/{status}", f"/project_briefs/{brief}"):
        assert sandbox.get(path).status_code == 404


def test_updates_that_come_and_go_are_events(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    sync = sandbox.get("/events", resource=project).json()["sync"]
    status = update(sandbox, project)["gid"]
    sandbox.delete(f"/status_updates/{status}")

    events = sandbox.get("/events", resource=project, sync=sync).json()["data"]
    assert [(one["action"], one["resource"]["gid"]) for one in events] == [
        ("added", status),
        ("deleted", status),
    ]


def test_the_audit_log_tells_of_deleted_updates_and_of_members_of_portfolios(
    sandbox: SandboxClient,
) -> None:
    portfolio = made(sandbox, "portfolio")
    service = sandbox.token_of("olivia@sandbox.example", service_account=True)
    sandbox.delete(f"/status_updates/{update(sandbox, portfolio)['gid']}")
    for action in ("addMembers", "removeMembers"):
        sandbox.do(f"/portfolios/{portfolio}/{action}", members="wei@sandbox.example")

    path = f"/workspaces/{sandbox.workspace}/audit_log_events"
    told = sandbox.get(path, token=service).json()["data"]
    assert [one["event_type"] for one in told][-3:] == [
        "status_update_deleted",
        "portfolio_member_added",
        "portfolio_member_removed",
    ]
