"""One good call of every route of the sandbox, on the sample that `serve --sample` brings.

Words in braces name objects of the sample: see `names_of`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.conftest import SandboxClient

Record = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """What is sent: query parameters of a GET, the inner object of any other body.

    `at` names other objects than the usual ones for the places of the path. `served` says that
    only service accounts may ask.
    """

    sent: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)
    served: bool = False


def names_of(records: Sequence[Record]) -> dict[str, str]:
    """Name the sample's objects: the first of each kind by its kind, some by a word."""
    names: dict[str, str] = {}
    for record in records:
        names.setdefault(record["resource_type"], record.get("gid", ""))
    by_name = {record.get("name"): record.get("gid", "") for record in reversed(records)}
    priority = next(record for record in records if record.get("name") == "Priority")
    names |= {word: by_name[name] for word, name in _WORDS.items()}
    names["membership"] = names["project_membership"]
    names["custom_id"] = "WEB-1"
    names["project_status"] = names["status_update"]
    names["low"], names["high"] = priority["enum_options"]
    names["comment"] = next(
        r["gid"] for r in records if r.get("resource_subtype") == "comment_added"
    )
    return names


def records_in(sandbox: SandboxClient) -> list[Record]:
    """Give the objects of a fresh sample."""
    sandbox.reset()
    lines = sandbox.session.get(f"{sandbox.control}/state", timeout=30).text.splitlines()
    return [json.loads(line) for line in lines]


def names_in(sandbox: SandboxClient) -> dict[str, str]:
    """Name the objects of a fresh sample."""
    return names_of(records_in(sandbox))


def places_of(template: str, ask: Ask, names: dict[str, str]) -> dict[str, str]:
    """Give the gids for the places of a path."""
    places = re.findall(r"\{(\w+)\}", template)
    return {place: names[ask.at.get(place, place.removesuffix("_gid"))] for place in places}


def filled(value: Any, names: dict[str, str]) -> Any:
    """Put gids in the place of words in braces."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], value)
    if isinstance(value, list | tuple):
        return [filled(one, names) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, names) for name, one in value.items()}
    return value


_WORDS = {
    "task": "Design the home page",
    "other": "Write the copy",
    "child": "Draw the header",
    "milestone": "Go live",
    "portfolio": "Launches",
    "web": "Web",
    "project": "Website launch",
    "old": "Old website",
    "doing": "Doing",
    "todo": "To do",
    "tag": "urgent",
    "custom_field": "Priority",
    "summary": "Summary",
    "wei": "Wei Chen",
    "category": "Design",
    "agency": "Agency",
    "salaries": "Salaries",
    "secret": "A surprise",
    "priya": "Priya Natarajan",
    "goal": "Grow the traffic of the website by a third",
    "subgoal": "Launch the new website",
}

_NEW_TASK = {"name": "New", "notes": "Soon.", "due_on": "2031-01-02"}
_NEW_PROJECT = {"name": "New", "color": "light-blue"}

CALLS: dict[str, Ask] = {
    "GET /allocations": Ask({"parent": "{project}"}),
    "POST /allocations": Ask(
        {
            "parent": "{old}",
            "assignee": "{wei}",
            "start_date": "2031-01-06",
            "end_date": "2031-01-17",
            "effort": {"type": "hours", "value": 20},
        }
    ),
    "PUT /allocations/{allocation_gid}": Ask({"effort": {"type": "percent", "value": 25}}),
    "GET /access_requests": Ask({"target": "{salaries}"}),
    "POST /access_requests": Ask({"target": "{secret}", "message": "May I?"}),
    "POST /access_requests/{access_request_gid}/approve": Ask(),
    "POST /access_requests/{access_request_gid}/reject": Ask(),
    "GET /attachments": Ask({"parent": "{other}"}),
    "POST /attachments": Ask(
        {
            "parent": "{task}",
            "resource_subtype": "external",
            "name": "Map",
            "url": "https://example.com/map",
        }
    ),
    "POST /batch": Ask({"actions": [{"method": "get", "relative_path": "/tasks/{task}"}]}),
    "GET /budgets": Ask({"parent": "{project}"}),
    "POST /budgets": Ask(
        {
            "parent": "{old}",
            "budget_type": "time",
            "estimate": {"enabled": True, "source": "tasks"},
            "total": {"enabled": True, "value": 6000},
        }
    ),
    "PUT /budgets/{budget_gid}": Ask({"total": {"value": 15000}}),
    "POST /custom_fields": Ask(
        {
            "workspace": "{workspace}",
            "name": "Size",
            "resource_subtype": "enum",
            "enum_options": [{"name": "S"}, {"name": "L"}],
        }
    ),
    "PUT /custom_fields/{custom_field_gid}": Ask({"description": "How soon"}),
    "POST /custom_fields/{custom_field_gid}/enum_options": Ask({"name": "Middle"}),
    "POST /custom_fields/{custom_field_gid}/enum_options/insert": Ask(
        {"enum_option": "{low}", "after_enum_option": "{high}"}
    ),
    "PUT /enum_options/{enum_option_gid}": Ask({"name": "Lowest"}),
    "GET /custom_types": Ask({"project": "{project}"}),
    "GET /events": Ask({"resource": "{project}"}),
    "GET /goal_relationships": Ask({"supported_goal": "{goal}"}),
    "PUT /goal_relationships/{goal_relationship_gid}": Ask({"contribution_weight": 0.5}),
    "GET /goals": Ask({"workspace": "{workspace}"}),
    "POST /goals": Ask({"name": "New", "notes": "Soon.", "workspace": "{workspace}"}),
    "PUT /goals/{goal_gid}": Ask({"name": "Renamed"}),
    "POST /goals/{goal_gid}/addCustomFieldSetting": Ask(
        {"custom_field": "{summary}"}, {"goal_gid": "subgoal"}
    ),
    "POST /goals/{goal_gid}/removeCustomFieldSetting": Ask({"custom_field": "{summary}"}),
    "POST /goals/{goal_gid}/addFollowers": Ask({"followers": ["{priya}"]}),
    "POST /goals/{goal_gid}/removeFollowers": Ask({"followers": ["{wei}"]}),
    "POST /goals/{goal_gid}/addSupportingRelationship": Ask({"supporting_resource": "{project}"}),
    "POST /goals/{goal_gid}/removeSupportingRelationship": Ask(
        {"supporting_resource": "{subgoal}"}
    ),
    "POST /goals/{goal_gid}/setMetric": Ask(
        {"unit": "currency", "currency_code": "EUR", "target_number_value": 100.5, "precision": 1}
    ),
    "POST /goals/{goal_gid}/setMetricCurrentValue": Ask({"current_number_value": 0.25}),
    "POST /goals/{goal_gid}/stories": Ask({"text": "Well done."}),
    "POST /exports/graph": Ask({"parent": "{project}"}),
    "POST /exports/resource": Ask(
        {
            "workspace": "{workspace}",
            "export_request_parameters": [{"resource_type": "task", "fields": ["name"]}],
        },
        served=True,
    ),
    "GET /memberships": Ask({"parent": "{project}"}),
    "POST /memberships": Ask({"parent": "{project}", "member": "{wei}"}),
    "PUT /memberships/{membership_gid}": Ask({"access_level": "commenter"}),
    "GET /ooo_entries": Ask({"user": "me", "workspace": "{workspace}"}),
    "POST /ooo_entries": Ask(
        {
            "user": "{wei}",
            "workspace": "{workspace}",
            "start_date": "2031-01-06",
            "end_date": "2031-01-06",
        }
    ),
    "PUT /ooo_entries/{ooo_entry_gid}": Ask({"end_date": "2041-01-01"}),
    "POST /organization_exports": Ask({"organization": "{workspace}"}, served=True),
    "GET /organization_exports/{organization_export_gid}": Ask(served=True),
    "POST /portfolios/{portfolio_gid}/duplicate": Ask({"name": "New", "include": "members"}),
    "GET /project_templates": Ask({"workspace": "{workspace}"}),
    "POST /project_templates/{project_template_gid}/instantiateProject": Ask(
        {"name": "Second launch", "requested_dates": [{"gid": "1", "value": "2031-01-02"}]}
    ),
    "GET /portfolio_memberships": Ask({"portfolio": "{portfolio}"}),
    "GET /portfolios": Ask({"workspace": "{workspace}", "owner": "me"}),
    "POST /portfolios": Ask({"name": "New", "workspace": "{workspace}", "color": "dark-red"}),
    "PUT /portfolios/{portfolio_gid}": Ask({"name": "Renamed"}),
    "POST /portfolios/{portfolio_gid}/addCustomFieldSetting": Ask(
        {"custom_field": "{custom_field}"}
    ),
    "GET /portfolios/{portfolio_gid}/items": Ask(at={"portfolio_gid": "web"}),
    "POST /portfolios/{portfolio_gid}/removeCustomFieldSetting": Ask({"custom_field": "{summary}"}),
    "POST /portfolios/{portfolio_gid}/addItem": Ask({"item": "{project}"}),
    "POST /portfolios/{portfolio_gid}/removeItem": Ask({"item": "{web}"}),
    "POST /portfolios/{portfolio_gid}/addMembers": Ask({"members": "{wei}"}),
    "POST /portfolios/{portfolio_gid}/removeMembers": Ask({"members": "{wei}"}),
    "PUT /project_briefs/{project_brief_gid}": Ask({"title": "Why"}),
    "PUT /project_portfolio_settings/{project_portfolio_setting_gid}": Ask(
        {"is_access_control_inherited": True}
    ),
    "POST /projects/{project_gid}/project_briefs": Ask(
        {"text": "Because."}, {"project_gid": "old"}
    ),
    "POST /projects/{project_gid}/project_statuses": Ask({"color": "red", "text": "Late."}),
    "GET /status_updates": Ask({"parent": "{project}"}),
    "POST /status_updates": Ask(
        {"parent": "{portfolio}", "status_type": "complete", "text": "Done."}
    ),
    "GET /projects": Ask({"workspace": "{workspace}"}),
    "POST /projects": Ask({**_NEW_PROJECT, "workspace": "{workspace}"}),
    "PUT /projects/{project_gid}": Ask({"name": "Renamed"}),
    "POST /projects/{project_gid}/addCustomFieldSetting": Ask(
        {"custom_field": "{summary}"}, {"project_gid": "old"}
    ),
    "POST /projects/{project_gid}/removeCustomFieldSetting": Ask({"custom_field": "{summary}"}),
    "POST /projects/{project_gid}/addFollowers": Ask({"followers": "{wei}"}),
    "POST /projects/{project_gid}/removeFollowers": Ask({"followers": "{user}"}),
    "POST /projects/{project_gid}/addMembers": Ask({"members": "{wei}"}),
    "POST /projects/{project_gid}/removeMembers": Ask({"members": "{wei}"}),
    "POST /projects/{project_gid}/duplicate": Ask({"name": "New", "include": "notes,task_notes"}),
    "POST /projects/{project_gid}/saveAsTemplate": Ask(
        {"name": "New", "public": False, "team": "{team}"}
    ),
    "POST /projects/{project_gid}/sections": Ask({"name": "Later"}),
    "POST /projects/{project_gid}/sections/insert": Ask(
        {"section": "{doing}", "before_section": "{todo}"}
    ),
    "GET /rates": Ask({"parent": "{project}"}),
    "POST /rates": Ask({"parent": "{old}", "resource": "{wei}", "rate": 55}),
    "PUT /rates/{rate_gid}": Ask({"rate": 90}),
    "GET /roles": Ask({"workspace": "{workspace}"}),
    "POST /roles": Ask(
        {
            "workspace": "{workspace}",
            "name": "Reader",
            "description": "Reads.",
            "base_role_type": "guest",
            "permissions": {"view_public_teams": True},
        }
    ),
    "PUT /roles/{role_gid}": Ask({"name": "Studio"}, {"role_gid": "agency"}),
    "DELETE /roles/{role_gid}": Ask(at={"role_gid": "agency"}),
    "GET /reactions": Ask({"target": "{comment}", "emoji_base": "👍"}),
    "POST /rule_triggers/{rule_trigger_gid}/run": Ask(
        {"resource": "{task}", "action_data": {"ticket": "4711"}}
    ),
    "PUT /sections/{section_gid}": Ask({"name": "Next"}),
    "POST /sections/{section_gid}/addTask": Ask({"task": "{task}"}),
    "PUT /stories/{story_gid}": Ask({"text": "Second thoughts."}, {"story_gid": "comment"}),
    "DELETE /stories/{story_gid}": Ask(at={"story_gid": "comment"}),
    "GET /tags": Ask({"workspace": "{workspace}"}),
    "POST /tags": Ask({"name": "blue", "workspace": "{workspace}"}),
    "PUT /tags/{tag_gid}": Ask({"color": "light-pink"}),
    "GET /task_templates": Ask({"project": "{project}"}),
    "POST /task_templates/{task_template_gid}/instantiateTask": Ask({"name": "It crashes"}),
    "GET /tasks": Ask({"project": "{project}"}),
    "POST /tasks": Ask({**_NEW_TASK, "projects": ["{project}"]}),
    "PUT /tasks/{task_gid}": Ask({"completed": True}),
    "POST /tasks/{task_gid}/addDependencies": Ask({"dependencies": ["{other}"]}),
    "POST /tasks/{task_gid}/removeDependencies": Ask(
        {"dependencies": ["{task}"]}, {"task_gid": "milestone"}
    ),
    "POST /tasks/{task_gid}/addDependents": Ask({"dependents": ["{other}"]}),
    "POST /tasks/{task_gid}/removeDependents": Ask({"dependents": ["{milestone}"]}),
    "POST /tasks/{task_gid}/addFollowers": Ask({"followers": ["{wei}"]}),
    "POST /tasks/{task_gid}/removeFollowers": Ask({"followers": ["{wei}"]}),
    "POST /tasks/{task_gid}/addProject": Ask({"project": "{old}"}, {"task_gid": "other"}),
    "POST /tasks/{task_gid}/removeProject": Ask({"project": "{old}"}),
    "POST /tasks/{task_gid}/addTag": Ask({"tag": "{tag}"}, {"task_gid": "other"}),
    "POST /tasks/{task_gid}/removeTag": Ask({"tag": "{tag}"}),
    "POST /tasks/{task_gid}/duplicate": Ask({"name": "New", "include": "notes,subtasks,tags"}),
    "POST /tasks/{task_gid}/setParent": Ask({"parent": "{other}"}, {"task_gid": "child"}),
    "POST /tasks/{task_gid}/stories": Ask({"text": "Well done."}),
    "POST /tasks/{task_gid}/subtasks": Ask(_NEW_TASK),
    "POST /tasks/{task_gid}/time_tracking_entries": Ask(
        {"duration_minutes": 30, "attributable_to": "{project}", "categories": ["{category}"]}
    ),
    "GET /team_memberships": Ask({"team": "{team}"}),
    "GET /time_periods": Ask({"workspace": "{workspace}"}),
    "POST /teams": Ask({"name": "New", "organization": "{workspace}"}),
    "PUT /teams/{team_gid}": Ask({"name": "Renamed"}),
    "POST /teams/{team_gid}/addUser": Ask({"user": "{wei}"}),
    "POST /teams/{team_gid}/removeUser": Ask({"user": "me"}),
    "POST /teams/{team_gid}/projects": Ask(_NEW_PROJECT),
    "GET /time_tracking_categories": Ask({"workspace": "{workspace}"}),
    "POST /time_tracking_categories": Ask({"workspace": "{workspace}", "name": "Research"}),
    "PUT /time_tracking_categories/{time_tracking_category_gid}": Ask({"color": "pink"}),
    "GET /time_tracking_entries": Ask(
        {"workspace": "{workspace}", "entered_on_start_date": "2000-01-01"}
    ),
    "PUT /time_tracking_entries/{time_tracking_entry_gid}": Ask({"duration_minutes": 60}),
    "GET /timesheet_approval_statuses": Ask({"workspace": "{workspace}"}),
    "POST /timesheet_approval_statuses": Ask(
        {
            "workspace": "{workspace}",
            "user": "{wei}",
            "start_date": "2031-01-06",
            "end_date": "2031-01-12",
        }
    ),
    "PUT /timesheet_approval_statuses/{timesheet_approval_status_gid}": Ask(
        {"approval_status": "submitted", "message": "Done."}
    ),
    "GET /users": Ask({"workspace": "{workspace}"}),
    "PUT /users/{user_gid}": Ask({"custom_fields": {}}),
    "GET /users/{user_gid}/favorites": Ask(
        {"resource_type": "project", "workspace": "{workspace}"}
    ),
    "GET /users/{user_gid}/team_memberships": Ask({"workspace": "{workspace}"}),
    "GET /users/{user_gid}/teams": Ask({"organization": "{workspace}"}),
    "GET /users/{user_gid}/user_task_list": Ask({"workspace": "{workspace}"}),
    "GET /webhooks": Ask({"workspace": "{workspace}"}),
    "POST /webhooks": Ask({"resource": "{project}", "target": "https://example.com/hook"}),
    "PUT /webhooks/{webhook_gid}": Ask({"filters": [{"action": "deleted"}]}),
    "PUT /workspaces/{workspace_gid}": Ask({"name": "Renamed"}),
    "POST /workspaces/{workspace_gid}/addUser": Ask({"user": "new@example.com"}),
    "POST /workspaces/{workspace_gid}/removeUser": Ask({"user": "{wei}"}),
    "POST /workspaces/{workspace_gid}/projects": Ask(_NEW_PROJECT),
    "POST /workspaces/{workspace_gid}/tags": Ask({"name": "blue"}),
    "GET /workspaces/{workspace_gid}/audit_log_events": Ask({"limit": 100}, served=True),
    "GET /workspaces/{workspace_gid}/events": Ask(served=True),
    "GET /workspaces/{workspace_gid}/tasks/search": Ask({"text": "home"}),
    "GET /workspaces/{workspace_gid}/typeahead": Ask({"resource_type": "task", "query": "home"}),
    "PUT /workspaces/{workspace_gid}/users/{user_gid}": Ask({"custom_fields": {}}),
}
