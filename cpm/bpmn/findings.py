"""Collects what speaks against a model, so that the designer hears all of it at once."""

from dataclasses import dataclass

from lxml import etree

from cpm.bpmn.formula import Formula, read_formula
from cpm.bpmn.model import Flow, Node
from cpm.bpmn.xmlnames import line_of
from rules.feel import FeelError
from rules.xml import Finding, Refused


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an element is refused, for people who read English or German."""

    english: str
    german: str
    section: str = ""  #: of BPMN 2.0.2, such as "10.5.4"; empty for a rule of our own

    def finding(self, file: str, line: int | None, element: str | None) -> Finding:
        where = f" (BPMN 2.0.2, {self.section})" if self.section else ""
        return Finding(file, line, element, self.english + where, self.german + where)


class Findings:
    def __init__(self) -> None:
        self.found: list[Finding] = []

    def at(self, file: str, element: etree._Element, reason: Reason | str) -> None:
        """Named by the element's id, or by the nearest one that has an id."""
        owner: etree._Element | None = element
        while owner is not None and not owner.get("id"):
            owner = owner.getparent()
        name = owner.get("id") if owner is not None else None
        self.at_line(file, line_of(element), name, reason)

    def about(self, file: str, thing: Node | Flow, reason: Reason | str) -> None:
        self.at_line(file, thing.line, thing.id, reason)

    def at_line(self, file: str, line: int | None, element: str | None, reason: Reason | str) -> None:
        if isinstance(reason, str):  # until all of them speak both languages
            self.found.append(Finding(file, line, element, reason))
        else:
            self.found.append(reason.finding(file, line, element))

    def formula(self, file: str, element: etree._Element, text: str, what: str) -> Formula:
        """The formula in `text`; a fixed one in place of what does not parse. It calls what FEEL has and no other."""
        try:
            formula = read_formula(text)
            for mistake in formula.expression.mistakes(None) if formula.expression else ():
                self.at(file, element, f"Expected FEEL in {what}, but {text.strip()!r} is none: {mistake}")
            return formula  # noqa: TRY300 both belong to what is read
        except FeelError as error:
            self.at(file, element, f"Expected FEEL in {what}, but {text.strip()!r} does not parse: {error}.")
            return Formula(text, None)

    def expression(self, file: str, element: etree._Element, text: str, what: str) -> Formula:
        """As `formula`, for places where fixed text makes no sense."""
        if not text.strip().startswith("="):
            self.at(
                file,
                element,
                f"Expected {what} to be an expression that begins with '=', but it is {text!r}.",
            )
            return Formula(text, None)
        return self.formula(file, element, text, what)

    def settle(self) -> None:
        """Raise Refused if there is anything."""
        if self.found:
            raise Refused(dict.fromkeys(self.found))  # what stands beside several processes is said once
