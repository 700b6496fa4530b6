"""Reads what compensation, cancel and transactions add to a model (BPMN 2.0.2, 10.3.5, 10.5.6 and 10.7)."""

from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Event
from cpm.bpmn.xmlnames import BPMN, flag, local

#: The standard's own, and as its table 10.19 writes it: what is done in a transaction is undone by compensation.
_METHODS = {"##Compensate", "compensate"}


def associations(root: etree._Element) -> dict[str, list[str]]:
    """What associations lead to, by where they begin; they may be drawn anywhere in the file."""
    found: dict[str, list[str]] = {}
    for each in root.iter(f"{BPMN}association"):
        found.setdefault(each.get("sourceRef", ""), []).append(each.get("targetRef", ""))
    return found


def read_compensation(definition: etree._Element) -> Event:
    awaited = flag(definition, "waitForCompletion", default=True)
    return Event("compensation", activity=definition.get("activityRef"), awaited=awaited)


def transaction_problems(element: etree._Element) -> Iterator[Reason]:
    """Of a transaction's attributes (10.3.5, table 10.19)."""
    if local(element) != "transaction":
        return
    method = element.get("method", "##Compensate")
    if method not in _METHODS:
        yield Reason(
            f"Expected the transaction's method to be ##Compensate, but it is {method!r}, which does not run here.",
            f"Eine Transaktion läuft hier nur mit der Methode ##Compensate, nicht mit {method!r}.",
            "10.3.5",
        )
    if protocol := element.get("protocol"):
        yield Reason(
            f"Expected a transaction without a protocol, but it is {protocol!r:.80}, which does not run here.",
            f"Eine Transaktion läuft hier ohne Protokoll, dieses nicht: {protocol!r:.80}.",
            "10.3.5",
        )
    if flag(element, "triggeredByEvent", default=False):
        yield Reason(
            "Expected an event subprocess to be no transaction, but this is one.",
            "Eine Transaktion kann kein Ereignis-Teilprozess sein, diese ist einer.",
            "10.3.5",
        )
