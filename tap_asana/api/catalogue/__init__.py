"""Which resources there are; one block each, a file per area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_asana.api.catalogue.access_requests import ACCESS_REQUESTS
from tap_asana.api.catalogue.agents import AGENTS
from tap_asana.api.catalogue.attachments import ATTACHMENTS
from tap_asana.api.catalogue.capacity import ALLOCATIONS, BUDGETS, OOO_ENTRIES, RATES
from tap_asana.api.catalogue.custom_fields import CUSTOM_FIELD_SETTINGS, CUSTOM_FIELDS
from tap_asana.api.catalogue.feeds import AUDIT_LOG_EVENTS, EVENTS, WEBHOOKS
from tap_asana.api.catalogue.goals import GOAL_RELATIONSHIPS, GOALS, TIME_PERIODS
from tap_asana.api.catalogue.memberships import MEMBERSHIPS
from tap_asana.api.catalogue.organization_exports import ORGANIZATION_EXPORTS
from tap_asana.api.catalogue.people import (
    TEAM_MEMBERSHIPS,
    TEAMS,
    USER_FAVORITES,
    USER_TASK_LIST_TASKS,
    USER_TASK_LISTS,
    USERS,
)
from tap_asana.api.catalogue.portfolios import (
    PORTFOLIO_ITEMS,
    PORTFOLIOS,
    PROJECT_PORTFOLIO_SETTINGS,
)
from tap_asana.api.catalogue.projects import PROJECT_TASK_COUNTS, PROJECTS, SECTIONS
from tap_asana.api.catalogue.roles import ROLES
from tap_asana.api.catalogue.statuses import (
    PROJECT_BRIEFS,
    PROJECT_STATUSES,
    STATUS_UPDATES,
)
from tap_asana.api.catalogue.stories import REACTIONS, STORIES
from tap_asana.api.catalogue.tags import TAGS
from tap_asana.api.catalogue.tasks import TASKS
from tap_asana.api.catalogue.templates import CUSTOM_TYPES, PROJECT_TEMPLATES, TASK_TEMPLATES
from tap_asana.api.catalogue.time_tracking import (
    TIME_TRACKING_CATEGORIES,
    TIME_TRACKING_ENTRIES,
    TIMESHEET_APPROVAL_STATUSES,
)
from tap_asana.api.catalogue.workspaces import WORKSPACE_MEMBERSHIPS, WORKSPACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_asana.api.resource import Resource

RESOURCES: Mapping[str, Resource] = {
    resource.name: resource
    for resource in (
        WORKSPACES,
        WORKSPACE_MEMBERSHIPS,
        USERS,
        TEAMS,
        TEAM_MEMBERSHIPS,
        USER_TASK_LISTS,
        TAGS,
        CUSTOM_FIELDS,
        TIME_PERIODS,
        GOALS,
        GOAL_RELATIONSHIPS,
        PROJECTS,
        PORTFOLIOS,
        PORTFOLIO_ITEMS,
        PROJECT_PORTFOLIO_SETTINGS,
        SECTIONS,
        TASKS,
        CUSTOM_FIELD_SETTINGS,
        STATUS_UPDATES,
        PROJECT_STATUSES,
        PROJECT_BRIEFS,
        STORIES,
        ATTACHMENTS,
        PROJECT_TEMPLATES,
        TASK_TEMPLATES,
        CUSTOM_TYPES,
        MEMBERSHIPS,
        ORGANIZATION_EXPORTS,
        TIME_TRACKING_CATEGORIES,
        TIME_TRACKING_ENTRIES,
        TIMESHEET_APPROVAL_STATUSES,
        ALLOCATIONS,
        BUDGETS,
        RATES,
        OOO_ENTRIES,
        ROLES,
        USER_TASK_LIST_TASKS,
        USER_FAVORITES,
        PROJECT_TASK_COUNTS,
        REACTIONS,
        AGENTS,
        ACCESS_REQUESTS,
        WEBHOOKS,
        AUDIT_LOG_EVENTS,
        EVENTS,
    )
}
"""Every resource by name, parents before their children."""
