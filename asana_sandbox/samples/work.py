"""Sample: projects with their tasks and all that hangs on those, every type of custom field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.routing import Upload

if TYPE_CHECKING:
    from asana_sandbox.samples.hand import Hand

_FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "Summary", "resource_subtype": "text"},
    {"name": "Estimate", "resource_subtype": "number", "precision": 1},
    {"name": "Priority", "resource_subtype": "enum"},
    {"name": "Platforms", "resource_subtype": "multi_enum"},
    {"name": "Reviewed", "resource_subtype": "date"},
    {"name": "Reviewers", "resource_subtype": "people"},
    {"name": "Related", "resource_subtype": "reference", "input_restrictions": ["task"]},
)
_OPTIONS = {"Priority": ("Low", "High"), "Platforms": ("Linux", "macOS", "Windows")}


def add(hand: Hand) -> None:
    """Make two projects, sections, fields, tags and tasks."""
    world, workspace = hand.world, hand.world.workspace
    team = next((team["gid"] for team in world.store.all("team")), None)
    launch = hand.post(
        "/projects",
        workspace=workspace,
        team=team,
        name="Website launch",
        notes="Everything for the new site.",
        color="light-green",
        default_view="board",
        start_on=hand.day(0),
        due_on=hand.day(60),
    )
    sections = {
        name: hand.post(f"/projects/{launch}/sections", name=name)
        for name in ("To do", "Doing", "Done")
    }
    fields = _add_fields(hand, launch)
    tags = [hand.post("/tags", workspace=workspace, name=name) for name in ("urgent", "design")]
    tasks = _add_tasks(hand, launch, sections, tags)
    _add_values(hand, tasks, fields)
    _add_ties(hand, tasks, team)
    _add_attachments(hand, tasks["Write the copy"])
    hand.made |= {"project": launch, **sections, **fields, **tasks}


def _add_fields(hand: Hand, project: str) -> dict[str, str]:
    fields = {}
    for facts in _FIELDS:
        options = [{"name": option} for option in _OPTIONS.get(facts["name"], ())]
        more: dict[str, Any] = {"enum_options": options} if options else {}
        gid = hand.post("/custom_fields", workspace=hand.world.workspace, **facts, **more)
        hand.post(f"/projects/{project}/addCustomFieldSetting", custom_field=gid)
        fields[facts["name"]] = gid
    return fields


def _add_tasks(
    hand: Hand, project: str, sections: dict[str, str], tags: list[str]
) -> dict[str, str]:
    world = hand.world
    wei = world.store.all("user")[-1]["gid"]
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("Design the home page", "Doing", {"assignee": "me", "tags": tags}),
        ("Write the copy", "To do", {"assignee": wei, "due_on": hand.day(9)}),
        ("Approve the budget", "To do", {"resource_subtype": "approval", "assignee": "me"}),
        ("Go live", "To do", {"resource_subtype": "milestone", "due_on": hand.day(60)}),
        ("Choose a host", "Done", {"completed": True, "html_notes": _NOTES}),
    ]
    tasks = {
        name: hand.post(
            "/tasks",
            name=name,
            memberships=[{"project": project, "section": sections[section]}],
            **more,
        )
        for name, section, more in rows
    }
    above = tasks["Design the home page"]
    for name in ("Draw the header", "Choose a font", "Test on phones"):
        above = tasks[name] = hand.post(f"/tasks/{above}/subtasks", name=name)
    tasks["Buy milk"] = hand.post(
        "/tasks", workspace=world.workspace, name="Buy milk", assignee="me"
    )
    return tasks


_NOTES = "<body>Compare <strong>three</strong> offers:<ul><li>price</li><li>place</li></ul></body>"


def _add_values(hand: Hand, tasks: dict[str, str], fields: dict[str, str]) -> None:
    store = hand.world.store
    priorities = store[fields["Priority"]]["enum_options"]
    platforms = store[fields["Platforms"]]["enum_options"]
    values = {
        "Summary": "The first thing people see",
        "Estimate": 12.5,
        "Priority": priorities[1],
        "Platforms": platforms[:2],
        "Reviewed": {"date": hand.day(-2)},
        "Reviewers": ["me"],
        "Related": [tasks["Write the copy"]],
    }
    sent = {fields[name]: value for name, value in values.items()}
    hand.put(f"/tasks/{tasks['Design the home page']}", custom_fields=sent)


def _add_ties(hand: Hand, tasks: dict[str, str], team: str | None) -> None:
    old = hand.post("/projects", workspace=hand.world.workspace, team=team, name="Old website")
    home = tasks["Design the home page"]
    hand.post(f"/tasks/{home}/addProject", project=old)
    hand.put(f"/projects/{old}", archived=True)
    hand.post(f"/tasks/{tasks['Go live']}/addDependencies", dependencies=[home])
    hand.post(f"/tasks/{home}/addFollowers", followers=[hand.world.store.all("user")[-1]["gid"]])
    hand.post(f"/tasks/{home}/stories", text="The second draft is the better one.")
    hand.put(f"/tasks/{home}", liked=True)


def _add_attachments(hand: Hand, task: str) -> None:
    link: dict[str, Any] = {"resource_subtype": "external", "name": "Style guide", "url": _GUIDE}
    hand.post("/attachments", parent=task, **link)
    draft = Upload("draft.txt", "text/plain", b"Welcome to our new website.\n")
    hand.post("/attachments", parent=task, file=draft)


_GUIDE = "https://example.com/style-guide"
