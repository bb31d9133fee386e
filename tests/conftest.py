"""The sandboxes that tests talk to: one with a fresh world for each test, one with the sample."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGS = Path(__file__).parents[1] / ".pytest_cache" / "d" / "requests"
"""What the last session of tests asked of all sandboxes; `reading_operations.py` reads it."""

UNLIMITED = 10_000_000
"""Requests a minute of the sandbox in tests that are not about the quota."""


@dataclass
class SandboxClient:
    """A sandbox as a test sees it: Asana over HTTP, and the control plane beside it.

    Attributes:
        url: Base of the API, `http://127.0.0.1:PORT/api/1.0`.
        token: Of the owner of the first workspace, good over resets.
        control: Base of the control plane, `http://127.0.0.1:PORT/sandbox`.
        workspace: Gid of the first workspace.
    """

    url: str
    token: str
    control: str
    workspace: str
    session: requests.Session = field(default_factory=requests.Session)

    def call(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """Send any request to the API; `token` speaks for somebody else."""
        headers = {"Authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        return self.session.request(method, self.url + path, headers=headers, timeout=30, **options)

    def get(self, path: str, /, *, token: str | None = None, **params: Any) -> requests.Response:
        """GET with query parameters; None leaves one out."""
        return self.call("GET", path, token=token, params=params)

    def post(
        self, path: str, data: Any = None, /, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """POST `data` in its envelope; `options` go beside it (`fields=[...]`)."""
        return self.call("POST", path, token=token, json=_enveloped(data, options))

    def put(
        self, path: str, data: Any = None, /, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """PUT `data` in its envelope; `options` go beside it (`fields=[...]`)."""
        return self.call("PUT", path, token=token, json=_enveloped(data, options))

    def delete(self, path: str, /, *, token: str | None = None) -> requests.Response:
        """DELETE without a body."""
        return self.call("DELETE", path, token=token)

    def data(self, path: str, /, **params: Any) -> Any:
        """GET what must be there, and give the `data` of the answer."""
        return _good(self.get(path, **params))["data"]

    def listed(self, path: str, /, **params: Any) -> list[dict[str, Any]]:
        """Walk a list to its end, 100 at a time."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] | None = {"offset": None}
        while page:
            answer = _good(self.get(path, **{"limit": 100, **params}, offset=page["offset"]))
            found += answer["data"]
            page = answer["next_page"]
        return found

    def make(self, collection: str, /, **data: Any) -> dict[str, Any]:
        """Create a thing through the API and give it: `make("tasks", name="…")`.

        Args:
            collection: The path it is posted to, without the first slash (`tasks/123/stories`).
            data: Its fields; `workspace` is put in where only it can be meant.
        """
        if collection in _IN_WORKSPACE and not _HOMES & set(data):
            data["workspace"] = self.workspace
        made: dict[str, Any] = _good(self.post(f"/{collection}", data))["data"]
        return made

    def do(self, path: str, /, **data: Any) -> Any:
        """POST what must succeed (`do(f"/tasks/{gid}/addTag", tag=…)`) and give its `data`."""
        return _good(self.post(path, data))["data"]

    def batch(self, *actions: dict[str, Any]) -> list[dict[str, Any]]:
        """POST actions as one batch and give their results."""
        results: list[dict[str, Any]] = _good(self.post("/batch", {"actions": actions}))["data"]
        return results

    def control_call(self, method: str, path: str, /, body: Any = None) -> Any:
        """Call the control plane; `path` is relative to it, without a slash."""
        return _good(self.session.request(method, f"{self.control}/{path}", json=body, timeout=30))

    def control_get(self, path: str, /) -> Any:
        """GET something of the control plane."""
        return self.control_call("GET", path)

    def control_post(self, path: str, /, body: Any = None) -> Any:
        """POST something to the control plane."""
        return self.control_call("POST", path, body)

    def switch(self, **switches: Any) -> None:
        """Move switches; the next test finds them as they were."""
        self.control_call("PATCH", "switches", switches)

    def fault(self, *faults: dict[str, Any]) -> None:
        """Plan faults: `fault({"method": "GET", "path": "/tasks", "status": 500})`."""
        self.control_post("faults", list(faults))

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock forward."""
        self.control_post("clock", {"advance": seconds})

    def requests(self) -> Any:
        """What was asked so far: `count`, `actions`, `by_operation`, `log`."""
        return self.control_get("requests")

    def forget_requests(self) -> None:
        """Empty the request log."""
        self.control_call("DELETE", "requests")

    def limits(self) -> Any:
        """What the limiters saw: `rejected_quota`, `peak_writes`, …."""
        return self.control_get("limits")

    def user(self, name: str, email: str, workspace: str | None = None) -> dict[str, Any]:
        """Bring a person into a workspace."""
        people = {
            "workspace": workspace or self.workspace,
            "people": [{"name": name, "email": email}],
        }
        user: dict[str, Any] = self.control_post("users", people)[0]
        return user

    def token_of(self, user: str, **kind: Any) -> str:
        """Make a token of a user, by gid or e-mail."""
        token: str = self.control_post("tokens", {"user": user, **kind})["token"]
        return token

    def reset(self) -> None:
        """Begin with a fresh world, as each test does."""
        self.workspace = self.control_post("reset")["workspace"]


_IN_WORKSPACE = {"custom_fields", "projects", "tags", "tasks"}
_HOMES = {"parent", "projects", "team", "workspace"}


def _enveloped(data: Any, options: dict[str, Any]) -> dict[str, Any]:
    envelope = {"data": {} if data is None else data}
    return {**envelope, "options": options} if options else envelope


def _good(response: requests.Response) -> Any:
    assert response.ok, f"{response.request.method} {response.url}: {response.text}"
    return response.json()


def pytest_configure(config: pytest.Config) -> None:
    """Forget what an earlier session asked; where several processes test, their parent does."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(LOGS, ignore_errors=True)


def start_sandbox(*options: str) -> tuple[subprocess.Popen[str], SandboxClient]:
    """Start `asana-sandbox serve` on a free port and wait for its ready line."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{uuid.uuid4()}.jsonl"
    command = [sys.executable, "-m", "asana_sandbox", "serve", "--port", "0", "--log", str(log)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    client = SandboxClient(**json.loads(process.stdout.readline()))
    return process, client


def stop_sandbox(process: subprocess.Popen[str], client: SandboxClient) -> int:
    """Stop a sandbox as a user would, and give its exit code."""
    client.session.close()
    process.send_signal(signal.SIGTERM)
    with process:
        return process.wait(timeout=30)


@contextmanager
def running_sandbox(*options: str) -> Iterator[SandboxClient]:
    """Run a sandbox of its own for as long as the context lasts."""
    process, client = start_sandbox(*options)
    try:
        yield client
    finally:
        code = stop_sandbox(process, client)
    assert code == 0


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxClient]:
    """The one sandbox of the session."""
    with running_sandbox("--requests-per-minute", str(UNLIMITED)) as client:
        yield client


@pytest.fixture
def sandbox(sandbox_process: SandboxClient) -> SandboxClient:
    """The sandbox with a fresh world: one workspace, its owner, a few people, two teams."""
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture(scope="module")
def sample() -> Iterator[SandboxClient]:
    """A sandbox with a little of everything, for the tests of one module."""
    with running_sandbox("--sample", "--requests-per-minute", str(UNLIMITED)) as client:
        yield client


@pytest.fixture(scope="module")
def service(sample: SandboxClient) -> SandboxClient:
    """The sample as a service account sees it: all of it."""
    token = sample.token_of("olivia@sandbox.example", service_account=True)
    return replace(sample, token=token)
