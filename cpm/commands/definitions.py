"""Deploy processes, forms, decisions and texts: all of them or none, and only what runs as it says.

A file that did not change makes no new version. A process's new version binds the forms, decisions, texts and
called processes in force at that moment; it keeps them for good.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select, text
from sqlalchemy.orm import undefer

from cpm import calendars, library, places
from cpm.commands import (
    audit,
    bindings,
    checks,
    holding,
    named_steps,
    refused_forms,
    sources,
    strange_names,
    texts_and_letters,
)
from cpm.commands.bindings import Parts
from cpm.commands.sources import Source
from cpm.decisions import Shelf
from cpm.errors import Invalid
from cpm.model import Binding, Definition, Resource, ResourceKind, Team
from cpm.uow import UnitOfWork
from rules.xml import Finding


class NotDeployed(Invalid):
    """Nothing changed; `findings` say why by file, line and element, `problems` the same as sentences by file."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        number, reasons = len(findings), [(finding.file, str(finding)) for finding in findings]
        german = [(finding.file, finding.told("de")) for finding in findings]
        super().__init__(
            f"Expected files that can be deployed, but there {'is 1 finding' if number == 1 else f'are {number} findings'}",
            reasons,
            de=f"Die Dateien lassen sich so nicht in Kraft setzen: {number} "
            f"{'Befund' if number == 1 else 'Befunde'}.",
            problems_de=german,
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Deployed:
    """What one deployment changed; empty if the files were in force already."""

    resources: tuple[Resource, ...]
    definitions: tuple[Definition, ...]
    warnings: tuple[Finding, ...] = ()  #: what is worth a look in the files, changed or not


@dataclass(frozen=True, slots=True)
class Examined:
    """What there is to say of files before they are deployed."""

    findings: tuple[Finding, ...]  #: what speaks against it
    warnings: tuple[Finding, ...]


def deploy(uow: UnitOfWork, files: Mapping[str, bytes], *, comment: str = "") -> Deployed:
    """Put these files in force. NotDeployed has every finding by file, line and element, and nothing changes.

    A process that binds one of them gets a new version with it, for cases to come; running ones keep theirs.

    Names end in .bpmn, .dmn or .form, or are `<process>/texts/<language>.toml`, `<process>/letters/<letter>` or `calendars.toml`. The comment says what is new; the log
    of what was done keeps it.
    """
    _queue(uow)
    present = _present(uow)
    read, parts, findings = _examined(uow, files, present)
    if findings:
        raise NotDeployed(findings)
    before = {key: resource.id for key, resource in present.items()}
    for source in read:
        present[source.kind, source.key] = _store(uow, source, present.get((source.kind, source.key)))
    made = tuple(resource for key, resource in present.items() if before.get(key) != resource.id)
    defined = [_define(uow, part, present) for part in parts]
    new = tuple(definition for definition in defined if definition is not None)
    for definition in new:
        holding.replaced(uow, definition.key)
    deployed = Deployed(made, new, _warnings(read))
    _audit(uow, deployed, checks.plain_text("comment", comment, required=False))
    return deployed


def check(uow: UnitOfWork, files: Mapping[str, bytes]) -> list[Finding]:
    """All that speaks against deploying these files; nothing is changed."""
    return list(examine(uow, files).findings)


def examine(uow: UnitOfWork, files: Mapping[str, bytes]) -> Examined:
    """As `check`, with what is only worth a look."""
    read, _, findings = _examined(uow, files, _present(uow))
    return Examined(tuple(findings), _warnings(read))


def must_stand(look: UnitOfWork, files: Mapping[str, bytes]) -> None:
    """NotDeployed as `deploy`. Letters are made for that, which may take their 20 seconds: who asks in a transaction that
    only reads, before the one that deploys, keeps nobody waiting.
    """
    if found := examine(look, files).findings:
        raise NotDeployed(found)


def overridden(uow: UnitOfWork, files: Mapping[str, bytes]) -> frozenset[str]:
    """Which of these files somebody else than the actor has put another version of in force."""
    present = _present(uow)
    read, _ = sources.read(files, frozenset(), frozenset(uow.library.calendars.each), _decisions(present))
    others = {key: found.digest for key, found in present.items() if found.deployed_by != uow.actor}
    return frozenset(s.file for s in read if others.get((s.kind, s.key), s.digest) != s.digest)


def _warnings(read: Sequence[Source]) -> tuple[Finding, ...]:
    every = (warning for source in read for warning in source.warnings)
    return tuple(dict.fromkeys(every))  # what is called is looked at with each that calls it


def _touched(
    uow: UnitOfWork, read: Sequence[Source], present: Mapping[tuple[ResourceKind, str], Resource]
) -> set[str]:
    """The processes whose version in force binds a file that changes, or will bind one that is new."""
    changed = {
        (s.kind, s.key)
        for s in read
        if (s.kind, s.key) in present and present[s.kind, s.key].digest != s.digest
    }
    new = {s.owner for s in read if s.owner and (s.kind, s.key) not in present}
    newest = select(func.max(Definition.id)).group_by(Definition.key)
    bound = (
        select(Definition.key, Resource.kind, Resource.key)
        .join(Binding, Binding.definition_id == Definition.id)
        .join(Resource, Resource.id == Binding.resource_id)
        .where(Definition.id.in_(newest))
    )
    return {
        process
        for process, kind, key in uow.session.execute(bound)
        if (kind, key) in changed or not new.isdisjoint({process, places.FIRM})
    }


def _queue(uow: UnitOfWork) -> None:
    """Deployments go one after the other; who only reads what is in force waits for none of them."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(text("LOCK TABLE resources IN SHARE ROW EXCLUSIVE MODE"))


def _examined(
    uow: UnitOfWork, files: Mapping[str, bytes], present: Mapping[tuple[ResourceKind, str], Resource]
) -> tuple[list[Source], list[Parts], list[Finding]]:
    """The sources, the parts of each process among them, and everything that speaks against them."""
    hours, decisions = frozenset(uow.library.calendars.each), _decisions(present)
    read, findings = sources.read(files, _teams(uow), hours, decisions)
    refused = refused_forms.ids(files, read)
    future = {key: sources.kept(resource) for key, resource in present.items()}
    future |= {(source.kind, source.key): source for source in read}
    parts = []
    touched = _touched(uow, read, present)
    for source in future.values():
        if source.kind == ResourceKind.PROCESS and (source in read or source.key in touched):
            found, against = bindings.gather(
                source, future, partial(_older, uow), uow.connectors, refused=refused
            )
            findings += against
            parts += [] if found is None else [found]
    programs = [part.program for part in parts]
    findings += named_steps.against(read, programs, future)
    findings += texts_and_letters.against(read, future)
    findings += _missing_calendars(uow, read)
    once = dict.fromkeys(findings)  # a called process is looked at with each that calls it
    return (
        strange_names.warned(named_steps.warned(read, programs, future), future),
        parts,
        sorted(once, key=lambda finding: (finding.file, finding.line or 0)),
    )


def _missing_calendars(uow: UnitOfWork, read: Sequence[Source]) -> Iterator[Finding]:
    """Teams and tables name those that are in force."""
    for source in read:
        if source.kind == ResourceKind.CALENDARS:
            for name in sorted(
                uow.library.calendars.each.keys() - calendars.read(source.content).each.keys()
            ):
                reason = f"Expected calendar {name} to stay, because teams and tables may name it, but it is missing."
                german = (
                    f"Der Kalender {name} fehlt; er muss bleiben, weil Teams und Tabellen ihn nennen können."
                )
                yield Finding(source.file, None, name, reason, german)


def _present(uow: UnitOfWork) -> dict[tuple[ResourceKind, str], Resource]:
    found = [uow.session.scalars(library.in_force(kind)) for kind in ResourceKind]
    return {(resource.kind, resource.key): resource for kind in found for resource in kind}


def _older(uow: UnitOfWork, kind: ResourceKind) -> list[Source]:
    """All versions there ever were; those in force have been asked before these."""
    every = select(Resource).where(Resource.kind == kind).order_by(Resource.version.desc())
    return [sources.older(found) for found in uow.session.scalars(every.options(undefer(Resource.content)))]


def _decisions(present: Mapping[tuple[ResourceKind, str], Resource]) -> Shelf:
    return library.shelf_of(found for (kind, _), found in present.items() if kind == ResourceKind.DECISION)


def _teams(uow: UnitOfWork) -> frozenset[str]:
    uow.session.flush()  # a team may have been added a moment ago
    return frozenset(uow.session.scalars(select(Team.key)))


def _store(uow: UnitOfWork, source: Source, latest: Resource | None) -> Resource:
    if latest is not None and latest.digest == source.digest:
        return latest
    resource = Resource(
        kind=source.kind,
        key=source.key,
        version=1 if latest is None else latest.version + 1,
        file=source.file,
        content=source.content,
        digest=source.digest,
        deployed_at=uow.now,
        deployed_by=uow.actor,
    )
    uow.session.add(resource)
    uow.session.flush()
    return resource


def _define(
    uow: UnitOfWork, parts: Parts, in_force: Mapping[tuple[ResourceKind, str], Resource]
) -> Definition | None:
    """The process's new version, or None if it and all it binds are as they were."""
    bound = [in_force[key] for key in sorted(parts.keys)]
    bound += [uow.get(Resource, row) for row in sorted(parts.older)]
    digest = _digest(bound)
    key = parts.program.process
    latest = uow.session.scalar(
        select(Definition).where(Definition.key == key).order_by(Definition.version.desc()).limit(1)
    )
    if latest is not None and latest.digest == digest:
        return None
    definition = Definition(
        key=key,
        version=1 if latest is None else latest.version + 1,
        name=parts.program.name,
        digest=digest,
        confidential=parts.program.properties.get("cpm:confidential") == "true",
        deployed_at=uow.now,
        deployed_by=uow.actor,
    )
    uow.session.add(definition)
    uow.session.flush()
    uow.deployed.add(definition.id)
    uow.session.add_all(Binding(definition_id=definition.id, resource_id=resource.id) for resource in bound)
    return definition


def _audit(uow: UnitOfWork, deployed: Deployed, comment: str) -> None:
    if deployed.resources or deployed.definitions:
        audit.record(
            uow,
            "definitions.deployed",
            resources=[f"{made.kind} {made.key} {made.version}" for made in deployed.resources],
            definitions=[f"{made.key} {made.version}" for made in deployed.definitions],
            comment=comment or None,
        )


def _digest(bound: Sequence[Resource]) -> str:
    together = "\n".join(f"{resource.kind} {resource.key} {resource.digest}" for resource in bound)
    return hashlib.sha256(together.encode()).hexdigest()
