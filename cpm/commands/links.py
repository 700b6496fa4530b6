"""What people say of two cases: related, the same, one follows or comes of the other."""

from sqlalchemy import select

from cpm.commands import checks, in_order, policies
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Case, CaseLink, LinkKind, Role
from cpm.model.case_link import SAID
from cpm.queries import access
from cpm.uow import UnitOfWork

_WORKS = frozenset({Role.AGENT, Role.SUPERVISOR})


def link(uow: UnitOfWork, case_id: int, other_id: int, kind: str, *, why: str = "") -> CaseLink:
    """Say so; saying it again changes nothing."""
    if kind not in SAID:
        raise Invalid(
            f"Expected the kind of link to be one of {', '.join(SAID)}, but it is {kind!r:.40}",
            [("kind", f"must be one of {', '.join(SAID)}")],
            problems_de=[("kind", "Bitte eine der Möglichkeiten wählen.")],
        )
    case, other = both(uow, case_id, other_id)
    said = checks.plain_text("why", why, required=False, longest=500)
    policies.check(uow, case, "link", subject=f"case {case.number}")
    standing = select(CaseLink).where(
        CaseLink.case_id == case.id,
        CaseLink.other_id == other.id,
        CaseLink.kind == LinkKind(kind),
        CaseLink.undone_at.is_(None),
    )
    if (known := uow.session.scalar(standing)) is not None:
        return known
    for one, to in ((case, other), (other, case)):
        uow.record(
            one,
            "case.linked",
            link=kind,
            other=to.number,
            first=case.number,
            second=other.number,
            why=said or None,
        )
    return made(uow, LinkKind(kind), case, other, why=said)


def both(uow: UnitOfWork, case_id: int, other_id: int) -> tuple[Case, Case]:
    """Two different cases that the actor sees and may work on, locked."""
    for each in (case_id, other_id):
        access.must_see(uow, each, api=True)
    if case_id == other_id:
        raise Invalid(
            "Expected two different cases, but both are the same",
            [("other", "That is the case itself.")],
            de="Ein Vorgang lässt sich nicht mit sich selbst verbinden.",
            problems_de=[("other", "Das ist der Vorgang selbst.")],
        )
    must_work(uow)
    return in_order.both(uow, case_id, other_id)


def must_work(uow: UnitOfWork) -> None:
    if not _WORKS.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor, but {uow.actor} is neither",
            de="Vorgänge verbindet nur, wer sie auch bearbeitet.",
        )


def made(uow: UnitOfWork, kind: LinkKind, case: Case, other: Case, *, why: str, **kept: object) -> CaseLink:
    row = CaseLink(kind=kind, case_id=case.id, other_id=other.id, why=why, kept=dict(kept))
    row.made_at, row.made_by = uow.now, uow.actor
    uow.session.add(row)
    uow.session.flush()
    return row


def must_stand(link: CaseLink) -> None:
    if link.undone_at is not None:
        raise Conflict(
            f"Expected link {link.id} to stand, but it is undone already",
            de="Das ist schon rückgängig gemacht.",
        )
