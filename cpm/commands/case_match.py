"""How surely a message belongs to a case that something points to: `case_match.dmn` says so.

What the table calls certain counts as such only if nobody can have made it up: our own token, or a sender who takes
part in the case. Else it is a suggestion, which a person sees with its reason.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cpm.commands import asking
from cpm.commands.asking import Answer
from cpm.model import Case, CaseState
from cpm.uow import UnitOfWork


class Evidence(StrEnum):
    """What points to a case, the strongest first."""

    TOKEN = "token"  # noqa: S105 - no password: our Message-ID, plus address or marker
    REFERENCE = "reference"  #: it answers a message of the case that somebody else wrote
    NUMBER = "number"  #: the subject names the case
    MENTIONED = "mentioned"  #: the text does
    ORDER_NUMBER = "order_number"
    CUSTOMER = "customer"  #: it is the same customer's


@dataclass(frozen=True, slots=True)
class Hint:
    case: Case  #: not locked
    evidence: Evidence
    takes_part: bool  #: whether the sender does
    same_customer: bool | None = None
    same_process: bool | None = None  #: None: what the message is about is unclear


@dataclass(frozen=True, slots=True)
class Match:
    certain: bool
    suggested: bool
    ask: bool  #: a person looks even if it is clear what the message is about
    why_de: str
    why_en: str


_UNTOLD = ("Bitte ansehen", "please look")


def judged(uow: UnitOfWork, hint: Hint) -> Match:
    """Costs no statement."""
    return asking.safely(
        uow, "case_match", _facts(uow, hint), lambda said: _match(hint, said), lambda _why: _safe(hint)
    )


def _facts(uow: UnitOfWork, hint: Hint) -> dict[str, Any]:
    closed = hint.case.closed_at
    return {
        "evidence": hint.evidence.value,
        "takes_part": hint.takes_part,
        "open": hint.case.state == CaseState.OPEN,
        "same_customer": hint.same_customer,
        "same_process": hint.same_process,
        "days": (uow.now - closed).days if closed else 0,
    }


def _match(hint: Hint, said: Answer) -> Match:
    level = said.taken("level", str)
    certain = level == "certain" and _proved(hint)
    why = (said.columns["why_de"] or _UNTOLD[0], said.columns["why_en"] or _UNTOLD[1])
    ask = said.taken("ask", bool) or (level == "certain" and not certain)
    return Match(certain, level == "suggested" or (level == "certain" and not certain), ask, *map(str, why))


def _safe(hint: Hint) -> Match:
    """Where the table fails: what is proved counts, and a person looks at the rest."""
    strong = {Evidence.TOKEN, Evidence.REFERENCE, Evidence.NUMBER}
    certain = hint.evidence in strong and _proved(hint)
    return Match(certain, not certain, not certain and hint.evidence != Evidence.CUSTOMER, *_UNTOLD)


def _proved(hint: Hint) -> bool:
    return hint.evidence == Evidence.TOKEN or hint.takes_part
