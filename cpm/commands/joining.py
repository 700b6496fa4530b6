"""Two cases that are one become one: all that was said goes to the survivor, and the other is closed as merged.

What its process waited for is withdrawn; where it stood is kept with the link, so that it can be brought back
(`separating`). Whatever leads to it, a token, a number, a link, leads to the survivor from now on. To see what would come
of it, do it in a rehearsal.
"""

from sqlalchemy import or_, select

from cpm.commands import checks, closing, follow_ups, handing_on, interventions, keeping, links, policies
from cpm.commands.looked_at import must_be_as_looked_at
from cpm.errors import WrongState
from cpm.model import Case, CaseLink, CaseState, LinkKind
from cpm.uow import UnitOfWork

OUTCOME = "merged"


def merge(uow: UnitOfWork, case_id: int, into_id: int, *, why: str, seen: int | None = None) -> CaseLink:
    """`seen` is the revision of the first case that the actor has looked at: Conflict if it has moved on since."""
    case, into = links.both(uow, case_id, into_id)
    said = checks.plain_text("why", why)
    _must_fit(uow, case, into, seen)
    policies.check(uow, case, "merge", subject=f"case {case.number}", outcome=OUTCOME)
    policies.check(uow, into, "merge", subject=f"case {into.number}")
    uow.by_hand = True
    kept = keeping.keep(uow, case) if case.state == CaseState.OPEN else {"outcome": case.outcome}
    with interventions.told(uow, case, "case.merged", into=into.number, why=said):
        went = handing_on.everything(uow, case, into)
        moved = _links(uow, case, into)
        promised = follow_ups.hand_on(uow, case, into)
        if case.state == CaseState.OPEN:
            closing.end(uow, case, outcome=OUTCOME, reason=said)
        case.outcome, case.merged_into_id = OUTCOME, into.id
    uow.record(into, "case.absorbed", other=case.number, why=said)
    return links.made(
        uow, LinkKind.MERGED, case, into, why=said, **went, links=moved, promised=promised, stood=kept
    )


def _must_fit(uow: UnitOfWork, case: Case, into: Case, seen: int | None) -> None:
    for each in (case, into):
        if each.merged_into_id is not None:
            raise WrongState(
                f"Expected case {each.number} to stand for itself, but it is merged already",
                de=f"Der Vorgang {each.number} ist schon mit einem anderen zusammengeführt.",
            )
    if into.state == CaseState.CLOSED and case.state == CaseState.OPEN:
        raise WrongState(
            f"Expected to merge into an open case, but {into.number} is closed: merge it into {case.number} instead",
            de=f"Der Vorgang {into.number} ist abgeschlossen. Umgekehrt geht es: Er lässt sich mit {case.number} zusammenführen.",
        )
    must_be_as_looked_at(uow, case, seen)


def _links(uow: UnitOfWork, case: Case, into: Case) -> list[list[int | str]]:
    """Links with others stand with the survivor; each by id with the side that was the case's."""
    theirs = or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)
    said = CaseLink.kind.in_((LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.FOLLOW_UP, LinkKind.CAUSED))
    moved: list[list[int | str]] = []
    for link in uow.session.scalars(select(CaseLink).where(theirs, said, CaseLink.undone_at.is_(None))):
        side = "case_id" if link.case_id == case.id else "other_id"
        far = link.other_id if side == "case_id" else link.case_id
        if far != into.id and not _there(uow, link, side, into):
            setattr(link, side, into.id)
            moved.append([link.id, side])
    uow.session.flush()
    return moved


def _there(uow: UnitOfWork, link: CaseLink, side: str, into: Case) -> bool:
    """The survivor has the same link already."""
    ends = {"case_id": link.case_id, "other_id": link.other_id, side: into.id}
    same = select(CaseLink.id).where(
        CaseLink.case_id == ends["case_id"],
        CaseLink.other_id == ends["other_id"],
        CaseLink.kind == link.kind,
        CaseLink.undone_at.is_(None),
    )
    return uow.session.scalar(same) is not None
