"""Sample: portfolios with what is in them, and what is said of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_sandbox.areas.custom_field_settings import use_field

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand


def add(hand: Hand) -> None:
    """Make a portfolio in another one, memberships, status updates and a brief."""
    store, made, workspace = hand.world.store, hand.made, hand.world.workspace
    wei, field = store.all("user")[-1]["gid"], made["Summary"]
    launches = hand.post(
        "/portfolios",
        workspace=workspace,
        name="Launches",
        color="light-teal",
        start_on=hand.day(0),
        due_on=hand.day(90),
    )
    web = hand.post("/portfolios", workspace=workspace, name="Web")
    hand.post(f"/portfolios/{launches}/addItem", item=web)
    hand.post(f"/portfolios/{web}/addItem", item=made["project"])
    hand.post(f"/portfolios/{launches}/addMembers", members=wei)
    hand.post(f"/portfolios/{launches}/addCustomFieldSetting", custom_field=field)
    hand.put(f"/portfolios/{web}", custom_fields={field: "All that visitors see"})
    hand.post("/memberships", parent=field, member=wei, access_level="editor")
    for team in store.all("team")[:1]:
        use_field(hand.world, team, store[field], is_important=False)
    brief = hand.post(
        f"/projects/{made['project']}/project_briefs",
        title="Why a new site",
        html_text="<body>The old one does not work <strong>on phones</strong>.</body>",
    )
    hand.post(
        "/attachments",
        parent=brief,
        resource_subtype="external",
        name="Phones",
        url="https://example.com/phones",
    )
    for parent, kind, title in (
        (made["project"], "on_track", "Week 1"),
        (web, "at_risk", "May"),
        (made["goal"], "partial", "Halfway"),
    ):
        hand.post("/status_updates", parent=parent, status_type=kind, title=title, text="So far.")
    hand.made["portfolio"] = launches
