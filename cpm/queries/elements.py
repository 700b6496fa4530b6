"""The elements of a version of a process as a table: the same as its drawing, for those who cannot see that."""

from dataclasses import dataclass

from cpm.bpmn import Element
from cpm.library import Bundle
from cpm.model import Definition
from cpm.queries import wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ElementLine:
    id: str
    name: str
    kind: str  #: the BPMN element, such as "userTask"
    lane: str | None
    decision: str | None
    properties: tuple[tuple[str, str], ...]


def elements(uow: UnitOfWork, of: Definition, language: str) -> list[ElementLine]:
    """Of the process itself, in the order of the file. Raises Refused if this release cannot read the version."""
    bundle = uow.library.bundle(uow.session, of.id, keep=of.id not in uow.deployed)
    own = [each for each in bundle.program.elements.values() if each.process == of.key]
    return [_line(bundle, each, language) for each in own]


def _line(bundle: Bundle, element: Element, language: str) -> ElementLine:
    return ElementLine(
        id=element.id,
        name=wording.step_name(bundle, element.id, language) or element.id,
        kind=element.kind,
        lane=element.lane,
        decision=element.decision,
        properties=tuple(sorted(element.properties.items())),
    )
