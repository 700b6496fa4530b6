"""Who looks at a message before it goes anywhere: nobody if it is clear, else a case of the process `intake`.

Clear is a message of a known or a new sender with a clear concern. A sender who may be somebody known, a case that
the message may belong to, or a concern that `intake.dmn` is not sure of become a step with the suggestions and their
reasons (PROCESSES 5.9). Without that process in force everything goes as without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cpm.channels import Inbound
from cpm.commands import suggesting
from cpm.commands.identity import Candidate, Evidence, Level
from cpm.commands.intake import Begins
from cpm.commands.suggesting import Suggestion
from cpm.model import Case, Customer
from cpm.queries import startable, wording
from cpm.queries.startable import SORTING
from cpm.uow import UnitOfWork

_ALIKE = 92  #: percent; name and place are alike (PROCESSES 5.9)
_NEW = {"value": "new", "label": "Etwas Neues", "cpm:label.en": "Something new"}
_ONLY_FILE = {
    "value": "none",
    "label": "Keiner: nur ablegen oder gleich beantworten",
    "cpm:label.en": "None: only file it, or answer at once",
}
_NOBODY = {"value": "none", "label": "Noch offen", "cpm:label.en": "Not known yet"}


@dataclass(frozen=True, slots=True)
class Sorted:
    """How a message begins, with what a person who looks at it finds."""

    begins: Begins
    data: Mapping[str, Any]
    suggestions: Sequence[Suggestion]


def sort(
    uow: UnitOfWork, inbound: Inbound, customer: Customer, who: Evidence, begins: Begins, *, chosen: bool
) -> Sorted:
    """Whether the message begins what it is about, or is looked at first. Who has `chosen` the process gets it."""
    clear = begins.process if begins.sure or chosen else None
    found = suggesting.suggested(uow, inbound, who.customer, clear)
    if chosen:
        return Sorted(begins, {}, found)
    maybe = any(_is_strong(each) for each in who.candidates)
    looks = maybe or not begins.sure or any(each.match.ask for each in found)
    if not looks or not startable.sorts(uow):
        return Sorted(begins, {}, found)
    told = {**_cases(uow, found), **_customers(customer, who), **_concerns(uow, clear)}
    return Sorted(Begins(SORTING, begins.evidence, None, begins.priority), told, found)


def _is_strong(one: Candidate) -> bool:
    """Two people may have one name: alone it holds up nobody, and stands among the suggested duplicates."""
    return one.evidence != "name" or one.score >= _ALIKE


def note(uow: UnitOfWork, case: Case, found: Sequence[Suggestion]) -> None:
    """Write down which cases it may belong to, for who works on it."""
    for each in found:
        uow.record(
            case, "case.suggested", other=each.case.number, why=each.match.why_de, why_en=each.match.why_en
        )


def _cases(uow: UnitOfWork, found: Sequence[Suggestion]) -> dict[str, Any]:
    return {"case_options": [*(each.option(uow) for each in found), _NEW, _ONLY_FILE]}


def _customers(customer: Customer, who: Evidence) -> dict[str, Any]:
    """Who is known is chosen already; a new record stands beside those that it may be."""
    if who.level == Level.KNOWN:
        own = {"value": str(customer.id), "label": f"{customer.name}: Adresse bekannt"}
        own["cpm:label.en"] = f"{customer.name}: address known"
        return {"customer_options": [own], "customer_choice": own["value"]}
    new = {"value": "new", "label": f"Neu: {customer.name}", "cpm:label.en": f"New: {customer.name}"}
    options = [*map(_candidate, who.candidates), new, _NOBODY]
    return {"customer_options": options, **({} if who.candidates else {"customer_choice": "new"})}


def _candidate(one: Candidate) -> dict[str, str]:
    why_de, why_en = "; ".join(each.de for each in one.reasons), "; ".join(each.en for each in one.reasons)
    return {
        "value": str(one.customer.id),
        "label": f"{one.customer.name} ({one.score} %): {why_de}",
        "cpm:label.en": f"{one.customer.name} ({one.score}%): {why_en}",
    }


def _concerns(uow: UnitOfWork, clear: str | None) -> dict[str, Any]:
    options = [
        {
            "value": bundle.key,
            "label": wording.process_name(bundle, "de"),
            "cpm:label.en": wording.process_name(bundle, "en"),
        }
        for bundle in startable.bundles(uow)
    ]
    return {"concern_options": options, "concern": clear}
