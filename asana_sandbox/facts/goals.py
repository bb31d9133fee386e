"""Facts: goals, their metrics, what supports them, and time periods."""

from __future__ import annotations

from asana_sandbox.facts.kind import Kind

_GOAL = (
    "name notes html_notes due_on start_on is_workspace_level liked team workspace time_period "
    "owner"
)
_NUMBERS = "initial_number_value target_number_value current_number_value"
_METRIC = f"precision unit currency_code progress_source is_custom_weight {_NUMBERS}"

GOAL = Kind(
    name="goal",
    text="name notes",
    html="html_notes",
    flag="is_workspace_level liked",
    count="num_likes",
    date="due_on start_on",
    word="status=|green|yellow|red|missed|achieved|partial|dropped "
    "privacy_setting=public_to_workspace|members_only "
    "default_access_level=editor|admin|commenter|viewer",
    one="owner:user team:team workspace:workspace time_period:time_period metric:goal_metric "
    "current_status_update:status_update",
    many="followers:user custom_fields:custom_field custom_field_settings:custom_field_setting",
    other="likes",
    whole="metric custom_field_settings",
    compact="name owner",
    create=f"{_GOAL} followers",
    update=f"{_GOAL} status custom_fields",
)

GOAL_METRIC = Kind(
    name="goal_metric",
    text="current_display_value",
    flag="is_custom_weight can_manage",
    count="precision",
    number=_NUMBERS,
    word="resource_subtype=number unit=none|currency|percentage progress_source=manual|"
    "subgoal_progress|project_task_completion|project_milestone_completion|task_completion|"
    "external",
    other="currency_code",
    compact="",
    at_times="is_custom_weight can_manage",
    create=_METRIC,
    update="current_number_value",
)
"""The description's example calls a metric a task; that it says `goal_metric` is ours."""

GOAL_RELATIONSHIP = Kind(
    name="goal_relationship",
    number="contribution_weight",
    word="resource_subtype=subgoal|supporting_work",
    one="supporting_resource:project supported_goal:goal",
    compact="resource_subtype supporting_resource contribution_weight",
    update="contribution_weight",
)

TIME_PERIOD = Kind(
    name="time_period",
    text="display_name",
    date="start_on end_on",
    word="period=FY|H1|H2|Q1|Q2|Q3|Q4",
    one="parent:time_period",
    compact="end_on start_on period display_name",
)
