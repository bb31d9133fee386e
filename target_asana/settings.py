"""The settings of the target."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

from tap_asana.api import CONNECTION, CREDENTIALS

_WRITING = th.PropertiesList(
    th.Property(
        "workspace",
        th.StringType(nullable=False),
        required=True,
        title="Workspace",
        description="Gid or name of the workspace that is written to.",
    ),
    th.Property(
        "create_missing",
        th.ArrayType(
            th.StringType(allowed_values=["section", "tag", "project"], nullable=False),
            nullable=True,
        ),
        default=["section", "tag"],
        title="Create what is missing",
        description="What is made when a record names it and the workspace does not have it. "
        "Projects of a CSV export are always made; people and custom fields never are.",
    ),
    th.Property(
        "missing_user",
        th.StringType(pattern=r"^(error|skip|.+@.+)$", nullable=True),
        default="error",
        title="Missing user",
        description="What is done when a record names a person the workspace does not have: "
        "`error` makes the record a dead letter, `skip` leaves the person out, and an e-mail "
        "puts that user in the place.",
    ),
    th.Property(
        "default_project",
        th.StringType,
        title="Default project",
        description="Name of the project of rows that name neither a project nor a parent.",
    ),
    th.Property(
        "default_team",
        th.StringType,
        title="Default team",
        description="Gid of the team of new projects.",
    ),
    th.Property(
        "state_dir",
        th.StringType,
        default=".target-asana",
        title="State directory",
        description="Where the journal is: what was written, so that a second run writes nothing. "
        "Keep it between runs.",
    ),
    th.Property(
        "state_id",
        th.StringType(pattern=r"^[\w.-]+$", nullable=True),
        default="default",
        title="State ID",
        description="Tells apart imports into one workspace that know nothing of each other.",
    ),
    th.Property(
        "output_dir",
        th.StringType,
        title="Output directory",
        description="Where the report and the dead letters go; the state directory by default.",
    ),
    th.Property(
        "max_concurrent_writes",
        th.IntegerType(minimum=1, maximum=15),
        default=14,
        title="Concurrent writes",
        description="Writes in flight at once, each action of a batch counted; Asana allows 15.",
    ),
    th.Property(
        "max_concurrent_reads",
        th.IntegerType(minimum=1, maximum=50),
        default=40,
        title="Concurrent reads",
        description="Reads in flight at once, of objects that are updated in place for the first "
        "time; Asana allows 50.",
    ),
    th.Property(
        "batch_size",
        th.IntegerType(minimum=1, maximum=10),
        title="Batch size",
        description="Actions per batch. Without it, it follows the latency: 10 where one batch at "
        "a time uses the quota up, less where Asana is slow.",
    ),
).to_dict()

SETTINGS: dict[str, Any] = {
    **_WRITING,
    "properties": {**CREDENTIALS, **_WRITING["properties"], **CONNECTION},
}
