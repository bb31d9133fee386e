"""Calls that schemathesis draws from Asana's description, with objects of the sample in them.

Drawn alone, hardly a call would come past the gids in its path. So most places that name an
object get one of the sample's, and every other call is a good one with parts of a drawn one in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.sandbox_calls import CALLS, Ask, filled, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy
    from schemathesis import APIOperation, Case, GenerationMode

    from tests.conftest import SandboxClient

    Draw = Callable[[SearchStrategy[Any]], Any]
    AnyCase = Case[Any]
    Operation = APIOperation[Any, Any, Any, Any]

_NAMES = {
    "user": "actor_gid assignee assigned_by attributable_to created_by followers member members "
    "owner people_value user",
    "task": "dependencies dependents parent resource reference_value task",
    "project": "parent project projects resource supported_goal supporting_resource target item",
    "portfolio": "item parent portfolio portfolios resource supporting_resource",
    "goal": "goal parent resource supported_goal supporting_resource target",
    "section": "after_section assignee_section before_section insert_after insert_before section",
    "enum_option": "after_enum_option before_enum_option enum_option enum_value insert_after "
    "insert_before multi_enum_values",
    "custom_field": "custom_field custom_fields insert_after parent",
    "custom_type": "custom_type parent",
    "tag": "tag tags",
    "team": "member team teams",
    "time_period": "time_period time_periods",
    "workspace": "organization resource workspace",
    "role": "role",
    "time_tracking_category": "categories",
}
"""Kinds of objects, and the parameters and fields that name one."""


def _kinds_named(name: str) -> list[str]:
    return [kind for kind, names in _NAMES.items() if name in names.split()]


@dataclass(frozen=True)
class Sample:
    """What is in a sandbox, and who may ask.

    Attributes:
        names: Gids by the words that good calls are written with.
        gids: Gids by kind of object.
        tokens: Of the owner, of a service account, of another person.
        syncs: A sync token of events.
    """

    names: dict[str, str]
    gids: Mapping[str, list[str]]
    tokens: tuple[str, ...]
    sync: str


def sample_of(sandbox: SandboxClient) -> Sample:
    """Look at a fresh sample."""
    sandbox.reset()
    lines = sandbox.session.get(f"{sandbox.control}/state", timeout=30).text.splitlines()
    records = [json.loads(line) for line in lines]
    names = names_of(records)
    gids: dict[str, list[str]] = {}
    for record in records:
        if "gid" in record:
            gids.setdefault(record["resource_type"], []).append(record["gid"])
    service = sandbox.token_of("olivia@sandbox.example", service_account=True)
    refusal = sandbox.get("/events", resource=names["project"])
    return Sample(
        names,
        gids,
        (sandbox.token, service, sandbox.token_of(names["wei"])),
        refusal.json()["sync"],
    )


@st.composite
def calls(draw: Draw, operation: Operation, mode: GenerationMode, sample: Sample) -> AnyCase:
    """Draw a call of an operation, with good data or bad, as one of three people."""
    case: AnyCase = draw(operation.as_strategy(generation_mode=mode))
    ask = CALLS.get(case.operation.label, Ask())
    good = filled(ask.sent, sample.names) if draw(st.booleans()) else None
    case.path_parameters = {
        name: _in_path(draw, name, value, sample, ask if good is not None else None)
        for name, value in (case.path_parameters or {}).items()
    }
    reads = case.method == "GET"
    query = {name: _named(draw, name, value, sample) for name, value in case.query.items()}
    case.query = {**good, **_some(draw, query)} if reads and good is not None else query
    if case.path.endswith("/events") and draw(st.booleans()):
        case.query = {**case.query, "sync": sample.sync}
    if isinstance(case.body, dict):
        case.body = _body(draw, case.body, sample, good)
    case.headers["Authorization"] = f"Bearer {draw(st.sampled_from(sample.tokens))}"
    return case


def _body(
    draw: Draw, body: dict[str, Any], sample: Sample, good: dict[str, Any] | None
) -> dict[str, Any]:
    """Put gids in a body, and perhaps parts of it over a good one; forms have no envelope."""
    body = _named(draw, "", body, sample)
    if good is None:
        return body
    if isinstance(body.get("data"), dict):
        return {**body, "data": {**good, **_some(draw, body["data"])}}
    return {**good, **_some(draw, body)}


def _in_path(draw: Draw, name: str, value: Any, sample: Sample, ask: Ask | None) -> Any:
    kind = name.removesuffix("_gid")
    word = ask.at.get(name, kind) if ask else ""
    if word in sample.names:
        return sample.names[word]
    fitting = [known for known in sample.gids if f"_{known}".endswith(f"_{kind}")]
    return draw(_gids(fitting, sample) | st.just(value))


def _gids(kinds: list[str], sample: Sample) -> SearchStrategy[Any]:
    """Mostly gids of these kinds; now and then another's."""
    fitting = [gid for kind in kinds for gid in sample.gids.get(kind, ())]
    any_gid = st.sampled_from([gid for some in sample.gids.values() for gid in some])
    if "user" in kinds:
        fitting.append("me")
    return st.one_of(*[st.sampled_from(fitting)] * 4, any_gid) if fitting else any_gid


def _named(draw: Draw, name: str, value: Any, sample: Sample) -> Any:
    """Give a value with gids where it names objects."""
    if name == "custom_fields" and isinstance(value, dict):
        fields = st.sampled_from([*sample.gids["custom_field"], "1"])
        return {draw(fields): draw(_VALUES | st.just(one)) for one in value.values()}
    if isinstance(value, dict):
        return {key: _named(draw, key, one, sample) for key, one in value.items()}
    kinds = _kinds_named(name.partition(".")[0])
    if isinstance(value, list):
        return [_named(draw, name, one, sample) for one in value]
    if not kinds or not isinstance(value, str) or draw(st.integers(0, 3)) == 0:
        return value
    return draw(_gids(kinds, sample))


_VALUES = st.sampled_from(
    ["text", "", 3, 2.5, None, True, [], ["me"], {"date": "2030-01-02"}, {"date": 1}, {}]
)
"""Values of custom fields, each fit for some types only."""


def _some(draw: Draw, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Choose a few of what was drawn."""
    names = draw(st.lists(st.sampled_from(sorted(drawn)), max_size=3)) if drawn else []
    return {name: drawn[name] for name in names}
