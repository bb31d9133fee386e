"""What Asana holds of objects that are updated in place and were never written before."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES, Client, NotFound, fill
from target_asana.identities import Effect
from target_asana.mapping import tap_record
from target_asana.operations import in_body
from target_asana.records import Key
from target_asana.wanted import Ref, RefusedError, Wanted, digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_asana.identities import Known
    from target_asana.journal import Journal

_CONTAINERS = {"sections": ["project"], "stories": ["target"]}


@dataclass(slots=True)
class Baseline:
    """Reads what is there, ahead and side by side, and takes it as last applied.

    Attributes:
        workspace: gid of the workspace that is written to.
        readers: reads in flight at once.
    """

    journal: Journal
    client: Client
    workspace: str
    readers: int
    _ahead: dict[Key, Future[Any]] = field(default_factory=dict)

    def read_ahead(self, wanted: Iterable[Wanted]) -> None:
        """Read what will be asked for, and forget what was read before."""
        with ThreadPoolExecutor(max_workers=self.readers) as pool:
            self._ahead = {w.key: pool.submit(self._read, w) for w in wanted}

    def take(self, wanted: Wanted, known: Known) -> None:
        """Take what Asana holds as last applied, so that only true differences are written.

        Raises:
            RefusedError: when Asana does not have the object; it is never made in its place.
        """
        key = wanted.key
        ahead = self._ahead.pop(key, None)
        try:
            record = ahead.result() if ahead else self._read(wanted)
        except NotFound as error:
            raise RefusedError("remote_deleted", "gid", str(error)) from error
        remote = tap_record(key, record, workspace=self.workspace, home=self.workspace)
        effect = Effect(
            {name: digest(value) for name, value in remote.fields.items()},
            {
                link: {
                    item.ref.source: {"to": self._target(key.ns, item.ref), "in": item.place}
                    for item in items
                }
                for link, items in remote.links.items()
            },
        )
        self.journal.identities.adopt(known.id, key.key)
        self.journal.identities.settle(known.id, effect, None)

    def _read(self, wanted: Wanted) -> Any:
        resource = RESOURCES[wanted.key.resource]
        names = {name.partition(".")[0] for name in (*wanted.fields, *wanted.links)}
        fields = resource.opt_fields([*names, *_CONTAINERS.get(resource.name, ())])
        return self.client.get(fill(resource.got, {"gid": wanted.key.key}), {"opt_fields": fields})

    def _target(self, ns: str, ref: Ref) -> Any:
        gid = str(ref.key)
        if ref.resource == "users":
            return gid
        known = self.journal.identities.get(Key(ns, ref.resource, gid))
        self.journal.identities.adopt(known.id, gid)
        return in_body(known.id)
