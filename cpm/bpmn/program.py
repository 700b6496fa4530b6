"""A prepared process version: made once, immutable afterwards, shared by all its cases and threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Element:
    """What a model says about one of its nodes."""

    id: str
    name: str
    kind: str  #: the BPMN element, such as "userTask"
    process: str
    lane: str | None
    properties: Mapping[str, str]
    documentation: str
    decision: str | None  #: id of the decision it asks
    reads: frozenset[str]  #: variables that its expressions and the conditions behind it name
    writes: frozenset[str]  #: variables that its output mappings, script or decision set


@dataclass(frozen=True, slots=True)
class StartEvent:
    id: str
    name: str
    message: str | None  #: this and `signal` are None for a start without trigger
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A machine's step, as far as the model fixes it."""

    element: str
    file: str
    line: int | None
    type: str | None  #: None if it is computed when the step is reached
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sends:
    """A step that sends a message itself."""

    element: str
    file: str
    line: int | None
    message: str  #: its name, as the model has it


@dataclass(frozen=True, slots=True)
class Program:
    process: str
    name: str
    version_tag: str | None
    properties: Mapping[str, str]  #: of the process itself, not of those it calls
    elements: Mapping[str, Element]  #: by id; where a called process uses an id again, the caller's stands
    starts: tuple[StartEvent, ...]
    called: frozenset[str]  #: ids of the processes it calls, and those call
    decisions: frozenset[str]
    forms: frozenset[str]
    embedded: Mapping[str, str]  #: those of them that lie in a process, as JSON by their keys
    services: tuple[Service, ...]
    sends: tuple[Sends, ...]
    messages: frozenset[str]  #: names, as the model has them
    watched: frozenset[str]  #: variables whose change a conditional event waits for
    specs: Mapping[str, Any]  #: scope -> nodes; for this package only
