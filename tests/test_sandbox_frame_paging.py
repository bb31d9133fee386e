"""The sandbox's pages: limits, offsets that expire, and what `next_page` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def make_tags(sandbox: SandboxClient, count: int) -> list[str]:
    """Make tags and give their gids."""
    return [sandbox.make("tags", name=f"tag {n}")["gid"] for n in range(count)]


def page(sandbox: SandboxClient, **params: Any) -> Any:
    """Get a page of tags, whole answer."""
    return sandbox.get("/tags", workspace=sandbox.workspace, **params).json()


def test_without_limit_there_is_no_next_page(sandbox: SandboxClient) -> None:
    make_tags(sandbox, 3)
    answer = page(sandbox)

    assert len(answer["data"]) == 3
    assert "next_page" not in answer


def test_the_last_page_has_a_null_next_page(sandbox: SandboxClient) -> None:
    make_tags(sandbox, 3)

    assert page(sandbox, limit=3)["next_page"] is None


def test_next_page_echoes_the_other_parameters(sandbox: SandboxClient) -> None:
    make_tags(sandbox, 3)
    following = page(sandbox, limit=2, opt_fields="name,color")["next_page"]

    assert following["path"].startswith("/tags?")
    assert following["uri"] == sandbox.url + following["path"]
    for part in (f"workspace={sandbox.workspace}", "limit=2", "opt_fields=name%2Ccolor"):
        assert part in following["path"]
    last = sandbox.get(following["path"]).json()
    assert (len(last["data"]), last["next_page"]) == (1, None)
    assert last["data"][0].keys() == {"gid", "name", "color"}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "", "1.5"])
def test_a_limit_is_1_to_100(sandbox: SandboxClient, limit: str) -> None:
    response = sandbox.get("/tags", workspace=sandbox.workspace, limit=limit)

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("limit: ")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(count=st.integers(0, 12), limit=st.integers(1, 13))
def test_a_walk_gives_everything_once(sandbox: SandboxClient, count: int, limit: int) -> None:
    sandbox.reset()
    made = make_tags(sandbox, count)
    found = sandbox.listed("/tags", workspace=sandbox.workspace, limit=limit)

    assert sorted(made) == sorted(one["gid"] for one in found)


def test_an_offset_expires_after_a_quarter_of_an_hour(sandbox: SandboxClient) -> None:
    make_tags(sandbox, 3)
    offset = page(sandbox, limit=1)["next_page"]["offset"]

    sandbox.advance(880)
    assert page(sandbox, limit=1, offset=offset)["data"]
    sandbox.advance(30)
    response = sandbox.get("/tags", workspace=sandbox.workspace, limit=1, offset=offset)

    assert response.status_code == 400
    message = response.json()["errors"][0]["message"]
    assert message == "offset: Your pagination token has expired."


@pytest.mark.parametrize("offset", ["1", "", "eyJ0.eyJ9.c2ln", "é.ü.ö"])
def test_an_offset_the_api_never_gave_is_invalid(sandbox: SandboxClient, offset: str) -> None:
    response = sandbox.get("/tags", workspace=sandbox.workspace, limit=1, offset=offset)

    assert response.status_code == 400
    message = response.json()["errors"][0]["message"]
    assert message == "offset: Your pagination token is invalid."


def test_a_forged_offset_is_invalid(sandbox: SandboxClient) -> None:
    make_tags(sandbox, 2)
    head, payload, signature = page(sandbox, limit=1)["next_page"]["offset"].split(".")
    forged = f"{head}.{payload[:-2]}AA.{signature}"

    assert "invalid" in page(sandbox, limit=1, offset=forged)["errors"][0]["message"]


def test_what_is_deleted_between_pages_makes_nothing_else_vanish(sandbox: SandboxClient) -> None:
    made = make_tags(sandbox, 5)
    first = page(sandbox, limit=2)
    seen = [one["gid"] for one in first["data"]]
    sandbox.delete(f"/tags/{seen[0]}")
    rest = page(sandbox, limit=10, offset=first["next_page"]["offset"])

    assert sorted(made) == sorted(seen + [one["gid"] for one in rest["data"]])


def test_a_long_list_wants_pages(sandbox: SandboxClient) -> None:
    sandbox.switch(unpaged_limit=3)
    make_tags(sandbox, 4)
    response = sandbox.get("/tags", workspace=sandbox.workspace)

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == (
        "The result is too large. You should use pagination (may require specifying a workspace)!"
    )
    assert len(page(sandbox, limit=100)["data"]) == 4


def test_a_list_longer_than_any_may_be_ends_in_a_refusal(sandbox: SandboxClient) -> None:
    sandbox.switch(longest_list=4)
    make_tags(sandbox, 4)
    whole = page(sandbox, limit=2)
    assert page(sandbox, limit=2, offset=whole["next_page"]["offset"])["next_page"] is None

    make_tags(sandbox, 1)
    offset = page(sandbox, limit=2, offset=whole["next_page"]["offset"])["next_page"]["offset"]
    assert page(sandbox, limit=2, offset=offset)["errors"][0]["message"] == (
        "The result was truncated: there are too many objects to list them all."
    )
