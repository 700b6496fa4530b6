"""Suggestions that two customers are one: found when a customer is made or changed, or by a scan; people decide."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.commands import audit, identity_keys
from cpm.errors import Conflict
from cpm.identity import Likeness, compare
from cpm.model import Customer, Duplicate, DuplicateState, Job, JobKind, JobState
from cpm.queries import namesakes
from cpm.queries.records import portions, records
from cpm.uow import UnitOfWork

#: Customers that one transaction of a scan looks at.
PORTION = 50
#: After what customers wrote, which has 50.
PRIORITY = 80


def soon(uow: UnitOfWork, customer_id: int) -> None:
    """Look for duplicates of a customer who has changed, in a transaction of its own; one statement."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    job = {"kind": JobKind.IDENTITY, "queue": "intake", "key": f"identity/{customer_id}", "run_at": uow.now}
    rest = {"state": JobState.READY, "priority": PRIORITY, "payload": {"customer": customer_id}}
    put = dialect.insert(Job).values({**job, **rest})
    # an update and no "do nothing": a worker that is just about to take the job waits, and sees this change
    uow.session.execute(put.on_conflict_do_update(index_elements=["key"], set_={"payload": rest["payload"]}))


def examine(uow: UnitOfWork, customers: Collection[int]) -> int:
    """Find who may be the same as these, and keep what was found; the number of suggestions that are new."""
    found = records(uow, customers)
    identity_keys.keep(uow, found, gone=set(customers) - found.keys())
    pairs = {_pair(each.customer, each.other): each.likeness for each in namesakes.likely(uow, found)}
    return _kept(uow, found.keys(), pairs)


def scan(uow: UnitOfWork, *, after: int = 0) -> tuple[int | None, int]:
    """Examine the next customers; the last of them (None: there are no more), and how many suggestions are new."""
    some = select(Customer.id).where(Customer.id > after).order_by(Customer.id).limit(PORTION)
    if not (ids := uow.session.scalars(some).all()):
        return None, 0
    return ids[-1], examine(uow, ids)


def suggest(uow: UnitOfWork, customer_id: int, others: Iterable[tuple[int, Likeness]]) -> int:
    """What was seen in passing, as when somebody writes who may be known."""
    pairs = {_pair(customer_id, other): likeness for other, likeness in others}
    return _kept(uow, (), pairs, among={customer_id}) if pairs else 0


def tell_apart(uow: UnitOfWork, duplicate_id: int) -> Duplicate:
    """They are two. The pair comes back only if something else speaks for it than now."""
    uow.user()
    row = uow.get(Duplicate, duplicate_id)
    uow.session.refresh(row, with_for_update=True)
    if row.state == DuplicateState.DIFFERENT:
        return row
    if row.state == DuplicateState.MERGED:
        raise Conflict(
            f"Expected suggestion {row.id} to be open, but both have been merged",
            de="Die beiden sind inzwischen zusammengeführt.",
        )
    _decided(uow, row, "tell apart")
    for customer, other in ((row.one, row.other), (row.other, row.one)):
        audit.record(uow, "customer.told_apart", customer=customer.id, other=other.number)
    return row


def merged(uow: UnitOfWork, survivor_id: int, merged_id: int) -> None:
    """A person has merged them, whether it was suggested or not."""
    if (row := _of(uow, survivor_id, merged_id)) is not None:
        _decided(uow, row, "merge")
    identity_keys.keep(uow, {}, gone=[merged_id])
    soon(uow, survivor_id)


def unmerged(uow: UnitOfWork, survivor_id: int, merged_id: int) -> None:
    """Whoever undoes it says that they are two."""
    uow.session.flush()
    found = records(uow, [survivor_id, merged_id])
    row = _of(uow, survivor_id, merged_id)
    if row is None:
        likeness = compare(found[survivor_id], found[merged_id])
        row = _made(uow, _pair(survivor_id, merged_id), likeness)
        row.state = DuplicateState.MERGED
    _decided(uow, row, "unmerge")
    identity_keys.keep(uow, found)
    soon(uow, survivor_id)
    soon(uow, merged_id)


def _kept(
    uow: UnitOfWork,
    examined: Collection[int],
    pairs: dict[tuple[int, int], Likeness],
    *,
    among: Collection[int] = (),
) -> int:
    """New pairs are written down, open ones brought up to date, and those that nothing speaks for any more are dropped."""
    known = {(row.one_id, row.other_id): row for row in _about(uow, examined or among)}
    new = 0
    for pair, likeness in pairs.items():
        row = known.get(pair)
        if row is None:
            uow.session.add(_made(uow, pair, likeness))
            new += 1
        elif row.state == DuplicateState.OPEN:
            _say(row, likeness)
        elif row.state == DuplicateState.DIFFERENT and set(_keys(likeness)) - set(row.reasons):
            row.move("find again")
            row.found_at, row.decided_by, row.decided_at = uow.now, None, None
            _say(row, likeness)
            new += 1
    for pair, row in known.items():
        if row.state == DuplicateState.OPEN and pair not in pairs and {*pair} & {*examined}:
            uow.session.delete(row)
    uow.session.flush()
    return new


def _about(uow: UnitOfWork, customers: Collection[int]) -> Sequence[Duplicate]:
    found: dict[int, Duplicate] = {}
    for some in portions(sorted(customers)):
        either = or_(Duplicate.one_id.in_(some), Duplicate.other_id.in_(some))
        found.update((row.id, row) for row in uow.session.scalars(select(Duplicate).where(either)))
    return list(found.values())


def _of(uow: UnitOfWork, one: int, other: int) -> Duplicate | None:
    first, second = _pair(one, other)
    query = select(Duplicate).where(and_(Duplicate.one_id == first, Duplicate.other_id == second))
    return uow.session.scalar(query)


def _made(uow: UnitOfWork, pair: tuple[int, int], likeness: Likeness) -> Duplicate:
    row = Duplicate(one_id=pair[0], other_id=pair[1], state=DuplicateState.OPEN, found_at=uow.now)
    _say(row, likeness)
    uow.session.add(row)
    return row


def _say(row: Duplicate, likeness: Likeness) -> None:
    row.score, row.reasons = likeness.score, _keys(likeness)


def _keys(likeness: Likeness) -> list[str]:
    return [reason.key for reason in likeness.reasons]


def _decided(uow: UnitOfWork, row: Duplicate, verb: str) -> None:
    row.move(verb)
    row.decided_by, row.decided_at = uow.actor, uow.now


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
