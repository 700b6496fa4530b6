"""What a process needs beside its own file: called processes, forms, decisions, texts, connectors."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cpm import bpmn, forms
from cpm.commands import backoff, declarations, notice_checks, outgoing_checks, webforms
from cpm.commands.sources import LANGUAGES, Source
from cpm.connectors import Connector
from cpm.decisions import Shelf
from cpm.errors import Invalid
from cpm.model import ResourceKind
from cpm.model.job import DONE_HERE
from cpm.model.message import ENGINES_MESSAGES
from cpm.places import FIRM, owner
from cpm.queries.public_forms import PROPERTY
from rules import dmn
from rules.xml import Finding, Refused

Key = tuple[ResourceKind, str]


#: Every version of a kind that was ever in force and is no more, newest first.
Older = Callable[[ResourceKind], Sequence[Source]]


@dataclass(frozen=True, slots=True)
class Parts:
    program: bpmn.Program
    keys: frozenset[Key]  #: of all it binds, itself included
    older: frozenset[int]  #: ids of the stored versions that it binds by their tags


def gather(
    source: Source,
    known: Mapping[Key, Source],
    older: Older,
    connectors: Mapping[str, Connector],
    *,
    refused: frozenset[str] = frozenset(),
) -> tuple[Parts | None, list[Finding]]:
    """The parts of a process, found among the sources known; the findings say what is missing or does not run.

    `refused` are the forms that are there and have findings of their own: that the process lacks them is not said too.
    """
    gathering = _Gathering(source, known, older, refused)
    gathering.called(source)
    try:
        found = [bpmn.Source(each, p.file, p.content) for each, p in gathering.processes.items()]
        program = bpmn.prepare_deployed(found, source.key)
    except Refused as error:
        return None, list(error.findings)
    findings = list(gathering.parts(program))
    findings += _calls(program, connectors)
    findings += outgoing_checks.against(program, known, gathering.owners)
    findings += _forged(program)
    findings += notice_checks.against(source, program, known, gathering.owners)
    if not findings and not gathering.lacks:
        findings += declarations.against(source, program, known, list(gathering.forms.values()))
    parts = Parts(program, frozenset(gathering.keys), frozenset(gathering.rows))
    return (None if findings or gathering.lacks else parts), findings


class _Gathering:
    """What one process binds, as it is found."""

    def __init__(
        self, source: Source, known: Mapping[Key, Source], older: Older, refused: frozenset[str]
    ) -> None:
        self.source, self.known, self.older, self.refused = source, known, older, refused
        self.lacks = False  #: a form that is refused
        self.processes = {source.key: source}  #: by their addresses
        self.forms: dict[str, forms.Form] = {}  #: those that can be read, by their addresses
        self.keys: set[Key] = {(ResourceKind.PROCESS, source.key)}
        self.rows: set[int] = set()

    @property
    def owners(self) -> set[str]:
        """Whose texts and letters it reads."""
        return {FIRM, *(p.key for p in self.processes.values())}

    def called(self, source: Source) -> None:
        """The called processes, and those they call; that one is not there, the model's check says at its call."""
        for address in sorted(source.calls - set(self.processes)):
            called = self._find(ResourceKind.PROCESS, address)
            if called is not None:
                self.processes[address] = called
                self._bind(called)
                self.called(called)

    def parts(self, program: bpmn.Program) -> Iterator[Finding]:
        owners = self.owners
        texts = {(ResourceKind.TEXTS, f"{each}.{language}") for each in owners for language in LANGUAGES}
        self.keys |= texts & set(self.known)
        by_place = (ResourceKind.TEMPLATE, ResourceKind.OPERATIONS)
        self.keys |= {key for key in self.known if key[0] in by_place and owner(*key) in owners}
        yield from self._decisions(program)
        yield from self._forms(program)
        yield from self._web_form(program)

    def _find(self, kind: ResourceKind, address: str) -> Source | None:
        """By its key, or the newest with the tag."""
        name, tag = bpmn.bare(address), bpmn.tag_of(address)
        if tag is None:
            return self.known.get((kind, name))
        present = [source for (each, _), source in self.known.items() if each == kind]
        return next((each for each in (*present, *self.older(kind)) if each.tags().get(name) == tag), None)

    def _bind(self, source: Source) -> None:
        if source.row is None:
            self.keys.add((source.kind, source.key))
        else:
            self.rows.add(source.row)

    def _decisions(self, program: bpmn.Program) -> Iterator[Finding]:
        holders: dict[str, str] = {}
        unreadable: list[Finding] = []
        tables = {key: held for (kind, key), held in self.known.items() if kind == ResourceKind.DECISION}
        shelf = Shelf({key: dmn.Source(held.file, held.content) for key, held in tables.items()})
        for key, file in shelf.files.items():
            try:
                holders |= dict.fromkeys(shelf.model(file).decisions, key)
            except Refused as error:  # in force since an earlier release; it counts only where it is missed
                unreadable += error.findings
        for address in sorted(program.decisions):
            decision = bpmn.bare(address)
            if bpmn.tag_of(address) and (found := self._find(ResourceKind.DECISION, address)) is not None:
                self._bind(found)
            elif bpmn.tag_of(address) or decision not in holders:
                yield self._missing("decision {}", "die Entscheidung {}", address)
                yield from unreadable
            elif not bpmn.latest(address):
                self.keys |= {(ResourceKind.DECISION, key) for key in shelf.needed(holders[decision])}

    def _forms(self, program: bpmn.Program) -> Iterator[Finding]:
        """Those that are deployed by themselves are there; those that lie in the process can be read."""
        for address in sorted(program.forms - program.embedded.keys()):
            found = self._find(ResourceKind.FORM, bpmn.bare(address) if bpmn.latest(address) else address)
            if found is None:
                yield from self._missing_form(address)
                continue
            if not bpmn.latest(address):
                self._bind(found)
            with contextlib.suppress(Refused):  # in force since an earlier release
                self.forms[address] = forms.read(found.content, found.file)
        for name, text in program.embedded.items():
            try:
                self.forms[name] = forms.read(text.encode(), self.source.file)
            except Refused as error:
                yield from error.findings

    def _web_form(self, program: bpmn.Program) -> Iterator[Finding]:
        """The form that customers fill in is there, and asks what a case needs to begin."""
        form_id = program.properties.get(PROPERTY)
        if form_id is None:
            return
        held = self.known.get((ResourceKind.FORM, form_id))
        if held is None:
            yield from self._missing_form(form_id)
            return
        self._bind(held)
        for field, reason, german in webforms.against(forms.read(held.content, held.file), program):
            yield Finding(held.file, None, field, reason, german)

    def _missing_form(self, address: str) -> Iterator[Finding]:
        if bpmn.bare(address) in self.refused:
            self.lacks = True
        else:
            yield self._missing("form {}", "das Formular {}", address)

    def _missing(self, what: str, german: str, address: str) -> Finding:
        """The address goes into both; `german` is in the accusative."""
        english, told = what.format(bpmn.said(address, "en")), german.format(bpmn.said(address, "de"))
        return Finding(
            self.source.file,
            None,
            self.source.key,
            f"Expected {english} to be deployed before or with it, but it is not.",
            f"Es gibt {told} nicht; beides muss zusammen in Kraft gesetzt werden, oder das andere zuerst.",
        )


def _forged(program: bpmn.Program) -> Iterator[Finding]:
    """What only the engine says, no process says instead."""
    for sends in program.sends:
        if sends.message in ENGINES_MESSAGES:
            yield Finding(
                sends.file,
                sends.line,
                sends.element,
                f"Expected a message of the process's own, but only the engine says {sends.message}.",
                f"Die Nachricht {sends.message} gibt nur das System selbst, kein Prozess.",
            )


def _calls(program: bpmn.Program, connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    """Service types are `connector.operation` of a connector that is there; retry headers can be read."""
    for service in program.services:
        type_ = service.type
        if type_ not in DONE_HERE and type_ is not None and type_.partition(".")[0] not in connectors:
            there = ", ".join(sorted(connectors))
            reason = f"Expected the task type {service.type} to begin with a connector, one of {there}."
            german = f"Der Aufgabentyp {service.type} beginnt mit keinem Connector; es gibt {there}."
            yield Finding(service.file, service.line, service.element, reason, german)
        try:
            backoff.read(service.headers.get(backoff.HEADER, "PT1S"))
        except Invalid as error:
            told = f"{error}.", f"{error.sentence('de')}."
            yield Finding(service.file, service.line, service.element, *told)
