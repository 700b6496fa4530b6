"""Who writes or calls: by exact evidence, which links by itself, or by what a person has to judge.

`identity.dmn` says what each hint is worth. What it calls known counts as such only if the address or number is exactly
one customer's; everything else is a suggestion, whatever the table says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cpm.channels import Inbound
from cpm.commands import asking, duplicates, identity_hints
from cpm.commands.asking import Answer
from cpm.commands.identity_hints import EXACT, Hint
from cpm.identity import Likeness
from cpm.model import Customer
from cpm.uow import UnitOfWork

_MOST = 5  #: candidates; nobody compares more


class Level(StrEnum):
    KNOWN = "known"  #: exact and unique: it links by itself
    MAYBE = "maybe"  #: a person compares both records
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Why:
    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer who may have written it, and why."""

    customer: Customer
    score: int  #: percent, 1 to 99
    reasons: tuple[Why, ...]
    likeness: Likeness
    evidence: str = ""  #: what points to them, as identity.dmn has it


@dataclass(frozen=True, slots=True)
class Evidence:
    level: Level
    customer: Customer | None  #: who it is, if that is known
    candidates: tuple[Candidate, ...] = ()  #: who it may be, the likeliest first


def of_message(uow: UnitOfWork, inbound: Inbound) -> Evidence:
    """Who wrote it, as far as the message itself says; changes nothing.

    Whose address it comes from costs one statement; for strangers there are some more, however many customers there are.
    """
    maybe: dict[int, Candidate] = {}
    for hint in identity_hints.of_message(uow, inbound):
        level, why = _judged(uow, hint)
        if level == Level.KNOWN:
            return Evidence(Level.KNOWN, hint.customer)
        if level == Level.MAYBE and hint.customer.id not in maybe:
            maybe[hint.customer.id] = _candidate(hint, why)
    found = sorted(maybe.values(), key=lambda each: (-each.score, each.customer.id))[:_MOST]
    return Evidence(Level.MAYBE if found else Level.NONE, None, tuple(found))


def suggest(uow: UnitOfWork, customer: Customer, candidates: Iterable[Candidate]) -> int:
    """Put it into the queue of duplicates that this new customer may be one of them; how many suggestions are new."""
    pairs = [(each.customer.id, each.likeness) for each in candidates if each.customer.id != customer.id]
    return duplicates.suggest(uow, customer.id, pairs)


def _judged(uow: UnitOfWork, hint: Hint) -> tuple[Level, Why | None]:
    exact = hint.evidence in EXACT and hint.unique

    def made(said: Answer) -> tuple[Level, Why | None]:
        level = Level(said.taken("level", str))
        texts = said.columns["why_de"], said.columns["why_en"]
        why = Why(str(texts[0]), str(texts[1])) if all(texts) else None
        return Level.MAYBE if level == Level.KNOWN and not exact else level, why

    def safe(_why: Answer) -> tuple[Level, Why | None]:
        return (Level.KNOWN if exact else Level.MAYBE), None

    return asking.safely(uow, "identity", _facts(hint), made, safe)


def _facts(hint: Hint) -> dict[str, Any]:
    return {
        "evidence": hint.evidence,
        "unique": hint.unique,
        "last_name_fits": hint.last_name_fits,
        "similarity": Decimal(hint.likeness.score) / 100,
        "postcode": hint.postcode,
    }


def _candidate(hint: Hint, why: Why | None) -> Candidate:
    said = [Why(reason.de, reason.en) for reason in hint.likeness.reasons]
    first = [why] if why is not None and why not in said else []
    return Candidate(hint.customer, hint.likeness.score, (*first, *said), hint.likeness, hint.evidence)
