"""The target as a Singer plugin: the SDK's own tests that fit, and the traps it is kept out of."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from singer_sdk.exceptions import ConfigValidationError, InvalidRecord
from singer_sdk.sinks.core import JSONSchemaValidator, Sink
from singer_sdk.target_base import Target
from singer_sdk.testing import SuiteConfig, get_target_test_class
from singer_sdk.testing.suites import SingerTestSuite
from singer_sdk.testing.target_tests import TargetCliPrintsTest, TargetRecordBeforeSchemaTest

from target_asana.report import show
from target_asana.target import TargetAsana
from tests.target_runs import load, record, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SandboxClient

# The SDK's other tests send streams of their own names, which a target that knows only Asana's
# resources refuses.
StandardTests = get_target_test_class(
    TargetAsana,
    config={"workspace": "1", "access_token": "2/none"},
    suite_config=SuiteConfig(),
    include_target_tests=False,
    custom_suites=[
        SingerTestSuite(kind="target", tests=[TargetCliPrintsTest, TargetRecordBeforeSchemaTest])
    ],
)


class TestStandard(StandardTests):  # type: ignore[misc, valid-type]
    """The SDK's tests that fit a target of fixed resources."""


@pytest.mark.parametrize("option", ["--version", "--about", "--about --format=json"])
def test_the_command_tells_about_itself_without_settings(option: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "target_asana", *option.split()],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "target-asana" in ran.stdout
    assert "[could not be detected]" not in ran.stdout


def test_the_command_offers_to_read_a_csv_file() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "target_asana", "--help"], capture_output=True, text=True, check=True
    )

    assert "--csv" in ran.stdout


def test_the_sdk_still_removes_the_deletion_mark_before_a_sink_sees_a_record() -> None:
    marked: dict[str, Any] = {"_sdc_deleted_at": "2026-01-01"}

    Sink._remove_sdc_metadata_from_record(None, marked)  # type: ignore[arg-type] # noqa: SLF001

    assert marked == {}


def test_the_sdk_still_ends_the_run_at_an_invalid_record() -> None:
    validator = JSONSchemaValidator({"properties": {"a": {"type": "string"}}})

    assert Sink.fail_on_record_validation_exception
    with pytest.raises(InvalidRecord):
        validator.validate({"a": 1})


def test_the_sdk_still_defaults_to_appending() -> None:
    settings: dict[str, Any] = {"properties": {}}

    Target.append_builtin_config.__func__(Target, settings)  # type: ignore[attr-defined]

    assert settings["properties"]["load_method"]["default"] == "append-only"
    assert "load_method" not in TargetAsana.config_jsonschema["properties"]


def test_stream_maps_are_followed(sandbox: SandboxClient, tmp_path: Path) -> None:
    deal = record("deals", gid="1", title="wood", workspace={"gid": "9"})
    maps = {"deals": {"__alias__": "tags", "name": "title", "gid": "gid", "workspace": "workspace",
                      "__else__": None}}  # fmt: skip
    properties = {"gid": {"type": "string"}, "title": {"type": "string"},
                  "workspace": {"type": "object"}}  # fmt: skip

    loaded = load(
        sandbox, tmp_path, [schema("deals", **properties), deal, state(1)], stream_maps=maps
    )

    assert loaded.records == {"input": 1, "applied": 1}
    assert [t["name"] for t in sandbox.listed("/tags", workspace=sandbox.workspace)] == ["wood"]


def test_dates_reach_asana_as_the_source_wrote_them(sandbox: SandboxClient, tmp_path: Path) -> None:
    dated = {"gid": {"type": "string"}, "due_on": {"type": "string", "format": "date"}}
    task = record("tasks", gid="1", name="t", due_on="2026-02-30", workspace={"gid": "9"})

    loaded = load(sandbox, tmp_path, [schema("tasks", **dated), task])

    assert loaded.code == 3
    (dead,) = loaded.rejected
    assert dead["record"]["due_on"] == "2026-02-30"
    assert "ISO-8601" in dead["rejection"]["message"]


def test_the_state_of_an_empty_input_is_nothing(
    capsys: pytest.CaptureFixture[str], sandbox: SandboxClient, tmp_path: Path
) -> None:
    loaded = load(sandbox, tmp_path)

    assert (loaded.code, loaded.states) == (0, [])
    assert capsys.readouterr().out == ""


def test_the_report_is_one_line_in_a_log_and_adds_up(
    sandbox: SandboxClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tag = record("tags", gid="1", name="wood", workspace={"gid": "9"})
    with caplog.at_level("INFO", logger="target-asana"):
        loaded = load(sandbox, tmp_path, [schema("tags"), tag, record("tags", name="x")])

    (line,) = [r.getMessage() for r in caplog.records if r.getMessage().startswith("Done: ")]
    said = json.loads(line.removeprefix("Done: "))
    assert said["records"] == loaded.report["records"]
    ends = [n for end, n in loaded.report["records"].items() if end != "input"]
    assert sum(ends) == loaded.report["records"]["input"] == 2


def test_the_report_is_a_table_on_a_terminal(sandbox: SandboxClient, tmp_path: Path) -> None:
    bad = record("tags", name="x [/] y")
    loaded = load(sandbox, tmp_path, [schema("tags"), bad])
    seen = io.StringIO()

    show(loaded.report, Console(file=seen, force_terminal=True, width=100), TargetAsana.logger)

    assert "rejected" in seen.getvalue()
    assert "1 x invalid: the record has no gid" in seen.getvalue()


def test_input_may_come_from_a_file(sandbox: SandboxClient, tmp_path: Path) -> None:
    target = TargetAsana(
        config={
            "workspace": "Sandbox",
            "access_token": sandbox.token,
            "api_url": sandbox.url,
            "state_dir": str(tmp_path),
        }
    )

    assert target.load(io.StringIO(json.dumps(schema("tags")) + "\n"), None) == 0


@pytest.mark.parametrize("token", [31415926535, ["31415926535"]])
def test_a_complaint_about_a_secret_does_not_tell_it(token: Any) -> None:
    with pytest.raises(ConfigValidationError) as caught:
        TargetAsana(config={"workspace": "1", "access_token": token})
    assert "in config['access_token']" in caught.value.errors[0]
    assert "31415926535" not in "".join(caught.value.errors)
