"""The documents say what the code does, and their examples run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from asana_sandbox.demo.backlog import COLUMNS
from tap_asana.api import RESOURCES
from tests import generated_docs
from tests.generated_docs import PLUGINS, ROOT, about, kind, settings, variable

if TYPE_CHECKING:
    from tests.conftest import SandboxClient

README = (ROOT / "README.md").read_text("utf-8")


def _section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading}"
    return found[1]


def _fenced(text: str) -> list[str]:
    return [block.strip() for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("document", generated_docs.DOCUMENTS)
def test_a_document_says_what_the_plugins_say(document: str) -> None:
    """`python -m tests.generated_docs` mends this."""
    path = ROOT / document

    assert path.read_text("utf-8") == generated_docs.documents()[path]


@pytest.mark.parametrize(
    ("heading", "end"),
    [
        ("Try it", ".venv/bin/asana-sandbox demo"),
        ("Test", ".venv/bin/python -m pytest -n auto --dist loadfile"),
    ],
)
def test_try_it_and_test_are_one_line_each_that_needs_nothing_before(
    heading: str, end: str
) -> None:
    blocks = _fenced(_section(heading))

    assert len(blocks) == 1
    assert "\n" not in blocks[0]
    assert blocks[0].startswith("python3 -m venv ")
    assert blocks[0].endswith(f" && {end}")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_meltano_yml_names_the_settings_of_the_plugin(plugin: str) -> None:
    declared = {s["name"]: s for s in _meltano_plugin(plugin)["settings"]}
    known = settings(plugin)

    assert declared.keys() == known.keys()
    for name, schema in known.items():
        assert declared[name]["kind"] == kind(schema)
        assert declared[name].get("sensitive", False) == schema.get("secret", False)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_meltano_yml_names_capabilities_the_plugin_has(plugin: str) -> None:
    declared = set(_meltano_plugin(plugin)["capabilities"])

    assert declared <= set(about(plugin)["capabilities"])


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_settings_meltano_asks_for_together_exist(plugin: str) -> None:
    for group in _meltano_plugin(plugin)["settings_group_validation"]:
        assert set(group) <= settings(plugin).keys()


def test_env_example_names_every_setting_and_gives_none() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = {line.strip("# =") for line in lines if line.endswith("=")}

    assert named == {variable(plugin, name) for plugin in PLUGINS for name in settings(plugin)}
    assert all(line.startswith("#") or not line for line in lines)


def test_every_secret_setting_is_a_token_or_a_key() -> None:
    for plugin in PLUGINS:
        secret = {name for name, schema in settings(plugin).items() if schema.get("secret")}
        assert secret == {"access_token", "client_secret", "refresh_token"}


def test_the_readme_has_every_stream_once() -> None:
    table = _section("Extract: `tap-asana`")
    rows = re.findall(r"^\| `(\w+)` \|.*\| (?:`GET|read off)", table, re.MULTILINE)
    names = [name for resource in RESOURCES.values() for name in (resource.name, *resource.tables)]

    assert rows == names


def test_the_streams_of_the_readme_are_those_that_are_discovered(sandbox: SandboxClient) -> None:
    account = {"TAP_ASANA_API_URL": sandbox.url, "TAP_ASANA_ACCESS_TOKEN": sandbox.token}
    catalog = _run("tap-asana", "--config=ENV", "--discover", **account)
    named = {name for resource in RESOURCES.values() for name in (resource.name, *resource.tables)}

    assert {stream["tap_stream_id"] for stream in json.loads(catalog)["streams"]} == named


def test_the_csv_columns_of_the_readme_are_those_that_are_read() -> None:
    columns = re.search(r"^`(Task ID, .*)`$", README, re.MULTILINE)

    assert columns
    assert set(COLUMNS.values()) <= set(columns[1].split(", "))


@pytest.mark.parametrize("command", ["asana-sandbox serve", "asana-sandbox demo", *PLUGINS])
def test_every_option_the_readme_gives_a_command_exists(command: str) -> None:
    shown = re.findall(rf"(?:^|[`/ ]){command} ([^`|\n#>]*)", README)
    options = {option for line in shown for option in re.findall(r"--[a-z-]+", line)}
    helped = _run(*command.split(), "--help")

    assert options <= set(re.findall(r"--[a-z-]+", helped))


def _run(command: str, *arguments: str, **environment: str) -> str:
    script = str(Path(sys.executable).with_name(command))
    return subprocess.run(
        [script, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    ).stdout


def _meltano_plugin(name: str) -> dict[str, Any]:
    plugins = yaml.safe_load((ROOT / "meltano.yml").read_text("utf-8"))["plugins"]
    found: dict[str, Any] = next(
        p for p in plugins["extractors"] + plugins["loaders"] if p["name"] == name
    )
    return found
