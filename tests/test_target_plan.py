"""Plans: applied to what is known they give what is wanted, and once applied there is no more."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_asana.identities import Effect, Known
from target_asana.plan import Operation, plan
from target_asana.records import Key
from target_asana.wanted import Custom, Item, Ref, RefusedError, Wanted, digest

KEY = Key("csv", "tasks", "1")
FIELD = Ref("custom_fields", "F", name="F")
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["a", "b"]),
        "notes": st.sampled_from(["x", "y", None]),
        "html_notes": st.sampled_from(["<body>x</body>", None]),
        "completed": st.booleans(),
        "due_on": st.sampled_from(["2026-01-01", "2026-01-02", None]),
        "due_at": st.sampled_from(["2026-01-01T10:00:00.000Z", None]),
        "assignee": st.sampled_from([Ref("users", "assignee", email="a@x"), None]),
        "parent": st.sampled_from([Ref("tasks", "parent", key="9"), None]),
        "custom_fields.F": st.sampled_from(["1", None]).map(lambda value: Custom(FIELD, value)),
    },
)
PLACES = st.lists(
    st.builds(
        lambda project, section: Item(
            Ref("projects", "Projects", name=project),
            section and Ref("sections", "Section", name=section),
        ),
        st.sampled_from("PQR"),
        st.sampled_from(["s", "t", None]),
    ),
    max_size=3,
    unique_by=lambda item: item.ref.source,
)
TAGS = st.lists(
    st.sampled_from("uvw").map(lambda name: Item(Ref("tags", "Tags", name=name))),
    max_size=3,
    unique_by=lambda item: item.ref.source,
)
LINKS = st.fixed_dictionaries(
    {}, optional={"memberships": PLACES, "tags": TAGS, "dependencies": TAGS, "followers": TAGS}
)
WANTED = st.builds(lambda fields, links: Wanted(KEY, fields=fields, links=links), FIELDS, LINKS)


def _known() -> Known:
    return Known(1, KEY, None, owned=False, promised=False)


def _apply(known: Known, operations: list[Operation]) -> None:
    for operation in operations:
        known.creating = True
        links = {
            link: {s: i and {"to": i.ref.source, "in": i.place} for s, i in items.items()}
            for link, items in operation.effect.links.items()
        }
        known.merge(Effect(operation.effect.fields, links))


@given(st.lists(WANTED, min_size=1, max_size=4))
def test_after_a_plan_nothing_is_left_to_do(history: list[Wanted]) -> None:
    known = _known()
    for wanted in history:
        _apply(known, plan(wanted, known))

        assert plan(wanted, known) == []


@given(st.lists(WANTED, min_size=1, max_size=4))
def test_a_plan_makes_what_is_wanted_true_and_leaves_the_rest_alone(history: list[Wanted]) -> None:
    known = _known()
    for wanted in history:
        before = copy.deepcopy(known)
        _apply(known, plan(wanted, known))

        for name, value in wanted.fields.items():
            nothing = Custom(FIELD, None) if isinstance(value, Custom) else None
            assert known.fields.get(name, digest(nothing)) == digest(value)
        for link, items in wanted.links.items():
            places = {source: held["in"] for source, held in known.links.get(link, {}).items()}
            assert places == {i.ref.source: i.place or places.get(i.ref.source) for i in items}
        for name in before.fields.keys() - wanted.fields.keys():
            assert known.fields[name] == before.fields[name]
        for link in before.links.keys() - wanted.links.keys():
            assert known.links[link] == before.links[link]


@given(st.lists(WANTED, min_size=1, max_size=4))
def test_no_request_holds_two_fields_that_exclude_each_other(history: list[Wanted]) -> None:
    known = _known()
    for wanted in history:
        operations = plan(wanted, known)
        _apply(known, operations)

        for operation in operations:
            assert not {"due_on", "due_at"} <= operation.data.keys()
            assert not {"notes", "html_notes"} <= operation.data.keys()


@given(WANTED)
def test_a_new_orphan_is_one_request_but_for_its_dependencies(wanted: Wanted) -> None:
    wanted.fields.pop("parent", None)
    wanted.links.pop("dependencies", None)

    assert [operation.kind for operation in plan(wanted, _known())] == ["create"]


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[Operation]:
    known = _known()
    _apply(known, plan(Wanted(KEY, **before), known))
    return plan(Wanted(KEY, **after), known)


def _item(name: str) -> Item:
    return Item(Ref("projects", "Projects", name=name))


def test_a_task_leaves_a_project_only_after_it_has_come_into_the_next() -> None:
    added, removed = _changed(
        {"links": {"memberships": [_item("P")]}}, {"links": {"memberships": [_item("Q")]}}
    )

    assert (added.kind, removed.kind, removed.after) == ("memberships+", "memberships-", 0)


def test_a_subtask_comes_into_its_project_before_its_custom_fields_are_set() -> None:
    fields = {"parent": Ref("tasks", "parent", key="9"), "custom_fields.F": Custom(FIELD, "1")}
    wanted = Wanted(KEY, fields=fields, links={"memberships": [_item("P")]})

    create, place, update = plan(wanted, _known())

    assert (create.kind, place.kind, update.kind) == ("create", "memberships+", "update")
    assert list(create.data) == ["parent"]
    assert (list(update.data), update.after) == (["custom_fields.F"], 1)


def test_a_membership_that_no_longer_names_a_section_is_left_where_it_is() -> None:
    there = Item(Ref("projects", "Projects", name="P"), Ref("sections", "Section", name="s"))

    assert _changed({"links": {"memberships": [there]}},
                    {"links": {"memberships": [_item("P")]}}) == []  # fmt: skip


def test_a_cell_is_done_with_its_last_name() -> None:
    items = [Item(Ref("tasks", "Blocked By", row=f"t{n}")) for n in range(31)]
    cells = {"dependencies": "t0, ..."}
    wanted = Wanted(KEY, links={"dependencies": items}, cells=cells)

    first, last = plan(wanted, Known(1, KEY, "9", owned=True, promised=True))

    assert (first.effect.fields, len(last.effect.fields)) == ({}, 1)


def test_a_start_date_travels_with_its_due_date() -> None:
    dates = {"start_on": "2026-01-01", "due_on": "2026-01-05"}
    (update,) = _changed({"fields": dates}, {"fields": {**dates, "start_on": "2026-01-02"}})

    assert update.data == {"start_on": "2026-01-02", "due_on": "2026-01-05"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(KEY, fields={"start_on": "2026-01-01", "due_on": None}), "needs a due date"),
        (Wanted(KEY, links={"memberships": [_item(str(n)) for n in range(21)]}), "20 projects"),
    ],
)
def test_what_asana_is_certain_to_refuse_is_not_sent(wanted: Wanted, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        plan(wanted, _known())
