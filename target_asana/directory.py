"""What the workspace holds: people, projects, sections, tags and custom fields, each read once."""

from __future__ import annotations

import difflib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES, BadRequest, Client, Forbidden, NotFound, fill
from target_asana.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIELD = "gid,name,resource_subtype,type,representation_type,enum_options.name,enum_options.enabled"


class Directory:
    """Look-ups by natural key in one workspace.

    Listings are read when first needed and kept for the run; search and typeahead are never used,
    as they lag behind (Asana's OpenAPI, searchTasksForWorkspace).
    """

    def __init__(self, client: Client, workspace: str) -> None:
        self._client = client
        self.workspace = workspace
        self._sections: dict[str, dict[str, list[str]]] = {}
        self._settings: dict[str, list[dict[str, Any]]] = {}
        self._by_email: dict[str, str | None] = {}

    def _listed(self, resource: str, fields: str, **parents: str) -> Iterable[dict[str, Any]]:
        path, params = RESOURCES[resource].listing("", **parents)
        return self._client.list(path, {**params, "opt_fields": fields})

    @cached_property
    def _people(self) -> list[dict[str, Any]]:
        return list(self._listed("users", "gid,name,email", workspaces=self.workspace))

    @cached_property
    def _gids(self) -> frozenset[str]:
        return frozenset(person["gid"] for person in self._people)

    @cached_property
    def _emails(self) -> dict[str, str]:
        return {p["email"].casefold(): p["gid"] for p in self._people if p.get("email")}

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return _by_name(self._people)

    def has_person(self, gid: str) -> bool:
        """Whether the workspace has a user with this gid; users' gids are the same everywhere."""
        return gid in self._gids

    def person_by_email(self, email: str) -> str | None:
        """Return the gid of the user with this e-mail, or None."""
        folded = email.strip().casefold()
        if folded in self._emails:
            return self._emails[folded]
        if folded not in self._by_email:
            self._by_email[folded] = self._ask_for_email(folded)
        return self._by_email[folded]

    def _ask_for_email(self, email: str) -> str | None:
        """Ask for one user: a listing shows no guest's e-mail to everyone."""
        path = fill(
            "/workspaces/{workspace}/users/{user}", {"workspace": self.workspace, "user": email}
        )
        try:
            return str(self._client.get(path, {"opt_fields": "gid"})["gid"])
        except (NotFound, BadRequest, Forbidden):
            return None

    def people_named(self, name: str) -> list[str]:
        """Return the gids of the users of this name."""
        return self._names.get(plain(name), [])

    def near_people(self, wanted: str) -> list[str]:
        """Return e-mails and names that resemble one nobody has."""
        return near(wanted, [*self._emails, *self._names])

    @cached_property
    def _projects(self) -> dict[str, list[str]]:
        return _by_name(self._listed("projects", "gid,name", workspaces=self.workspace))

    def projects_named(self, name: str) -> list[str]:
        """Return the gids of the projects of this name."""
        return self._projects.get(plain(name), [])

    @cached_property
    def _tags(self) -> dict[str, list[str]]:
        return _by_name(self._listed("tags", "gid,name", workspaces=self.workspace))

    def tags_named(self, name: str) -> list[str]:
        """Return the gids of the tags of this name."""
        return self._tags.get(plain(name), [])

    def sections_named(self, project: str, name: str) -> list[str]:
        """Return the gids of a project's sections of this name."""
        if project not in self._sections:
            listed = self._listed("sections", "gid,name", projects=project)
            self._sections[project] = _by_name(listed)
        return self._sections[project].get(plain(name), [])

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """The custom fields of the workspace."""
        return list(self._listed("custom_fields", _FIELD, workspaces=self.workspace))

    def fields_of(self, project: str) -> list[dict[str, Any]]:
        """Return the custom fields of a project."""
        if project not in self._settings:
            terms = ",".join(f"custom_field.{term}" for term in _FIELD.split(","))
            listed = self._listed("custom_field_settings", terms, projects=project)
            self._settings[project] = [setting["custom_field"] for setting in listed]
        return self._settings[project]

    def has_field(self, project: str, field: str) -> bool:
        """Whether a project had a custom field when this run first looked."""
        return any(one["gid"] == field for one in self.fields_of(project))


def _by_name(records: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for record in records:
        named.setdefault(plain(record["name"] or ""), []).append(record["gid"])
    return named


def near(wanted: str, names: Iterable[str]) -> list[str]:
    """Return up to three names that resemble the wanted one, for an error to offer."""
    folded = {name.casefold(): name for name in names}
    return [folded[match] for match in difflib.get_close_matches(wanted.casefold(), folded, n=3)]


def offer(matches: list[str]) -> str:
    """Return near matches as the end of an error line."""
    return f"; near: {', '.join(matches)}" if matches else ""
