"""What the sandbox shows of an object: compact, full, and the fields asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from asana_sandbox.shape import parse_fields

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

_NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
_PATHS = st.lists(_NAMES, min_size=1, max_size=4)


def leaves(tree: dict[str, Any], *above: str) -> set[str]:
    """Name every path in a tree that ends."""
    found: set[str] = set()
    for name, inner in tree.items():
        found |= leaves(inner, *above, name) or {".".join((*above, name))}
    return found


@given(st.lists(_PATHS, max_size=6))
def test_every_path_asked_for_is_in_the_tree(paths: list[list[str]]) -> None:
    tree: Any = parse_fields(",".join(".".join(path) for path in paths))

    for path in paths:
        inner = tree
        for name in path:
            inner = inner[name]


@given(st.lists(_PATHS, max_size=6))
def test_nothing_else_is_in_the_tree(paths: list[list[str]]) -> None:
    asked = {".".join(path) for path in paths}

    assert leaves(parse_fields(",".join(asked))) <= asked


@given(_NAMES, st.lists(_NAMES, min_size=1, max_size=4), _NAMES)
def test_a_group_stands_for_each_of_its_names(head: str, group: list[str], tail: str) -> None:
    grouped = parse_fields(f"{head}.({'|'.join(group)}).{tail}")

    assert grouped == parse_fields(",".join(f"{head}.{name}.{tail}" for name in group))


@given(st.lists(_PATHS, min_size=1, max_size=6))
def test_this_and_blanks_change_nothing(paths: list[list[str]]) -> None:
    plain = [".".join(path) for path in paths if path[0] != "this"]
    decorated = [f" this.{path} " for path in plain]

    assert parse_fields(",".join(decorated)) == parse_fields(",".join(plain))


@given(st.text(alphabet="ab.,|() ", max_size=30))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    assert isinstance(parse_fields(text), dict)


def test_lists_give_compact_records(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    sandbox.make("tasks", name="T", projects=[project])

    (task,) = sandbox.data("/tasks", project=project)
    assert task.keys() == {"gid", "resource_type", "name", "resource_subtype"}
    (user, *_) = sandbox.data("/users", workspace=sandbox.workspace)
    assert user.keys() == {"gid", "resource_type", "name"}


def test_one_object_is_given_in_full_but_for_what_must_be_asked_for(
    sandbox: SandboxClient,
) -> None:
    task = sandbox.make("tasks", name="T", assignee="me")

    assert task["assignee"].keys() == {"gid", "resource_type", "name"}
    assert {"notes", "memberships", "followers", "workspace", "permalink_url"} <= task.keys()
    assert not task.keys() & {
        "assigned_by",
        "created_by",
        "dependencies",
        "dependents",
        "html_notes",
        "num_subtasks",
        "is_rendered_as_separator",
    }


def test_asked_for_fields_come_with_the_gid_and_nothing_else(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T", assignee="me", notes="a < b")
    shown = sandbox.data(f"/tasks/{task['gid']}", opt_fields="assignee.name,html_notes,nonsense")

    assert shown == {
        "gid": task["gid"],
        "assignee": {"gid": task["assignee"]["gid"], "name": "Olivia Owner"},
        "html_notes": "<body>a &lt; b</body>",
    }


def test_a_bare_reference_gives_gid_and_type(sandbox: SandboxClient) -> None:
    project = sandbox.make("projects", name="P")["gid"]
    task = sandbox.make("tasks", name="T", projects=[project])["gid"]
    shown = sandbox.data(f"/tasks/{task}", opt_fields="memberships,projects,resource_type")

    assert shown["resource_type"] == "task"
    assert shown["projects"] == [{"gid": project, "resource_type": "project"}]
    assert shown["memberships"][0]["project"] == {"gid": project, "resource_type": "project"}


def test_fields_can_be_asked_for_with_a_write(sandbox: SandboxClient) -> None:
    response = sandbox.post(
        "/tasks",
        {"workspace": sandbox.workspace, "name": "T"},
        fields=["name", "created_by.email"],
    )

    shown = response.json()["data"]
    assert shown.keys() == {"gid", "name", "created_by"}
    assert shown["created_by"]["email"] == "olivia@sandbox.example"


def test_gids_are_sixteen_digits_and_times_have_milliseconds(sandbox: SandboxClient) -> None:
    task = sandbox.make("tasks", name="T")

    assert re.fullmatch(r"\d{16}", task["gid"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", task["created_at"])
