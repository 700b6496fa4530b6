"""Who over there may be a customer of ours: found before a second one is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cpm.connectors.erp.meeting import fields_of, same
from cpm.connectors.erp.nouns import Party
from cpm.connectors.erp.protocol import Erp

#: One of these alone says that they are the same.
SURE = ("vat_id", "email")
_MOST = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    party: Party
    alike: tuple[str, ...]  #: the fields that are the same

    @property
    def sure(self) -> bool:
        return any(name in self.alike for name in SURE)


def candidates(erp: Erp, ours: Party) -> list[Candidate]:
    """Those with the same address, number or name, the likeliest first; ErpFault if it does not answer."""
    questions: list[Callable[[], Sequence[Party]]] = []
    if ours.email or ours.vat_id:
        questions.append(lambda: erp.parties(email=ours.email or "", vat_id=ours.vat_id or ""))
    if ours.phone:
        questions.append(lambda: erp.parties(phone=ours.phone or ""))
    questions.append(lambda: erp.parties(name=ours.name))
    found = {party.key: party for ask in questions for party in ask()}
    mine = fields_of(ours)
    likely = [Candidate(party, _alike(mine, fields_of(party))) for party in found.values()]
    return sorted(likely, key=lambda one: (not one.sure, -len(one.alike), one.party.key))[:_MOST]


def twins(erp: Erp, ours: Party) -> list[Candidate]:
    """Those who surely are the same and have another key: making one more would be one too many."""
    return [one for one in candidates(erp, ours) if one.sure and one.party.key != ours.key]


def _alike(ours: dict[str, object], theirs: dict[str, object]) -> tuple[str, ...]:
    return tuple(
        name for name, value in ours.items() if value and name != "language" and same(value, theirs.get(name))
    )
