"""Move what belongs to one customer to another and back, by sets: the statements are as many for one case as for 10,000."""

from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)

from cpm.model import Address, Case, Consent, Contact, Customer, Event, Merge, MergedRow, Variable
from cpm.queries import belongings
from cpm.queries.belongings import Place
from cpm.queries.later_cases import came_later
from cpm.uow import UnitOfWork

CASES = belongings.BY_NAME["cases.customer_id"]
#: Rows that are no belongings that moved: contacts whose letters go to another now, words added to consents, and
#: addresses marked as unreachable because the other's was.
MAILING, ADDED, MARKED = "contacts.mailing", "consents", "addresses.unreachable_at"
_EVENTS = cast("Table", Event.__table__)
_VARIABLES = cast("Table", Variable.__table__)


def locked(uow: UnitOfWork, survivor_id: int, merged_id: int, *, cases_of: int) -> None:
    """The cases that are concerned in the order of their ids, then both customers: nobody adds to them meanwhile."""
    uow.session.flush()
    rows = select(Case.id).where(Case.customer_id == cases_of).order_by(Case.id)
    uow.session.execute(rows.with_for_update(key_share=True)).all()
    customers = select(Customer).where(Customer.id.in_((survivor_id, merged_id))).order_by(Customer.id)
    # FOR UPDATE and no less: whoever is just giving one of them a case waits, or is waited for
    uow.session.scalars(customers.with_for_update().execution_options(populate_existing=True)).all()


def take_over(uow: UnitOfWork, merge: Merge) -> None:
    """Everything but what the survivor has already."""
    _one_mailing_contact(uow, merge)
    for place in belongings.PLACES:
        _note(uow, merge, place, place.moving(merge.merged_id, merge.survivor_id))
    for place in belongings.PLACES:
        if place is not CASES:
            _own(uow, place, merge, merge.merged_id, merge.survivor_id)


def give_back(uow: UnitOfWork, merge: Merge) -> None:
    """What went over, if it is still there and still the survivor's."""
    for place in belongings.PLACES:
        if place is not CASES:
            _own(uow, place, merge, merge.survivor_id, merge.merged_id)
    mailing = _rows(merge, MAILING)
    theirs = exists().where(_other.c.company_id == Contact.company_id, _other.c.mailing).correlate(_contacts)
    back = update(Contact).where(belongings.BY_NAME["contacts.company_id"].row.in_(mailing), ~theirs)
    uow.session.execute(back.values(mailing=True), execution_options={"synchronize_session": False})
    marked = belongings.BY_NAME["addresses.customer_id"].row.in_(_rows(merge, MARKED))
    # one that was marked later says so of itself
    alive = update(Address).where(marked, Address.unreachable_at <= merge.at)
    uow.session.execute(
        alive.values(unreachable_at=None, unreachable_why=None),
        execution_options={"synchronize_session": False},
    )
    added = belongings.BY_NAME["consents.customer_id"].row.in_(_rows(merge, ADDED))
    uow.session.execute(delete(Consent).where(added), execution_options={"synchronize_session": False})


def cases_change_hands(uow: UnitOfWork, merge: Merge, *, back: bool) -> None:
    """Cases with an entry in their journals; cases this command has locked before write theirs as always."""
    merged, name = uow.get(Customer, merge.merged_id), uow.get(Customer, merge.survivor_id).name
    holder, to = (merge.survivor_id, merge.merged_id) if back else (merge.merged_id, merge.survivor_id)
    ours = and_(Case.customer_id == holder, CASES.moved(merge.id))
    for mine in list(uow.locked.values()):
        if mine.customer_id == holder and uow.session.scalar(select(Case.id).where(Case.id == mine.id, ours)):
            mine.customer_id = to
            if back:
                uow.record(
                    mine, "customer.unmerged", customer=merged.name, number=merged.number, survivor=name
                )
            else:
                uow.record(mine, "customer.merged", customer=merged.name, number=merged.number, survivor=name)
            uow.known.pop(mine.id, None)
    uow.session.flush()
    quiet = {"synchronize_session": False}
    uow.session.execute(update(Case).where(ours).values(rev=Case.rev + 1), execution_options=quiet)
    told = {"customer": merged.name, "number": merged.number, "survivor": name}
    entry = select(
        Case.id,
        Case.rev,
        literal(uow.now, _EVENTS.c.at.type),
        literal(uow.actor),
        literal("customer.unmerged" if back else "customer.merged"),
        literal(told, _EVENTS.c.particulars.type),
    )
    columns = ["case_id", "seq", "at", "actor", "what", "particulars"]
    uow.session.execute(insert(_EVENTS).from_select(columns, entry.where(ours)))
    uow.session.execute(update(Case).where(ours).values(customer_id=to), execution_options=quiet)
    _told_by_data(uow, merge, holder, to)
    uow.session.expire_all()


def with_what_came_later(uow: UnitOfWork, merge: Merge) -> None:
    _note(uow, merge, CASES, came_later(merge))


def note(uow: UnitOfWork, merge: Merge, place: str, row: int) -> None:
    uow.session.execute(insert(MergedRow).values(merge_id=merge.id, place=place, row=str(row)))


def _note(uow: UnitOfWork, merge: Merge, place: Place, which: ColumnElement[bool]) -> None:
    rows = select(literal(merge.id), literal(place.name), place.row).select_from(place.table).where(which)
    uow.session.execute(insert(MergedRow).from_select(["merge_id", "place", "row"], rows))


def _own(uow: UnitOfWork, place: Place, merge: Merge, holder: int, to: int) -> None:
    which = and_(place.owner == holder, place.moved(merge.id))
    uow.session.execute(update(place.table).where(which).values({place.column: to}))


def _rows(merge: Merge, place: str) -> Any:
    return select(MergedRow.row).where(MergedRow.merge_id == merge.id, MergedRow.place == place)


_contacts = cast("Table", Contact.__table__)
_other = _contacts.alias()


def _one_mailing_contact(uow: UnitOfWork, merge: Merge) -> None:
    """The survivor's contact gets the letters, if both companies have one."""
    has = exists().where(_other.c.company_id == merge.survivor_id, _other.c.mailing)
    which = and_(Contact.company_id == merge.merged_id, Contact.mailing, has)
    rows = select(literal(merge.id), literal(MAILING), belongings.BY_NAME["contacts.company_id"].row)
    uow.session.execute(insert(MergedRow).from_select(["merge_id", "place", "row"], rows.where(which)))
    uow.session.execute(
        update(Contact).where(which).values(mailing=False), execution_options={"synchronize_session": False}
    )


def _told_by_data(uow: UnitOfWork, merge: Merge, holder: int, to: int) -> None:
    """The variable customer_id, which every case has (PROCESSES 1): the earlier value stays as history."""
    of = _VARIABLES.c
    mine = and_(
        of.name == "customer_id",
        of.scope == "",
        of.value == literal(str(holder), of.value.type),
        of.case_id.in_(select(Case.id).where(Case.customer_id == to, CASES.moved(merge.id))),
    )
    rev = select(Case.rev).where(Case.id == of.case_id).scalar_subquery()
    uow.session.execute(update(_VARIABLES).where(mine, of.until.is_(None)).values(until=rev))
    columns = ["case_id", "part", "scope", "name", "value", "since", "process", "sought"]
    fresh = select(
        of.case_id,
        of.part,
        of.scope,
        of.name,
        literal(str(to), of.value.type),
        of.until,
        of.process,
        case((of.sought.is_not(None), literal(str(to))), else_=None),
    ).where(mine, of.until == rev)
    uow.session.execute(insert(_VARIABLES).from_select(columns, fresh))
