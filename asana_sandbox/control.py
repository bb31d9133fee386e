"""The control plane under `/sandbox`: what tests and people may do that no user of Asana can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from asana_sandbox.audit import authorized
from asana_sandbox.belonging import join_workspace, new_workspace
from asana_sandbox.errors import ApiError, bad_request, missing, unknown_object, wrong_type
from asana_sandbox.planting import PLANTED
from asana_sandbox.population import add_people
from asana_sandbox.sandbox import StateError
from asana_sandbox.switching import move

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request as HttpRequest

    from asana_sandbox.planting import Plant
    from asana_sandbox.sandbox import Sandbox


def control_routes(sandbox: Sandbox) -> list[Route]:
    """Give the routes of the control plane, relative to `/sandbox`."""
    control = _Control(sandbox)
    return [
        Route(f"/{path}", _answering(action), methods=[method])
        for method, path, action in (
            ("GET", "requests", control.requests),
            ("DELETE", "requests", control.clear_requests),
            ("GET", "limits", control.limits),
            ("DELETE", "limits", control.clear_limits),
            ("GET", "switches", control.switches),
            ("PATCH", "switches", control.set_switches),
            ("GET", "clock", control.clock),
            ("POST", "clock", control.set_clock),
            ("GET", "faults", control.faults),
            ("POST", "faults", control.plan_faults),
            ("DELETE", "faults", control.clear_faults),
            ("POST", "tokens", control.issue_token),
            ("POST", "workspaces", control.make_workspace),
            ("POST", "users", control.make_users),
            ("GET", "state", control.state),
            ("PUT", "state", control.set_state),
            ("POST", "reset", control.reset),
            *(("POST", name, control.planting(plant)) for name, plant in PLANTED.items()),
        )
    ]


def _answering(action: Callable[[bytes], Any]) -> Callable[[HttpRequest], Any]:
    async def answer(http: HttpRequest) -> Response:
        try:
            result = action(await http.body())
        except ApiError as error:
            return Response(orjson.dumps(error.body()), error.status, media_type=_JSON)
        if isinstance(result, str):
            return Response(result, media_type="application/x-ndjson")
        return Response(orjson.dumps(result), media_type=_JSON)

    return answer


_JSON = "application/json"


def _read(body: bytes) -> dict[str, Any]:
    sent = _read_json(body)
    if not isinstance(sent, dict):
        raise bad_request("The body is not a JSON object")
    return sent


def _read_json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"The body is not JSON: {error}") from None


def _need(sent: Any, name: str, kind: type = str) -> Any:
    if not isinstance(sent, dict) or name not in sent:
        raise missing(name)
    if not isinstance(sent[name], kind):
        raise wrong_type(name, sent[name], _KINDS[kind])
    return sent[name]


_YEARS = range(1970, 9000)
_KINDS: dict[type, str] = {bool: "a boolean", list: "an array", str: "a string"}


class _Control:
    """One method per route; each takes the body and gives what becomes JSON (or JSON lines)."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def requests(self, _body: bytes) -> Any:
        return self._sandbox.log.report()

    def clear_requests(self, _body: bytes) -> Any:
        self._sandbox.log.clear()
        return {}

    def limits(self, _body: bytes) -> Any:
        return self._sandbox.limits.report()

    def clear_limits(self, _body: bytes) -> Any:
        self._sandbox.limits.clear()
        return {}

    def switches(self, _body: bytes) -> Any:
        return self._sandbox.world.switches

    def set_switches(self, body: bytes) -> Any:
        move(self._sandbox.world.switches, _read(body))
        return self._sandbox.world.switches

    def clock(self, _body: bytes) -> Any:
        return {"now": self._sandbox.world.clock.stamp()}

    def set_clock(self, body: bytes) -> Any:
        """Set the clock to `now`, then move it by `advance` seconds."""
        clock, sent = self._sandbox.world.clock, _read(body)
        try:
            moment = datetime.fromisoformat(sent["now"]) if "now" in sent else clock.now()
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            moment += timedelta(seconds=float(sent.get("advance", 0)))
        except (TypeError, ValueError, OverflowError) as error:
            raise bad_request(f"The clock cannot be moved so: {error}") from None
        if moment.year not in _YEARS:
            raise bad_request(f"The clock goes from {_YEARS[0]} to {_YEARS[-1]}")
        clock.set(moment)
        self._sandbox.deliveries.start(self._sandbox.world)
        return {"now": clock.stamp()}

    def faults(self, _body: bytes) -> Any:
        return self._sandbox.faults.planned

    def plan_faults(self, body: bytes) -> Any:
        self._sandbox.faults.plan(_read_json(body))
        return self._sandbox.faults.planned

    def clear_faults(self, _body: bytes) -> Any:
        self._sandbox.faults.planned.clear()
        return {}

    def issue_token(self, body: bytes) -> Any:
        sent = _read(body)
        world, named = self._sandbox.world, _need(sent, "user")
        person = world.store.get("user", named) or world.user_by_email(named)
        if person is None:
            raise unknown_object("user", named)
        user = person["gid"]
        if sent.get("oauth"):
            granted = self._sandbox.oauth.grant(user)
            authorized(world, user, "user_app_authorized")
            return {"user": user, **granted}
        served = bool(sent.get("service_account"))
        token = self._sandbox.tokens.issue(user, service_account=served)
        told = "service_account_created" if served else "user_personal_access_token_authorized"
        authorized(world, user, told)
        return {"user": user, "token": token.value}

    def make_workspace(self, body: bytes) -> Any:
        """Make a workspace that the owner of the first token is in, and administers."""
        sent, world = _read(body), self._sandbox.world
        organized = _need({"is_organization": True, **sent}, "is_organization", bool)
        workspace = new_workspace(world, _need(sent, "name"), is_organization=organized)
        join_workspace(world, workspace, world.store[world.owner], is_admin=True)
        return workspace

    def make_users(self, body: bytes) -> Any:
        sent, world = _read(body), self._sandbox.world
        gid = _need({"workspace": world.workspace, **sent}, "workspace")
        workspace = world.store.get("workspace", gid)
        if workspace is None:
            raise unknown_object("workspace", gid)
        listed = _need(sent, "people", list)
        people = [(_need(one, "name"), _need(one, "email")) for one in listed]
        users = add_people(world, workspace, people)
        for one, user in zip(listed, users, strict=True):
            membership = join_workspace(world, workspace, user)
            membership["is_guest"] = bool(one.get("is_guest", membership["is_guest"]))
        return users

    def planting(self, plant: Plant) -> Callable[[bytes], Any]:
        """Give the action that makes what no route of Asana's makes."""
        return lambda body: plant(self._sandbox.world, _read(body))

    def state(self, _body: bytes) -> Any:
        return "".join(f"{line}\n" for line in self._sandbox.world.store.dump())

    def set_state(self, body: bytes) -> Any:
        try:
            self._sandbox.load(body.splitlines())
        except StateError as error:
            raise bad_request(str(error)) from None
        return {"token": self._sandbox.token, "workspace": self._sandbox.world.workspace}

    def reset(self, _body: bytes) -> Any:
        self._sandbox.reset()
        return {"token": self._sandbox.token, "workspace": self._sandbox.world.workspace}
