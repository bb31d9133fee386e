"""A project whose tasks have custom fields, for tests of what becomes of their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import SandboxClient


@dataclass
class FieldWorld:
    """A project and its custom fields.

    Attributes:
        sandbox: Where it is.
        project: Gid of the project.
        gids: Gid of each field, by its first name.
        options: Gid of each option, by name.
    """

    sandbox: SandboxClient
    project: str
    gids: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, *options: str, **facts: Any) -> str:
        """Make a field of the workspace, used in the project, and give its gid."""
        some = {"enum_options": [{"name": option} for option in options]} if options else {}
        made = self.sandbox.make("custom_fields", name=name, resource_subtype=kind, **some, **facts)
        self.sandbox.do(f"/projects/{self.project}/addCustomFieldSetting", custom_field=made["gid"])
        self.gids[name] = made["gid"]
        self.options |= {each["name"]: each["gid"] for each in made.get("enum_options", ())}
        return str(made["gid"])

    def task(self, **values: Any) -> str:
        """Make a task with values by the names of their fields, and give its gid."""
        values = {self.gids[name]: value for name, value in values.items()}
        made = self.sandbox.make("tasks", name="T", projects=[self.project], custom_fields=values)
        return str(made["gid"])


def field_world(sandbox: SandboxClient) -> FieldWorld:
    """Make a project without fields."""
    return FieldWorld(sandbox, sandbox.make("projects", name="P")["gid"])
