"""Asana's rich text: what it takes, and the plain text of it."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree as ET

from asana_sandbox.errors import bad_request

_TAGS = frozenset({"body", "strong", "em", "u", "s", "code", "ol", "ul", "li", "a"}) | frozenset(
    {"blockquote", "pre", "h1", "h2", "hr", "img", "table", "tr", "td", "object"}
)
_WITH_ATTRIBUTES = frozenset({"a", "img", "object", "td", "li", "table"})
_ENTITY = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def to_html(text: str) -> str:
    """Wrap plain text as Asana gives it back in the `html_` twin of a field."""
    return f"<body>{escape(text, quote=False)}</body>"


def to_plain(field: str, html: str) -> str:
    """Check rich text and give its plain text.

    The rules are those of Asana's docs on rich text: well-formed XML in one `<body>`, known tags,
    attributes on few of them. The wording of the refusals is ours.

    Raises:
        ApiError: 400 where Asana does not take the text.
    """
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
    return "".join(_pieces(body)).strip("\n")


def _pieces(element: ET.Element) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        if child.tag in _LINES:
            pieces.append("\n")
        pieces += _pieces(child)
        pieces.append(child.tail or "")
    return pieces


_LINES = frozenset({"li", "h1", "h2", "hr", "tr", "blockquote", "pre"})
