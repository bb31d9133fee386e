"""Tasks of a custom type: which type, which of its states, and completion in step with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asana_sandbox.errors import bad_request, missing, not_a_gid_type, not_recognized

if TYPE_CHECKING:
    from asana_sandbox.routing import Request
    from asana_sandbox.store import Record, Store

_TYPE, _STATE = "custom_type", "custom_type_status_option"


def settle_type(request: Request, task: Record, data: dict[str, Any]) -> dict[str, Any]:
    """Check what an update makes of a task's type, and keep `completed` in step with its state.

    Which types a task may have and how a state and `completed` go together is ours: Asana's
    OpenAPI (TaskUpdateRequest) says only that both fields are for tasks of the subtype custom.

    Returns:
        The body with type, state and `completed` as they become; both null for other subtypes.

    Raises:
        ApiError: 400 for a type that the task's projects do not have, or a state of another one.
    """
    sent = {name: data[name] for name in (_TYPE, _STATE) if data.get(name) is not None}
    if data.get("resource_subtype", task["resource_subtype"]) != "custom":
        for name in sent:
            raise bad_request(f"{name}: Only tasks of the subtype custom have one")
        return {**data, _TYPE: None, _STATE: None}
    store = request.world.store
    for name, value in sent.items():
        if not isinstance(value, str):
            raise not_a_gid_type(name, value)
    kind = sent.get(_TYPE, task.get(_TYPE))
    if kind is None:
        raise missing(_TYPE)
    known = store.get(_TYPE, kind)
    if known is None or not set(known["projects"]) & set(task["projects"]):
        raise not_recognized(_TYPE, kind)
    if _STATE in sent:
        state = store.get(_STATE, sent[_STATE])
        if state is None or state["gid"] not in known["status_options"]:
            raise not_recognized(_STATE, sent[_STATE])
    else:
        state = _state(store, known, task, done=bool(data.get("completed", task["completed"])))
    done = state["completion_state"] == "Complete"
    return {**data, _TYPE: kind, _STATE: state["gid"], "completed": done}


def set_type(task: Record, data: dict[str, Any]) -> None:
    """Put a settled type on a task; a task of another subtype has none."""
    for name in (_TYPE, _STATE):
        if data[name] is None:
            task.pop(name, None)
        else:
            task[name] = data[name]


def _state(store: Store, known: Record, task: Record, *, done: bool) -> Record:
    """Give the state that a task has, or the first that goes with its completion."""
    states = [store[gid] for gid in known["status_options"]]
    word = "Complete" if done else "Incomplete"
    fitting = [state for state in states if state["completion_state"] == word]
    same = [state for state in fitting if state["gid"] == task.get(_STATE)]
    return (same or fitting or states)[0]
