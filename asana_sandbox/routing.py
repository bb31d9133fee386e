"""Which handler answers which method and path, and what passes between the frame and the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from asana_sandbox.shape import Fields
    from asana_sandbox.store import Record
    from asana_sandbox.world import Switches, World


class Upload(NamedTuple):
    """One file of a multipart form."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Request:
    """One call of the API, whether it came by itself or as an action of a batch.

    `path` holds the template's parameters as sent, `query` the query parameters without `opt_*`,
    `data` the inner object of the body, `fields` the parsed `opt_fields` (None: not named).
    `app` is the OAuth application that the token belongs to, None for a personal access token.
    """

    world: World
    user: Record
    method: str
    path: dict[str, str]
    query: dict[str, str]
    data: dict[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)
    service_account: bool = False
    fields: Fields | None = None
    app: str | None = None


class Listing(NamedTuple):
    """Records for the frame to page and to shape: compact, or with the fields asked for."""

    records: Sequence[Record]


class Single(NamedTuple):
    """One record for the frame to shape: full, or with the fields asked for.

    A status of 201 makes the frame add the `Location` header; `beside` stands next to `data`.
    """

    record: Record
    status: int = 200
    beside: Mapping[str, Any] = MappingProxyType({})


class Feed(NamedTuple):
    """Objects to be sent as they are, with a `next_page` where there is an offset to go on from.

    For lists that are always paged, and page in a way of their own.
    """

    objects: list[dict[str, Any]]
    offset: str | None


class Plain(NamedTuple):
    """A body that is sent as it is, envelope included (`{"data": {}}`; events with `sync`)."""

    body: dict[str, Any]
    status: int = 200


EMPTY = Plain({"data": {}})
"""The answer of deletions and of most associations (Asana's OpenAPI, EmptyResponse)."""

Reply: TypeAlias = Listing | Single | Feed | Plain
Handler: TypeAlias = "Callable[[Request], Reply | Awaitable[Reply]]"


@dataclass(frozen=True, slots=True)
class Route:
    """A registered route.

    `required` names what must be sent: query parameters of a GET, body fields of a write.
    `paged` is False where `limit` and `offset` do not page (search, typeahead, events).
    `batchable` is False where `/batch` refuses the action. `paid` is what is said, with a 402, on
    the free plan; empty where every plan includes the route. `removed` is True where Asana's
    description has the route no more.
    """

    method: str
    template: str
    handler: Handler
    paged: bool
    required: tuple[str, ...]
    batchable: bool
    paid: str
    removed: bool

    @property
    def operation(self) -> str:
        """The name the request log counts under, such as `GET /tasks/{task_gid}`."""
        return f"{self.method} {self.template}"

    def answers(self, switches: Switches) -> bool:
        """Tell whether the route is one."""
        return not self.removed or switches.goal_routes_of_2021


ROUTES: list[Route] = []
"""All routes of Asana's description, in the order of their modules."""

_Tree: TypeAlias = "dict[str, Any]"
_TREE: _Tree = {}
_PARAMETER = "{}"


def route(  # noqa: PLR0913 - the facts of a route, all but method and path by name
    method: str,
    path: str,
    *,
    paged: bool = True,
    required: tuple[str, ...] = (),
    batchable: bool = True,
    paid: str = "",
    removed: bool = False,
) -> Callable[[Handler], Handler]:
    """Register a handler for a method and a path template such as `/tasks/{task_gid}`.

    Args:
        method: In capitals.
        path: Relative to `/api/1.0`; a segment in braces takes any one segment.
        paged: Whether `limit` and `offset` page the answer; a handler that says False cuts its
            own answer. The frame has checked that `limit` is within 1..100 either way.
        required: Query parameters (GET) or body fields (others) without which the answer is
            400 `<name>: Missing input`.
        batchable: Whether the call may be an action of a batch.
        paid: What is said, with a 402, on the free plan; empty where every plan has it.
        removed: Whether the route is none unless the switch `goal_routes_of_2021` is on.

    Returns:
        The decorator; it gives the handler back as it was.
    """

    def register(handler: Handler) -> Handler:
        known = Route(method, path, handler, paged, required, batchable, paid, removed)
        node = _TREE.setdefault(method, {})
        for segment in _segments(path):
            node = node.setdefault(_PARAMETER if segment.startswith("{") else segment, {})
        if "" in node:
            raise ValueError(f"{known.operation} is registered twice")
        node[""] = known
        if not removed:
            ROUTES.append(known)
        return handler

    return register


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Find the route of a path relative to `/api/1.0`; a fixed segment wins over a parameter.

    The path comes as it was sent: parameters are unquoted behind the split, so that an external
    gid may hold a slash.
    """
    segments = _segments(path)
    known = _walk(_TREE.get(method, {}), segments, 0)
    if known is None:
        return None
    names = _segments(known.template)
    pairs = zip(names, segments, strict=True)
    return known, {name[1:-1]: unquote(value) for name, value in pairs if name.startswith("{")}


def _walk(node: _Tree, segments: list[str], depth: int) -> Route | None:
    if depth == len(segments):
        return node.get("")
    for key in (segments[depth], _PARAMETER):
        if key and key in node and (found := _walk(node[key], segments, depth + 1)):
            return found
    return None


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
