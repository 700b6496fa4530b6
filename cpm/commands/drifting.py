"""Settle a difference between the two sides: theirs counts here, or ours there."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import adopting, messages, process
from cpm.commands.messages import Sent
from cpm.connectors.erp import meeting
from cpm.errors import Conflict, Invalid
from cpm.model import ErpFinding, ErpParty, ErpSeen, Incident
from cpm.queries import variables
from cpm.queries.drift import KEEP, finding_of, whose
from cpm.queries.erp_errands import plain
from cpm.uow import UnitOfWork


def settle(uow: UnitOfWork, incident: Incident, data: Mapping[str, Any]) -> None:
    """Invalid unless it says which side counts, and that side can; Conflict if the sides have changed since they were compared."""
    finding = finding_of(uow, incident)
    keep = data.get(KEEP)
    if finding is None or keep not in whose(finding):
        sides = ", ".join(whose(finding) if finding else ())
        raise Invalid(
            f"Expected {KEEP} to be one of {sides}, but it is {keep!r:.40}",
            [(KEEP, f"must say which side counts: {sides}")],
            de="Bitte auswählen, welche Seite gilt.",
            problems_de=[(KEEP, "Bitte auswählen, welche Seite gilt.")],
        )
    _must_be_as_told(uow, incident, finding)
    if finding.kind == "customer":
        adopting.decide(uow, incident.case.customer_id, finding.system, {finding.field: str(keep)})
    else:
        _take_theirs(uow, incident, finding)


def _must_be_as_told(uow: UnitOfWork, incident: Incident, finding: ErpFinding) -> None:
    """What somebody chose between is what was compared last; of a customer the feed may have heard more since."""
    told = {"ours": plain(finding.ours), "theirs": plain(finding.theirs)}
    same = all(incident.facts.get(name) == value for name, value in told.items())
    if finding.kind == "customer":
        both = uow.session.get(ErpParty, (finding.system, incident.case.customer_id), populate_existing=True)
        same = same and both is not None and meeting.same(both.theirs.get(finding.field), finding.theirs)
    if finding.gone_at is not None or not same:
        raise Conflict(
            "Expected both sides to be as this incident tells, but they have changed since: note what was done (supply)",
            de="Die beiden Seiten haben sich seit dieser Meldung geändert: Bitte festhalten, was getan wurde.",
        )


def _take_theirs(uow: UnitOfWork, incident: Incident, finding: ErpFinding) -> None:
    """Of an order: the money and the goods are over there, so ours is put right."""
    if finding.field == "paid":
        _tell_payment(uow, incident, finding)
        return
    seen = uow.session.get(ErpSeen, (finding.system, "order", finding.key))
    if finding.field == "total" and seen is not None:
        # Of what was wanted they know better too: what it is now is news when the feed next reads it.
        seen.facts = {name: value for name, value in seen.facts.items() if name != "lines"}
        seen.facts = {**seen.facts, "total": finding.theirs}
    order = dict(_order(uow, incident))
    name = {"order_no": "order_no", "total": "total"}.get(finding.field)
    if name is None:
        raise Conflict(
            f"Expected a value to take over, but {finding.field} is none: note what was done (supply)",
            de="Hier ist kein Wert zu übernehmen: Bitte festhalten, was getan wurde.",
        )
    process.change(uow, incident.case, {"order": {**order, name: finding.theirs}})


def _tell_payment(uow: UnitOfWork, incident: Incident, finding: ErpFinding) -> None:
    """What the case waits to hear, and what no change has brought."""
    data = variables.of_case(uow, incident.case)
    for number in data.get("invoice_nos") or ():
        payload = {
            "invoice_no": number,
            "order_no": data.get("order_no"),
            "open_amount": 0,
            "all_paid": True,
        }
        unique = f"erp-{finding.system}-finding-{finding.id}/{number}"
        sent = Sent("payment_received", str(number), unique, payload, sender=f"erp/{finding.system}")
        message, new = messages.accept(uow, sent)
        if new:
            messages.keep(uow, message)


def _order(uow: UnitOfWork, incident: Incident) -> Mapping[str, Any]:
    found = variables.of_case(uow, incident.case).get("order")
    return found if isinstance(found, Mapping) else {}
