"""Requests that no client should send: refused in Asana's envelope, never a server's failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.refusals import said

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONG = "1" * 5000
DEEP = b"[" * 100_000 + b"]" * 100_000

NO_ROUTE = "No matching route for request"
NO_JSON = "Could not parse request data, invalid JSON"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"/tasks/{LONG}", f"task: Unknown object: {LONG}"),
        (f"/tasks/{'0' * 5000}", "task: Not a recognized ID: 0"),
        ("/tasks/%00", "task: Not a recognized ID: \0"),
        ("/tasks/%ff%fe", "task: Not a recognized ID: \ufffd\ufffd"),
        ("/tasks/a%0Ab%0D%E2%80%A8", "task: Not a recognized ID: a\nb\r\u2028"),
        ("/tasks/a%2Fb", "task: Not a recognized ID: a/b"),
        ("/tasks/%D9%A1%D9%A2", "task: Not a recognized ID: \u0661\u0662"),
        ("//users//me", NO_ROUTE),
        ("", NO_ROUTE),
    ],
)
def test_odd_gids_name_nothing(sandbox: SandboxClient, path: str, message: str) -> None:
    assert said(sandbox.get(path)) == (404, message)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE", "BREW"])
def test_methods_that_asana_has_none_of_are_unknown_routes(
    sandbox: SandboxClient, method: str
) -> None:
    response = sandbox.call(method, "/users/me")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/json; charset=UTF-8"


@pytest.mark.parametrize("limit", ["0", "101", "9" * 5000, "1e1", "+5", "1_0", " 5", "\u0665", ""])
def test_a_limit_is_a_number_from_1_to_100(sandbox: SandboxClient, limit: str) -> None:
    assert said(sandbox.get("/workspaces", limit=limit)) == (
        400,
        f"limit: Must be a number between 1 and 100, not: {limit}",
    )


@pytest.mark.parametrize("offset", ["", "\0", "a.b.c", ".", "\u00e9", "a." * 3000])
def test_an_offset_is_one_that_was_given(sandbox: SandboxClient, offset: str) -> None:
    assert said(sandbox.get("/workspaces", limit=1, offset=offset)) == (
        400,
        "offset: Your pagination token is invalid.",
    )


@pytest.mark.parametrize(
    "fields",
    ["nope", ".", "..", ",", "(", "(|)", "this", "name.first", "parent." * 3000 + "name", "\0"],
)
def test_fields_nobody_has_are_passed_over(sandbox: SandboxClient, fields: str) -> None:
    gid = sandbox.make("tasks", name="call")["gid"]
    task = sandbox.data(f"/tasks/{gid}", opt_fields=fields)

    assert task.keys() <= {"gid", "name", "parent"}


def test_groups_of_fields_multiply_only_so_far(sandbox: SandboxClient) -> None:
    fields = ".".join(["(a|b)"] * 40)

    assert said(sandbox.get("/users/me", opt_fields=fields))[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b'{"data": {"name": "\xff"}}',
        b'{"data": {"name": "\\ud800"}}',
        b'{"data": {"name": ' + DEEP + b"}}",
        b'{"data": {"name": NaN}}',
        b'{"data": {"name": 1e999}}',
        b'{"data": {"name": ' + b"9" * 5000 + b"}}",
        '{"data": {}}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"\x1f\x8b\x08",
        b"[]",
        b"x" * 10_000_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_is_json_of_a_sane_depth(sandbox: SandboxClient, body: bytes) -> None:
    assert said(sandbox.call("POST", "/tasks", data=body, headers=JSON)) == (400, NO_JSON)


@pytest.mark.parametrize("field", ["notes", "html_notes", "name"])
def test_ten_megabytes_of_text_are_taken(sandbox: SandboxClient, field: str) -> None:
    text = "x" * 10_000_000
    sent = f"<body>{text}</body>" if field == "html_notes" else text
    task = sandbox.make("tasks", **{field: sent})

    assert task[field.removeprefix("html_")] == text


def test_rich_text_is_nested_only_so_deep(sandbox: SandboxClient) -> None:
    html = f"<body>{'<em>' * 20_000}{'</em>' * 20_000}</body>"
    response = sandbox.post("/tasks", {"workspace": sandbox.workspace, "html_notes": html})

    assert said(response) == (400, "html_notes: XML is invalid: nested too deeply")


def test_a_text_may_hold_a_nul(sandbox: SandboxClient) -> None:
    assert sandbox.make("tasks", name="a\0b")["name"] == "a\0b"


@pytest.mark.parametrize(
    "form",
    [b"followers[]=me&followers[a]=me", b"followers=me&followers[]=me", b"name=a&name[b]=c"],
)
def test_a_form_has_one_shape_for_a_name(sandbox: SandboxClient, form: bytes) -> None:
    name = form.split(b"=")[0].decode().partition("[")[0]
    response = sandbox.call("POST", "/tasks", data=form, headers=FORM)

    assert said(response) == (400, f"{name}: Sent both as a value and as a list or an object")


def test_a_form_of_odd_bytes_is_read_as_text(sandbox: SandboxClient) -> None:
    response = sandbox.call("POST", "/tasks", data=b"%ff=%fe&a[=b&[]=1&=2", headers=FORM)

    assert said(response) == (400, "\ufffd: Cannot write this property")


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=abc"]
)
def test_a_broken_upload_is_refused_as_everything_is(
    sandbox: SandboxClient, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    status, message = said(sandbox.call("POST", "/attachments", data=b"x", headers=headers))

    assert (status, message.partition(":")[0]) == (400, "Could not parse request data")


def test_a_file_is_no_field(sandbox: SandboxClient) -> None:
    files = {"workspace": ("a.txt", b"x")}

    assert said(sandbox.call("POST", "/tasks", files=files)) == (
        400,
        "You should specify one of workspace, parent, projects",
    )


@pytest.mark.parametrize("fields", [5, {"a": 1}, True, [{}, None, 5], [["name"]]])
def test_fields_in_options_are_a_list_of_names(sandbox: SandboxClient, fields: Any) -> None:
    (result,) = sandbox.batch(
        {"method": "get", "relative_path": "/users/me", "options": {"fields": fields}}
    )
    body = {"data": {"workspace": sandbox.workspace}, "options": {"fields": fields}}
    response = sandbox.call("POST", "/tasks", json=body)

    assert said(response) == (400, f"fields: Value is not an array of strings: {fields}")
    assert result["body"] == response.json()


@pytest.mark.parametrize(
    "action",
    [
        5,
        None,
        [],
        {},
        {"method": None, "relative_path": 5},
        {"method": "get", "relative_path": "/tasks/%00\n"},
        {"method": "get", "relative_path": f"/tasks/{LONG}"},
        {"method": "get", "relative_path": "/workspaces", "options": {"limit": [1], "offset": {}}},
        {"method": "get", "relative_path": "/workspaces", "data": {"limit": "9" * 5000}},
        {"method": "head", "relative_path": "/users/me"},
        {"method": "options", "relative_path": "/users/me"},
    ],
    ids=lambda action: str(action)[:60],
)
def test_odd_actions_are_refused_one_by_one(sandbox: SandboxClient, action: Any) -> None:
    good = {"method": "get", "relative_path": "/users/me"}
    refused, done = sandbox.batch(action, good)

    assert refused["status_code"] in {400, 404}
    assert done["status_code"] == 200
