"""Which teams and projects the settings choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_asana.api import Client


class Choice:
    """The settings `projects` and `teams`, and which of the gids in them were met.

    A project is chosen by its own gid or by its team's; without any gid, all are.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Read the settings."""
        self._projects = set(config.get("projects") or ())
        self._teams = set(config.get("teams") or ())
        self._met: set[str] = set()
        self._sought: set[str] = set()

    @property
    def is_partial(self) -> bool:
        """Whether only some projects are chosen; tasks outside of projects are none of these."""
        return bool(self._projects or self._teams)

    @property
    def needs(self) -> frozenset[str]:
        """Fields of a project it takes to decide."""
        return frozenset({"team"} if self._teams else ())

    def projects(self, client: Client, workspace: str, *fields: str) -> list[dict[str, Any]]:
        """List the projects of a workspace that are chosen, with these fields.

        Raises:
            AsanaError: They cannot be listed.
        """
        self.seek_projects()
        asked = ",".join([*fields, *(f"{name}.gid" for name in self.needs)]) or "gid"
        path, params = RESOURCES["projects"].listing(workspaces=workspace)
        return list(filter(self.has_project, client.list(path, {**params, "opt_fields": asked})))

    def seek_projects(self) -> None:
        """Note that projects are looked for; there may be none."""
        self._sought |= self._projects | self._teams

    def seek_teams(self) -> None:
        """Note that teams are looked for; there may be none."""
        self._sought |= self._teams

    def has_project(self, project: Mapping[str, Any]) -> bool:
        """Tell whether a project is chosen."""
        team = (project.get("team") or {}).get("gid")
        by_gid = self._meets(project["gid"], self._projects)
        by_team = self._meets(team, self._teams)
        return not self.is_partial or by_gid or by_team

    def has_team(self, team: Mapping[str, Any]) -> bool:
        """Tell whether a team is chosen."""
        return not self._teams or self._meets(team["gid"], self._teams)

    def unmet(self) -> list[str]:
        """Return the gids of the settings that no project and no team had, of those looked for."""
        return sorted(self._sought - self._met)

    def _meets(self, gid: str | None, chosen: set[str]) -> bool:
        if gid is None or gid not in chosen:
            return False
        self._met.add(gid)
        return True
