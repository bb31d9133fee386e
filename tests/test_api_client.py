"""The client as a whole: quota learnt, clock read, tokens renewed, answers taken as they come."""

from __future__ import annotations

import http.server
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tap_asana.api import (
    AsanaError,
    BadRequest,
    Call,
    Client,
    OAuth,
    TokenAuth,
    Unauthorized,
    auth_from_config,
)
from tap_asana.api.auth import token_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import SandboxClient


@pytest.fixture
def connect(sandbox: SandboxClient) -> Iterator[Callable[..., Client]]:
    """Makes clients of the sandbox."""
    made: list[Client] = []

    def connect(**options: Any) -> Client:
        auth = options.pop("auth", None) or TokenAuth(sandbox.token)
        made.append(Client(auth, api_url=sandbox.url, **options))
        return made[-1]

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def grant(sandbox: SandboxClient) -> dict[str, str]:
    """What an app holds that the owner let in."""
    me = sandbox.data("/users/me")["gid"]
    grant: dict[str, str] = sandbox.control_post("tokens", {"user": me, "oauth": True})
    sandbox.forget_requests()
    return grant


@pytest.mark.parametrize(("plan", "quota"), [("paid", 1500), ("free", 150)])
def test_the_quota_is_learnt_by_one_search(
    connect: Callable[..., Client], sandbox: SandboxClient, plan: str, quota: int
) -> None:
    sandbox.switch(plan=plan)
    client = connect()
    client.learn_quota(sandbox.workspace)
    client.learn_quota(sandbox.workspace)

    assert client.pace.requests_per_minute == quota
    assert client.requests == {"GET /workspaces/{gid}/tasks/search": 1}


def test_a_quota_that_is_given_is_not_learnt(
    connect: Callable[..., Client], sandbox: SandboxClient
) -> None:
    client = connect(requests_per_minute=700)
    client.learn_quota(sandbox.workspace)

    assert client.pace.requests_per_minute == 700
    assert not client.requests


def test_a_quota_that_cannot_be_learnt_is_the_small_one(
    connect: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    client = connect()
    client.learn_quota("1209999999999999")

    assert client.pace.requests_per_minute == 150
    assert "Keeping to 150 requests a minute." in caplog.text


def test_a_bad_token_ends_the_learning(sandbox: SandboxClient) -> None:
    client = Client(TokenAuth("0"), api_url=sandbox.url)

    with pytest.raises(Unauthorized):
        client.learn_quota(sandbox.workspace)
    client.close()


def test_the_clock_is_asanas(connect: Callable[..., Client], sandbox: SandboxClient) -> None:
    client = connect()
    before = client.server_time()
    sandbox.control_post("clock", {"now": "2031-05-06T07:08:09Z"})
    client.get("/users/me")

    assert before.year < 2031
    assert client.server_time().isoformat(timespec="minutes") == "2031-05-06T07:08+00:00"


def test_parameters_go_out_as_asana_reads_them(
    connect: Callable[..., Client], sandbox: SandboxClient
) -> None:
    project = sandbox.make("projects", name="Old", archived=True)["gid"]
    sandbox.make("projects", name="New")
    client = connect()
    found = client.list(
        "/projects",
        {"workspace": sandbox.workspace, "archived": True, "team": None, "opt_fields": ["name"]},
    )

    assert list(found) == [{"gid": project, "name": "Old"}]


def test_an_expired_access_token_is_renewed_for_all_threads(
    connect: Callable[..., Client], sandbox: SandboxClient, grant: dict[str, str]
) -> None:
    client = connect(auth=auth_from_config(grant, sandbox.url), requests_per_minute=10_000_000)
    client.get("/users/me")
    sandbox.advance(3601)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(client.get, ["/users/me"] * 20))

    assert {record["resource_type"] for record in found} == {"user"}
    assert len(found) == 20


def test_a_token_that_stays_rejected_ends_the_run(
    connect: Callable[..., Client], sandbox: SandboxClient, grant: dict[str, str]
) -> None:
    client = connect(auth=auth_from_config(grant, sandbox.url))
    sandbox.fault({"path": "/users/me", "status": 401, "times": None})

    with pytest.raises(Unauthorized):
        client.get("/users/me")
    assert client.requests == {"GET /users/{gid}": 2}


@pytest.mark.parametrize("wrong", ["client_id", "client_secret", "refresh_token"])
def test_oauth_settings_that_are_wrong_are_one_clear_line(
    connect: Callable[..., Client], sandbox: SandboxClient, grant: dict[str, str], wrong: str
) -> None:
    client = connect(auth=auth_from_config({**grant, wrong: "wrong"}, sandbox.url))

    with pytest.raises(Unauthorized) as caught:
        client.get("/users/me")
    outcome = client.send(Call("POST", "/tasks"))

    assert str(caught.value).startswith("POST /-/oauth_token: Asana answered 400: The `")
    assert not any(secret in str(caught.value) for secret in grant.values())
    assert isinstance(outcome.error, Unauthorized)
    assert not outcome.sent


def test_the_address_of_the_token_exchange_follows_from_the_api() -> None:
    assert token_url("https://app.asana.com/api/1.0") == "https://app.asana.com/-/oauth_token"
    assert token_url("http://127.0.0.1:8/api/1.0/") == "http://127.0.0.1:8/-/oauth_token"


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers what no real Asana would, from the server's ``answers``, and keeps what it got."""

    def do_GET(self) -> None:
        """Give the next answer."""
        self._answer()

    def do_POST(self) -> None:
        """Give the next answer."""
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, answer = self.server.answers.pop(0)  # type: ignore[attr-defined]
        self.server.got.append((dict(self.headers), body.decode()))  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def odd() -> Iterator[Any]:
    """A server of odd answers: ``url``, ``answers`` to give, ``got`` requests."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        root = f"http://127.0.0.1:{server.server_port}"
        told = SimpleNamespace(url=f"{root}/api/1.0", root=root, answers=[], got=[])
        server.answers, server.got = told.answers, told.got  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def test_a_redirection_is_not_followed(odd: Any) -> None:
    odd.answers.append((302, {"Location": f"{odd.root}/elsewhere"}, b""))
    client = Client(TokenAuth("secret"), api_url=odd.url)

    with pytest.raises(BadRequest, match=r"Asana answered 302: .* check api_url") as caught:
        client.get("/users/me")
    client.close()

    assert len(odd.got) == 1
    assert "secret" not in str(caught.value)


def test_cookies_are_not_kept_and_our_name_is_told(odd: Any) -> None:
    odd.answers += [(200, {"Set-Cookie": "a=b"}, b'{"data": {}}')] * 2
    client = Client(TokenAuth("secret"), api_url=odd.url, user_agent="tap-asana/1")
    client.get("/users/me")
    client.get("/users/me")
    client.close()

    (_, headers) = (odd.got.pop()[1], odd.got.pop()[0])
    assert "Cookie" not in headers
    assert headers["User-Agent"] == "tap-asana/1"
    assert headers["Authorization"] == "Bearer secret"


def test_a_rotated_refresh_token_is_used_from_then_on(odd: Any) -> None:
    odd.answers += [
        (200, {}, b'{"access_token": "one", "expires_in": 30, "refresh_token": "rotated"}'),
        (200, {}, b'{"access_token": "two", "expires_in": 3600}'),
    ]
    auth = OAuth("1", "secret", "first", f"{odd.root}/-/oauth_token")

    assert [auth.token(), auth.token(), auth.token()] == ["one", "two", "two"]
    assert "refresh_token=first" in odd.got[0][1]
    assert "refresh_token=rotated" in odd.got[1][1]


def test_threads_that_meet_a_401_together_renew_once(odd: Any) -> None:
    odd.answers += [(200, {}, b'{"access_token": "one"}'), (200, {}, b'{"access_token": "two"}')]
    auth = OAuth("1", "secret", "first", f"{odd.root}/-/oauth_token")
    rejected = f"Bearer {auth.token()}"
    with ThreadPoolExecutor(20) as pool:
        renewed = list(pool.map(auth.renew, [rejected] * 20))

    assert renewed == [True] * 20
    assert auth.token() == "two"
    assert len(odd.got) == 2


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"expires_in": 3600}', b"<html>"])
def test_a_token_exchange_without_a_token_is_a_fault_of_the_server(
    odd: Any, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoff._sync.time", SimpleNamespace(sleep=lambda _: None))
    odd.answers += [(200, {}, answer)] * 9
    auth = OAuth("1", "secret", "first", f"{odd.root}/-/oauth_token")
    client = Client(auth, api_url=odd.url)

    with pytest.raises(AsanaError, match="the answer holds no access token"):
        client.get("/users/me")
    client.close()
