"""The schemas of all streams: what Asana may leave out, add or give as null never breaks a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tap_asana.streams import stream_classes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

Schema = dict[str, Any]

STREAMS = {str(vars(made)["name"]): made for made in stream_classes()}
PLAIN: dict[Any, Any] = {
    "string": "any text",
    "boolean": True,
    "integer": 7,
    "number": 2.5,
    "date": "2026-02-28",
    "date-time": "2026-02-28T23:59:59.999Z",
}
UNKNOWN = [None, 3, "x", [], [{"gid": "1"}], {"gid": "1", "name": None}]

each_stream = pytest.mark.parametrize("stream", sorted(STREAMS))


def made_up(schema: Schema, chance: Random) -> Any:
    """A value of a schema, as Asana might give it tomorrow: less here, more there."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in kinds and chance.random() < 0.3:
        return None
    if "array" in kinds:
        return [made_up(schema["items"], chance) for _ in range(chance.randrange(3))]
    if "object" not in kinds:
        return PLAIN[schema.get("format", kinds[0])]
    required = schema.get("required", ())
    record = {
        name: made_up(inner, chance)
        for name, inner in schema.get("properties", {}).items()
        if name in required or chance.random() < 0.8
    }
    return {**record, **{f"new_{n}": chance.choice(UNKNOWN) for n in range(chance.randrange(3))}}


def parts(schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Every property at any depth, by its dotted name."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}", inner
        yield from parts(inner, f"{path}.{name}")
        yield from parts(inner.get("items", {}), f"{path}.{name}")


@each_stream
@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_a_record_with_unknown_fields_and_nulls_everywhere_is_valid(
    stream: str, chance: Random
) -> None:
    schema = STREAMS[stream].columns
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    validator.validate(made_up(schema, chance))


@each_stream
def test_a_record_of_nothing_but_its_key_and_nulls_is_valid(stream: str) -> None:
    made = STREAMS[stream]
    record = {name: "1" if name in made.key else None for name in made.columns["properties"]}

    Draft202012Validator(made.columns).validate(record)


@each_stream
def test_objects_at_every_depth_are_open_and_no_word_is_the_last(stream: str) -> None:
    schema = STREAMS[stream].columns
    inside = [("", schema), *parts(schema, stream)]
    for path, part in inside:
        assert "enum" not in part, path
        for one in (part, part.get("items", {})):
            if "properties" in one:
                assert one["additionalProperties"] is True, path


@each_stream
def test_everything_but_the_key_may_be_null(stream: str) -> None:
    made = STREAMS[stream]
    for path, part in parts(made.columns, ""):
        is_key = path.removeprefix(".") in made.key
        assert ("null" in part["type"]) != is_key, path


@each_stream
def test_gids_are_texts_and_days_and_moments_say_that_they_are(stream: str) -> None:
    for path, part in parts(STREAMS[stream].columns, ""):
        name = path.rpartition(".")[2]
        if name == "gid" or name.endswith("_gid"):
            assert "string" in part["type"], path
            assert "format" not in part, path
        if name.endswith("_on") and not name.startswith("relative_"):
            assert part["format"] == "date", path
        if name.endswith("_at"):
            assert part["format"] == "date-time", path
