"""What a body may hold: which fields an operation takes, and values of the right type."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from asana_sandbox.clock import stamp
from asana_sandbox.errors import (
    bad_date,
    bad_request,
    cannot_write,
    not_allowed,
    not_both,
    wrong_type,
)
from asana_sandbox.facts import KINDS
from asana_sandbox.rich_text import read_html, to_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from asana_sandbox.facts import Kind
    from asana_sandbox.routing import Request


def read_body(
    request: Request, kind_name: str, verb: Literal["create", "update"]
) -> dict[str, Any]:
    """Check a body against the facts of a kind.

    Values that name other objects come back as sent; those of plain types are checked. Rich text
    brings its plain twin along, and plain text its rich one.

    Raises:
        ApiError: 400 for a field the operation does not take or a value of a wrong type.
    """
    kind = KINDS[kind_name]
    known = kind.types.keys() | kind.writable["create"] | kind.writable["update"]
    _refuse_others(request, kind.writable[verb], frozenset(known | {"gid", "resource_type"}))
    taken = {
        field: _checked(kind, field, value)
        for field, value in request.data.items()
        if field in kind.writable[verb]
    }
    for plain in ("notes", "text", "description"):
        _pair(request, kind, taken, plain, f"html_{plain}")
    return taken


def only(request: Request, fields: str) -> dict[str, Any]:
    """Give the body of an action, which takes the fields named, separated by blanks."""
    allowed = frozenset(fields.split())
    _refuse_others(request, allowed, frozenset())
    return {field: value for field, value in request.data.items() if field in allowed}


def _refuse_others(request: Request, allowed: frozenset[str], known: frozenset[str]) -> None:
    strict = request.world.switches.unknown_body_fields == "refuse"
    for field in request.data:
        if field not in allowed and (strict or field in known):
            raise cannot_write(field)


def _pair(request: Request, kind: Kind, taken: dict[str, Any], plain: str, html: str) -> None:
    if html not in kind.types:
        return
    if plain in taken and html in taken:
        raise not_both(plain, html)
    if html in taken:
        taken[html], taken[plain] = read_html(request, html, taken[html])
    elif plain in taken:
        taken[html] = to_html(taken[plain])


def _checked(kind: Kind, field: str, value: Any) -> Any:
    how = kind.types.get(field, "other")
    if how == "word":
        if not isinstance(value, str | None) or (value or "") not in kind.choices[field]:
            raise not_allowed(field, value)
        return value
    check = _CHECKS.get(how)
    return check(field, value) if check else value


def text(field: str, value: Any) -> str:
    """Check a text; null is the empty one."""
    if value is not None and not isinstance(value, str):
        raise wrong_type(field, value, "a string")
    return value or ""


def address(field: str, value: Any) -> str:
    """Check an address of the web, and write it as a URI; the wording of the refusal is ours."""
    if not isinstance(value, str):
        raise wrong_type(field, value, "a string")
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise bad_request(f"{field}: Not a valid URL: {value}")
    return quote(value, safe="%/:=&?~#+!$,;'@()*")


def flag(field: str, value: Any) -> bool:
    """Check a boolean; forms and queries write it as a word, Asana's Python client as `False`."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise wrong_type(field, value, "a boolean")
    return value


def number(field: str, value: Any) -> float | None:
    """Check a number or null."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise wrong_type(field, value, "a number")


def day(field: str, value: Any) -> str | None:
    """Check a date or null."""
    if value is None:
        return None
    try:
        if not isinstance(value, str) or not _DAY.match(value):
            raise bad_date(field, value)
        date.fromisoformat(value)
    except ValueError:
        raise bad_date(field, value) from None
    return value


def moment(field: str, value: Any) -> str | None:
    """Check a time or null, and write it as Asana does: UTC, milliseconds."""
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise bad_request(f"{field}: Date-time must be in ISO-8601 format, not: {value}")
    return stamp(read)


_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "text": text,
    "html": text,
    "flag": flag,
    "count": number,
    "number": number,
    "date": day,
    "time": moment,
}
