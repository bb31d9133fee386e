"""Calls that schemathesis draws from Asana's description, with objects of the sample in them.

Drawn alone, hardly a call would come past the gids in its path. So most places that name an
object get one of the sample's, and every other call is a good one with parts of a drawn one in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.sandbox_calls import CALLS, Ask, filled, names_of, records_in

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
        service: Of the service account.
        sync: A token of the events of a project.
    """

    names: dict[str, str]
    gids: Mapping[str, list[str]]
    tokens: tuple[str, ...]
    service: str
    sync: str


def sample_of(sandbox: SandboxClient) -> Sample:
    """Look at a fresh sample."""
    records = records_in(sandbox)
    names = names_of(records)
    gids: dict[str, list[str]] = {}
    for record in records:
        if "gid" in record:
            gids.setdefault(record["resource_type"], []).append(record["gid"])
    service = sandbox.token_of(names["user"], service_account=True)
    refusal = sandbox.get("/events", resource=names["project"])
    return Sample(
        names,
        gids,
        (sandbox.token, service, sandbox.token_of(names["wei"])),
        service,
        refusal.json()["sync"],
    )


@st.composite
def calls(draw: Draw, operation: Operation, mode: GenerationMode, sample: Sample) -> AnyCase:
    """Draw a call of an operation, with good data or bad, as one of three people."""
    case: AnyCase = draw(operation.as_strategy(generation_mode=mode))
    ask = CALLS.get(operation.label, Ask()) if draw(st.booleans()) else None
    case.path_parameters = {
        name: _in_path(draw, name, value, sample, ask)
        for name, value in (case.path_parameters or {}).items()
    }
    case.query = {name: _named(draw, name, value, sample) for name, value in case.query.items()}
    if ask and case.method == "GET":
        case.query = {**filled(ask.sent, sample.names), **_some(draw, case.query)}
    if case.path.endswith("/events") and draw(st.booleans()):
        case.query = {**case.query, "sync": sample.sync}
    if isinstance(case.body, dict):
        case.body = _body(draw, case, sample, ask)
    token = draw(st.sampled_from(sample.tokens))
    case.headers["Authorization"] = f"Bearer {sample.service if ask and ask.served else token}"
    return case


def _body(draw: Draw, case: AnyCase, sample: Sample, ask: Ask | None) -> dict[str, Any]:
    """Put gids in a body, and perhaps parts of it over a good one; forms have no envelope."""
    body: dict[str, Any] = _named(draw, "", case.body, sample)
    if ask is None:
        return body
    good = filled(ask.sent, sample.names)
    if case.media_type == "multipart/form-data":
        return {**good, **_some(draw, body)}
    data = body.get("data")
    return {"data": {**good, **_some(draw, data if isinstance(data, dict) else {})}}


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
