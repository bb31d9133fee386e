"""What tap and target ask of Asana, request by request, judged by Asana's OpenAPI description."""

from __future__ import annotations

import copy
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tap_asana.api import RESOURCES
from tests.openapi import as_json_schema, needs_description, operation
from tests.tap_runs import HOUR, run_tap
from tests.target_runs import COLUMNS, load, write_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import SandboxClient
    from tests.openapi import Operation

pytestmark = needs_description

Entry = dict[str, Any]

SAMPLE = Path(__file__).parents[1] / "asana_sandbox/sample/backlog.csv"

DISPUTED = {
    ("GET /budgets", "opt_fields"): "any GET takes it (Asana's docs on input and output options)",
    (
        "GET /teams/{}/custom_field_settings",
        "limit",
    ): "passed over, as any parameter that Asana does not know (Stack Overflow 28948207)",
    ("GET /workspaces/{}/tasks/search", "limit"): "offered by the operation's own text, up to 100",
    ("POST /tasks", "memberships"): "read-only in the schema, create-only by its own text",
    ("POST /tasks/{}/setParent", "parent"): "its own text says null makes a task of its own",
}
"""What Asana takes though its description does not offer it there, and who says so."""

IDENTITY = {"gid", "resource_type"}
"""Fields of every object, which no operation lists for the objects inside a record."""

COVERED = {
    "tap, all of it": {
        *("GET /tasks", "GET /tasks/{}/subtasks", "GET /workspaces/{}/workspace_memberships"),
        "GET /workspaces/{}/tasks/search",
    },
    "tap, what changed": {"GET /tasks", "GET /tasks/{}/stories"},
    "target, records it knows": {"GET /tasks/{}", "GET /projects/{}"},
    "target, changed records": {
        *("PUT /tasks/{}", "PUT /projects/{}", "PUT /sections/{}", "PUT /tags/{}", "POST /tasks"),
        *("POST /tasks/{}/addTag", "POST /tasks/{}/removeTag", "POST /tasks/{}/addProject"),
        *("POST /tasks/{}/addFollowers", "POST /tasks/{}/removeFollowers"),
        "POST /tasks/{}/removeProject",
        *("POST /tasks/{}/addDependencies", "POST /tasks/{}/setParent", "POST /tasks/{}/stories"),
    },
    "target, a new backlog": {"POST /projects", "POST /projects/{}/sections", "POST /tags"},
    "target, the backlog edited": {"PUT /tasks/{}"},
}
"""The runs that are judged, and what each is sure to ask: nothing asked would prove nothing."""


def change(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a tap would have read had people been at work: every field and tie that they move."""
    messages = copy.deepcopy(messages)
    records: dict[tuple[str, str], dict[str, Any]] = {
        (message["stream"], message["record"]["name"]): message["record"]
        for message in messages
        if message["type"] == "RECORD" and "name" in message["record"]
    }
    for (stream, name), record in records.items():
        if stream in {"projects", "sections", "tags"}:
            record["name"] = f"{name}, again"
    home, other = (records["tasks", name] for name in ("Design the home page", "Write the copy"))
    for ties in ("tags", "followers", "memberships", "projects"):
        home[ties], other[ties] = home[ties][:1], home[ties]
    home |= {"name": "Design it", "notes": "All of it.", "due_on": "2031-01-02", "assignee": None}
    home["custom_fields"][0] |= {"text_value": "Last", "display_value": "Last"}
    home["custom_fields"][1] |= {"number_value": 3, "display_value": "3.0"}
    home["custom_fields"][4] |= {"date_value": None, "display_value": None}
    records["tasks", "Draw the header"] |= {"parent": None, "followers": other["followers"]}
    new = {"gid": "900", "name": "Print it", "workspace": {"gid": "90"}, "parent": other}
    comment = {"gid": "901", "resource_subtype": "comment_added", "text": "Hm", "target": new}
    edge = {"task_gid": home["gid"], "dependency_gid": other["gid"]}
    more = {"tasks": new, "stories": comment, "task_dependencies": edge}
    messages += [
        {"type": "RECORD", "stream": stream, "record": record} for stream, record in more.items()
    ]
    return messages


def edited(folder: Path) -> Path:
    """The sample's backlog after somebody edited some rows of it."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[::9]:
        row |= {"Name": f"{row['Name']}!", "Due Date": "2031-01-02", "Tags": "", "Assignee": ""}
    return write_csv(folder / "edited.csv", *rows, columns=COLUMNS)


def invite(sandbox: SandboxClient) -> None:
    """Bring the people of the sample's backlog into the workspace."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        emails = {row["Assignee Email"]: row["Assignee"] for row in csv.DictReader(file)}
    people = [{"name": name, "email": email} for email, name in emails.items() if email]
    sandbox.control_post("users", {"workspace": sandbox.workspace, "people": people})


@pytest.fixture(scope="module")
def asked(
    sample: SandboxClient, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Entry]]:
    """What each run asked, actions of batches in the place of their envelopes."""
    logs: dict[str, list[Entry]] = {}
    known, fresh = tmp_path_factory.mktemp("known"), tmp_path_factory.mktemp("fresh")
    invite(sample)

    def note(run: str) -> None:
        log = sample.requests()["log"]
        logs[run] = [entry for entry in log if entry["operation"] != "POST /batch"]
        sample.forget_requests()

    sample.forget_requests()
    first = run_tap(sample, rate_limit_per_minute=None)
    note("tap, all of it")
    milk = next(one for one in first.records["tasks"] if one["name"] == "Buy milk")
    sample.advance(HOUR)
    sample.make(f"tasks/{milk['gid']}/stories", text="Done that.")
    sample.forget_requests()
    run_tap(sample, state=first.state)
    note("tap, what changed")
    assert load(sample, known, first.messages).code == 0
    note("target, records it knows")
    assert load(sample, known, change(first.messages)).code == 0
    note("target, changed records")
    assert load(sample, fresh, csv_file=SAMPLE).code == 0
    note("target, a new backlog")
    assert load(sample, fresh, csv_file=edited(fresh)).code == 0
    note("target, the backlog edited")
    return logs


def judged(entry: Entry) -> Iterator[str]:
    """Give what Asana's description has against a request."""
    try:
        described = operation(entry["method"], entry["operation"].partition(" ")[2])
    except LookupError as error:
        yield str(error)
        return
    name, asks = place(entry), entry["query"] if entry["method"] == "GET" else entry["data"]
    for term in described.required - asks.keys():
        yield f"{name} without {term}"
    # Options may stand beside the data of any body (Asana's docs on input and output options).
    aside = {"opt_fields"} if described.body is not None else set()
    for term in entry["query"].keys() - described.query.keys() - aside:
        if (name, term) not in DISPUTED:
            yield f"{name} takes no parameter {term}"
    for term in entry["data"].keys() - described.writable:
        if (name, term) not in DISPUTED:
            yield f"{name} takes no {term} in its body"
    yield from misasked(name, described, entry["query"].get("opt_fields", ""))
    yield from misshapen(name, described, entry)


def misasked(name: str, described: Operation, fields: str) -> Iterator[str]:
    """Give the opt_fields that the operation does not offer."""
    offered = described.opt_fields | IDENTITY
    offered |= {f"{field}.{own}" for field in offered for own in IDENTITY}
    disputed = {field for resource in RESOURCES.values() for field in resource.disputed}
    for field in set(filter(None, fields.split(","))) - offered:
        if field.partition(".")[0] not in disputed:
            yield f"{name} offers no field {field}"


def misshapen(name: str, described: Operation, entry: Entry) -> Iterator[str]:
    """Give the values whose type is not the one described."""
    if described.body is None:
        return
    checker = jsonschema.Draft202012Validator(as_json_schema(described.body))
    for error in checker.iter_errors(entry["data"]):
        if (name, error.path[0]) not in DISPUTED:
            yield f"{name} {error.json_path}: {error.message}"


def place(entry: Entry) -> str:
    """Name the operation without the names of its parameters."""
    return "/".join(
        "{}" if part.startswith("{") else part for part in entry["operation"].split("/")
    )


@pytest.mark.parametrize("run", COVERED)
def test_every_request_is_one_that_asana_describes(asked: dict[str, list[Entry]], run: str) -> None:
    found = {finding for entry in asked[run] for finding in judged(entry)}

    assert found == set()
    assert COVERED[run] - {place(entry) for entry in asked[run]} == set()


def test_what_is_disputed_is_asked(asked: dict[str, list[Entry]]) -> None:
    sent = {
        (place(entry), term)
        for log in asked.values()
        for entry in log
        for term in (*entry["query"], *entry["data"])
    }

    assert DISPUTED.keys() <= sent


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        ({"operation": "GET /cats"}, "Asana describes no GET /cats"),
        ({"query": {"colour": "red"}}, "GET /tasks takes no parameter colour"),
        ({"query": {"opt_fields": "name,smell"}}, "GET /tasks offers no field smell"),
        ({"operation": "GET /users/{user_gid}/user_task_list"}, "without workspace"),
        ({"operation": "POST /tasks", "data": {"smell": "good"}}, "takes no smell in its body"),
        ({"operation": "POST /tasks", "data": {"modified_at": ""}}, "takes no modified_at"),
        ({"operation": "POST /tasks", "data": {"completed": "yes"}}, "is not of type 'boolean'"),
        ({"operation": "POST /tasks/{task_gid}/addTag", "data": {}}, "without tag"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_judge_finds_what_is_wrong(entry: Entry, finding: str) -> None:
    whole = {"operation": "GET /tasks", "query": {}, "data": {}, **entry}
    (found,) = judged({**whole, "method": whole["operation"].partition(" ")[0]})

    assert finding in found
