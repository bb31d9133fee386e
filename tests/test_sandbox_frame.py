"""The sandbox's frame over raw HTTP: routing, authentication, envelopes, bodies, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)


def test_an_unknown_path_is_404_before_anybody_asks_who_is_there(sandbox: SandboxClient) -> None:
    response = sandbox.session.get(f"{sandbox.url}/nothing/here", timeout=30)

    assert response.status_code == 404
    assert response.json() == {
        "errors": [{"message": "No matching route for request", "help": HELP}]
    }


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "POST"])
def test_a_wrong_method_is_an_unknown_route(sandbox: SandboxClient, method: str) -> None:
    response = sandbox.call(method, "/users/me", json={"data": {}})

    assert response.status_code == 404
    assert response.json()["errors"][0]["message"] == "No matching route for request"


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer nobody", "Basic Og==", "Bearer", "nobody"]
)
def test_without_a_good_token_it_is_401(sandbox: SandboxClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = sandbox.session.get(f"{sandbox.url}/users/me", headers=headers, timeout=30)

    assert response.status_code == 401
    assert response.json() == {"errors": [{"message": "Not Authorized", "help": HELP}]}


def test_each_token_speaks_for_its_own_user(sandbox: SandboxClient) -> None:
    user = sandbox.user("Ada", "ada@example.com")

    mine = sandbox.data("/users/me")
    hers = sandbox.get("/users/me", token=sandbox.token_of("ada@example.com")).json()["data"]

    assert hers["gid"] == user["gid"] != mine["gid"]
    assert hers["name"] == "Ada"


def test_answers_bear_asanas_headers(sandbox: SandboxClient) -> None:
    response = sandbox.get("/users/me")

    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert response.headers["X-Asana-Api-Version"] == "1.1"
    assert not [name for name in response.headers if "ratelimit" in name.lower()]


def test_the_date_header_follows_the_sandboxs_clock(sandbox: SandboxClient) -> None:
    sandbox.control_post("clock", {"now": "2031-05-06T07:08:09Z"})

    assert sandbox.get("/users/me").headers["Date"].startswith("Tue, 06 May 2031 07:08:")


def test_a_creation_is_201_and_says_where_the_thing_is(sandbox: SandboxClient) -> None:
    response = sandbox.post("/tags", {"name": "red", "workspace": sandbox.workspace})
    tag = response.json()["data"]

    assert response.status_code == 201
    assert response.headers["Location"] == f"{sandbox.url}/tags/{tag['gid']}"
    assert sandbox.data(f"/tags/{tag['gid']}")["name"] == "red"


def test_a_deletion_is_an_empty_object(sandbox: SandboxClient) -> None:
    tag = sandbox.make("tags", name="red")
    response = sandbox.delete(f"/tags/{tag['gid']}")

    assert (response.status_code, response.json()) == (200, {"data": {}})


def test_a_delete_may_carry_an_empty_body(sandbox: SandboxClient) -> None:
    tag = sandbox.make("tags", name="red")

    assert sandbox.call("DELETE", f"/tags/{tag['gid']}", json={}).ok


def test_a_key_beside_data_and_options_is_refused(sandbox: SandboxClient) -> None:
    response = sandbox.call("POST", "/tags", json={"name": "red"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == (
        "Unrecognized request field name . The only allowed keys at the top level are: data, "
        "options. Is it possible you did not wrap object properties in a data object?"
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b'"data"', b"\xff", b"NaN"])
def test_a_body_that_is_no_json_object_is_refused(sandbox: SandboxClient, body: bytes) -> None:
    response = sandbox.call(
        "POST", "/tags", data=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "Could not parse request data, invalid JSON"


@pytest.mark.parametrize("body", [{"data": []}, {"data": "x"}, {"data": {}, "options": 1}])
def test_data_and_options_must_be_objects(sandbox: SandboxClient, body: object) -> None:
    response = sandbox.call("POST", "/tags", json=body)

    assert response.status_code == 400
    assert "Value is not a JSON object" in response.json()["errors"][0]["message"]


def test_a_form_is_as_good_as_json(sandbox: SandboxClient) -> None:
    form = {"name": "red & blue", "workspace": sandbox.workspace, "opt_fields": "name"}
    response = sandbox.call("POST", "/tags", data=form)

    assert response.status_code == 201
    assert response.json()["data"].keys() == {"gid", "name"}
    assert response.json()["data"]["name"] == "red & blue"


def test_a_form_can_hold_lists_and_objects(sandbox: SandboxClient) -> None:
    tag = sandbox.make("tags", name="red")
    form = {"name": "call", "workspace": sandbox.workspace, "tags[0]": tag["gid"]}
    made = sandbox.call("POST", "/tasks", data=form).json()["data"]

    assert [one["gid"] for one in made["tags"]] == [tag["gid"]]


@pytest.mark.parametrize("fields", ["name,color", ["name", "color"]])
def test_options_name_the_fields_of_the_answer(
    sandbox: SandboxClient, fields: str | list[str]
) -> None:
    data = {"name": "red", "workspace": sandbox.workspace}
    made = sandbox.post("/tags", data, fields=fields).json()["data"]

    assert made.keys() == {"gid", "name", "color"}


def test_fields_may_stand_in_the_query_of_a_write(sandbox: SandboxClient) -> None:
    body = {"data": {"name": "red", "workspace": sandbox.workspace}}
    made = sandbox.call("POST", "/tags", json=body, params={"opt_fields": "name"}).json()["data"]

    assert made.keys() == {"gid", "name"}


def test_fields_of_a_read_come_with_the_gid_alone(sandbox: SandboxClient) -> None:
    assert sandbox.data("/users/me", opt_fields="name").keys() == {"gid", "name"}


def test_pretty_answers_are_indented(sandbox: SandboxClient) -> None:
    assert "\n" not in sandbox.get("/users/me").text
    assert '\n  "data"' in sandbox.get("/users/me", opt_pretty="true").text


def test_unknown_query_parameters_are_passed_over(sandbox: SandboxClient) -> None:
    assert sandbox.get("/users/me", nonsense="1", opt_nonsense="2").ok


def test_a_required_parameter_that_is_missing_is_named(sandbox: SandboxClient) -> None:
    response = sandbox.get("/events")

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "resource: Missing input"


def test_an_upload_is_a_multipart_form(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="call")
    response = sandbox.call(
        "POST",
        "/attachments",
        data={"parent": task["gid"]},
        files={"file": ("notes.txt", b"hello", "text/plain")},
    )

    assert response.status_code == 200
    assert response.json()["data"]["name"] == "notes.txt"
    assert [one["name"] for one in sandbox.data("/attachments", parent=task["gid"])] == [
        "notes.txt"
    ]


def test_a_broken_multipart_form_is_a_bad_request(sandbox: SandboxClient) -> None:
    response = sandbox.call(
        "POST",
        "/attachments",
        data=b"nothing of the kind",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert response.status_code == 400


def test_an_escaped_slash_stays_within_its_segment(sandbox: SandboxClient) -> None:
    response = sandbox.get("/tasks/external:a%2Fb")

    assert response.status_code == 404
    assert response.json()["errors"][0]["message"] != "No matching route for request"


@pytest.mark.parametrize("path", ["/users/%ff", "/users/me?a=%ff", "/users/me?%zz=%"])
def test_bytes_that_are_no_text_are_no_crash(sandbox: SandboxClient, path: str) -> None:
    assert sandbox.call("GET", path).status_code in (200, 404)
