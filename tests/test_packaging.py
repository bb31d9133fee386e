"""What is installed: commands, versions, and what the wheel holds."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points, version
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMANDS = ("tap-asana", "target-asana", "asana-sandbox")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """The wheel, built as it is built for a release."""
    place = tmp_path_factory.mktemp("dist")
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "build", "-q", "--wheel", "--out-dir", str(place)], check=True, cwd=ROOT)
    (built,) = place.glob("*.whl")
    return zipfile.Path(built)


def test_the_distribution_brings_three_commands() -> None:
    ours = {e.name for e in entry_points(group="console_scripts") if _is_ours(e.value)}

    assert ours == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_its_version(command: str) -> None:
    script = str(Path(sys.executable).with_name(command))
    said = subprocess.run([script, "--version"], check=True, capture_output=True, text=True)

    assert version("singer-asana") in said.stdout


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: zipfile.Path) -> None:
    top = {entry.name for entry in wheel.iterdir()}

    assert top == {
        "tap_asana",
        "target_asana",
        "asana_sandbox",
        f"singer_asana-{version('singer-asana')}.dist-info",
    }


def test_the_wheel_brings_types_licence_and_sample(wheel: zipfile.Path) -> None:
    names = set(wheel.root.namelist())

    assert {f"{package}/py.typed" for package in ("tap_asana", "target_asana", "asana_sandbox")} < (
        names
    )
    assert "asana_sandbox/sample/backlog.csv" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_every_module_of_the_tree_is_in_the_wheel(wheel: zipfile.Path) -> None:
    tree = {
        str(path.relative_to(ROOT))
        for package in ("tap_asana", "target_asana", "asana_sandbox")
        for path in (ROOT / package).rglob("*.py")
    }

    assert {name for name in wheel.root.namelist() if name.endswith(".py")} == tree


def test_pinned_versions_have_hashes_and_name_no_index() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9.\-]+==.*?(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert "://" not in text
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


def test_everything_we_depend_on_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = (project["project"]["dependencies"], project["dependency-groups"]["dev"], *extras)
    asked = chain.from_iterable(groups)
    pinned = re.findall(
        r"^([a-z0-9.\-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE
    )

    assert {re.split(r"[^A-Za-z0-9.\-]", wish)[0].lower() for wish in asked} <= set(pinned)


def test_the_people_of_the_sample_are_nobodys() -> None:
    with (ROOT / "asana_sandbox/sample/backlog.csv").open(encoding="utf-8", newline="") as file:
        emails = {row["Assignee Email"] for row in csv.DictReader(file)} - {""}

    assert emails
    assert all(email.endswith("@example.com") for email in emails)


def _is_ours(target: str) -> bool:
    return target.partition(".")[0] in {"tap_asana", "target_asana", "asana_sandbox"}
