"""What a process needs beside its own file: called processes, forms, decisions, texts, connectors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpm import bpmn, forms
from cpm.commands import backoff, declarations, webforms
from cpm.commands.sources import LANGUAGES, Source
from cpm.connectors import Connector
from cpm.decisions import Shelf
from cpm.errors import Invalid
from cpm.model import ResourceKind
from cpm.queries.public_forms import PROPERTY
from rules import dmn
from rules.xml import Finding, Refused

Key = tuple[ResourceKind, str]


@dataclass(frozen=True, slots=True)
class Parts:
    program: bpmn.Program
    keys: frozenset[Key]  #: of all it binds, itself included


def gather(
    source: Source, known: Mapping[Key, Source], connectors: Mapping[str, Connector]
) -> tuple[Parts | None, list[Finding]]:
    """The parts of a process, found among the sources known; the findings say what is missing or does not run."""
    processes = {source.key: source}
    findings = list(_called(source, known, processes))
    if findings:
        return None, findings
    try:
        found = [bpmn.Source(p.key, p.file, p.content) for p in processes.values()]
        program = bpmn.prepare_deployed(found, source.key)
    except Refused as error:
        return None, list(error.findings)
    keys: set[Key] = {(ResourceKind.PROCESS, key) for key in processes}
    keys |= {(ResourceKind.TEXTS, f"{key}.{language}") for key in processes for language in LANGUAGES} & set(
        known
    )
    findings += _decisions(source, program, known, keys)
    findings += _forms(source, program, known, keys)
    findings += _web_form(source, program, known, keys)
    findings += _calls(program, connectors)
    if not findings:
        findings += declarations.against(source, program, known)
    return (None if findings else Parts(program, frozenset(keys))), findings


def _called(source: Source, known: Mapping[Key, Source], found: dict[str, Source]) -> Iterator[Finding]:
    """Adds the called processes to `found`, and those they call."""
    for key in source.calls - set(found):
        called = known.get((ResourceKind.PROCESS, key))
        if called is None:
            yield _missing(source, f"process {key}, which it calls,", f"den Prozess {key}, den er aufruft,")
        else:
            found[key] = called
            yield from _called(called, known, found)


def _decisions(
    source: Source, program: bpmn.Program, known: Mapping[Key, Source], keys: set[Key]
) -> Iterator[Finding]:
    holders: dict[str, str] = {}
    unreadable: list[Finding] = []
    tables = {key: held for (kind, key), held in known.items() if kind == ResourceKind.DECISION}
    shelf = Shelf({key: dmn.Source(held.file, held.content) for key, held in tables.items()})
    for key, file in shelf.files.items():
        try:
            holders |= dict.fromkeys(shelf.model(file).decisions, key)
        except Refused as error:  # in force since an earlier release; it counts only where it is missed
            unreadable += error.findings
    for decision in program.decisions:
        if decision in holders:
            keys |= {(ResourceKind.DECISION, key) for key in shelf.needed(holders[decision])}
        else:
            yield _missing(source, f"decision {decision}", f"die Entscheidung {decision}")
            yield from unreadable


def _forms(
    source: Source, program: bpmn.Program, known: Mapping[Key, Source], keys: set[Key]
) -> Iterator[Finding]:
    """Those that are deployed by themselves are there; those that lie in the process can be read."""
    for form in sorted(program.forms - program.embedded.keys()):
        keys.add((ResourceKind.FORM, form))
        if (ResourceKind.FORM, form) not in known:
            yield _missing(source, f"form {form}", f"das Formular {form}")
    for text in program.embedded.values():
        try:
            forms.read(text.encode(), source.file)
        except Refused as error:
            yield from error.findings


def _web_form(
    source: Source, program: bpmn.Program, known: Mapping[Key, Source], keys: set[Key]
) -> Iterator[Finding]:
    """The form that customers fill in is there, and asks what a case needs to begin."""
    form_id = program.properties.get(PROPERTY)
    if form_id is None:
        return
    keys.add((ResourceKind.FORM, form_id))
    held = known.get((ResourceKind.FORM, form_id))
    if held is None:
        yield _missing(source, f"form {form_id}", f"das Formular {form_id}")
        return
    for field, reason, german in webforms.against(forms.read(held.content, held.file), program):
        yield Finding(held.file, None, field, reason, german)


def _calls(program: bpmn.Program, connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    """Service types are `connector.operation` of a connector that is there; retry headers can be read."""
    for service in program.services:
        if service.type is not None and service.type.partition(".")[0] not in connectors:
            there = ", ".join(sorted(connectors))
            reason = f"Expected the task type {service.type} to begin with a connector, one of {there}."
            german = f"Der Aufgabentyp {service.type} beginnt mit keinem Connector; es gibt {there}."
            yield Finding(service.file, service.line, service.element, reason, german)
        try:
            backoff.read(service.headers.get(backoff.HEADER, "PT1S"))
        except Invalid as error:
            told = f"{error}.", f"{error.sentence('de')}."
            yield Finding(service.file, service.line, service.element, *told)


def _missing(source: Source, what: str, german: str) -> Finding:
    """`german` is in the accusative."""
    return Finding(
        source.file,
        None,
        source.key,
        f"Expected {what} to be deployed before or with it, but it is not.",
        f"Es gibt {german} nicht; beides muss zusammen in Kraft gesetzt werden, oder das andere zuerst.",
    )
