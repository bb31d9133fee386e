"""Walking lists: pages, page tokens that die, and what no page may give twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_asana.api import BadRequest, Client, TokenAuth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient

DEAD = "offset: Your pagination token has expired."


@pytest.fixture
def client(sandbox: SandboxClient) -> Iterator[Client]:
    client = Client(TokenAuth(sandbox.token), api_url=sandbox.url, requests_per_minute=10_000_000)
    yield client
    client.close()


@pytest.fixture
def parent(sandbox: SandboxClient) -> str:
    """A task with 230 subtasks."""
    parent: str = sandbox.make("tasks", name="Parent")["gid"]
    for first in range(0, 230, 10):
        sandbox.batch(
            *(
                {
                    "method": "post",
                    "relative_path": f"/tasks/{parent}/subtasks",
                    "data": {"name": f"Subtask {n}"},
                }
                for n in range(first, first + 10)
            )
        )
    return parent


def test_a_list_is_walked_to_its_end_in_its_order(
    client: Client, sandbox: SandboxClient, parent: str
) -> None:
    found = [task["gid"] for task in client.list(f"/tasks/{parent}/subtasks")]

    assert found == [task["gid"] for task in sandbox.listed(f"/tasks/{parent}/subtasks")]
    assert len(found) == 230
    assert client.requests == {"GET /tasks/{gid}/subtasks": 3}


def test_pages_hold_a_hundred_unless_asked_for_less(client: Client, parent: str) -> None:
    pages = client.pages(f"/tasks/{parent}/subtasks")
    smaller = client.pages(f"/tasks/{parent}/subtasks", {"limit": 60})

    assert [len(page) for page in pages] == [100, 100, 30]
    assert [len(page) for page in smaller] == [60, 60, 60, 50]


def test_an_empty_list_has_no_pages(client: Client, sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="Childless")["gid"]

    assert list(client.pages(f"/tasks/{task}/subtasks")) == []


def test_a_list_outlives_its_page_token_and_gives_nothing_twice(
    client: Client, sandbox: SandboxClient, parent: str
) -> None:
    found = []
    for page in client.pages(f"/tasks/{parent}/subtasks"):
        found += [task["gid"] for task in page]
        sandbox.advance(901 if len(found) == 100 else 0)

    assert found == [task["gid"] for task in sandbox.listed(f"/tasks/{parent}/subtasks")]


def test_what_came_in_meanwhile_is_given_after_a_restart(
    client: Client, sandbox: SandboxClient, parent: str
) -> None:
    pages = client.pages(f"/tasks/{parent}/subtasks")
    found = {task["gid"] for task in next(pages)}
    late = sandbox.make(f"tasks/{parent}/subtasks", name="Late")["gid"]
    sandbox.do(f"/tasks/{late}/setParent", parent=parent, insert_before=min(found))
    sandbox.advance(901)
    found |= {task["gid"] for page in pages for task in page}

    assert len(found) == 231
    assert late in found


def test_a_page_token_that_always_dies_ends_the_walk_with_asanas_words(
    client: Client, sandbox: SandboxClient, parent: str
) -> None:
    sandbox.fault(
        *(
            {"path": f"/tasks/{parent}/subtasks", "skip": 1, "status": 400, "message": DEAD}
            for _ in range(20)
        )
    )

    with pytest.raises(BadRequest, match="pagination token has expired"):
        list(client.list(f"/tasks/{parent}/subtasks"))


def test_a_refusal_of_another_kind_is_no_dead_page_token(
    client: Client, sandbox: SandboxClient, parent: str
) -> None:
    sandbox.fault({"path": f"/tasks/{parent}/subtasks", "skip": 1, "status": 400})

    with pytest.raises(BadRequest):
        list(client.list(f"/tasks/{parent}/subtasks"))
    assert client.requests == {"GET /tasks/{gid}/subtasks": 2}
