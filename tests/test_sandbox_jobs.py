"""Jobs of the sandbox, and the duplicates that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def made(sandbox: SandboxClient, path: str, kind: str, **data: Any) -> dict[str, Any]:
    """Start a job, and give in full what it made."""
    job = sandbox.do(path, **data)
    done = sandbox.data(f"/jobs/{job['gid']}")
    assert done["status"] == "succeeded"
    found: dict[str, Any] = sandbox.data(f"/{kind}s/{done[f'new_{kind}']['gid']}")
    return found


def test_a_job_goes_on_with_the_clock(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    sandbox.switch(job_seconds=60)
    job = sandbox.do(f"/tasks/{task}/duplicate", name="Copy")
    states = [job["status"]]
    for seconds in (0, 31, 30):
        sandbox.advance(seconds)
        states.append(sandbox.data(f"/jobs/{job['gid']}")["status"])

    assert states == ["not_started", "not_started", "in_progress", "succeeded"]
    assert job["resource_subtype"] == "duplicate_task"
    assert job["new_task"]["name"] == "Copy"


def test_a_job_that_is_to_fail_makes_nothing(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")["gid"]
    sandbox.switch(job_outcome="failed")
    job = sandbox.do(f"/tasks/{task}/duplicate", name="Copy", include="assignee")

    assert sandbox.data(f"/jobs/{job['gid']}")["status"] == "failed"
    assert "new_task" not in job
    mine = sandbox.listed("/tasks", assignee="me", workspace=sandbox.workspace)
    assert [one["name"] for one in mine] == ["T"]


def test_only_who_started_a_job_reads_it(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    job = sandbox.do(f"/tasks/{task}/duplicate", name="Copy")["gid"]
    other = sandbox.token_of("priya@sandbox.example")

    answer = sandbox.get(f"/jobs/{job}", token=other)
    assert said(answer) == (403, "You do not have access to this job.")
    assert said(sandbox.get("/jobs/12"))[0] == 404


def test_nobody_has_more_than_five_jobs_under_way(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    sandbox.switch(job_seconds=60)
    for _ in range(5):
        sandbox.do(f"/tasks/{task}/duplicate", name="Copy")
    refused = sandbox.post(f"/tasks/{task}/duplicate", {"name": "Copy"})

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    other = sandbox.token_of("priya@sandbox.example")
    project = sandbox.make("projects", name="P")["gid"]
    body = {"name": "Copy"}
    assert sandbox.post(f"/projects/{project}/duplicate", body, token=other).status_code == 201
    sandbox.advance(61)
    assert sandbox.post(f"/tasks/{task}/duplicate", body).status_code == 201


def test_a_duplicate_has_what_include_names_and_nothing_else(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    tag = sandbox.make("tags", name="urgent")["gid"]
    before = sandbox.make("tasks", name="before", projects=[project])["gid"]
    whole = {"notes": "N", "assignee": "me", "due_on": "2031-01-02", "projects": [project]}
    task = sandbox.make("tasks", name="T", tags=[tag], **whole)["gid"]
    sandbox.do(f"/tasks/{task}/addDependencies", dependencies=[before])
    sandbox.make(f"tasks/{task}/subtasks", name="below")
    link = {"resource_subtype": "external", "name": "Map", "url": "https://example.com/map"}
    sandbox.make("attachments", parent=task, **link)
    path = f"/tasks/{task}/duplicate"

    bare = made(sandbox, path, "task", name="bare")
    full = made(sandbox, path, "task", name="full", include=EVERYTHING)

    assert (bare["notes"], bare["assignee"], bare["due_on"]) == ("", None, None)
    assert (bare["projects"], bare["tags"]) == ([], [])
    assert (full["notes"], full["assignee"]["name"]) == ("N", "Olivia Owner")
    assert (full["due_on"], full["tags"][0]["name"]) == ("2031-01-02", "urgent")
    assert [one["gid"] for one in full["projects"]] == [project]
    for name, count in (("bare", 0), ("full", 1)):
        gid = {"bare": bare, "full": full}[name]["gid"]
        assert len(sandbox.listed(f"/tasks/{gid}/subtasks")) == count
        assert len(sandbox.listed(f"/tasks/{gid}/dependencies")) == count
        assert len(sandbox.listed("/attachments", parent=gid)) == count


EVERYTHING = "notes,assignee,subtasks,attachments,tags,followers,projects,dates,dependencies,parent"


def test_words_that_cannot_be_included_are_refused(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")["gid"]
    answer = sandbox.post(f"/tasks/{task}/duplicate", {"name": "C", "include": "notes,colour"})

    assert said(answer) == (400, "include: Value is not one of the allowed values: colour")


def trip(sandbox: SandboxClient) -> str:
    """Make a project with two sections, three dated tasks and a dependency among them."""
    project = sandbox.make("projects", name="Trip", notes="Far")["gid"]
    dates = {"start_on": "2030-01-07", "due_on": "2030-01-08"}
    pack = sandbox.make("tasks", name="Pack", projects=[project], **dates)["gid"]
    later = sandbox.make(f"projects/{project}/sections", name="Later")["gid"]
    home = [{"project": project, "section": later}]
    go = sandbox.make("tasks", name="Go", memberships=home, due_on="2030-01-11")["gid"]
    sandbox.make(f"tasks/{pack}/subtasks", name="Socks", assignee="me")
    sandbox.do(f"/tasks/{go}/addDependencies", dependencies=[pack])
    return str(project)


def tasks_of(sandbox: SandboxClient, project: str) -> dict[str, dict[str, Any]]:
    """Give the tasks of a project by name."""
    fields = "name,start_on,due_on,assignee.name,memberships.section.name,dependencies.name"
    return {
        one["name"]: one for one in sandbox.listed("/tasks", project=project, opt_fields=fields)
    }


def test_a_project_is_duplicated_with_its_tasks_in_their_sections(sandbox: SandboxClient) -> None:
    source = trip(sandbox)
    include = "task_dependencies,task_subtasks"
    copy = made(sandbox, f"/projects/{source}/duplicate", "project", name="Again", include=include)
    tasks = tasks_of(sandbox, copy["gid"])

    assert (copy["name"], copy["notes"]) == ("Again", "")
    assert {name: one["memberships"][0]["section"]["name"] for name, one in tasks.items()} == {
        "Pack": "Untitled section",
        "Go": "Later",
    }
    assert tasks["Go"]["dependencies"][0]["gid"] == tasks["Pack"]["gid"]
    (below,) = sandbox.listed(f"/tasks/{tasks['Pack']['gid']}/subtasks", opt_fields="assignee,name")
    assert (below["name"], below["assignee"]) == ("Socks", None)
    assert tasks["Go"]["due_on"] is None
    assert len(tasks_of(sandbox, source)) == 2


def test_copies_stay_in_other_projects_and_out_of_the_one_duplicated(
    sandbox: SandboxClient,
) -> None:
    source, other = (sandbox.make("projects", name=name)["gid"] for name in "PQ")
    task = sandbox.make("tasks", name="T", projects=[source, other])["gid"]
    below = sandbox.make(f"tasks/{task}/subtasks", name="below")["gid"]
    sandbox.do(f"/tasks/{below}/addProject", project=source)
    include = "task_projects,task_subtasks"
    copy = made(sandbox, f"/projects/{source}/duplicate", "project", name="R", include=include)

    assert sorted(tasks_of(sandbox, copy["gid"])) == ["T", "below"]
    assert len(sandbox.listed("/tasks", project=source)) == 2
    assert len(sandbox.listed("/tasks", project=other)) == 2
    again = tasks_of(sandbox, copy["gid"])["T"]["gid"]
    (child,) = sandbox.listed(f"/tasks/{again}/subtasks")
    assert child["gid"] == tasks_of(sandbox, copy["gid"])["below"]["gid"]


def test_what_stands_beside_the_tasks_is_duplicated_where_it_is_named(
    sandbox: SandboxClient,
) -> None:
    source = sandbox.make("projects", name="P")["gid"]
    sandbox.control_post("task_templates", {"project": source, "name": "Bug"})
    dates = {"start_date": "2031-01-06", "end_date": "2031-01-10"}
    effort = {"type": "hours", "value": 8}
    sandbox.make("allocations", parent=source, assignee="me", effort=effort, **dates)
    path, parts = f"/projects/{source}/duplicate", "allocations,task_templates,members"

    for name, include, found in (("bare", "", 0), ("full", parts, 1)):
        copy = made(sandbox, path, "project", name=name, include=include)["gid"]
        assert len(sandbox.listed("/task_templates", project=copy)) == found
        assert len(sandbox.listed("/allocations", parent=copy)) == found


@pytest.mark.parametrize(
    ("asked", "dates"),
    [
        ({"start_on": "2030-02-04", "should_skip_weekends": False}, ("2030-02-04", "2030-02-08")),
        ({"due_on": "2030-01-12", "should_skip_weekends": False}, ("2030-01-08", "2030-01-12")),
        ({"due_on": "2030-01-12", "should_skip_weekends": True}, ("2030-01-08", "2030-01-14")),
    ],
)
def test_dates_of_a_duplicate_are_shifted_alike(
    sandbox: SandboxClient, asked: dict[str, Any], dates: tuple[str, str]
) -> None:
    path = f"/projects/{trip(sandbox)}/duplicate"
    more: dict[str, Any] = {"include": "task_dates", "schedule_dates": asked}
    tasks = tasks_of(sandbox, made(sandbox, path, "project", name="Again", **more)["gid"])

    assert (tasks["Pack"]["start_on"], tasks["Go"]["due_on"]) == dates


@pytest.mark.parametrize(
    ("include", "asked", "message"),
    [
        ("", {"start_on": "2030-02-04"}, "schedule_dates: include must have task_dates"),
        (
            "task_dates",
            {"start_on": "2030-02-04"},
            "schedule_dates: should_skip_weekends: Missing input",
        ),
        (
            "task_dates",
            {"should_skip_weekends": True},
            "You should specify one of start_on, due_on",
        ),
        (
            "task_dates",
            {"should_skip_weekends": True, "start_on": "2030-02-04", "due_on": "2030-02-04"},
            "You may only provide one of start_on or due_on!",
        ),
        (
            "task_dates",
            {"should_skip_weekends": True, "start_on": "soon"},
            "schedule_dates: start_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: soon",
        ),
    ],
)
def test_schedules_that_make_no_sense_are_refused(
    sandbox: SandboxClient, include: str, asked: dict[str, Any], message: str
) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    body = {"name": "Again", "include": include, "schedule_dates": asked}

    assert said(sandbox.post(f"/projects/{project}/duplicate", body)) == (400, message)


def test_dates_cannot_be_shifted_off_the_calendar(sandbox: SandboxClient) -> None:
    asked = {"start_on": "9999-12-31", "should_skip_weekends": True}
    body = {"name": "Again", "include": "task_dates", "schedule_dates": asked}

    assert sandbox.post(f"/projects/{trip(sandbox)}/duplicate", body).status_code == 400


def test_a_portfolio_is_duplicated_with_what_include_names(sandbox: SandboxClient) -> None:
    portfolio = sandbox.make("portfolios", name="All", workspace=sandbox.workspace)["gid"]
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.do(f"/portfolios/{portfolio}/addItem", item=project)
    path = f"/portfolios/{portfolio}/duplicate"

    bare = made(sandbox, path, "portfolio", name="Bare")["gid"]
    full = made(sandbox, path, "portfolio", name="Full", include="child_projects,members")["gid"]
    assert sandbox.listed(f"/portfolios/{bare}/items") == []
    assert [one["gid"] for one in sandbox.listed(f"/portfolios/{full}/items")] == [project]
