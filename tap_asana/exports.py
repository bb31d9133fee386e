"""Exports that Asana makes of itself: started once, waited for, remembered in the state."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tap_asana.api import Call, Forbidden, NotFound, fill
from tap_asana.export_file import ExportFault, exported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping

    from tap_asana.api import Client
    from tap_asana.base import Record

_STARTS = 2
"""How often a failing export is started."""
_LONGEST_PAUSE = 60.0
"""Seconds between two looks; the first come sooner, as small workspaces are exported in seconds.
Asana's OpenAPI (tag Exports) speaks of minutes to hours."""

_KEPT = timedelta(days=30)
"""How long Asana keeps the file of a resource export (Asana's OpenAPI, createResourceExport)."""

_log = logging.getLogger("tap-asana")


class TaskExport:
    """A resource export of the tasks of one workspace.

    Its entry in the state is

    ```json
    {"job": "<gid>", "asked": "<hash>", "started": "…", "done": 3000}
    ```

    `asked` tells what the job was started for: one with other fields or another beginning is of no
    use. `started` is where the bookmark goes when all is out. Of the file, whose order is fixed,
    the first `done` tasks are out. Source: Asana's OpenAPI, createResourceExport.
    """

    def __init__(
        self,
        client: Client,
        entries: MutableMapping[str, Any],
        workspace: str,
        *,
        part: Record,
        started: str,
    ) -> None:
        """Read whether an export is under way; nothing is asked yet.

        Args:
            client: Where to ask.
            entries: The entries of all workspaces in the state; changed in place.
            workspace: Gid of the workspace.
            part: What to export, as Asana's ResourceExportRequestParameter.
            started: The present, by Asana's clock.
        """
        self._client = client
        self._entries = entries
        self._workspace = workspace
        self._part = part
        asked = sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]
        known: Record = entries.get(workspace, {})
        new = {"asked": asked, "started": started}
        self._entry: Record = dict(known) if known.get("asked") == asked else new

    @property
    def started(self) -> str:
        """The start of the run that began the export."""
        return str(self._entry["started"])

    def ready(self, remember: Callable[[], None]) -> None:
        """Wait until there is a file: of the export that is under way, else of a new one.

        Args:
            remember: Called when an export was started, to write the state.

        Raises:
            AsanaError: Asana refuses to export, or no export succeeds.
        """
        starts = 0
        while "job" not in self._entry or not self._is_done():
            if starts == _STARTS:
                raise ExportFault(self._request, messages=("the export failed",))
            starts += 1
            self._start()
            remember()

    def records(self) -> Iterator[Record]:
        """Read the tasks that are not out yet, in the order of the file.

        Raises:
            AsanaError: The file does not come whole.
        """
        return exported(self._request, self._address, self._entry.get("done", 0))

    def note(self, count: int) -> None:
        """Take down that so many further tasks are out."""
        self._entry["done"] = self._entry.get("done", 0) + count
        self._entries[self._workspace] = dict(self._entry)

    def forget(self) -> None:
        """Take down that all of it is out."""
        self._entries.pop(self._workspace, None)

    @property
    def _request(self) -> str:
        return f"The export of workspace {self._workspace}"

    def _start(self) -> None:
        asked = {"workspace": self._workspace, "export_request_parameters": [self._part]}
        outcome = self._client.send(Call("POST", "/exports/resource", asked))
        if outcome.error:
            raise outcome.error
        kept = {name: self._entry[name] for name in ("asked", "started")}
        self._entry = {"job": outcome.data["gid"], **kept}
        self._entries[self._workspace] = dict(self._entry)

    def _is_done(self) -> bool:
        """Wait for the job; one that failed, or is not there any more, is of no use."""
        name = f"{self._request} (job {self._entry['job']})"
        with progress() as tell:
            for pause in pauses():
                job = self._job()
                status = job.get("status", "gone")
                tell(f"{name}: {status}.")
                if _url(job):
                    return True
                if status in {"failed", "gone"} or self._is_old():
                    return False
                time.sleep(pause)
        raise AssertionError("pauses never end")

    def _is_old(self) -> bool:
        """Tell whether the file is not kept any more; one that has no address yet is waited for."""
        age = self._client.server_time() - datetime.fromisoformat(self.started)
        return age > _KEPT

    def _job(self) -> Record:
        """Look at the job; it is nobody's but its creator's, so another token finds none."""
        fields = "status,new_resource_export.download_url"
        try:
            job: Record = self._client.get(
                fill("/jobs/{gid}", {"gid": self._entry["job"]}), {"opt_fields": fields}
            )
        except (Forbidden, NotFound):
            return {}
        return job

    def _address(self) -> str:
        if url := _url(self._job()):
            return url
        raise ExportFault(self._request, messages=("Asana gives no address of it any more",))


def part_of(fields: Iterable[str], since: str | None) -> Record:
    """Describe what to export: tasks with these fields, of those that changed from an instant on.

    Whether the filter includes its own instant is not told; it is asked for earlier than wanted.
    """
    filters = {"filters": {"modified_at.after": since}} if since else {}
    return {"resource_type": "task", "fields": list(fields), **filters}


def pauses() -> Iterator[float]:
    """Give the seconds to wait between looks at what takes long."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Tell how far something is: on a terminal in one line that changes, elsewhere in the log."""
    if not sys.stderr.isatty():
        yield _log.info
        return
    with Console(stderr=True).status("") as status:
        yield status.update


def _url(job: Record) -> str | None:
    url: str | None = (job.get("new_resource_export") or {}).get("download_url")
    return url
