"""Collects what speaks against a model, so that the designer hears all of it at once."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from cpm.bpmn.formula import Formula, read_formula
from cpm.bpmn.model import Flow, Node
from cpm.bpmn.xmlnames import in_bpmn, line_of, local
from rules.feel import FeelError
from rules.xml import Finding, Refused

#: Camunda's connectors replace the one in any text; FEEL there reads the other from its cluster.
_SECRET = re.compile(r"\{\{\s*secrets\.")
_OF_THE_CLUSTER = re.compile(r"\bcamunda\s*\.\s*(secrets|vars)\b")
#: What lies directly in these has a shape of its own, or stands beside the processes.
_HOLDERS = {
    "definitions",
    "process",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "collaboration",
    "laneSet",
    "childLaneSet",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an element is refused, for people who read English or German."""

    english: str
    german: str
    section: str = ""  #: of BPMN 2.0.2, such as "10.5.4"; empty for a rule of our own

    def finding(self, file: str, line: int | None, element: str | None) -> Finding:
        where = f" (BPMN 2.0.2, {self.section})" if self.section else ""
        return Finding(file, line, element, self.english + where, self.german + where)


class Said(NamedTuple):
    """A thing by its names within a sentence; in German it stands in brackets, without an article."""

    english: str
    german: str


class Findings:
    def __init__(self) -> None:
        self.found: list[Finding] = []

    def at(self, file: str, element: etree._Element, reason: Reason) -> None:
        """Named by the id of the element, or of the nearest around it, that the designer sees in the drawing."""
        self.at_line(file, line_of(element), _drawn(element), reason)

    def about(self, file: str, thing: Node | Flow, reason: Reason) -> None:
        self.at_line(file, thing.line, thing.id or None, reason)

    def at_line(self, file: str, line: int | None, element: str | None, reason: Reason) -> None:
        self.found.append(reason.finding(file, line, element))

    def formula(self, file: str, element: etree._Element, text: str, what: Said) -> Formula:
        """The formula in `text`; a fixed one in place of what does not parse. It calls what FEEL has and no other."""
        if reason := secret(text):
            self.at(file, element, reason)
        try:
            formula = read_formula(text)
        except FeelError as error:
            self.at(file, element, _no_feel(text, what, error))
            return Formula(text, None)
        for mistake in formula.expression.mistakes(None) if formula.expression else ():
            self.at(file, element, _mistaken(text, what, mistake))
        return formula

    def expression(self, file: str, element: etree._Element, text: str, what: Said) -> Formula:
        """As `formula`, for places where fixed text makes no sense."""
        if not text.strip().startswith("="):
            self.at(file, element, _no_expression(text, what))
            return Formula(text, None)
        return self.formula(file, element, text, what)

    def settle(self) -> None:
        """Raise Refused if there is anything."""
        if self.found:
            raise Refused(dict.fromkeys(self.found))  # what stands beside several processes is said once


def _drawn(element: etree._Element) -> str | None:
    """An event definition, say, has an id of its own, but is drawn as its event."""
    around = [each for each in (element, *element.iterancestors()) if each.get("id")]
    shown = (each for each in around if _holds_drawn(each.getparent()))
    found = next(shown, around[0] if around else None)
    return None if found is None else found.get("id")


def _holds_drawn(parent: etree._Element | None) -> bool:
    return parent is not None and in_bpmn(parent) and local(parent) in _HOLDERS


def _no_feel(text: str, what: Said, error: FeelError) -> Reason:
    return Reason(
        f"Expected FEEL in {what.english}, but {text.strip()!r} does not parse: {str(error).rstrip('.')}.",
        f"FEEL kann {text.strip()!r} nicht lesen ({what.german}): {error.german}",
    )


def _mistaken(text: str, what: Said, mistake: FeelError) -> Reason:
    return Reason(
        f"Expected FEEL in {what.english}, but {text.strip()!r} is none: {mistake}",
        f"In {text.strip()!r} ist etwas falsch ({what.german}): {mistake.german}",
    )


def _no_expression(text: str, what: Said) -> Reason:
    return Reason(
        f"Expected {what.english} to be an expression that begins with '=', but it is {text!r}.",
        f"Hier muss ein Ausdruck stehen, der mit „=“ beginnt, nicht {text!r} ({what.german}).",
    )


def secret(text: str) -> Reason | None:
    """Handed on as it is, or as null, it would silently be another value than in Camunda 8."""
    if not _SECRET.search(text) and not (text.lstrip().startswith("=") and _OF_THE_CLUSTER.search(text)):
        return None
    return Reason(
        f"Expected values that are known here, but {text.strip()!r:.80} asks Camunda's cluster for secrets or variables.",
        f"Geheimnisse und Variablen eines Camunda-Clusters gibt es hier nicht: {text.strip()!r:.80}.",
    )
