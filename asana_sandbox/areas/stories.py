"""Stories of tasks and goals: reading all, writing comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.body import read_body
from asana_sandbox.errors import ApiError, bad_request, missing
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import changed, touch, write_story

if TYPE_CHECKING:
    from asana_sandbox.store import Record

_PINNABLE = frozenset({"comment_added", "attachment_added"})


@route("GET", "/tasks/{task_gid}/stories")
@route("GET", "/goals/{goal_gid}/stories")
def get_stories(request: Request) -> Listing:
    """Asana's getStoriesForTask and getStoriesForGoal: oldest first."""
    target = _target(request)
    return Listing(request.world.store.by("story", "target", target["gid"]))


@route("POST", "/tasks/{task_gid}/stories")
@route("POST", "/goals/{goal_gid}/stories")
def create_story(request: Request) -> Single:
    """Asana's createStoryForTask and createStoryForGoal: a comment by the token's user, now."""
    target = _target(request)
    data = read_body(request, "story", "create")
    if not data.get("text") and not data.get("sticker_name"):
        raise missing("text")
    more: dict[str, Any] = {"is_pinned": False, "is_editable": True, "is_edited": False}
    more |= {"type": "comment", "previews": [], **data}
    text = more.pop("text", "")
    touches = request.world.switches.comments_touch
    story = write_story(request, target, "comment_added", text, touches=touches, **more)
    return Single(story, 201)


@route("PUT", "/stories/{story_gid}")
def update_story(request: Request) -> Single:
    """Asana's updateStory: one's own comment's text; a pin on comments and attachments."""
    story = in_path(request, "story")
    data = read_body(request, "story", "update")
    if {"text", "html_text", "sticker_name"} & data.keys():
        _require_own_comment(request, story)
        data["is_edited"] = True
    if "is_pinned" in data and story["resource_subtype"] not in _PINNABLE:
        raise bad_request("is_pinned: Only comments and attachments can be pinned")
    story.update(data)
    _touch(request, story)
    changed(request, story, "text" if "text" in data else "is_pinned")
    return Single(story)


@route("DELETE", "/stories/{story_gid}")
def delete_story(request: Request) -> Plain:
    """Asana's deleteStory: one's own."""
    story = in_path(request, "story")
    if story["created_by"] != request.user["gid"]:
        raise ApiError(403, "You can only delete your own stories.")
    _touch(request, story)
    parent = request.world.store[story["target"]]
    request.world.emit(request.user, story, "removed", parent=parent)
    request.world.store.remove(story)
    return EMPTY


def _target(request: Request) -> Record:
    (name,) = request.path
    return in_path(request, name.removesuffix("_gid"))


def _touch(request: Request, story: Record) -> None:
    if story["type"] != "comment" or request.world.switches.comments_touch:
        touch(request, request.world.store[story["target"]])


def _require_own_comment(request: Request, story: Record) -> None:
    if story["type"] != "comment" or story["created_by"] != request.user["gid"]:
        raise ApiError(403, "You can only edit the text of your own comments.")
