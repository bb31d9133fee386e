"""The stories the system writes, the times they move, and the events that go with a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.facts import KINDS
from asana_sandbox.rich_text import to_html

if TYPE_CHECKING:
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record


def touch(request: Request, record: Record) -> None:
    """Move an object's `modified_at`, where it has one, to now."""
    if "modified_at" in record:
        record["modified_at"] = request.world.clock.stamp()


def write_story(
    request: Request,
    target: Record,
    subtype: str,
    text: str,
    *,
    touches: bool = True,
    **more: Any,
) -> Record:
    """Write a story on a task or a goal, authored by the user, and touch what it is on.

    Args:
        request: Whose world and user it is.
        target: The task or goal.
        subtype: The story's `resource_subtype`.
        text: What it says, without the author's name.
        touches: Whether it moves the `modified_at` of what it is on.
        more: Further fields, such as `project` or `new_section`.
    """
    story = request.world.store.add(
        "story",
        {
            **KINDS["story"].blank(),
            "created_at": request.world.clock.stamp(),
            "created_by": request.user["gid"],
            "target": target["gid"],
            "resource_subtype": subtype,
            "text": text,
            "html_text": to_html(text),
            "likes": [],
            **more,
        },
    )
    if touches:
        touch(request, target)
    request.world.emit(request.user, story, "added", parent=target)
    return story


def write_move(request: Request, target: Record, subtype: str, text: str, **more: Any) -> None:
    """Write a story about a task's containers, which may leave `modified_at` where it was."""
    touches = request.world.switches.container_moves_touch
    write_story(request, target, subtype, text, touches=touches, **more)


def changed(request: Request, record: Record, field: str, **value: Any) -> None:
    """Emit that a field changed; a value is given where it is an object of Asana.

    Args:
        request: Whose world and user it is.
        record: What changed.
        field: Which of its fields.
        value: One of `new_value`, `added_value` and `removed_value`, or none (Asana's OpenAPI,
            EventResponse).
    """
    action = next((name.removesuffix("_value") for name in value), "new")
    change = {"field": field, "action": "changed" if action == "new" else action, **value}
    request.world.emit(request.user, record, "changed", change=change)
