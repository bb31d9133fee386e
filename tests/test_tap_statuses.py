"""Status updates, project statuses and briefs, with the files of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tap_runs import discovered, run_tap

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def made(sandbox: SandboxClient, kind: str) -> str:
    """Make something that has status updates, and give its gid."""
    return str(sandbox.make(f"{kind}s", name=kind, workspace=sandbox.workspace)["gid"])


def test_updates_are_of_projects_portfolios_and_goals(sandbox: SandboxClient) -> None:
    for kind in ("project", "portfolio", "goal"):
        gid, rich = made(sandbox, kind), "<body>Off to a <em>good</em> start</body>"
        body = {"status_type": "on_track", "title": kind, "html_text": rich}
        sandbox.make("status_updates", parent=gid, **body)
    run = run_tap(sandbox, "status_updates")

    told = {one["title"]: one for one in run.records["status_updates"]}
    assert {title: one["parent"]["name"] for title, one in told.items()} == {
        kind: kind for kind in ("project", "portfolio", "goal")
    }
    assert {one["text"] for one in told.values()} == {"Off to a good start"}
    assert {one["resource_subtype"] for one in told.values()} == {
        "project_status_update",
        "portfolio_status_update",
        "goal_status_update",
    }


def test_the_older_statuses_are_read_by_whoever_selects_them(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    sandbox.make(f"projects/{project}/project_statuses", text="Late.", color="red")
    entries = {one["tap_stream_id"]: one for one in discovered({})["streams"]}
    (root,) = [one for one in entries["project_statuses"]["metadata"] if not one["breadcrumb"]]
    assert root["metadata"]["selected-by-default"] is False

    assert not run_tap(sandbox).records["project_statuses"]
    (status,) = run_tap(sandbox, "project_statuses").records["project_statuses"]
    assert (status["color"], status["text"], status["project_gid"]) == ("red", "Late.", project)


def test_briefs_are_asked_for_where_there_are_any(sandbox: SandboxClient) -> None:
    project = made(sandbox, "project")
    made(sandbox, "project")
    brief = sandbox.make(f"projects/{project}/project_briefs", title="Why", text="So.")["gid"]
    link = {"resource_subtype": "external", "name": "Map", "url": "https://example.com/map"}
    attachment = sandbox.make("attachments", parent=brief, **link)["gid"]
    sandbox.forget_requests()
    run = run_tap(sandbox, "project_briefs", "attachments")

    (record,) = run.records["project_briefs"]
    assert (record["gid"], record["title"], record["text"]) == (brief, "Why", "So.")
    assert record["project"]["gid"] == project
    assert sandbox.requests()["by_operation"]["GET /project_briefs/{project_brief_gid}"] == 1
    (file,) = run.records["attachments"]
    assert (file["gid"], file["parent"]["gid"]) == (attachment, brief)


def test_a_brief_that_is_gone_takes_nothing_else_along(sandbox: SandboxClient) -> None:
    for _ in range(2):
        sandbox.make(f"projects/{made(sandbox, 'project')}/project_briefs", title="Why")
    path = "/project_briefs/*"
    sandbox.fault({"method": "GET", "path": path, "status": 404, "times": 1})
    run = run_tap(sandbox, "project_briefs", workers=0)

    assert len(run.records["project_briefs"]) == 1
