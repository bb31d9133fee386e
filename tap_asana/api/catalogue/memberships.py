"""Who is in what people share, whatever it is."""

from __future__ import annotations

from tap_asana.api.resource import Resource

_OLDER = "the same memberships in an older shape"

MEMBERSHIPS = Resource(
    name="memberships",
    about="Which people and teams are in what can be shared, and what they may do there.",
    text="resource_subtype access_level",
    one="parent member",
    left_out={
        "role": "access_level under its old name",
        "goal": "parent, where that is a goal",
        "user": "member, where that is a person",
        "workspace": "that of the parent",
    },
    listed="/memberships?parent={projects.gid}",
    also=(
        "/memberships?parent={portfolios.gid}",
        "/memberships?parent={goals.gid}",
        "/memberships?parent={custom_fields.gid}",
        "/memberships?parent={custom_types.gid}",
    ),
    got="/memberships/{gid}",
    covers={
        "/memberships/{gid}": "the listing brings every field",
        "/project_memberships/{gid} /projects/{gid}/project_memberships"
        " /portfolio_memberships/{gid} /portfolios/{gid}/portfolio_memberships": _OLDER,
    },
    create="/memberships",
    update="/memberships/{gid}",
    delete="/memberships/{gid}",
    written="access_level",
    at_birth="parent member",
    disputed=dict.fromkeys(
        ("access_level", "member", "parent", "resource_subtype"),
        "in the listing's answer, though its opt_fields name parts of next_page and nothing of the"
        " record (Asana's OpenAPI, getMemberships)",
    ),
)
