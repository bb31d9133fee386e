"""What the streams are and what they cost, as the catalogue has it: for `--about` and README."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tap_asana.api import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_asana.api import Listing, Resource

COLUMNS = {
    "stream": "Stream",
    "about": "What it is",
    "key": "Key",
    "cursor": "Changes since",
    "plan": "Plan",
    "endpoint": "Endpoint",
    "requests": "Requests",
}
"""What is told of a stream, and how a table heads it."""


def streams() -> Iterator[dict[str, str]]:
    """Tell of each stream, by the names in `COLUMNS`."""
    for resource in RESOURCES.values():
        off = f"Off by default: {resource.off}." if resource.off else ""
        yield {
            "stream": resource.name,
            "about": f"{resource.about} {off}".strip(),
            "key": ", ".join(resource.key),
            "cursor": resource.bookmark or "" if resource.since else "",
            "plan": resource.plan,
            "endpoint": "; ".join(_endpoints(resource)),
            "requests": resource.cost or "; ".join(_costs(resource)),
        }
        for name, table in resource.tables.items():
            yield {
                "stream": name,
                "about": table.about,
                "key": ", ".join(table.key),
                "cursor": "",
                "plan": "",
                "endpoint": f"read off `{resource.name}`",
                "requests": f"none beside those of `{resource.name}`",
            }


def covered() -> Iterator[tuple[str, str, str]]:
    """Tell of reading operations that are not called: path, the stream that serves, and why."""
    for resource in RESOURCES.values():
        for paths, reason in resource.covers.items():
            for path in paths.split():
                yield path, resource.name, reason


def _endpoints(resource: Resource) -> list[str]:
    if resource.shown_by:
        return [f"read off `{resource.shown_by.partition('.')[0]}`"]
    paths = (_named(resource, listing.template.partition("?")[0]) for listing in resource.listings)
    return list(dict.fromkeys(f"`GET {path}`" for path in paths))


def _named(resource: Resource, path: str) -> str:
    """Write the places in a path as Asana's reference does: {project_gid}."""
    if re.sub(_PLACE, "{gid}", path) == resource.got:
        return resource.got.replace("{gid}", f"{{{resource.name[:-1]}_gid}}")
    return re.sub(_PLACE, lambda place: f"{{{place[1]}_gid}}" if place[1] else "me", path)


_PLACE = r"\{(?:(\w+)s\.[\w.]+|me)\}"


def _costs(resource: Resource) -> list[str]:
    if resource.shown_by:
        return [f"those of `{resource.shown_by.partition('.')[0]}`"]
    return [_cost(resource, listing) for listing in resource.listings]


def _cost(resource: Resource, listing: Listing) -> str:
    each = f" for each of `{listing.parent}`" if listing.parent else ""
    field = listing.places.get(listing.parent, "gid").removesuffix(".gid")
    having = f" with `{field}`" if field != "gid" and resource.key == ("gid",) else ""
    return f"1 per 100{each}{having}" if resource.paged else f"1{each}{having}"


def table() -> str:
    """Write the streams as a table in Markdown."""
    lines = [COLUMNS, dict.fromkeys(COLUMNS, ":--")]
    for row in streams():
        key = row["key"].replace(", ", "`, `")
        lines.append({**row, "stream": f"`{row['stream']}`", "key": f"`{key}`"})
    return "\n".join(f"| {' | '.join(line.values())} |" for line in lines)


def with_streams(about: str, output_format: str | None) -> str:
    """Add the streams to what `--about` says, in its own format."""
    if output_format == "json":
        return json.dumps({**json.loads(about), "streams": list(streams())}, indent=2)
    if output_format == "markdown":
        return f"{about}\n## Streams\n\n{table()}\n"
    told = (
        f"- {row['stream']}: {row['about']} ({row['endpoint']}; {row['requests']})"
        for row in streams()
    )
    return "\n".join([about, "Streams:", *told])
