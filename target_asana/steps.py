"""From operations in the source's words to calls: bodies, paths, locks and what waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tap_asana.api import RESOURCES, Call
from target_asana import custom_fields
from target_asana.failures import Rejection
from target_asana.identities import Effect
from target_asana.mapping import TABLES
from target_asana.operations import Step, in_path
from target_asana.records import Key
from target_asana.wanted import BlockedError, Custom, Item, Ref, RefusedError, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_asana.dependencies import Graph
    from target_asana.identities import Known
    from target_asana.journal import Journal
    from target_asana.plan import Operation
    from target_asana.records import Record
    from target_asana.resolve import Resolver
    from target_asana.wanted import Wanted

_LINK_CALLS = {"memberships": "projects"}
"""Associations that the catalogue calls by another name."""

Action = Literal["add", "remove"]

_EDGES = ("dependencies", "dependents")


@dataclass(slots=True)
class Steps:
    """Makes the steps of one record.

    Attributes:
        workspace: gid of the workspace that is written to.
        team: gid of the team of new projects, where one is set.
        made: steps that the record needed for things it names.
    """

    journal: Journal
    workspace: str
    team: str | None
    made: int = 0

    def plan(
        self,
        operations: Sequence[Operation],
        wanted: Wanted,
        known: Known,
        resolver: Resolver,
        graph: Graph,
    ) -> int:
        """Journal the operations of a record; return how many.

        A dependency that cannot be written does not keep its task from being written.
        """
        work = _Work(wanted, known, resolver, graph)
        ids: list[int | None] = []
        problems: list[tuple[Operation, RefusedError | BlockedError]] = []
        for operation in operations:
            try:
                step = self._step(operation, work)
            except (RefusedError, BlockedError) as problem:
                if operation.kind[:-1] not in _EDGES or getattr(problem, "unknown", False):
                    raise
                problems.append((operation, problem))
                step = None
            if step is None:
                ids.append(None)
                continue
            step.after = None if operation.after is None else ids[operation.after]
            ids.append(self.journal.operations.add(step))
            graph.planned(step, ids[-1])
        count = sum(id_ is not None for id_ in ids) + self.made
        if problems and not count:
            raise problems[0][1]
        for operation, why in problems:
            self._note(operation, why, work)
        return count

    def _note(
        self, operation: Operation, problem: RefusedError | BlockedError, work: _Work
    ) -> None:
        """Journal an operation that cannot be sent, so that its record ends with it."""
        kind, name, status = "blocked", None, "blocked"
        if isinstance(problem, RefusedError):
            kind, name, status = problem.kind, problem.field, "rejected"
        rejection = Rejection(kind, str(problem), name, op=operation.kind)
        step = self._made(operation, work, Call("POST", ""), Effect())
        self.journal.operations.add_ended(step, status, rejection.dump())

    def _step(self, operation: Operation, work: _Work) -> Step | None:
        work.resolver.needs = set()
        if operation.kind == "create":
            return self._creation(operation, work)
        if operation.kind[-1] in "+-":
            return self._association(operation, work)
        subject = self._subject(work)
        if operation.kind == "parent":
            value = operation.data["parent"]
            parent = work.resolver.target(value) if value is not None else None
            action: Action = "add" if parent else "remove"
            call = RESOURCES["tasks"].link_call("parent", action, subject, parent)
        else:
            body = self._body(operation, work)
            if not body:  # a person who is left out was all that has changed
                self.journal.identities.settle(work.known.id, operation.effect, None)
                return None
            call = RESOURCES[work.resource].call("update", subject, body)
        return self._made(operation, work, call, operation.effect)

    def _creation(self, operation: Operation, work: _Work) -> Step:
        body = self._body(operation, work)
        container = None
        if work.wanted.container is not None:
            known = work.resolver.identity(work.wanted.container)
            container = known.id
            if work.resource == "sections":
                return self._section(work.resolver.record, work.known, str(body["name"]), known)
            body["target"] = work.resolver.token(work.wanted.container)
        elif not body.get("parent") and not body.get("memberships"):
            body["workspace"] = self.workspace
        if work.resource == "projects" and self.team:
            body["team"] = self.team
        call = RESOURCES[work.resource].call("create", None, body)
        return self._made(operation, work, call, self._effect(operation, work), container)

    def _association(self, operation: Operation, work: _Work) -> Step | None:
        link, sign = operation.kind[:-1], operation.kind[-1]
        name = _LINK_CALLS.get(link, link)
        many = RESOURCES["tasks"].links[name].many
        subject = self._subject(work)
        also: dict[str, Any] = {}
        if sign == "+":
            effect = self._effect(operation, work)
            items = effect.links[link]
            values = [item["to"] for item in items.values()]
            if link == "memberships" and (section := operation.data[link][0].section):
                also["section"] = work.resolver.target(section)
        else:
            effect = operation.effect
            values = [item["to"] for item in operation.data[link]]
            self._wait_for(values, work)
        if link in _EDGES:
            values = work.graph.change(work.subject(), work.known.id, link, sign, values)
        values = [value for value in values if value not in work.held(link, sign)]
        if not values:
            self.journal.identities.settle(work.known.id, effect, None)
            return None
        action: Action = "add" if sign == "+" else "remove"
        value = values if many else values[0]
        call = RESOURCES["tasks"].link_call(name, action, subject, value, **also)
        return self._made(operation, work, call, effect)

    def _wait_for(self, values: list[Any], work: _Work) -> None:
        work.resolver.needs |= {value["$id"] for value in values if isinstance(value, dict)}

    def _made(
        self,
        operation: Operation,
        work: _Work,
        call: Call,
        effect: Effect,
        container: int | None = None,
    ) -> Step:
        needs = set(work.resolver.needs)
        if operation.kind == "create":
            needs.discard(work.known.id)
        return Step(
            seq=work.resolver.record.seq,
            resource=work.resource,
            kind=operation.kind,
            subject=work.known.id,
            call=call,
            effect=effect,
            needs=needs,
            lock=f"i{work.subject()}",
            container=container,
        )

    def _subject(self, work: _Work) -> str:
        """Return how the path names what is changed: itself, or the task of a relation."""
        if work.wanted.key.resource in TABLES and work.wanted.container is not None:
            return work.resolver.token(work.wanted.container)
        if work.known.gid is not None:
            return work.known.gid
        work.resolver.needs.add(work.known.id)
        return in_path(work.known.id)

    def _body(self, operation: Operation, work: _Work) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, value in operation.data.items():
            if isinstance(value, Custom):
                gid, said = self._custom(value, work)
                body.setdefault("custom_fields", {})[gid] = said
            elif isinstance(value, list) and value and isinstance(value[0], Item):
                body[name] = self._items(name, value, work)
            elif isinstance(value, Ref):
                if (target := work.resolver.target(value)) is not None:
                    body[name] = target
            else:
                body[name] = value
        return body

    def _custom(self, value: Custom, work: _Work) -> tuple[str, Any]:
        """Return a custom field's gid and value; a project of ours gets the field first."""
        places = work.projects()
        directory = work.resolver.directory
        gid, said = custom_fields.written(
            value, directory, places[0].gid if places else None, work.resolver.target
        )
        if said is None or any(
            place.gid and directory.has_field(place.gid, gid) for place in places
        ):
            return gid, said
        if ours := next((place for place in places if place.owned or place.creating), None):
            work.resolver.needs.add(self._setting(ours, gid, work))
        elif places or not work.known.exists:
            named = " and ".join(place.key.key for place in places)
            raise RefusedError(
                "invalid",
                value.field.field,
                f"custom field {value.field.name!r} is not on project {named}: add it to the "
                f"project in Asana"
                if places
                else f"custom field {value.field.name!r} is on no project of the task, as the "
                f"task is in none",
            )
        return gid, said

    def _setting(self, project: Known, field: str, work: _Work) -> int:
        """Return the identity of a field's place on a project, putting it there where it is not."""
        key = Key("setting", "custom_fields", f"{project.id}/{field}")
        setting = self.journal.identities.get(key)
        if not setting.exists:
            path = project.gid or in_path(project.id)
            call = RESOURCES["projects"].link_call("custom_field_settings", "add", path, field)
            self.journal.operations.add(
                Step(
                    work.resolver.record.seq, "projects", "adopt", setting.id, call, Effect(),
                    {project.id}, f"i{project.id}",
                )
            )  # fmt: skip
            self.made += 1
        return setting.id

    def _items(self, link: str, items: list[Item], work: _Work) -> list[Any]:
        targets = [(item, work.resolver.target(item.ref)) for item in items]
        if link != "memberships":
            return [target for _, target in targets if target is not None]
        return [
            {"project": target, "section": work.resolver.target(item.section)}
            if item.section
            else {"project": target}
            for item, target in targets
        ]

    def _effect(self, operation: Operation, work: _Work) -> Effect:
        """Return the effect with what each item stands for."""
        links: dict[str, dict[str, Any]] = {}
        for link, items in operation.effect.links.items():
            links[link] = {
                source: {"to": target, "in": item.place}
                for source, item in items.items()
                if (target := work.resolver.target(item.ref)) is not None
            }
        return Effect(dict(operation.effect.fields), links)

    def make(
        self, record: Record, resource: str, key: Key, name: str, within: Known | None
    ) -> Known:
        """Journal the creation of what a record names and the workspace does not have."""
        known = self.journal.identities.get(key)
        if within is not None:
            step = self._section(record, known, name, within)
        else:
            body = {"name": name, "workspace": self.workspace}
            if resource == "projects" and self.team:
                body["team"] = self.team
            call = RESOURCES[resource].call("create", None, body)
            effect = Effect({"name": digest(name)})
            step = Step(record.seq, resource, "create", known.id, call, effect)
        self.journal.operations.add(step)
        self.made += 1
        return self.journal.identities.get(key)

    def _section(self, record: Record, known: Known, name: str, project: Known) -> Step:
        """Return the step that makes a section; the first of a new project takes over its own.

        A new project is born with an "Untitled section" (Asana's forum, 1062521), which nobody
        wants beside those of the source.
        """
        path = project.gid or in_path(project.id)
        lock = f"c{project.id}"
        effect = Effect({"name": digest(name)})
        born = self.journal.identities.get(Key("first", "sections", str(project.id)))
        fresh = project.fresh or (project.creating and project.gid is None)
        if fresh and not born.exists:
            listing = Call("GET", f"/projects/{path}/sections")
            self.journal.operations.add(
                Step(
                    record.seq, "sections", "adopt", born.id, listing, Effect(), {project.id}, lock
                )
            )
            call = RESOURCES["sections"].call("update", in_path(born.id), {"name": name})
            return Step(
                record.seq,
                "sections",
                "create",
                known.id,
                call,
                effect,
                {born.id},
                lock,
                project.id,
            )
        call = RESOURCES["sections"].call("create", None, {"project": path, "name": name})
        return Step(
            record.seq, "sections", "create", known.id, call, effect, {project.id}, lock, project.id
        )


@dataclass(slots=True)
class _Work:
    """One record under work."""

    wanted: Wanted
    known: Known
    resolver: Resolver
    graph: Graph

    @property
    def resource(self) -> str:
        return "tasks" if self.wanted.key.resource in TABLES else self.wanted.key.resource

    def subject(self) -> int:
        """Return the identity that is changed."""
        if self.wanted.key.resource in TABLES and self.wanted.container is not None:
            return self.resolver.identity(self.wanted.container).id
        return self.known.id

    def projects(self) -> list[Known]:
        """Return the projects the task is to be in."""
        return [self.resolver.identity(i.ref) for i in self.wanted.links.get("memberships", ())]

    def held(self, link: str, sign: str) -> list[Any]:
        """Return what the task of a relation holds already through its own record."""
        if sign == "-" or self.wanted.container is None:
            return []
        task = self.resolver.identity(self.wanted.container)
        return [item["to"] for item in task.links.get(link, {}).values()]
