"""Asana's rich text: what it takes, what becomes of mentions, and the plain text of it."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from asana_sandbox.access import sees
from asana_sandbox.derived import WEB
from asana_sandbox.errors import bad_request

if TYPE_CHECKING:
    from asana_sandbox.routing import Request

_TAGS = frozenset({"body", "strong", "em", "u", "s", "code", "ol", "ul", "li", "a"}) | frozenset(
    {"blockquote", "pre", "h1", "h2", "hr", "img", "table", "tr", "td", "object"}
)
_WITH_ATTRIBUTES = frozenset({"a", "img", "object", "td", "li", "table"})
_ENTITY = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def to_html(text: str) -> str:
    """Wrap plain text as Asana gives it back in the `html_` twin of a field."""
    return f"<body>{escape(text, quote=False)}</body>"


def read_html(request: Request, field: str, html: str) -> tuple[str, str]:
    """Check rich text, and give it with its mentions written out, and its plain text.

    The rules are those of Asana's docs on rich text: well-formed XML in one `<body>`, known tags,
    attributes on few of them, links to objects that the user may see. The wording of the
    refusals is ours.

    Raises:
        ApiError: 400 where Asana does not take the text.
    """
    body = _parsed(field, html)
    mentions = [link for link in body.iter("a") if "data-asana-gid" in link.attrib]
    for mention in mentions:
        _write_out(request, field, mention)
    try:
        whole = ET.tostring(body, encoding="unicode") if mentions else html
        return whole, "".join(_pieces(body)).strip("\n")
    except RecursionError:
        raise bad_request(f"{field}: XML is invalid: nested too deeply") from None


def _write_out(request: Request, field: str, mention: ET.Element) -> None:
    """Put the name and the address of what a link mentions; a stranger's keeps its own."""
    gid = mention.attrib["data-asana-gid"]
    record = request.world.store.find(gid)
    if record is None or not sees(request, record):
        if "href" not in mention.attrib:
            raise bad_request(f"{field}: XML is invalid: there is no object {gid} to mention")
        mention.set("data-asana-accessible", "false")
        return
    kind = record["resource_type"]
    mention.attrib |= {"data-asana-accessible": "true", "data-asana-type": kind}
    mention.attrib.setdefault("href", f"{WEB}/0/{gid}/{gid}")
    if mention.attrib.setdefault("data-asana-dynamic", "true") == "true":
        mention[:] = []
        mention.text = f"@{record['name']}" if kind == "user" else str(record.get("name", ""))


def _parsed(field: str, html: str) -> ET.Element:
    if _ENTITY.search(html):
        raise bad_request(f"{field}: XML is invalid: declarations are not allowed")
    try:
        body = ET.fromstring(html)  # noqa: S314 - declarations were refused above
    except ET.ParseError as error:
        raise bad_request(f"{field}: XML is invalid: {error}") from None
    if body.tag != "body":
        raise bad_request(f"{field}: XML is invalid: the root must be <body>")
    for element in body.iter():
        if element.tag not in _TAGS:
            raise bad_request(f"{field}: XML is invalid: <{element.tag}> is not supported")
        if element.attrib and element.tag not in _WITH_ATTRIBUTES:
            raise bad_request(f"{field}: XML is invalid: <{element.tag}> takes no attributes")
    return body


def _pieces(element: ET.Element) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        if child.tag in _LINES:
            pieces.append("\n")
        pieces += _pieces(child)
        pieces.append(child.tail or "")
    return pieces


_LINES = frozenset({"li", "h1", "h2", "hr", "tr", "blockquote", "pre"})
