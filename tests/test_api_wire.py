"""Bytes and what they mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tap_asana.api import ServerFault, fill
from tap_asana.api.wire import decode, encode, query, retry_after, session

if TYPE_CHECKING:
    from collections.abc import Mapping

texts = st.text(st.characters(codec=None), max_size=8)
# Whole numbers of 64 bits: no number of Asana's is longer, and orjson reads longer ones as floats.
numbers = st.integers(-(2**63), 2**64 - 1)
plain = st.none() | st.booleans() | numbers | texts
values = st.recursive(plain, lambda x: st.lists(x) | st.dictionaries(texts, x), max_leaves=6)


def answer(body: bytes, status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body  # noqa: SLF001 - as requests fills it
    return response


@given(st.dictionaries(texts, values, max_size=3))
def test_any_json_is_read_and_can_be_written_again(body: dict[str, object]) -> None:
    read = decode("GET /tasks", answer(json.dumps({"data": body}).encode()))

    json.dumps(read, ensure_ascii=False).encode()
    if "\\ud" not in json.dumps(body):
        assert read == {"data": body}


def test_half_an_emoji_becomes_a_replacement_and_nothing_else_changes() -> None:
    read = decode(
        "GET /tasks", answer(b'{"data": {"name": "cut \\ud83d", "notes": "\\ud83d\\ude00"}}')
    )

    assert read["data"] == {"name": "cut \ufffd", "notes": "\U0001f600"}


@pytest.mark.parametrize(
    "body", [b"", b'{"data": [{"gid": "1"', b"null", b"[]", b"{}", b"<html>", b"\xff"]
)
def test_a_success_that_is_cut_or_no_object_is_a_fault(body: bytes) -> None:
    with pytest.raises(ServerFault, match="the answer was cut short or is not Asana's") as caught:
        decode("GET /tasks", answer(body))

    assert caught.value.sent


def test_a_refusal_may_be_no_json() -> None:
    assert decode("GET /tasks", answer(b"<html>", 502)) is None


@given(texts)
def test_any_text_is_sent_whole(text: str) -> None:
    assert json.loads(encode("POST /tasks", {"name": text})) == {"name": text}


def test_queries_are_as_short_as_they_can_be() -> None:
    params = {
        "opt_fields": "name,assignee.name",
        "modified_since": "2026-06-11T09:00:00.000Z",
        "archived": False,
        "offset": None,
        "text": "a b&c",
    }

    assert query(params) == (
        "opt_fields=name,assignee.name&modified_since=2026-06-11T09:00:00.000Z"
        "&archived=false&text=a+b%26c"
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text.strip(". ")))
def test_a_value_stays_within_its_part_of_the_path(value: str) -> None:
    path = fill("/tasks/{gid}/stories", {"gid": value})

    assert path.count("/") == 3
    assert not set("?#% ") & set(path.replace("%", "", path.count("%")))


@pytest.mark.parametrize("value", [None, "", " ", ".", "..", ["1"], 1.5])
def test_what_cannot_stand_in_a_path_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^/tasks/\{gid\}: gid is missing\.$"):
        fill("/tasks/{gid}", {"gid": value})


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("30", 30.0), (" 0 ", 0.0), ("", None), ("inf", None), ("nan", None), ("-1", None)],
)
def test_a_wait_is_a_whole_number_of_seconds(said: str, seconds: float | None) -> None:
    rejected = answer(b"", 429)
    rejected.headers["Retry-After"] = said

    assert retry_after(rejected) == seconds


def test_proxy_and_certificates_are_those_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/company.pem")
    through = used_by(session("https://asana.example/api", 1, None))
    monkeypatch.setenv("no_proxy", "asana.example")
    past = used_by(session("https://asana.example/api", 1, None))

    assert through["proxies"]["https"] == "http://proxy.example:3128"
    assert "https" not in past["proxies"]
    assert through["verify"] == past["verify"] == "/etc/company.pem"


def used_by(made: requests.Session) -> Mapping[str, Any]:
    """What the next request of a session goes by."""
    return made.merge_environment_settings("https://asana.example/api/tasks", {}, None, None, None)


def test_the_environment_is_read_once_and_not_for_each_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = session("https://asana.example/api", 1, None)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")

    assert "https" not in used_by(made)["proxies"]
