"""The settings of the tap, as JSON schema."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

from tap_asana.api import CONNECTION, CREDENTIALS
from tap_asana.custom_fields import FIELD, MODES
from tap_asana.files import LOCATION

GIDS = th.ArrayType(th.StringType(pattern="^[0-9]+$", nullable=False), nullable=True)

_SCOPE = th.PropertiesList(
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="Tasks that changed before this are left out, with their stories, attachments "
        "and links, and so are entries of the audit log. Without it everything is read.",
        examples=["2024-01-31", "2024-01-31T12:00:00Z"],
    ),
    th.Property(
        "workspaces",
        GIDS,
        title="Workspaces",
        description="Gids of the workspaces to read. Without it: all that the token sees.",
    ),
    th.Property(
        "projects",
        GIDS,
        title="Projects",
        description="Gids of the projects to read. Then tasks outside of projects are left out.",
    ),
    th.Property(
        "teams",
        GIDS,
        title="Teams",
        description="Gids of the teams to read; their projects are read, beside those of "
        "`projects`. Then tasks outside of projects are left out.",
    ),
    th.Property(
        "on_forbidden",
        th.StringType(allowed_values=["warn", "fail"]),
        default="warn",
        title="On forbidden",
        description="What is done when Asana refuses a stream or a part of it, for the plan or for "
        "the token: `warn` tells it, reads on and ends with 0, `fail` ends the run with 1.",
    ),
    th.Property(
        "tasks_source",
        th.StringType(allowed_values=["api", "export"]),
        default="api",
        title="Tasks source",
        description="Where tasks, their stories and attachments are read from: `api` lists them, "
        "`export` has Asana export each workspace, for which the token must be an Enterprise "
        "organization's service account's; any other reads from the API. With `projects` or "
        "`teams` the API is read.",
    ),
    th.Property(
        "stories_full_refresh_days",
        th.IntegerType(minimum=0, maximum=36_500),
        default=30,
        title="Stories full refresh days",
        description="After how many days tasks are read whole again, with their stories, "
        "attachments and links: comments and moves may leave alone what tells that a task has "
        "changed. That is a request for each task and each page of tasks, 110,000 for 100,000 "
        "tasks, which take over an hour. 0 is never; nor is it done while the workspace's events, "
        "which a service account may read, tell of these too.",
    ),
    th.Property(
        "attachment_files",
        th.StringType(allowed_values=["metadata", "download"]),
        default="metadata",
        title="Attachment files",
        description="`download` stores the files of the attachments that Asana hosts, one request "
        "and one download each; `metadata` tells of them only.",
    ),
    th.Property(
        "attachment_location",
        th.StringType,
        default=LOCATION,
        title="Attachment location",
        description="Folder or URL (`s3://bucket/folder`, whatever fsspec knows) that the files "
        "are stored in. Credentials do not belong in it.",
    ),
    th.Property(
        FIELD,
        th.StringType(allowed_values=list(MODES)),
        default="array",
        title="Custom fields",
        description="How values of custom fields stand in records: `array` as Asana gives them, "
        "`object` as plain values by the name of the field, `columns` as a typed column for each "
        "field of the workspaces; then `--discover` asks Asana which there are.",
    ),
    th.Property(
        "start_organization_exports",
        th.BooleanType,
        default=False,
        title="Start organization exports",
        description="Whether the stream `organization_exports` may start an export where none is "
        "under way, which is more than reading.",
    ),
).to_dict()

SETTINGS: dict[str, Any] = {
    **_SCOPE,
    "properties": {**CREDENTIALS, **_SCOPE["properties"], **CONNECTION},
}
