"""Reads how often an activity is done: for each of a collection, a number of times, or while something holds."""

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import Loop
from cpm.bpmn.reading.behavior import read_behavior
from cpm.bpmn.reading.data import variable_of
from cpm.bpmn.reading.extensions import find, read_extensions
from cpm.bpmn.vocabulary import does_not_run
from cpm.bpmn.xmlnames import BPMN, flag, in_bpmn, local, text_of

PARTS = {
    "multiInstanceLoopCharacteristics": {
        "loopCardinality",
        "completionCondition",
        "complexBehaviorDefinition",
        *("loopDataInputRef", "inputDataItem", "loopDataOutputRef", "outputDataItem"),
    },
    "standardLoopCharacteristics": {"loopCondition"},
}


#: What of BPMN says the same as which attribute of zeebe:loopCharacteristics.
_DATA = {
    "loopDataInputRef": "inputCollection",
    "inputDataItem": "inputElement",
    "loopDataOutputRef": "outputCollection",
    "outputDataItem": "outputElement",
}


def read_loop(
    element: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
) -> Loop:
    """BPMN 2.0.2, 10.3.8, with the collections of Camunda 8."""
    reader = _Reader(element, file, findings)
    reader.refuse_unknown()
    if local(element) == "standardLoopCharacteristics":
        return reader.repetition()
    loop = reader.instances()
    loop.events = read_behavior(element, declared, file, findings)
    return loop


class _Reader:
    def __init__(self, element: etree._Element, file: str, findings: Findings) -> None:
        self.element, self.file, self.findings = element, file, findings
        zeebe = find(element, "loopCharacteristics")
        self.zeebe = {str(k): str(v) for k, v in zeebe.attrib.items()} if zeebe is not None else {}
        for place, name in _DATA.items():
            self._take(place, name)

    def _take(self, place: str, name: str) -> None:
        """BPMN's own collections and items, which say the same as zeebe's."""
        data = self.element.find(f"{BPMN}{place}")
        if data is None:
            return
        variable = variable_of(data, (text_of(data) or "") if place.endswith("Ref") else data.get("id", ""))
        if variable is None or name in self.zeebe:
            self.refuse(_no_data(place) if variable is None else _twice(place, name))
        else:
            self.zeebe[name] = f"={variable}" if name in {"inputCollection", "outputElement"} else variable

    def refuse(self, reason: Reason) -> None:
        self.findings.at(self.file, self.element, reason)

    def refuse_unknown(self) -> None:
        read_extensions(self.element, self.file, self.findings)
        known = PARTS[local(self.element)] | {"extensionElements", "documentation"}
        for child in self.element:
            if in_bpmn(child) and local(child) not in known:
                self.findings.at(self.file, child, does_not_run(child))

    def instances(self) -> Loop:
        collection = self._expression(
            self.zeebe.get("inputCollection"), Said("inputCollection", "inputCollection")
        )
        cardinality = self._expression(
            self._part("loopCardinality"), Said("the cardinality", "Anzahl"), plain=True
        )
        if (collection is None) == (cardinality is None):
            said = "neither" if collection is None else "both"
            german = "keins von beiden" if collection is None else "beides"
            self.refuse(
                Reason(
                    f"Expected either an inputCollection or a loopCardinality, but there is {said}.",
                    "Eine Mehrfachausführung hat entweder eine inputCollection oder eine loopCardinality, "
                    f"gefunden wurde {german}.",
                )
            )
        return Loop(
            sequential=flag(self.element, "isSequential", default=False),
            collection=collection,
            cardinality=cardinality,
            element=self.zeebe.get("inputElement") or None,
            output=self.zeebe.get("outputCollection") or None,
            output_element=self._output_element(),
            until=self._expression(
                self._part("completionCondition"), Said("the completion condition", "Abschlussbedingung")
            ),
        )

    def repetition(self) -> Loop:
        again = self._expression(
            self._part("loopCondition"), Said("the loop condition", "Schleifenbedingung")
        )
        most = self.element.get("loopMaximum")
        if most is not None and not most.isdecimal():
            self.refuse(
                Reason(
                    f"Expected loopMaximum to be a whole number, zero or more, but it is {most!r:.80}.",
                    f"loopMaximum ist eine ganze Zahl ab 0, hier steht {most!r:.80}.",
                    "10.3.8",
                )
            )
            most = None
        elif again is None and most is None:
            self.refuse(
                Reason(
                    "Expected a loop with a condition or a maximum, but there is neither.",
                    "Eine Schleife braucht eine Bedingung oder eine Höchstzahl, hier gibt es keins von beiden.",
                )
            )
        return Loop(
            sequential=True,
            again=again,
            most=int(most[:18]) if most else None,  # the schema refuses longer ones
            asks_first=flag(self.element, "testBefore", default=False),
        )

    def _part(self, name: str) -> str | None:
        return text_of(self.element.find(f"{BPMN}{name}"))

    def _output_element(self) -> Formula | None:
        given = [name for name in ("outputCollection", "outputElement") if self.zeebe.get(name)]
        if len(given) == 1:
            self.refuse(
                Reason(
                    f"Expected outputCollection and outputElement together, but there is only {given[0]}.",
                    f"outputCollection und outputElement gehören zusammen, hier gibt es nur {given[0]}.",
                )
            )
        return (
            self._expression(self.zeebe["outputElement"], Said("outputElement", "outputElement"))
            if len(given) == 2
            else None
        )

    def _expression(self, text: str | None, what: Said, *, plain: bool = False) -> Formula | None:
        """`plain`: a whole number may stand there as it is."""
        if not text:
            return None
        if plain and text.removeprefix("-").isdecimal():
            if text.startswith("-") and text.strip("-0"):
                self.refuse(_negative(text))
            elif len(text.lstrip("0")) > 9:
                self.refuse(_too_many(text))
            return Formula(text, None)
        return self.findings.expression(self.file, self.element, text, what)


def _no_data(place: str) -> Reason:
    return Reason(
        f"Expected {place} to be data that a variable can hold, but it is none.",
        f"{place} ist etwas, das in einer Variablen steht, hier ist es nichts davon.",
        "10.3.8",
    )


def _twice(place: str, name: str) -> Reason:
    return Reason(
        f"Expected either {place} or zeebe's {name}, but there are both.",
        f"Es gilt entweder {place} oder {name} von zeebe, hier gibt es beides.",
        "10.3.8",
    )


def _too_many(cardinality: str) -> Reason:
    return Reason(
        f"Expected the cardinality to be a number of instances that can be made, but it is {cardinality:.20}...",
        f"So viele Instanzen kann niemand anlegen: {cardinality:.20}...",
    )


def _negative(cardinality: str) -> Reason:
    return Reason(
        f"Expected the cardinality to be zero or more, but it is {cardinality:.20}.",
        f"Die Anzahl der Instanzen kann nicht negativ sein, hier steht {cardinality:.20}.",
        "10.3.8",
    )
