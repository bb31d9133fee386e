"""Every method of every class of the official Python client, called once on the sample."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import asana
import pytest
from asana.rest import ApiException

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES
from tests.sandbox_calls import CALLS, Ask, filled, names_in, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

register_routes()

_YOUNGER = "younger than the description that the sandbox is built from"
NOT_SERVED = {
    "GET /workspaces/{workspace_gid}/ai_studio/runs": _YOUNGER,
    "GET /workspaces/{workspace_gid}/ai_studio/seats": _YOUNGER,
    "POST /projects/{project_gid}/rollup": _YOUNGER,
    "POST /tasks/{task_gid}/rollup": _YOUNGER,
}
"""What the client calls and the sandbox has not, and why."""


class Method(NamedTuple):
    """A method of one of the client's classes, and the operation that it calls."""

    api: type[Any]
    name: str
    operation: str

    @property
    def takes(self) -> list[str]:
        """Names of its positional arguments."""
        parameters = inspect.signature(getattr(self.api, self.name)).parameters
        return [name for name in parameters if name not in ("self", "kwargs")]


def methods() -> list[Method]:
    """Find every method that calls Asana, in the order of classes and names."""
    found = []
    for name, api in inspect.getmembers(asana, inspect.isclass):
        for method, function in inspect.getmembers(api, inspect.isfunction):
            calls = _CALLS_API.search(inspect.getsource(function))
            if name.endswith("Api") and method.endswith(_WHOLE) and calls:
                short = method.removesuffix(_WHOLE)
                found.append(Method(api, short, f"{calls[2]} {calls[1]}"))
    return found


_WHOLE = "_with_http_info"
_CALLS_API = re.compile(r"call_api\(\s*'([^']+)',\s*'([A-Z]+)'")
METHODS = methods()
SERVED = [method for method in METHODS if method.operation not in NOT_SERVED]


@pytest.fixture
def client(sample: SandboxClient) -> Iterator[Any]:
    """The client with the owner's token; it opens a thread pool that wants closing."""
    configuration = asana.Configuration()
    configuration.host = sample.url
    configuration.access_token = sample.token
    client = asana.ApiClient(configuration)
    yield client
    client.pool.close()
    client.pool.join()
    client.rest_client.pool_manager.clear()


def arguments(method: Method, names: dict[str, str]) -> dict[str, Any]:
    """Give what the method is called with, from the good call of its operation.

    What an operation can do without goes into `opts`, be it a parameter or a whole body.
    """
    ask = CALLS.get(method.operation, Ask())
    verb, _, template = method.operation.partition(" ")
    sent = filled(ask.sent, names)
    if verb != "GET" and method.operation not in FORMS:
        sent = {"body": {"data": sent}}
    given = sent | places_of(template, ask, names)
    found = {name: given.pop(name) for name in method.takes if name != "opts"}
    return {**found, "opts": given} if "opts" in method.takes else found


def answer(method: Method, client: Any, given: dict[str, Any]) -> Any:
    """Call a method, and give the object it answers, or the first of a list.

    Pages are made when they are asked for; those of the audit log never end.
    """
    found = getattr(method.api(client), method.name)(**given)
    return found if isinstance(found, dict) else next(found, {})


def sync_of(method: Method, client: Any, given: dict[str, Any]) -> str:
    """Give the token of a feed, which comes with the refusal to go without one.

    The client asks again by itself for the events of one resource only.
    """
    with pytest.raises(ApiException) as refusal:
        answer(method, client, given)
    sync: str = json.loads(refusal.value.body)["sync"]
    return sync


FORMS = {"POST /attachments"}
"""Operations that take a form."""


@pytest.mark.parametrize(
    "method", SERVED, ids=lambda method: f"{method.api.__name__}.{method.name}"
)
def test_every_method_is_answered(sample: SandboxClient, client: Any, method: Method) -> None:
    names = names_in(sample)
    given = arguments(method, names)
    if CALLS.get(method.operation, Ask()).served:
        service = sample.token_of(names["user"], service_account=True)
        client.configuration.access_token = service
    if method.name == "get_workspace_events":
        given["opts"]["sync"] = sync_of(method, client, given)
    found = answer(method, client, given)
    log = sample.requests()["log"]

    assert found is not None
    assert log[-1]["operation"] == method.operation
    assert log[-1]["status"] in {200, 201}


@pytest.mark.parametrize("operation", NOT_SERVED)
def test_what_is_not_served_is_said_to_be_no_route(
    sample: SandboxClient, client: Any, operation: str
) -> None:
    (method,) = (one for one in METHODS if one.operation == operation)
    with pytest.raises(ApiException) as refusal:
        answer(method, client, arguments(method, names_in(sample)))

    assert refusal.value.status == 404
    assert b"No matching route" in refusal.value.body


def test_no_route_is_without_a_method() -> None:
    assert {route.operation for route in ROUTES} == {method.operation for method in SERVED}
