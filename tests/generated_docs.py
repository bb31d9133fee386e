"""What the documents say about settings and streams, written from what the plugins say.

`python -m tests.generated_docs` writes it into README.md, meltano.yml and .env.example, each time
between a begin and an end line; `test_docs.py` fails while a document says something else.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tap_asana.about import covered, table
from tap_asana.api import RESOURCES

ROOT = Path(__file__).parents[1]
PLUGINS = ("tap-asana", "target-asana")


@cache
def about(plugin: str) -> dict[str, Any]:
    """What `--about` says."""
    command = [str(Path(sys.executable).with_name(plugin)), "--about", "--format=json"]
    output = subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout
    described: dict[str, Any] = json.loads(output)
    return described


def settings(plugin: str) -> dict[str, dict[str, Any]]:
    """The schema of each setting, by name."""
    properties: dict[str, dict[str, Any]] = about(plugin)["settings"]["properties"]
    return properties


def variable(plugin: str, setting: str) -> str:
    """The environment variable of a setting, as the SDK reads it with `--config=ENV`."""
    return f"{plugin}_{setting}".replace("-", "_").upper()


def kind(schema: dict[str, Any]) -> str:
    """Meltano's kind of a setting."""
    kinds = schema.get("type", "string")
    json_type = next(k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "null")
    if schema.get("format") == "date-time":
        return "date_iso8601"
    return "decimal" if json_type == "number" else str(json_type)


def _settings_table(plugin: str) -> str:
    required = about(plugin)["settings"].get("required", [])
    lines = ["| Setting | Kind | Default | What it is |", "|:--|:--|:--|:--|"]
    for name, schema in settings(plugin).items():
        remarks = ("**Required.** " if name in required else "") + (
            "*Secret.* " if schema.get("secret") else ""
        )
        default = f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
        text = " ".join(str(schema.get("description", "")).split()).replace("|", "\\|")
        lines.append(f"| `{name}` | {kind(schema)} | {default} | {remarks}{text} |")
    return "\n".join(lines)


def _covered_table() -> str:
    lines = ["| Operation | Brought by | Why |", "|:--|:--|:--|"]
    for path, stream, reason in sorted(covered()):
        lines.append(f"| `GET {path}` | `{stream}` | {reason} |")
    return "\n".join(lines)


def _selection() -> str:
    off = (resource.name for resource in RESOURCES.values() if resource.off)
    return "\n".join(f'    - "{pattern}"' for pattern in ["*.*", *(f"!{name}.*" for name in off)])


def _meltano_settings(plugin: str) -> str:
    lines = ["    settings:"]
    for name, schema in settings(plugin).items():
        lines += [
            f"    - name: {name}",
            f"      label: {json.dumps(schema.get('title', name))}",
            f"      kind: {kind(schema)}",
            *(["      sensitive: true"] if schema.get("secret") else []),
            f"      description: {json.dumps(schema.get('description', ''), ensure_ascii=False)}",
        ]
    return "\n".join(lines)


def _environment(plugin: str) -> str:
    lines = []
    for name, schema in settings(plugin).items():
        title = schema.get("title", name) + (" (JSON)" if kind(schema) in _AS_JSON else "")
        lines += [f"# {title}", f"# {variable(plugin, name)}="]
    return "\n".join(lines)


_AS_JSON = ("array", "object")


def documents() -> dict[Path, str]:
    """Each document as it should be."""
    texts = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}
    for plugin in PLUGINS:
        for name, write in DOCUMENTS.items():
            texts[name] = _put(texts[name], f"{plugin} settings", write(plugin))
    texts["README.md"] = _put(texts["README.md"], "streams", table())
    texts["README.md"] = _put(texts["README.md"], "covered", _covered_table())
    texts["meltano.yml"] = _put(texts["meltano.yml"], "selection", _selection())
    return {ROOT / name: text for name, text in texts.items()}


DOCUMENTS = {
    "README.md": _settings_table,
    "meltano.yml": _meltano_settings,
    ".env.example": _environment,
}
"""Who writes the settings of a plugin, by document."""


def _put(document: str, place: str, text: str) -> str:
    begin, end = rf"^[^\n]*begin {place}\b[^\n]*\n", rf"^[^\n]*end {place}\b"
    between = re.compile(f"({begin}).*?({end})", re.MULTILINE | re.DOTALL)
    assert between.search(document), f"no place for {place}"
    blank = "\n" if text.startswith("|") else ""
    return between.sub(lambda found: f"{found[1]}{blank}{text}\n{blank}{found[2]}", document)


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, "utf-8")
