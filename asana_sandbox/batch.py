"""`POST /batch`: up to ten actions in one request.

Source of the rules: Asana's docs on the batch API. Actions run in parallel there, in no order; the
switch `batch_order` says in which order they run here. Results come in the order of the actions.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asana_sandbox.calls import Call, field_list, object_in, read_query
from asana_sandbox.dispatch import Answer, execute, load_of, refused
from asana_sandbox.errors import ApiError, bad_request, missing, no_route
from asana_sandbox.faults import NO_FAULT, Fault, Faults
from asana_sandbox.limits import Load
from asana_sandbox.log import Entry
from asana_sandbox.routing import EMPTY, Reply, Request, match, route

if TYPE_CHECKING:
    from asana_sandbox.auth import Token
    from asana_sandbox.sandbox import Sandbox

PATH = "/batch"
MOST_ACTIONS = 10
_METHODS = ("get", "post", "put", "delete", "patch", "head")


@route("POST", PATH, batchable=False)
def submit_batch(_request: Request) -> Reply:
    """Stand in the table of routes; the frame runs batches itself, having counted them."""
    return EMPTY


@dataclass(slots=True)
class Action:
    """One action: what it calls, or why it cannot, and the fault that hits it."""

    method: str
    path: str
    query: dict[str, str]
    data: dict[str, Any]
    call: Call | None = None
    error: ApiError | None = None
    fault: Fault = NO_FAULT


@dataclass(slots=True)
class Batch:
    """The actions of one envelope, in the order they were sent."""

    actions: list[Action] = field(default_factory=list)

    @property
    def load(self) -> Load:
        """Every action counts in every limiter; the envelope is free."""
        loads = [
            load_of(action.call) if action.call else _unread_load(action.method)
            for action in self.actions
        ]
        return Load(*map(sum, zip(*loads, strict=True)))

    def meet(self, faults: Faults) -> Fault:
        """Take the envelope's fault and the actions'; a dropped action drops the connection."""
        for action in self.actions:
            template = action.call.route.template if action.call else action.path
            action.fault = faults.take(action.method, action.path, template)
        hits = [action.fault for action in self.actions]
        wire = faults.take("POST", PATH)
        return dataclasses.replace(
            wire,
            drop=wire.drop or ("after" if any(hit.drop for hit in hits) else None),
            truncate=wire.truncate or any(hit.truncate for hit in hits),
            delay=wire.delay + max(hit.delay for hit in hits),
        )

    async def run(self, sandbox: Sandbox, token: Token, base: str) -> Answer:
        """Run the actions; the envelope is 200 whatever becomes of them."""
        order = list(range(len(self.actions)))
        if sandbox.world.switches.batch_order == "reversed":
            order.reverse()
        results = {i: await _run(sandbox, self.actions[i], token, base) for i in order}
        return Answer(200, {"data": [results[i] for i in range(len(self.actions))]})


def read_batch(envelope: Call) -> Batch:
    """Read an envelope's actions.

    Raises:
        ApiError: 400 when there are none or too many, or they are no list; the wording of all
            but the first is ours.
    """
    if "actions" not in envelope.data:
        raise missing("actions")
    actions = envelope.data["actions"]
    if not isinstance(actions, list) or not actions:
        raise bad_request(f"actions: Must be a list of 1 to {MOST_ACTIONS} actions")
    if len(actions) > MOST_ACTIONS:
        raise bad_request(
            f"actions: A batch may hold {MOST_ACTIONS} actions at most, not {len(actions)}"
        )
    return Batch([_read_action(action) for action in actions])


def _read_action(sent: Any) -> Action:
    sent = sent if isinstance(sent, dict) else {}
    method, path = str(sent.get("method", "")).lower(), str(sent.get("relative_path", ""))
    action = Action(method.upper(), path, {}, {})
    try:
        action.data, options = (object_in(sent, name) for name in ("data", "options"))
        action.call = _read_call(action, method, options)
    except ApiError as error:
        action.error = error
    return action


def _read_call(action: Action, method: str, options: dict[str, Any]) -> Call:
    for name, value in (("relative_path", action.path), ("method", method)):
        if not value:
            raise missing(name)
    if method not in _METHODS:
        raise bad_request(f"method: Must be one of {', '.join(_METHODS)}, not: {method}")
    if not action.path.startswith("/") or "?" in action.path:
        raise bad_request(
            "relative_path: Must begin with a slash and have no query string; parameters go in "
            f"data: {action.path}"
        )
    found = match(action.method, action.path)
    if found is None:
        raise no_route()
    known, names = found
    if not known.batchable:
        raise bad_request(f"{known.operation} is not allowed in a batch request")
    call = Call(known, action.path, names, fields=field_list(options.get("fields")))
    if method == "get":
        paging = {name: options[name] for name in ("limit", "offset") if name in options}
        sent = {name: value for name, value in action.data.items() if value is not None} | paging
        read_query(call, ((name, _text(value)) for name, value in sent.items()))
    else:
        call.data = action.data
    action.query, action.data = call.asked, call.data
    return call


def _text(value: Any) -> str:
    """Write a JSON value as a query parameter would be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _unread_load(method: str) -> Load:
    return Load(reads=1) if method in ("GET", "HEAD") else Load(writes=1)


async def _run(sandbox: Sandbox, action: Action, token: Token, base: str) -> dict[str, Any]:
    answer = await _answer(sandbox, action, token, base)
    sandbox.log.add(
        Entry(
            action.method,
            action.path,
            action.query,
            action.data,
            operation=action.call.route.operation if action.call else "",
            status=answer.status,
            batch=True,
        )
    )
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.location:
        headers["location"] = answer.location
    return {"status_code": answer.status, "headers": headers, "body": answer.body}


async def _answer(sandbox: Sandbox, action: Action, token: Token, base: str) -> Answer:
    error = action.fault.error() or action.error
    if error or action.call is None or action.fault.drop == "before":
        return refused(error or no_route())
    try:
        return await execute(sandbox, action.call, token, base)
    except ApiError as refusal:
        return refused(refusal)
