"""Goals, what supports them, and the time periods they are set for.

A metric is written by two calls of its own, setMetric and setMetricCurrentValue, whose bodies are
the metric itself: neither fields of the goal nor a relation, and so not among its writes here.
"""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import COMPACT_VALUE
from tap_asana.api.fields import Shape
from tap_asana.api.resource import Link, Resource

_PLAN = "paid, with goals"
_DAY = "a plain string in the schema, and a day in the form YYYY-MM-DD by its text"
_SPAN = {"start_on": _DAY, "end_on": _DAY}

TIME_PERIODS = Resource(
    name="time_periods",
    about="Years, halves and quarters that goals are set for.",
    plan=_PLAN,
    text="display_name period",
    date="start_on end_on",
    nested={
        "parent": Shape(text="gid resource_type display_name period", date="start_on end_on"),
    },
    listed="/time_periods?workspace={workspaces.gid}",
    got="/time_periods/{gid}",
    from_parent="workspace_gid",
    covers={"/time_periods/{gid}": "the listing gives every field"},
    disputed={**_SPAN, **{f"parent.{name}": why for name, why in _SPAN.items()}},
)

_WRITTEN = (
    "name notes html_notes due_on start_on is_workspace_level liked team workspace time_period"
    " owner"
)

GOALS = Resource(
    name="goals",
    about="Goals, with their metric and how far it is.",
    plan=_PLAN,
    text="name notes html_notes status privacy_setting default_access_level",
    flag="is_workspace_level liked",
    count="num_likes",
    date="due_on start_on",
    one="workspace team owner",
    many="followers",
    nested={
        "time_period": Shape(text="gid resource_type display_name period", date="start_on end_on"),
        "metric": Shape(
            text="gid resource_type resource_subtype unit currency_code current_display_value"
            " progress_source",
            flag="is_custom_weight can_manage",
            count="precision",
            number="initial_number_value target_number_value current_number_value",
        ),
        "likes": Shape(text="gid", one="user", repeated=True),
        "current_status_update": Shape(text="gid resource_type title resource_subtype"),
        "custom_fields": COMPACT_VALUE,
    },
    left_out={"custom_field_settings": "the stream custom_field_settings"},
    listed="/goals?workspace={workspaces.gid}",
    got="/goals/{gid}",
    covers={"/goals/{gid}": "the listing gives every field"},
    create="/goals",
    update="/goals/{gid}",
    delete="/goals/{gid}",
    written=_WRITTEN,
    at_birth="followers",
    later="status custom_fields",
    links={
        "followers": Link(
            add="/goals/{gid}/addFollowers",
            remove="/goals/{gid}/removeFollowers",
            key="followers",
            many=True,
        ),
        "supporting_resources": Link(
            add="/goals/{gid}/addSupportingRelationship",
            remove="/goals/{gid}/removeSupportingRelationship",
            key="supporting_resource",
            also="insert_before insert_after contribution_weight",
        ),
        "custom_field_settings": Link(
            add="/goals/{gid}/addCustomFieldSetting",
            remove="/goals/{gid}/removeCustomFieldSetting",
            key="custom_field",
            also="is_important insert_before insert_after",
        ),
    },
    disputed={
        "due_on": _DAY,
        "start_on": _DAY,
        **{f"time_period.{name}": why for name, why in _SPAN.items()},
    },
)

_REMOVED = "a route of 2021, removed in 2022; its goals and work are the supporting resources"

GOAL_RELATIONSHIPS = Resource(
    name="goal_relationships",
    about="What supports a goal: subgoals, projects, tasks, portfolios, and with what weight.",
    plan=_PLAN,
    text="resource_subtype",
    number="contribution_weight",
    one="supported_goal supporting_resource",
    listed="/goal_relationships?supported_goal={goals.gid}",
    got="/goal_relationships/{gid}",
    covers={
        "/goal_relationships/{gid}": "the listing gives every field",
        "/goals/{gid}/parentGoals": "each relationship names the parent as supported_goal",
        "/goals/{gid}/subgoals /goals/{gid}/supportingWork": _REMOVED,
    },
    update="/goal_relationships/{gid}",
    later="contribution_weight",
)
