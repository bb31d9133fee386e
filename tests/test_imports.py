"""Which room may import which: tap → api ← target; the sandbox and the tests stand apart."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("tap_asana", "target_asana", "asana_sandbox", "tests")
MODULES = sorted(path for room in OURS[:3] for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Absolute names of everything a module imports, at any depth of its code."""
    package = path.relative_to(ROOT).parts[:-1]
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def forbidden(path: Path) -> tuple[str, ...]:
    """Prefixes of what a module of this room may not import."""
    room = path.relative_to(ROOT).parts
    if room[0] == "asana_sandbox":
        return ("tap_asana", "target_asana", "tests")
    if room[:2] == ("tap_asana", "api"):
        outside = {p.name.removesuffix(".py") for p in (ROOT / "tap_asana").iterdir()} - {"api"}
        rest = tuple(f"tap_asana.{name}" for name in outside)
        return ("singer_sdk", "singer", "target_asana", "asana_sandbox", "tests", *rest)
    if room[0] == "tap_asana":
        return ("target_asana", "asana_sandbox", "tests")
    return ("asana_sandbox", "tests")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_import_follows_the_arrows(path: Path) -> None:
    names = {f"{name}." for name in imported(path)}

    assert [n for n in names for bad in forbidden(path) if n.startswith(f"{bad}.")] == []


def test_the_target_takes_from_the_tap_its_api_only() -> None:
    taken = {
        name
        for path in MODULES
        if path.is_relative_to(ROOT / "target_asana")
        for name in imported(path)
        if f"{name}.".startswith("tap_asana.")
    }

    assert {name for name in taken if not f"{name}.".startswith("tap_asana.api.")} == set()


def test_there_is_something_to_guard() -> None:
    rooms = {path.relative_to(ROOT).parts[0] for path in MODULES}

    assert rooms == set(OURS[:3])
