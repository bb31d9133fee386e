"""Duplicates of tasks, projects and portfolios, made by jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.areas.portfolios import PORTFOLIOS_PAID
from asana_sandbox.body import day, flag, only, text
from asana_sandbox.calls import object_in
from asana_sandbox.copying import Copier
from asana_sandbox.drafts import (
    PORTFOLIO_PARTS,
    PROJECT_PARTS,
    TASK_PARTS,
    dates_in,
    take_project,
    take_task,
)
from asana_sandbox.errors import bad_request, missing, not_allowed, not_both, one_of
from asana_sandbox.jobs import start
from asana_sandbox.lookup import in_path, listed
from asana_sandbox.routing import Request, Single, route
from asana_sandbox.schedules import Schedule, first_on, last_on

if TYPE_CHECKING:
    from asana_sandbox.drafts import Draft


@route("POST", "/tasks/{task_gid}/duplicate")
def duplicate_task(request: Request) -> Single:
    """Asana's duplicateTask; without a name the copy has the task's own (ours)."""
    task = in_path(request, "task")
    data = only(request, "name include")
    parts = included(data, TASK_PARTS)
    draft = take_task(request.world.store, task, parts)
    draft["name"] = text("name", data.get("name")) or task["name"]

    def work() -> dict[str, str]:
        copier = Copier(request)
        parent = request.world.store.find(draft.get("parent") or "")
        made = copier.task(draft, parent)
        copier.tie()
        return {"new_task": made["gid"]}

    return start(request, "duplicate_task", work)


@route("POST", "/projects/{project_gid}/duplicate", required=("name",))
def duplicate_project(request: Request) -> Single:
    """Asana's duplicateProject: tasks and custom fields always, the rest as `include` has it."""
    project = in_path(request, "project")
    data = only(request, "name include schedule_dates")
    parts = included(data, PROJECT_PARTS)
    name = required_name(data)
    draft = take_project(request.world.store, project, parts)
    schedule = _schedule(data, parts, draft)

    def work() -> dict[str, str]:
        made = Copier(request, schedule).project(draft, name=name, owner=request.user["gid"])
        return {"new_project": made["gid"]}

    return start(request, "duplicate_project", work)


@route("POST", "/portfolios/{portfolio_gid}/duplicate", required=("name",), paid=PORTFOLIOS_PAID)
def duplicate_portfolio(request: Request) -> Single:
    """Asana's duplicatePortfolio: custom fields always, the rest as `include` has it.

    That the copy holds the same projects and portfolios, not copies of them, is ours.
    """
    portfolio = in_path(request, "portfolio")
    data = only(request, "name include")
    parts = included(data, PORTFOLIO_PARTS)
    name = required_name(data)

    def work() -> dict[str, str]:
        return {"new_portfolio": Copier(request).portfolio(portfolio, name, parts)["gid"]}

    return start(request, "duplicate_portfolio", work)


def included(data: dict[str, Any], known: frozenset[str]) -> frozenset[str]:
    """Read `include`: words with commas between them, or a list of words.

    Raises:
        ApiError: 400 for a word that the operation does not have.
    """
    words = listed("include", data.get("include") or "")
    for word in words:
        if not isinstance(word, str) or word not in known:
            raise not_allowed("include", word)
    return frozenset(words)


def required_name(data: dict[str, Any]) -> str:
    """Give the name that a new thing must have.

    Raises:
        ApiError: 400 when it is empty or no text.
    """
    name = text("name", data["name"])
    if not name:
        raise missing("name")
    return name


def _schedule(data: dict[str, Any], parts: frozenset[str], draft: Draft) -> Schedule:
    """Read `schedule_dates` (Asana's OpenAPI, ProjectDuplicateRequest); the wording is ours."""
    if data.get("schedule_dates") is None:
        return Schedule()
    asked = object_in(data, "schedule_dates")
    if "task_dates" not in parts:
        raise bad_request("schedule_dates: include must have task_dates")
    if "should_skip_weekends" not in asked:
        raise missing("schedule_dates: should_skip_weekends")
    skip = flag("schedule_dates: should_skip_weekends", asked["should_skip_weekends"])
    first = day("schedule_dates: start_on", asked.get("start_on"))
    last = day("schedule_dates: due_on", asked.get("due_on"))
    if first and last:
        raise not_both("start_on", "due_on")
    if first:
        return first_on(dates_in(draft, "start_on"), first, skip_weekends=skip)
    if last:
        return last_on(dates_in(draft, "due_on"), last, skip_weekends=skip)
    raise one_of("start_on", "due_on")
