"""The sandbox's `/batch`: what it takes, what it refuses, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


def read(path: str = "/users/me", **more: Any) -> dict[str, Any]:
    """Build an action that reads."""
    return {"method": "get", "relative_path": path, **more}


def message(result: dict[str, Any]) -> str:
    """Give the first error of an action's result."""
    text: str = result["body"]["errors"][0]["message"]
    return text


def test_results_come_in_the_order_of_the_actions(sandbox: SandboxClient) -> None:
    data = {"name": "red", "workspace": sandbox.workspace}
    results = sandbox.batch(
        read(), {"method": "post", "relative_path": "/tags", "data": data}, read("/tasks/1")
    )

    assert [result["status_code"] for result in results] == [200, 201, 404]
    tag = results[1]["body"]["data"]
    assert tag["name"] == "red"
    assert results[1]["headers"]["location"] == f"/tags/{tag['gid']}"
    assert message(results[2]) == "task: Unknown object: 1"


@pytest.mark.parametrize("order", ["given", "reversed"])
def test_the_order_of_running_is_not_the_order_of_results(
    sandbox: SandboxClient, order: str
) -> None:
    sandbox.switch(batch_order=order)
    actions = (
        {
            "method": "post",
            "relative_path": "/tags",
            "data": {"name": name, "workspace": sandbox.workspace},
        }
        for name in "abc"
    )
    made = [result["body"]["data"] for result in sandbox.batch(*actions)]

    assert [tag["name"] for tag in made] == ["a", "b", "c"]
    gids = [tag["gid"] for tag in made]
    assert gids == sorted(gids, reverse=order == "reversed")


def test_parameters_of_a_read_go_in_data_and_paging_in_options(sandbox: SandboxClient) -> None:
    for name in "abc":
        sandbox.make("tags", name=name)
    (result,) = sandbox.batch(
        read(
            "/tags",
            data={"workspace": sandbox.workspace},
            options={"limit": 2, "fields": ["name"]},
        )
    )

    assert [tag.keys() for tag in result["body"]["data"]] == [{"gid", "name"}] * 2
    offset = result["body"]["next_page"]["offset"]
    (rest,) = sandbox.batch(
        read("/tags", data={"workspace": sandbox.workspace}, options={"limit": 2, "offset": offset})
    )
    assert len(rest["body"]["data"]) == 1


@pytest.mark.parametrize("actions", [[], "x", None, [read()] * 11])
def test_a_batch_has_1_to_10_actions(sandbox: SandboxClient, actions: object) -> None:
    response = sandbox.post("/batch", {"actions": actions})

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("actions: ")


def test_a_batch_without_actions_says_so(sandbox: SandboxClient) -> None:
    response = sandbox.post("/batch", {})

    assert response.json()["errors"][0]["message"] == "actions: Missing input"


@pytest.mark.parametrize(
    ("action", "part"),
    [
        (read("/users/me?opt_fields=name"), "query string"),
        (read("users/me"), "begin with a slash"),
        ({"method": "get"}, "relative_path: Missing input"),
        ({"relative_path": "/users/me"}, "method: Missing input"),
        (read(method="trace"), "method: "),
        (read("/batch", method="post"), "not allowed in a batch"),
        (read("/attachments", method="post"), "not allowed in a batch"),
        ("no action", "Missing input"),
    ],
)
def test_what_a_batch_does_not_take_is_refused_alone(
    sandbox: SandboxClient, action: object, part: str
) -> None:
    refused, served = sandbox.post("/batch", {"actions": [action, read()]}).json()["data"]

    assert (refused["status_code"], served["status_code"]) == (400, 200)
    assert part in message(refused)


def test_an_unknown_route_is_404_for_that_action(sandbox: SandboxClient) -> None:
    unknown, wrong = sandbox.batch(read("/nothing"), read(method="patch"))

    assert (unknown["status_code"], wrong["status_code"]) == (404, 404)
    assert message(unknown) == "No matching route for request"


def test_a_batch_without_a_token_is_401_as_a_whole(sandbox: SandboxClient) -> None:
    nobody = "nobody"
    response = sandbox.post("/batch", {"actions": [read()]}, token=nobody)

    assert response.status_code == 401


def test_a_limit_in_the_query_of_a_batch_is_passed_over(sandbox: SandboxClient) -> None:
    body = {"data": {"actions": [read()]}}

    assert sandbox.call("POST", "/batch", json=body, params={"limit": 100}).ok


def test_actions_are_logged_as_requests_of_their_own(sandbox: SandboxClient) -> None:
    sandbox.batch(read(), read(), read("/nothing"))
    report = sandbox.requests()

    assert (report["count"], report["actions"]) == (1, 3)
    assert report["by_operation"]["POST /batch"] == 1
    assert report["by_operation"]["GET /users/{user_gid}"] == 2
    assert [entry["batch"] for entry in report["log"]] == [True, True, True, False]
    assert report["log"][3]["actions"] == 3


def test_the_log_tells_the_fields_that_options_named(sandbox: SandboxClient) -> None:
    sandbox.batch(read(options={"fields": ["name"]}))
    sandbox.post("/tags", {"name": "red", "workspace": sandbox.workspace}, fields=["gid", "name"])
    action, _, made = sandbox.requests()["log"]

    assert action["query"] == {"opt_fields": "name"}
    assert made["query"] == {"opt_fields": "gid,name"}


def test_parameters_that_are_null_are_not_sent(sandbox: SandboxClient) -> None:
    query = {"workspace": sandbox.workspace, "archived": None}
    (result,) = sandbox.batch(read("/projects", data=query))

    assert (result["status_code"], result["body"]["data"]) == (200, [])
