"""One sandbox: its objects, its clock, its switches, its events."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from asana_sandbox.audit import tell
from asana_sandbox.clock import Clock
from asana_sandbox.event_log import EventLog, event_of, reach
from asana_sandbox.store import Store
from asana_sandbox.webhooks import Outbox

if TYPE_CHECKING:
    from asana_sandbox.auth import Token
    from asana_sandbox.store import Record


@dataclass
class Switches:
    """What a test or a rehearsal may change while the sandbox runs.

    The first block is about limits and faults; the second holds the facts on which Asana's
    texts are silent or disagree, each with the reading taken by default.
    """

    plan: Literal["paid", "free"] = "paid"
    """What is answered with 402, and the quota where `requests_per_minute` is null."""
    requests_per_minute: int | None = None
    """Quota of each token."""
    burst_seconds: float = 10.0
    """How many seconds' worth of the quota may come at once. Asana's docs say no more than that
    the quota is evaluated more often than once a minute."""
    searches_per_minute: int = 60
    """Quota of searches of each token, beside the other."""
    read_slots: int = 50
    """How many reads of a token may be in flight."""
    write_slots: int = 15
    """How many writes of a token may be in flight."""
    latency: float = 0.0
    """Seconds every request takes, half of them before it is executed."""
    page_token_seconds: float = 900.0
    """How long an offset is good for."""
    unpaged_limit: int = 1000
    """How many records a list may give without `limit`; Asana's docs say about 1,000."""
    longest_list: int | None = None
    """How many records a list holds in all, page by page: behind them is a 400. Asana's docs on
    errors speak of tens of thousands; null is no bound."""
    batch_order: Literal["given", "reversed"] = "given"
    """In which order the actions of a batch run; Asana promises none."""

    unknown_body_fields: Literal["refuse", "ignore"] = "refuse"
    """Whether a body field that no Asana resource has is a 400 or is passed over."""
    container_moves_touch: bool = False
    """Whether changes of project and section alone move a task's `modified_at`."""
    comments_touch: bool = True
    """Whether comments move a task's `modified_at`: two of Asana's texts disagree."""
    new_task_position: Literal["end", "top"] = "end"
    """Where a task created in a project without a section stands."""
    subtask_projects: Literal["keep", "drop"] = "keep"
    """What becomes of `projects` and `memberships` sent together with `parent`."""
    parent_by_update: Literal["refuse", "accept"] = "refuse"
    """Whether a PUT of a task may set `parent`: two of Asana's texts disagree."""
    modified_since_inclusive: bool = True
    """Whether `modified_since` gives what was modified at that very moment."""
    search_lag_seconds: float = 0.0
    """How far search lags behind the tasks; Asana names 10 to 60 seconds."""
    search_page: int = 20
    """How many tasks a search gives that names no `limit`."""
    portfolios_need_owner: bool = True
    """Whether a list of portfolios without `owner` is refused to people: Asana's OpenAPI calls it
    optional, and integrations report the error (estuary/connectors issue 1288)."""
    project_delete_takes_tasks: bool = True
    """Whether deleting a project deletes the tasks that no other project holds."""
    webhooks_to_this_machine: Literal["refuse", "accept"] = "refuse"
    """Whether webhooks may point at this machine, the only place that anything is sent to.
    Asana refuses hosts like localhost, and nobody could hear the sandbox then."""
    job_seconds: float = 0.0
    """How long jobs and exports take; at 0 they are done at the first look. Asana's are done
    within seconds, or hours."""
    export_url_seconds: float = 0.0
    """How long after its end a resource export has no address yet; Asana's texts have people wait
    for both."""
    job_outcome: Literal["succeeded", "failed"] = "succeeded"
    """What becomes of the jobs and exports that are started."""

    goal_routes_of_2021: bool = False
    """Whether the six routes of goals that went in 2022 still answer; Asana does not say."""

    @property
    def free(self) -> bool:
        """Whether the workspace is on the free plan."""
        return self.plan == "free"


@dataclass
class World:
    """Everything a request can see or change.

    `owner` is the gid of the user that the first token belongs to, `workspace` that of the
    first workspace. `origin` is the URL the sandbox is reached at, `secret` signs addresses,
    `caller` is the token of the request being answered.
    """

    store: Store = field(default_factory=Store)
    clock: Clock = field(default_factory=Clock)
    switches: Switches = field(default_factory=Switches)
    events: EventLog = field(default_factory=EventLog)
    outbox: Outbox = field(default_factory=Outbox)
    caller: Token | None = None
    owner: str = ""
    workspace: str = ""
    origin: str = ""
    secret: bytes = field(default_factory=secrets.token_bytes, repr=False)

    def user_by_email(self, email: str) -> Record | None:
        """Find a user by e-mail; those are kept in lower case."""
        return next(iter(self.store.by("user", "email", email.lower())), None)

    def emit(
        self,
        user: Record | None,
        resource: Record,
        action: str,
        *,
        parent: Record | None = None,
        change: dict[str, Any] | None = None,
    ) -> None:
        """Tell whoever follows the resource, or what holds it, what happened to it."""
        tell(self, user, resource, action, parent)
        if self.events.followed or self.store.all("webhook"):
            event = event_of(self.clock.stamp(), user, resource, action, parent, change)
            reached = {gid for start in (resource, parent) if start for gid in reach(self, start)}
            self.events.record(event, reached)
            self.outbox.put(self, event, reached)
