"""What Asana holds of an object that is updated in place and was never written before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_asana.api import RESOURCES, Client, NotFound, fill
from target_asana.identities import Effect
from target_asana.mapping import tap_record
from target_asana.operations import in_body
from target_asana.records import Key
from target_asana.wanted import Ref, RefusedError, Wanted, digest

if TYPE_CHECKING:
    from target_asana.identities import Known
    from target_asana.journal import Journal

_CONTAINERS = {"sections": ["project"], "stories": ["target"]}


def baseline(
    journal: Journal, client: Client, workspace: str, wanted: Wanted, known: Known
) -> None:
    """Take what Asana holds as last applied, so that only true differences are written.

    Raises:
        RefusedError: when Asana does not have the object; it is never made in its place.
    """
    key = wanted.key
    resource = RESOURCES[key.resource]
    names = {name.partition(".")[0] for name in (*wanted.fields, *wanted.links)}
    fields = resource.opt_fields([*names, *_CONTAINERS.get(key.resource, ())])
    try:
        record = client.get(fill(resource.got, {"gid": key.key}), {"opt_fields": fields})
    except NotFound as error:
        raise RefusedError("remote_deleted", "gid", str(error)) from error
    remote = tap_record(key, record, workspace=workspace, home=workspace)
    effect = Effect(
        {name: digest(value) for name, value in remote.fields.items()},
        {
            link: {
                item.ref.source: {"to": _target(journal, key.ns, item.ref), "in": item.place}
                for item in items
            }
            for link, items in remote.links.items()
        },
    )
    journal.identities.adopt(known.id, key.key)
    journal.identities.settle(known.id, effect, None)


def _target(journal: Journal, ns: str, ref: Ref) -> Any:
    gid = str(ref.key)
    if ref.resource == "users":
        return gid
    known = journal.identities.get(Key(ns, ref.resource, gid))
    journal.identities.adopt(known.id, gid)
    return in_body(known.id)
