"""What a call says: its query, its body in any of the three encodings, and its options.

Source of the rules: Asana's docs on input and output options.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from asana_sandbox.errors import bad_request, invalid_json, unrecognized_key, wrong_type
from asana_sandbox.routing import Upload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request as HttpRequest

    from asana_sandbox.routing import Route

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_NESTED = re.compile(r"(\w+)\[(\w*)\]")


@dataclass(slots=True)
class Call:
    """One call of the API, read but not yet executed.

    `path` is relative to `/api/1.0`, `names` are its parameters. `fields` is `opt_fields` as text.
    """

    route: Route
    path: str
    names: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    fields: str | None = None
    pretty: bool = False

    @property
    def asked(self) -> dict[str, str]:
        """The query, with `opt_fields` in it however they were sent."""
        return self.query if self.fields is None else {**self.query, "opt_fields": self.fields}


def read_query(call: Call, pairs: Iterable[tuple[str, str]]) -> None:
    """Take the query's pairs into the call, `opt_*` into its options.

    A name sent again goes on with a list: `time_periods=1&time_periods=2` is `time_periods=1,2`.
    """
    query: dict[str, str] = {}
    for name, value in pairs:
        query[name] = f"{query[name]},{value}" if name in query else value
    call.fields = query.pop("opt_fields", call.fields)
    pretty = query.pop("opt_pretty", None)
    call.pretty = call.pretty or (pretty is not None and pretty.lower() != "false")
    call.query = {name: value for name, value in query.items() if not name.startswith("opt_")}


async def read_http(http: HttpRequest, call: Call) -> None:
    """Take query and body of an HTTP request into the call.

    Raises:
        ApiError: 400 when the body does not parse or is not made as Asana wants it.
    """
    read_query(call, _pairs(http.scope["query_string"]))
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _MULTIPART:
        await _read_multipart(http, call)
        return
    body = await http.body()
    if call.route.method == "GET" or not body.strip():
        return
    if kind == _FORM:
        _read_form(call, _pairs(body))
    else:
        _read_json(call, body)


def object_in(sent: dict[str, Any], name: str) -> dict[str, Any]:
    """Give the object that goes by a name, an empty one where there is none.

    Raises:
        ApiError: 400 for any other value.
    """
    value = {} if sent.get(name) is None else sent[name]
    if not isinstance(value, dict):
        raise wrong_type(name, value, "a JSON object")
    return value


def field_list(wanted: Any) -> str | None:
    """Give `options.fields`, a list or a text with commas, as the text of `opt_fields`.

    Raises:
        ApiError: 400 for any other value.
    """
    if wanted is None or isinstance(wanted, str):
        return wanted
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise wrong_type("fields", wanted, "an array of strings")
    return ",".join(wanted)


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    return parse_qsl(encoded.decode(errors="replace"), keep_blank_values=True)


def _read_json(call: Call, body: bytes) -> None:
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise invalid_json() from None
    if not isinstance(sent, dict):
        raise invalid_json()
    for key in sent:
        if key not in ("data", "options"):
            raise unrecognized_key(key)
    call.data, options = object_in(sent, "data"), object_in(sent, "options")
    call.fields = field_list(options.get("fields", call.fields))
    call.pretty = call.pretty or bool(options.get("pretty"))


def _read_form(call: Call, pairs: Iterable[tuple[str, str]]) -> None:
    options: list[tuple[str, str]] = []
    for name, value in pairs:
        if name.startswith("opt_"):
            options.append((name, value))
        elif nested := _NESTED.fullmatch(name):
            _nest(call.data, nested[1], nested[2], value)
        else:
            call.data[name] = value
    query = call.query
    read_query(call, options)
    call.query = query


def _nest(data: dict[str, Any], name: str, key: str, value: str) -> None:
    """Put `followers[0]=…` into a list and `custom_fields[123]=…` into an object.

    A gid is a number too; indexes of a list are taken to be shorter than gids.

    Raises:
        ApiError: 400 for a name that also stands for something else; the wording is ours.
    """
    indexed = not key or (len(key) <= _LONGEST_INDEX and key.isdecimal())
    whole = data.setdefault(name, [] if indexed else {})
    if indexed and isinstance(whole, list):
        whole.append(value)
    elif not indexed and isinstance(whole, dict):
        whole[key] = value
    else:
        raise bad_request(f"{name}: Sent both as a value and as a list or an object")


_LONGEST_INDEX = 4


async def _read_multipart(http: HttpRequest, call: Call) -> None:
    files: dict[str, Upload] = {}
    pairs: list[tuple[str, str]] = []
    try:
        async with http.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    kind = value.content_type or "application/octet-stream"
                    files[name] = Upload(value.filename or "", kind, content)
                else:
                    pairs.append((name, value))
    except MultiPartException as error:
        raise bad_request(f"Could not parse request data: {error.message}") from None
    _read_form(call, pairs)
    call.files = files
