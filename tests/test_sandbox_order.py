"""The order of things: projects are their sections one after the other, and anchors hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_sandbox.order import Order

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

_GIDS = st.sampled_from("abcdefgh")
_MOVES = st.lists(
    st.tuples(st.sampled_from(["before", "after", "discard", "end", "top"]), _GIDS, _GIDS)
)


@given(_MOVES)
def test_an_order_is_what_a_list_would_be(moves: list[tuple[str, str, str]]) -> None:
    order, model = Order(), list[str]()
    for how, gid, anchor in moves:
        _move(order, model, how, gid, anchor)

        assert list(order) == model
        assert (order.first, order.last) == ((model[0], model[-1]) if model else ("", ""))
        assert len(order) == len(model)


def _move(order: Order, model: list[str], how: str, gid: str, anchor: str) -> None:
    if how in {"before", "after"} and (anchor not in model or anchor == gid):
        return
    if gid in model:
        model.remove(gid)
    match how:
        case "discard":
            order.discard(gid)
        case "end":
            order.insert(gid)
            model.append(gid)
        case "top":
            order.insert(gid, after="")
            model.insert(0, gid)
        case "before":
            order.insert(gid, before=anchor)
            model.insert(model.index(anchor), gid)
        case _:
            order.insert(gid, after=anchor)
            model.insert(model.index(anchor) + 1, gid)


@pytest.fixture
def board(sandbox: SandboxClient) -> dict[str, Any]:
    """A project of two sections, A with tasks a1 a2, B with b1."""
    project = sandbox.make("projects", name="Board")["gid"]
    (first,) = sandbox.data(f"/projects/{project}/sections")
    sandbox.put(f"/sections/{first['gid']}", {"name": "A"})
    second = sandbox.make(f"projects/{project}/sections", name="B")["gid"]
    made = {"project": project, "A": first["gid"], "B": second}
    for name, section in (("a1", first["gid"]), ("a2", first["gid"]), ("b1", second)):
        place = [{"project": project, "section": section}]
        made[name] = sandbox.make("tasks", name=name, memberships=place)["gid"]
    return made


def names(sandbox: SandboxClient, path: str, **params: Any) -> list[str]:
    """Name what a list gives."""
    return [one["name"] for one in sandbox.data(path, **params)]


def test_a_project_lists_its_sections_one_after_the_other(
    sandbox: SandboxClient, board: dict[str, Any]
) -> None:
    assert names(sandbox, "/tasks", project=board["project"]) == ["a1", "a2", "b1"]

    sandbox.do(
        f"/projects/{board['project']}/sections/insert",
        section=board["B"],
        before_section=board["A"],
    )
    assert names(sandbox, f"/projects/{board['project']}/sections") == ["B", "A"]
    assert names(sandbox, f"/projects/{board['project']}/tasks") == ["b1", "a1", "a2"]


def test_adding_to_a_project_appends_and_adding_to_a_section_goes_on_top(
    sandbox: SandboxClient, board: dict[str, Any]
) -> None:
    new = sandbox.make("tasks", name="new")["gid"]
    sandbox.do(f"/tasks/{new}/addProject", project=board["project"])
    assert names(sandbox, "/tasks", project=board["project"])[-1] == "new"

    sandbox.do(f"/sections/{board['A']}/addTask", task=new)
    assert names(sandbox, "/tasks", section=board["A"]) == ["new", "a1", "a2"]
    assert names(sandbox, "/tasks", section=board["B"]) == ["b1"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["a1", "a2", "new"]),
        ({"insert_after": None}, ["new", "a1", "a2"]),
        ({"insert_before": None}, ["a1", "a2", "new"]),
        ({"insert_before": "a2"}, ["a1", "new", "a2"]),
        ({"insert_after": "a1"}, ["a1", "new", "a2"]),
    ],
)
def test_a_place_in_a_section_can_be_named(
    sandbox: SandboxClient,
    board: dict[str, Any],
    where: dict[str, str | None],
    expected: list[str],
) -> None:
    new = sandbox.make("tasks", name="new")["gid"]
    anchor = {key: board[value] if value else None for key, value in where.items()}
    sandbox.do(f"/tasks/{new}/addProject", project=board["project"], section=board["A"], **anchor)

    assert names(sandbox, "/tasks", section=board["A"]) == expected


def test_an_anchor_must_be_in_the_section_and_only_one_is_allowed(
    sandbox: SandboxClient, board: dict[str, Any]
) -> None:
    path = f"/tasks/{board['a1']}/addProject"
    where = {"project": board["project"], "section": board["A"]}
    elsewhere = sandbox.post(path, {**where, "insert_after": board["b1"]})
    both = {"insert_after": board["a2"], "insert_before": board["a2"]}

    assert elsewhere.status_code == 400
    assert sandbox.post(path, {**where, **both}).status_code == 400
    assert names(sandbox, "/tasks", section=board["A"]) == ["a1", "a2"]


def test_adding_again_moves_within_the_project(
    sandbox: SandboxClient, board: dict[str, Any]
) -> None:
    sandbox.do(
        f"/tasks/{board['b1']}/addProject", project=board["project"], insert_before=board["a2"]
    )

    assert names(sandbox, "/tasks", project=board["project"]) == ["a1", "b1", "a2"]
    shown = sandbox.data(f"/tasks/{board['b1']}")
    assert [place["section"]["gid"] for place in shown["memberships"]] == [board["A"]]


def test_the_position_of_new_tasks_is_a_switch(
    sandbox: SandboxClient, board: dict[str, Any]
) -> None:
    sandbox.switch(new_task_position="top")
    sandbox.make("tasks", name="new", projects=[board["project"]])

    assert names(sandbox, "/tasks", project=board["project"])[0] == "new"


def test_subtasks_have_an_order_of_their_own(sandbox: SandboxClient) -> None:
    parent = sandbox.make("tasks", name="parent")["gid"]
    for name in ("one", "two"):
        sandbox.make(f"tasks/{parent}/subtasks", name=name)
    three = sandbox.make("tasks", name="three")["gid"]
    first = sandbox.data(f"/tasks/{parent}/subtasks")[0]["gid"]
    sandbox.do(f"/tasks/{three}/setParent", parent=parent, insert_after=first)

    assert names(sandbox, f"/tasks/{parent}/subtasks") == ["one", "three", "two"]
    sandbox.do(f"/tasks/{three}/setParent", parent=None)
    assert names(sandbox, f"/tasks/{parent}/subtasks") == ["one", "two"]
    assert sandbox.data(f"/tasks/{three}")["parent"] is None
