"""Webhooks of the sandbox: the handshake, signed deliveries, heartbeats, retries, filters."""

from __future__ import annotations

import hmac
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conftest import SandboxClient

ELSEWHERE = "https://example.com/hook"


class Delivery(NamedTuple):
    """What arrived at the receiver."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in it."""
        return list(json.loads(self.body)["events"])


class Receiver:
    """A server that somebody wrote for Asana's webhooks.

    Attributes:
        status: What it answers.
        echoes: Whether it gives the secret back.
    """

    def __init__(self) -> None:
        self.status, self.echoes = 200, True
        self._arrived: queue.Queue[Delivery] = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver._arrived.put(Delivery(dict(self.headers), body))
                self.send_response(receiver.status)
                secret = self.headers.get("X-Hook-Secret")
                if secret and receiver.echoes:
                    self.send_header("X-Hook-Secret", secret)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?app=1"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def next(self) -> Delivery:
        """Wait for a delivery."""
        return self._arrived.get(timeout=30)

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver(sandbox: SandboxClient) -> Iterator[Receiver]:
    """A server on this machine, which webhooks may point at."""
    sandbox.switch(webhooks_to_this_machine="accept")
    server = Receiver()
    yield server
    server.stop()


@pytest.fixture
def project(sandbox: SandboxClient) -> str:
    """An empty project."""
    return str(sandbox.make("projects", name="P")["gid"])


def failed(sandbox: SandboxClient, gid: str) -> dict[str, Any]:
    """Wait until the sandbox knows that a delivery failed, and give the webhook."""
    while not (state := sandbox.data(f"/webhooks/{gid}"))["delivery_retry_count"]:
        pass
    return dict(state)


def follow(sandbox: SandboxClient, receiver: Receiver, **data: Any) -> tuple[str, str]:
    """Make a webhook, take its handshake and first heartbeat; give its gid and secret."""
    answer = sandbox.post("/webhooks", {"target": receiver.url, **data}).json()
    assert receiver.next().headers["X-Hook-Secret"] == answer["X-Hook-Secret"]
    assert receiver.next().events == []
    while not sandbox.data(f"/webhooks/{answer['data']['gid']}")["active"]:
        pass
    return answer["data"]["gid"], answer["X-Hook-Secret"]


def test_a_webhook_is_made_when_its_target_agrees(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    response = sandbox.post("/webhooks", {"resource": project, "target": receiver.url})
    made = response.json()
    shake, beat = receiver.next(), receiver.next()

    assert response.status_code == 201
    assert response.headers["Location"].endswith(f"/webhooks/{made['data']['gid']}")
    assert len(made["X-Hook-Secret"]) == 64
    assert (made["data"]["active"], made["data"]["last_success_at"]) == (False, None)
    assert made["data"]["target"] == receiver.url
    assert shake.headers["X-Hook-Secret"] == made["X-Hook-Secret"]
    assert beat.events == []
    assert "X-Hook-Secret" not in sandbox.get(f"/webhooks/{made['data']['gid']}").json()


def test_a_target_that_keeps_the_secret_makes_none(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    receiver.echoes = False
    response = sandbox.post("/webhooks", {"resource": project, "target": receiver.url})

    assert response.status_code == 400
    assert sandbox.data("/webhooks", workspace=sandbox.workspace) == []


def test_nobody_listening_makes_none(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    receiver.stop()
    status, message = said(sandbox.post("/webhooks", {"resource": project, "target": receiver.url}))

    assert status == 400
    assert "ConnectionRefusedError" in message


def test_a_delivery_is_signed_and_names_gids_only(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    _, secret = follow(sandbox, receiver, resource=project)
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    told = receiver.next()

    signature = hmac.digest(secret.encode(), told.body, "sha256").hex()
    assert told.headers["X-Hook-Signature"] == signature
    added = next(event for event in told.events if event["resource"]["gid"] == task)
    assert added["parent"] == {"gid": project, "resource_type": "project"}
    assert added["user"].keys() == {"gid", "resource_type"}
    assert added["action"] == "added"


def test_filters_let_through_what_passes_one_of_them(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    filters = [
        {"resource_type": "task", "action": "changed", "fields": ["name"]},
        {"resource_type": "section"},
    ]
    follow(sandbox, receiver, resource=project, filters=filters)
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    sandbox.put(f"/tasks/{task}", {"notes": "n"})
    sandbox.put(f"/tasks/{task}", {"name": "U"})
    renamed = receiver.next().events
    sandbox.make(f"projects/{project}/sections", name="S")

    assert [event["change"] for event in renamed] == [{"field": "name", "action": "changed"}]
    assert [event["resource"]["resource_type"] for event in receiver.next().events] == ["section"]


def test_filters_are_shown_by_their_parts(sandbox: SandboxClient, project: str) -> None:
    filters = [{"resource_type": "task", "action": "changed", "fields": ["name"]}]
    gid = sandbox.make("webhooks", resource=project, target=ELSEWHERE, filters=filters)["gid"]
    parts = "filters.resource_type,filters.action,filters.fields"

    assert sandbox.data(f"/webhooks/{gid}", opt_fields=parts)["filters"] == filters


def test_a_put_replaces_the_filters(sandbox: SandboxClient, project: str) -> None:
    made = sandbox.make("webhooks", resource=project, target=ELSEWHERE, filters=[{}])
    response = sandbox.put(f"/webhooks/{made['gid']}", {"filters": [{"action": "deleted"}]})

    assert response.json()["data"]["filters"] == [{"action": "deleted"}]
    assert said(sandbox.put(f"/webhooks/{made['gid']}", {"target": ELSEWHERE}))[0] == 400


def test_a_workspace_is_followed_with_filters_and_without_tasks(
    sandbox: SandboxClient, receiver: Receiver
) -> None:
    home = sandbox.workspace
    bare = sandbox.post("/webhooks", {"resource": home, "target": receiver.url})
    assert said(bare) == (400, "filters: Missing input")
    everything = [{"resource_type": "task"}, {"resource_type": "team_membership"}]
    follow(sandbox, receiver, resource=home, filters=everything)
    sandbox.make("tasks", name="T")
    team = sandbox.make("teams", name="N", organization=home)["gid"]
    sandbox.do(f"/teams/{team}/addUser", user="wei@sandbox.example")
    (event,) = receiver.next().events

    assert event["resource"]["resource_type"] == "team_membership"
    assert event["parent"] == {"gid": team, "resource_type": "team"}


def test_a_heartbeat_comes_every_eight_hours(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    gid, _ = follow(sandbox, receiver, resource=project)
    before = sandbox.data(f"/webhooks/{gid}")["last_success_at"]
    sandbox.advance(8 * 3600)

    assert receiver.next().events == []
    assert before is not None


def test_what_was_not_taken_comes_again_and_then_no_more(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    gid, _ = follow(sandbox, receiver, resource=project)
    receiver.status = 500
    sandbox.make(f"projects/{project}/sections", name="S")
    first = receiver.next()
    failed(sandbox, gid)
    receiver.status = 200
    sandbox.advance(60)

    assert receiver.next().body == first.body
    receiver.status = 410
    sandbox.make(f"projects/{project}/sections", name="U")
    receiver.next()
    while sandbox.get(f"/webhooks/{gid}").ok:
        pass


def test_a_day_without_success_is_the_end_of_a_webhook(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    gid, _ = follow(sandbox, receiver, resource=project)
    receiver.status = 503
    sandbox.advance(8 * 3600)
    receiver.next()
    state = failed(sandbox, gid)
    sandbox.advance(25 * 3600)
    receiver.next()
    while (answer := sandbox.get(f"/webhooks/{gid}")).ok:
        assert answer.json()["data"]["delivery_retry_count"] <= 2

    assert (state["delivery_retry_count"], state["last_failure_content"][:3]) == (1, "503")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "target", ["http://localhost:1/", "http://127.0.0.1/", "https://[::1]/x", "http://intranet/"]
)
def test_hosts_that_only_this_machine_knows_are_refused(
    sandbox: SandboxClient, project: str, target: str
) -> None:
    status, message = said(sandbox.post("/webhooks", {"resource": project, "target": target}))

    assert status == 403
    assert message.startswith("target: Not a valid host")


@pytest.mark.parametrize("target", ["hook", "ftp://example.com/", "http://", "http://[1/", 7])
def test_a_target_is_a_url(sandbox: SandboxClient, project: str, target: Any) -> None:
    assert said(sandbox.post("/webhooks", {"resource": project, "target": target}))[0] == 400


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ("all", "filters: Value is not an array: all"),
        (["x"], "filters: [0]: Value is not a JSON object: x"),
        ([{"action": "eaten"}], "filters: [0]: action: Value is not one of the allowed values:"),
        ([{"fields": ["name"]}], "filters: [0]: fields go with the action changed"),
        ([{"action": "changed", "fields": [1]}], "filters: [0]: fields: Value is not an array of"),
        ([{"colour": "red"}], "filters: [0]: Not a part of a filter: colour"),
        ([{"resource_type": 1}], "filters: [0]: resource_type: Value is not a string: 1"),
    ],
)
def test_filters_that_cannot_be_are_refused(
    sandbox: SandboxClient, project: str, filters: Any, message: str
) -> None:
    body = {"resource": project, "target": ELSEWHERE, "filters": filters}
    status, text = said(sandbox.post("/webhooks", body))

    assert (status, text[: len(message)]) == (400, message)


def test_a_webhook_elsewhere_is_made_though_nothing_is_sent(
    sandbox: SandboxClient, project: str
) -> None:
    gid = sandbox.make("webhooks", resource=project, target=ELSEWHERE)["gid"]
    while not sandbox.data(f"/webhooks/{gid}")["active"]:
        sandbox.make(f"projects/{project}/sections", name="S")

    assert sandbox.data(f"/webhooks/{gid}")["delivery_retry_count"] == 0


def test_the_list_is_of_one_workspace_and_of_ones_own(sandbox: SandboxClient, project: str) -> None:
    other = sandbox.make("projects", name="Q")["gid"]
    mine = [
        sandbox.make("webhooks", resource=gid, target=ELSEWHERE)["gid"] for gid in (project, other)
    ]
    token = sandbox.token_of("priya@sandbox.example")
    home = sandbox.workspace

    assert [one["gid"] for one in sandbox.listed("/webhooks", workspace=home)] == mine
    assert [
        one["gid"] for one in sandbox.data("/webhooks", workspace=home, resource=other)
    ] == mine[1:]
    assert sandbox.data("/webhooks", workspace=home, token=token) == []
    assert sandbox.get(f"/webhooks/{mine[0]}", token=token).status_code == 403
    assert said(sandbox.get("/webhooks")) == (400, "workspace: Missing input")


def test_a_deleted_webhook_hears_nothing(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    first, _ = follow(sandbox, receiver, resource=project)
    assert sandbox.delete(f"/webhooks/{first}").json() == {"data": {}}
    second, _ = follow(sandbox, receiver, resource=project)
    sandbox.make(f"projects/{project}/sections", name="S")
    receiver.next()

    assert [one["gid"] for one in sandbox.data("/webhooks", workspace=sandbox.workspace)] == [
        second
    ]


def test_a_webhook_ends_with_what_it_follows(
    sandbox: SandboxClient, receiver: Receiver, project: str
) -> None:
    gid, _ = follow(sandbox, receiver, resource=project)
    sandbox.delete(f"/projects/{project}")
    (event,) = receiver.next().events

    assert (event["action"], event["resource"]["gid"]) == ("deleted", project)
    while sandbox.get(f"/webhooks/{gid}").ok:
        pass


def test_what_cannot_be_followed_is_refused(sandbox: SandboxClient) -> None:
    user = sandbox.data("/users/me")["gid"]

    for resource, message in (
        (user, f"resource: Not a recognized ID: {user}"),
        ("1", "resource: Unknown object: 1"),
        ({}, "resource: Not a valid GID type: object"),
    ):
        body: dict[str, Any] = {"resource": resource, "target": ELSEWHERE}
        assert said(sandbox.post("/webhooks", body)) == (400, message)
