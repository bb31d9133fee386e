"""What is said of how a project, a portfolio or a goal is going, and briefs of projects."""

from __future__ import annotations

from tap_asana.api.fields import Shape
from tap_asana.api.resource import Resource

_WHOLE = "the listing brings every field"

STATUS_UPDATES = Resource(
    name="status_updates",
    about="How projects, portfolios and goals are said to be going.",
    text="resource_subtype status_type title text html_text",
    flag="liked",
    count="num_likes",
    time="created_at modified_at",
    one="author created_by parent",
    nested={
        "likes": Shape(text="gid", one="user", repeated=True),
        "reaction_summary": Shape(
            text="emoji_base variant", number="count", flag="reacted", repeated=True
        ),
    },
    left_out={"hearted hearts num_hearts": "likes under their old name"},
    listed="/status_updates?parent={projects.gid}",
    also=("/status_updates?parent={portfolios.gid}", "/status_updates?parent={goals.gid}"),
    got="/status_updates/{gid}",
    covers={"/status_updates/{gid}": _WHOLE},
    create="/status_updates",
    delete="/status_updates/{gid}",
    at_birth="parent status_type title text html_text",
)

PROJECT_STATUSES = Resource(
    name="project_statuses",
    about="How projects are said to be going, as Asana told it before there were status updates.",
    off="Asana calls its routes deprecated; status_updates has the same and more",
    text="color title text html_text",
    time="created_at modified_at",
    one="author created_by",
    listed="/projects/{projects.gid}/project_statuses",
    from_parent="project_gid",
    got="/project_statuses/{gid}",
    covers={"/project_statuses/{gid}": _WHOLE},
    create="/projects/{project}/project_statuses",
    delete="/project_statuses/{gid}",
    at_birth="color title text html_text",
)

PROJECT_BRIEFS = Resource(
    name="project_briefs",
    about="The text that describes a project.",
    plan="paid",
    text="title text html_text permalink_url",
    one="project",
    listed="/project_briefs/{projects.project_brief.gid}",
    paged=False,
    got="/project_briefs/{gid}",
    create="/projects/{project}/project_briefs",
    update="/project_briefs/{gid}",
    delete="/project_briefs/{gid}",
    written="title text html_text",
)
