"""What is deployed, compiled once: definitions by id, and the steering decisions in force.

A definition never changes, so it is kept for good. The decisions in force may be replaced by another process at
any time; `refresh` looks every `FRESH`, so a new routing rule, or name, counts everywhere as soon as that has passed and
somebody has looked.
"""

import logging
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from cpm import attributes, bpmn, calendars, diagrams, forms, named, version_tags
from cpm.attributes import Attribute, View
from cpm.decisions import Shelf
from cpm.errors import NotFound
from cpm.looking import Looking
from cpm.model import Binding, Definition, Resource, ResourceKind, Webhook
from cpm.places import in_turn
from rules import dmn
from rules.xml import Refused

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=2)
_IN_FORCE_AT_ONCE = (ResourceKind.DECISION, ResourceKind.CALENDARS)  #: for running cases too

Texts = Mapping[
    str, Mapping[str, Any]
]  #: language -> the parsed texts: tables process, steps, notices, blocks


@dataclass(frozen=True, slots=True)
class Deployed:
    """The model that holds a decision, and which version of which file it is."""

    model: dmn.Model
    resource: int
    version: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """One definition, ready to run."""

    id: int
    key: str
    version: int
    program: bpmn.Program
    forms: Mapping[str, forms.Form]  #: by their addresses
    decisions: Mapping[str, Deployed]  #: by their addresses
    texts: Texts
    letters: Mapping[str, bytes]  #: by their file names, with the parts that they share
    operations: Mapping[str, bytes]  #: what other systems do, by their file names
    attributes: Mapping[str, Attribute]  #: by variable
    views: tuple[View, ...]
    diagrams: tuple[diagrams.Diagram, ...]  #: of the process and of those it calls
    called: Mapping[str, str]  #: their names by key and language: approval.de

    def step_text(self, element: str, what: str, language: str) -> str | None:
        """What the texts say of a step: its name, what to say, what to do."""
        found = self.texts.get(language, {}).get("steps", {}).get(element, {}).get(what)
        return None if found is None else str(found)


class Library:
    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read  #: begins a reading session
        self._bundles: dict[int, Bundle] = {}
        self._forms: dict[str, forms.Form] = {}
        self.teams: frozenset[str] = frozenset()  #: those that were there when we last looked
        self.named = named.NOTHING
        #: Processes of which any version said it is confidential: an old file deployed again must open nothing.
        self.confidential: frozenset[str] = frozenset()
        self.webhooks: tuple[Webhook, ...] = ()  #: who is told what happens in cases
        self.calendars = calendars.SHIPPED
        self._steering: dict[str, Deployed] = {}
        self._unreadable: dict[int, str] = {}  #: file names of decisions in force, by id
        self._stamp: tuple[int, int | None] | None = None
        self._looking = Looking(self._look, lambda: FRESH)

    def bundle(self, session: Session, definition_id: int, *, keep: bool = True) -> Bundle:
        """The definition with this id. `keep=False` for one that is not committed: its id may yet be another's."""
        if (found := self._bundles.get(definition_id)) is not None:
            return found
        loaded = _load(session, definition_id)
        if keep:
            self._bundles[definition_id] = loaded
        return loaded

    def form(self, session: Session, bundle: Bundle, name: str) -> forms.Form | None:
        """By the address that the bundle has it under, or as `key@version`: one that is not bound.

        None for one that another version of the process had in itself.
        """
        if (bound := bundle.forms.get(name)) is not None:
            return bound
        if not name.rpartition("@")[2].isdecimal():
            return None
        if (known := self._forms.get(name)) is None:
            key, _, version = name.rpartition("@")
            same = (Resource.kind == ResourceKind.FORM, Resource.key == key, Resource.version == int(version))
            held = session.scalars(select(Resource).where(*same).options(undefer(Resource.content))).one()
            known = self._forms[name] = forms.read(held.content, held.file)
        return known

    def steering(self, decision: str) -> Deployed:
        """The version in force of a decision that the engine itself asks; NotFound if there is none to be read."""
        if (found := self._steering.get(decision)) is not None:
            return found
        why = "it is not: run `cpm init` or `cpm deploy`"
        if self._unreadable:
            files = ", ".join(sorted(self._unreadable.values()))
            why = f"this release cannot read {files}: deploy it again"
        raise NotFound(f"Expected decision {decision} to be deployed, but {why}")

    def unreadable(self, decision: str) -> bool:
        """Whether a file named after the decision is in force that this release cannot read."""
        return any(PurePath(file).stem == decision for file in self._unreadable.values())

    def refresh(self, *, now: bool = False) -> None:
        """Look for teams, and load the decisions in force again if any was deployed since; `now` does not wait."""
        self._looking.again(now=now)

    def forget(self) -> None:
        """What it knows was changed here: it looks again as the next command or page begins."""
        self._looking.forget()

    def _look(self) -> None:
        with self._read() as session:
            self.named = named.read(session)
            self.teams = frozenset(self.named.calendars)
            self.webhooks = tuple(session.scalars(select(Webhook).where(Webhook.active).order_by(Webhook.id)))
            self.confidential = frozenset(
                session.scalars(select(Definition.key).where(Definition.confidential).distinct())
            )
            # Both, because what is committed later may have the lower id
            stamp = session.execute(
                select(func.count(), func.max(Resource.id)).where(Resource.kind.in_(_IN_FORCE_AT_ONCE))
            ).one()
            if (found := (stamp[0], stamp[1])) != self._stamp:
                self._load_steering(session)
                self._load_calendars(session)
                self._stamp = found

    def _load_steering(self, session: Session) -> None:
        """One that this release cannot read is left out: it must not stop what never asks it."""
        steering: dict[str, Deployed] = {}
        unreadable: dict[int, str] = {}
        found = session.scalars(in_force(ResourceKind.DECISION)).all()
        shelf = shelf_of(found)
        for resource in found:
            try:
                model = shelf.model(dmn.Source(resource.file, resource.content))
            except Refused:
                unreadable[resource.id] = resource.file
                if resource.id not in self._unreadable:
                    log.exception("decision.unreadable", extra={"resource": resource.id})
            else:
                steering |= dict.fromkeys(model.decisions, Deployed(model, resource.id, resource.version))
        self._steering, self._unreadable = steering, unreadable

    def _load_calendars(self, session: Session) -> None:
        """Those that somebody deployed; what this release cannot read must not stop anybody."""
        for resource in session.scalars(in_force(ResourceKind.CALENDARS)):
            try:
                self.calendars = calendars.read(resource.content)
            except calendars.Unreadable:
                log.exception("calendars.unreadable", extra={"resource": resource.id})


def in_force(kind: ResourceKind) -> Any:
    """The resources of a kind that are in force: the highest version of each key."""
    newest = (
        select(Resource.key, func.max(Resource.version).label("version"))
        .where(Resource.kind == kind)
        .group_by(Resource.key)
        .subquery()
    )
    same = (Resource.key == newest.c.key) & (Resource.version == newest.c.version)
    return select(Resource).where(Resource.kind == kind).join(newest, same).options(undefer(Resource.content))


def shelf_of(decisions: Iterable[Resource]) -> Shelf:
    return Shelf({each.key: dmn.Source(each.file, each.content) for each in decisions})


def _load(session: Session, definition_id: int) -> Bundle:
    definition = session.get(Definition, definition_id)
    if definition is None:
        raise NotFound(f"Expected to find definition {definition_id}, but there is none")
    bound = session.scalars(
        select(Resource)
        .join(Binding, Binding.resource_id == Resource.id)
        .where(Binding.definition_id == definition_id)
        .options(undefer(Resource.content))
    ).all()
    return assemble(definition.id, definition.key, definition.version, bound)


def assemble(definition_id: int, key: str, version: int, bound: Any) -> Bundle:
    """Compile the resources that one definition binds. Raises Refused for what cannot be read.

    They were checked as they were deployed; a check that a later release adds must not stop the cases that run.
    """
    by_kind: dict[ResourceKind, list[Resource]] = {kind: [] for kind in ResourceKind}
    for resource in bound:
        by_kind[resource.kind].append(resource)
    texts = _merge(key, by_kind[ResourceKind.TEXTS])
    program = bpmn.prepare_deployed(
        [
            bpmn.Source(address, r.file, r.content)
            for r in by_kind[ResourceKind.PROCESS]
            for address in _process_addresses(r, by_kind[ResourceKind.PROCESS])
        ],
        key,
        checked=False,
    )
    read_forms = _forms(by_kind[ResourceKind.FORM])
    read_forms |= {name: forms.read(text.encode(), name) for name, text in program.embedded.items()}
    return Bundle(
        id=definition_id,
        key=key,
        version=version,
        program=program,
        forms=read_forms,
        decisions=_decisions(by_kind[ResourceKind.DECISION]),
        texts=texts,
        letters=_files(key, by_kind[ResourceKind.TEMPLATE]),
        operations=_files(key, by_kind[ResourceKind.OPERATIONS]),
        attributes=attributes.declared(program.properties, list(read_forms.values()), texts),
        views=attributes.views(key, program.properties, texts),
        diagrams=tuple(each for r in by_kind[ResourceKind.PROCESS] for each in diagrams.read(r.content)),
        called=_called(by_kind[ResourceKind.TEXTS]),
    )


def _newest(resources: Iterable[Resource]) -> list[Resource]:
    """Of several versions the one that was in force; the others are bound by their tags."""
    return list({resource.key: resource for resource in sorted(resources, key=lambda r: r.version)}.values())


def _process_addresses(resource: Resource, among: Iterable[Resource]) -> Iterator[str]:
    if resource in _newest(among):
        yield resource.key
    if (tag := version_tags.of_xml(resource.content).get(resource.key)) is not None:
        yield bpmn.tagged(resource.key, tag)


def _forms(resources: list[Resource]) -> dict[str, forms.Form]:
    found: dict[str, forms.Form] = {}
    for resource in sorted(resources, key=lambda r: r.version):
        form = forms.read(resource.content, resource.file)
        found[resource.key] = form
        if (tag := version_tags.of_form(resource.content)) is not None:
            found[bpmn.tagged(resource.key, tag)] = form
    return found


def _decisions(resources: list[Resource]) -> dict[str, Deployed]:
    shelf = shelf_of(_newest(resources))
    found: dict[str, Deployed] = {}
    for resource in sorted(resources, key=lambda r: r.version):
        source = dmn.Source(resource.file, resource.content)
        deployed = Deployed(shelf.model(source, lenient=True), resource.id, resource.version)
        tags = version_tags.of_xml(resource.content)
        for decision in deployed.model.decisions:
            found[decision] = deployed
            if decision in tags:
                found[bpmn.tagged(decision, tags[decision])] = deployed
    return found


def _files(process: str, resources: list[Resource]) -> dict[str, bytes]:
    return {r.key.partition("/")[2]: r.content for r in in_turn(process, resources)}


def _called(resources: list[Resource]) -> dict[str, str]:
    names = ((r.key, tomllib.loads(r.content.decode()).get("process", {}).get("name")) for r in resources)
    return {key: str(name) for key, name in names if name}


def _merge(process: str, resources: list[Resource]) -> Texts:
    """The texts of the firm, of a process and of those it calls, as one; the process's own come last and win."""
    merged: dict[str, dict[str, Any]] = {}
    for resource in in_turn(process, resources):
        language = resource.key.rpartition(".")[2]
        tables = merged.setdefault(language, {})
        for table, entries in tomllib.loads(resource.content.decode()).items():
            tables[table] = {**tables.get(table, {}), **entries} if isinstance(entries, dict) else entries
    return merged
