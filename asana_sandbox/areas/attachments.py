"""Attachments: files that were uploaded and links to elsewhere."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from asana_sandbox.body import address, read_body
from asana_sandbox.derived import WEB, derived
from asana_sandbox.downloads import download_url
from asana_sandbox.errors import ApiError, bad_request, missing
from asana_sandbox.facts import KINDS
from asana_sandbox.lookup import in_path, named_one_of
from asana_sandbox.routing import EMPTY, Listing, Plain, Request, Single, route
from asana_sandbox.telling import touch, write_story

if TYPE_CHECKING:
    from asana_sandbox.routing import Upload
    from asana_sandbox.store import Record
    from asana_sandbox.world import World

_MOST_BYTES = 100 * 1024 * 1024
"""The size that Asana's docs on attachments set."""


@route("GET", "/attachments", required=("parent",))
def get_attachments(request: Request) -> Listing:
    """Asana's getAttachmentsForObject."""
    parent = _parent(request, request.query["parent"])
    return Listing(request.world.store.by("attachment", "parent", parent["gid"]))


@route("POST", "/attachments", required=("parent",), batchable=False)
def create_attachment(request: Request) -> Single:
    """Asana's createAttachmentForObject: a file, or a link with a name; answers 200, not 201."""
    data = read_body(request, "attachment", "create")
    parent = _parent(request, data["parent"])
    if data.get("resource_subtype", "asana") == "external":
        attachment = _attach(request, parent, **_link(data))
    elif data.get("resource_subtype", "asana") == "asana":
        attachment = _attach(request, parent, **_file(request.files.get("file"), data))
    else:
        raise bad_request("resource_subtype: Attachments can be made as asana or external")
    if parent["resource_type"] == "task":
        text = f"attached {attachment['name']}"
        write_story(request, parent, "attachment_added", text, is_pinned=False)
    request.world.emit(request.user, attachment, "added", parent=parent)
    return Single(attachment)


@route("DELETE", "/attachments/{attachment_gid}")
def delete_attachment(request: Request) -> Plain:
    """Asana's deleteAttachment."""
    attachment = in_path(request, "attachment")
    touch(request, request.world.store[attachment["parent"]])
    request.world.emit(request.user, attachment, "deleted")
    request.world.store.remove(attachment)
    return EMPTY


def _parent(request: Request, gid: Any) -> Record:
    """Give the task, the project or the brief that attachments hang on."""
    return named_one_of(request, "parent", gid, ("task", "project", "project_brief"))


def _attach(request: Request, parent: Record, **data: Any) -> Record:
    return request.world.store.add(
        "attachment",
        {
            **KINDS["attachment"].blank(),
            "created_at": request.world.clock.stamp(),
            "parent": parent["gid"],
            **data,
        },
    )


def _link(data: dict[str, Any]) -> dict[str, Any]:
    for field in ("url", "name"):
        if not data.get(field):
            raise missing(field)
    return {
        "resource_subtype": "external",
        "name": data["name"],
        "host": "external",
        "url": address("url", data["url"]),
    }


def _file(upload: Upload | None, data: dict[str, Any]) -> dict[str, Any]:
    if upload is None:
        raise missing("file")
    if len(upload.content) > _MOST_BYTES:
        raise ApiError(413, "file: The file is too large.")
    return {
        "resource_subtype": "asana",
        "name": data.get("name") or upload.filename,
        "host": "asana",
        "size": len(upload.content),
        "content": b64encode(upload.content).decode(),
    }


@derived("attachment", "download_url")
def _download_url(world: World, attachment: Record, _viewer: Record) -> str:
    """Say where the file is; for a link, what it leads to: there Asana's texts are silent."""
    return str(attachment.get("url") or download_url(world, attachment))


@derived("attachment", "view_url", "permanent_url")
def _url(_world: World, attachment: Record, _viewer: Record) -> str:
    asset = f"{WEB}/app/asana/-/get_asset?asset_id={attachment['gid']}"
    return str(attachment.get("url", asset))
