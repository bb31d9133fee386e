"""Portfolios, what is in them, and what their projects take from them."""

from __future__ import annotations

from tap_asana.api.catalogue.custom_fields import COMPACT_VALUE
from tap_asana.api.fields import UNNAMED, Shape
from tap_asana.api.resource import Link, Resource

PORTFOLIOS = Resource(
    name="portfolios",
    about="Portfolios the token may see.",
    plan="paid",
    cost="1 per 100 for each of `workspaces`; unless the token is a service account's, 1 per 100"
    " for each portfolio, and 1 for each that others own",
    text="name color default_access_level privacy_setting permalink_url",
    flag="archived public",
    date="start_on due_on",
    time="created_at",
    one="created_by owner workspace",
    many="members project_templates",
    nested={
        "current_status_update": Shape(text="gid resource_type title resource_subtype"),
        "custom_fields": COMPACT_VALUE,
    },
    left_out={"custom_field_settings": "the stream custom_field_settings"},
    listed="/portfolios?workspace={workspaces.gid}",
    elsewhere={"owner": "/portfolios?workspace={workspaces.gid}&owner=me"},
    got="/portfolios/{gid}",
    create="/portfolios",
    update="/portfolios/{gid}",
    delete="/portfolios/{gid}",
    written="name archived color start_on due_on default_access_level",
    at_birth="workspace public",
    later="custom_fields",
    links={
        "items": Link(
            add="/portfolios/{gid}/addItem",
            remove="/portfolios/{gid}/removeItem",
            key="item",
            also="insert_before insert_after",
        ),
        "members": Link(
            add="/portfolios/{gid}/addMembers",
            remove="/portfolios/{gid}/removeMembers",
            key="members",
            many=True,
            joined=True,
        ),
        "custom_field_settings": Link(
            add="/portfolios/{gid}/addCustomFieldSetting",
            remove="/portfolios/{gid}/removeCustomFieldSetting",
            key="custom_field",
            also="is_important insert_before insert_after",
        ),
    },
)

PORTFOLIO_ITEMS = Resource(
    name="portfolio_items",
    about="Which projects and portfolios are in a portfolio.",
    plan="paid",
    key=("portfolio_gid", "gid"),
    text="name",
    listed="/portfolios/{portfolios.gid}/items",
    from_parent="portfolio_gid",
)

PROJECT_PORTFOLIO_SETTINGS = Resource(
    name="project_portfolio_settings",
    about="Whether the members of a portfolio may see a project in it.",
    plan="paid",
    flag="is_access_control_inherited",
    time="created_at",
    nested={"project": UNNAMED, "portfolio": UNNAMED},
    listed="/portfolios/{portfolios.gid}/project_portfolio_settings",
    got="/project_portfolio_settings/{gid}",
    covers={
        "/project_portfolio_settings/{gid}": "the listing brings every field",
        "/projects/{gid}/project_portfolio_settings": "the same settings of the portfolios that"
        " are read, of which there are fewer than projects",
    },
    update="/project_portfolio_settings/{gid}",
    later="is_access_control_inherited",
)
