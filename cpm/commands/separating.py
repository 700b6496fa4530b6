"""What joined cases or split one is undone: for thirty days, and as long as nothing else has been built on it.

What went to another case comes back as far as it is still there; what came later stays where it is. A merged case opens
again where it stood. What the processes did meanwhile is not undone, and the journal tells all of it.
"""

from collections.abc import Mapping
from typing import Any

from cpm.commands import checks, follow_ups, handing_on, in_order, keeping, links, policies, sorting
from cpm.errors import WrongState
from cpm.model import Case, CaseLink, CaseState, LinkKind
from cpm.model.case_link import UNDONE_WITHIN
from cpm.queries import access
from cpm.uow import UnitOfWork


def undo(uow: UnitOfWork, link_id: int, *, why: str) -> CaseLink:
    """WrongState says why it cannot be undone any more."""
    link = uow.get(CaseLink, link_id)
    for case_id in (link.case_id, link.other_id):
        access.must_see(uow, case_id, api=True)
    links.must_work(uow)
    case, other = in_order.both(uow, link.case_id, link.other_id)
    uow.session.refresh(link)
    said = checks.plain_text("why", why)
    _must_be_possible(uow, link, case, other)
    policies.check(uow, case, "undo", subject=f"case {case.number}")
    uow.by_hand = True
    for each, far in ((case, other), (other, case)):
        uow.record(each, "case.unlinked", link=link.kind.value, other=far.number, why=said)
    match link.kind:
        case LinkKind.MERGED:
            _unmerge(uow, link, case, other)
        case LinkKind.SPLIT:
            handing_on.back(uow, case, other, link.kept)
        case LinkKind.SORTED:
            sorting.undo(uow, link)
    link.undone_at, link.undone_by, link.undone_why = uow.now, uow.actor, said
    return link


def _unmerge(uow: UnitOfWork, link: CaseLink, case: Case, into: Case) -> None:
    handing_on.back(uow, into, case, link.kept)
    for moved, side in link.kept["links"]:
        there = uow.session.get(CaseLink, int(moved))
        if there is not None and there.undone_at is None:
            setattr(there, side, case.id)
    follow_ups.give_back(uow, into, case, [int(each) for each in link.kept.get("promised", ())])
    case.merged_into_id = None
    stood: Mapping[str, Any] = link.kept["stood"]
    if "tokens" in stood:
        keeping.bring_back(uow, case, stood)
    else:
        case.outcome = stood["outcome"]


def _must_be_possible(uow: UnitOfWork, link: CaseLink, case: Case, other: Case) -> None:
    links.must_stand(link)
    if uow.now - link.made_at > UNDONE_WITHIN:
        raise WrongState(
            f"Expected to undo what was done within {UNDONE_WITHIN.days} days, but it was done on {link.made_at:%Y-%m-%d}",
            de=f"Das lässt sich nur {UNDONE_WITHIN.days} Tage lang rückgängig machen.",
        )
    if link.kind == LinkKind.MERGED and other.merged_into_id is not None:
        raise WrongState(
            f"Expected case {other.number} to stand for itself, but it was merged on: undo that first",
            de=f"Der Vorgang {other.number} ist inzwischen selbst mit einem anderen zusammengeführt. Das ist zuerst rückgängig zu machen.",
        )
    if link.kind in (LinkKind.SPLIT, LinkKind.SORTED) and (
        gone := case.merged_into_id or other.merged_into_id
    ):
        raise WrongState(
            f"Expected both cases to stand for themselves, but one was merged into case {gone}: undo that first",
            de="Einer der beiden Vorgänge ist inzwischen mit einem anderen zusammengeführt. Das ist zuerst rückgängig zu machen.",
        )
    if link.kind == LinkKind.SPLIT and other.state == CaseState.CLOSED:
        raise WrongState(
            f"Expected case {other.number} to be open, but it is closed: its messages stay with {case.number}",
            de=f"Der Vorgang {other.number} ist inzwischen abgeschlossen. Die Nachrichten bleiben bei {case.number}.",
        )
