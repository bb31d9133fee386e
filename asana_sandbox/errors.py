"""What Asana says when it refuses: one function per text, with the status that goes with it.

Texts are quoted from Asana's documentation and from answers people have published; where neither
has one, the wording is ours and the docstring says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)


class ApiError(Exception):
    """A refusal, raised anywhere and turned into the error envelope by the frame.

    Args:
        status: The HTTP status.
        messages: One entry of `errors` each.
        headers: Further response headers, such as `Retry-After`.
        extra: Keys beside `errors`, such as the `sync` of a 412.
    """

    def __init__(
        self,
        status: int,
        *messages: str,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {'; '.join(messages)}")
        self.status = status
        self.messages = messages
        self.headers = headers or {}
        self.extra = extra or {}

    def body(self) -> dict[str, Any]:
        """Give the envelope; 500 carries a phrase to quote to support, the rest the help text."""
        second = {"phrase": _PHRASE} if self.status == _SERVER_ERROR else {"help": HELP}
        return {"errors": [{"message": m, **second} for m in self.messages], **self.extra}


_SERVER_ERROR = 500
_PHRASE = "7 calm foxes juggle brightly"


def bad_request(message: str) -> ApiError:
    """Make a 400 with a text that is used in one place only."""
    return ApiError(400, message)


def missing(field: str) -> ApiError:
    """A required parameter or body field was not sent (Asana's docs on errors)."""
    return ApiError(400, f"{field}: Missing input")


def unknown_object(field: str, gid: str, *, in_path: bool = False) -> ApiError:
    """A well-formed gid that nothing bears: 404 in the path, 400 in query or body."""
    return ApiError(404 if in_path else 400, f"{field}: Unknown object: {gid}")


def not_recognized(field: str, gid: str, *, in_path: bool = False) -> ApiError:
    """A gid of another type, or none at all: 404 in the path, 400 in query or body."""
    return ApiError(404 if in_path else 400, f"{field}: Not a recognized ID: {gid}")


def not_a_gid_type(field: str, value: Any) -> ApiError:
    """A gid sent as something other than a string (python-asana issue 93)."""
    return ApiError(400, f"{field}: Not a valid GID type: {json_type(value)}")


def cannot_write(field: str) -> ApiError:
    """A property that this operation does not take."""
    return ApiError(400, f"{field}: Cannot write this property")


def bad_date(field: str, value: Any) -> ApiError:
    """A date that is not written as Asana reads dates."""
    return ApiError(400, f"{field}: Date must be in ISO-8601 (yyyy-mm-dd) format, not: {value}")


def no_route() -> ApiError:
    """Unknown path or wrong method: Asana has no 405."""
    return ApiError(404, "No matching route for request")


def not_authorized() -> ApiError:
    """No usable token."""
    return ApiError(401, "Not Authorized")


def forbidden(kind: str) -> ApiError:
    """The object exists, and this user may not see it."""
    return ApiError(403, f"You do not have access to this {kind}.")


def payment_required(message: str) -> ApiError:
    """The plan does not include what was asked for."""
    return ApiError(402, message)


def unrecognized_key(key: str) -> ApiError:
    """A JSON body with something beside `data` and `options`."""
    return ApiError(
        400,
        f"Unrecognized request field {key} . The only allowed keys at the top level are: data, "
        "options. Is it possible you did not wrap object properties in a data object?",
    )


def invalid_json() -> ApiError:
    """A body that does not parse (Stack Overflow 38211523)."""
    return ApiError(400, "Could not parse request data, invalid JSON")


def rate_limited(seconds: int) -> ApiError:
    """Any limiter said no; `seconds` goes into `Retry-After` (Asana's docs on rate limits)."""
    return ApiError(
        429,
        "You've made too many requests and hit a rate limit. Please retry after the given amount "
        "of time.",
        headers={"Retry-After": str(seconds)},
    )


def result_too_large() -> ApiError:
    """An unpaged list of more than about 1,000 objects (ruby-asana issue 149)."""
    return ApiError(
        400,
        "The result is too large. You should use pagination (may require specifying a workspace)!",
    )


def result_cut() -> ApiError:
    """The page behind which a list is too long to go on; the wording is ours."""
    return ApiError(400, "The result was truncated: there are too many objects to list them all.")


def offset_expired() -> ApiError:
    """A page token older than 15 minutes."""
    return ApiError(400, "offset: Your pagination token has expired.")


def offset_invalid() -> ApiError:
    """A page token that the API never gave."""
    return ApiError(400, "offset: Your pagination token is invalid.")


def server_error() -> ApiError:
    """Something on Asana's side went wrong."""
    return ApiError(500, "Server Error")


def not_in_domain(field: str, value: Any, workspace: Mapping[str, Any]) -> ApiError:
    """A user who is not in the workspace; organizations repeat what was sent, others their gid."""
    if workspace["is_organization"]:
        return ApiError(400, f"{field}: Not a user in Organization: {value}")
    return ApiError(400, f"{field}: Not a user in Workspace: {workspace['gid']}")


def wrong_type(field: str, value: Any, wanted: str) -> ApiError:
    """A value of a wrong JSON type, in the words Asana has for objects."""
    return ApiError(400, f"{field}: Value is not {wanted}: {value}")


def not_allowed(field: str, value: Any) -> ApiError:
    """A word that is none of those a field takes; the wording is ours."""
    return ApiError(400, f"{field}: Value is not one of the allowed values: {value}")


def one_of(*names: str) -> ApiError:
    """None of the fields that tell where something belongs was sent."""
    return ApiError(400, f"You should specify one of {', '.join(names)}")


def not_both(first: str, second: str) -> ApiError:
    """Two fields that exclude each other."""
    return ApiError(400, f"You may only provide one of {first} or {second}!")


def field_not_here(gid: str) -> ApiError:
    """A custom field that none of the task's projects has."""
    return ApiError(400, f"Custom field with ID {gid} is not on given object")


def forbidden_field(gid: str) -> ApiError:
    """A custom field whose value people cannot set: a formula, or one locked by its owner."""
    return ApiError(403, f"custom_fields: The value of custom field {gid} cannot be edited")


def sync_lost(token: str) -> ApiError:
    """No sync token, or one too old: the fresh one is beside the errors (Asana's getEvents)."""
    return ApiError(
        412,
        "Sync token invalid or too old. If you are attempting to keep resources in sync, you must "
        "fetch the full dataset for this query now and use the new sync token for the next sync.",
        extra={"sync": token},
    )


def json_type(value: Any) -> str:
    """Name a value's JSON type as Asana's messages do."""
    for kind, name in _JSON_TYPES:
        if isinstance(value, kind):
            return name
    return "null"


_JSON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)
