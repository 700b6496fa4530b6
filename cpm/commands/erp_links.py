"""Which ERP a case works with, and what of ours is what over there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.commands import erp_seen, party_jobs
from cpm.connectors import Linked
from cpm.erp_settings import NONE
from cpm.model import Case, Contact, Customer, ErpLink, LinkedKind
from cpm.uow import UnitOfWork


def system_of(uow: UnitOfWork, case: Case) -> str:
    """The ERP of a case, chosen when it first needs one and kept: it stays there when the main one comes back."""
    if case.erp is None:
        case.erp = uow.erp.for_new()
        if case.erp not in (uow.erp.main, NONE):
            uow.record(case, "erp.stood_in", erp=case.erp, main=uow.erp.main)
    return case.erp


def of_sender(uow: UnitOfWork, sender: str) -> str | None:
    """The ERP that a message comes from, or that of the case whose process sent it; None: whichever there is."""
    kind, _, name = sender.partition("/")
    match kind:
        case "erp":
            return name or None
        case "case":
            return uow.get(Case, int(name)).erp
    return None


def customer_key(uow: UnitOfWork, system: str, customer: Customer) -> str:
    """Under which key a system has a customer: one that was linked, else our number."""
    links = select(ErpLink.key).where(
        ErpLink.system == system, ErpLink.kind == LinkedKind.CUSTOMER, ErpLink.customer_id == customer.id
    )
    keys = uow.session.scalars(links.order_by(ErpLink.id)).all()
    return keys[0] if keys and customer.number not in keys else customer.number


def known_as(uow: UnitOfWork, system: str, customer: Customer) -> frozenset[str]:
    """The keys of the customer, of companies that they speak for, or of a company's people."""
    companies = select(Contact.company_id).where(Contact.person_id == customer.id)
    people = select(Contact.person_id).where(Contact.company_id == customer.id)
    theirs = or_(
        ErpLink.customer_id == customer.id,
        ErpLink.customer_id.in_(companies),
        ErpLink.customer_id.in_(people),
    )
    keys = select(ErpLink.key).where(ErpLink.system == system, ErpLink.kind == LinkedKind.CUSTOMER, theirs)
    return frozenset(uow.session.scalars(keys))


def has_order(look: UnitOfWork, case: Case) -> bool:
    """Whether what is under the case's number in its ERP was linked to it."""
    of_it = ErpLink.system == case.erp, ErpLink.kind == LinkedKind.ORDER, ErpLink.key == case.number
    return bool(look.session.scalar(select(exists().where(*of_it, ErpLink.case_id == case.id))))


def keep(uow: UnitOfWork, case: Case, links: tuple[Linked, ...]) -> None:
    """What a call of the case has told, made or changed over there."""
    if not links:
        return
    system = system_of(uow, case)
    new = _made_sure(uow, system, case, links)
    found = select(ErpLink).where(ErpLink.system == system, ErpLink.key.in_([link.key for link in links]))
    rows = {(row.kind.value, row.key): row for row in uow.session.scalars(found)}
    for link in links:
        row, is_new = rows[link.kind, link.key], (link.kind, link.key) in new
        row.number, row.seen_at = link.number, uow.now
        if link.state is not None:
            _agree(uow, row, link.state)
        if row.kind == LinkedKind.CUSTOMER and (is_new or link.state is not None):
            party_jobs.let_meet(uow, row)
        if row.kind != LinkedKind.CUSTOMER or is_new:
            _tell(uow, case, link, system)


def _made_sure(uow: UnitOfWork, system: str, case: Case, links: tuple[Linked, ...]) -> set[tuple[str, str]]:
    """All of them have a row, also if another case makes the same just now; kind and key of those that had none."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [
        {
            "system": system,
            "kind": LinkedKind(link.kind),
            "key": link.key,
            "number": link.number,
            "customer_id": case.customer_id,
            "case_id": None if link.kind == LinkedKind.CUSTOMER else case.id,
            "seen_at": uow.now,
        }
        for link in links
    ]
    put = (
        dialect.insert(ErpLink).values(rows).on_conflict_do_nothing(index_elements=["system", "kind", "key"])
    )
    return {(kind.value, key) for kind, key in uow.session.execute(put.returning(ErpLink.kind, ErpLink.key))}


def _agree(uow: UnitOfWork, row: ErpLink, state: Mapping[str, Any]) -> None:
    row.state = dict(state)
    if row.kind != LinkedKind.INVOICE:  # what of those is news, only the feed tells
        erp_seen.note(uow, row.system, row.kind.value, row.key, state)


def _tell(uow: UnitOfWork, case: Case, link: Linked, erp: str) -> None:
    number = link.number if link.number and link.kind != LinkedKind.CUSTOMER else link.key
    match link.kind, link.became:
        case "customer", "saved":
            uow.record(case, "erp.customer_saved", erp=erp, number=number)
        case "order", "saved":
            uow.record(case, "erp.order_saved", erp=erp, number=number)
        case "order", "confirmed":
            uow.record(case, "erp.order_confirmed", erp=erp, number=number)
        case "order", "changed":
            uow.record(case, "erp.order_changed", erp=erp, number=number)
        case "order", "cancelled":
            uow.record(case, "erp.order_cancelled", erp=erp, number=number)
        case "order", "replaced":
            uow.record(case, "erp.order_replaced", erp=erp, number=number)
        case "invoice", "credited":
            uow.record(case, "erp.invoice_credited", erp=erp, number=number)
