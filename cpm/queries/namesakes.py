"""Who may be the same customer: found by keys, and then compared. Nobody is compared with everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from cpm.identity import Likeness, Record, compare, keys_of
from cpm.identity.comparing import same_name
from cpm.identity.keys import NAME
from cpm.model import IdentityKey
from cpm.queries.records import portions, records
from cpm.uow import UnitOfWork

#: A key that more customers share says too little to compare them all; how many they are is told.
MOST = 200


@dataclass(frozen=True, slots=True)
class Found:
    customer: int
    other: int
    likeness: Likeness


def likely(look: UnitOfWork, probes: Mapping[int, Record]) -> Iterator[Found]:
    """For each record, by the id of its customer (0: of none yet), who shares a key and is worth a look."""
    keys = {customer: keys_of(record) for customer, record in probes.items()}
    crowds = _crowds(look, set().union(*keys.values()))
    sharing = _sharing(look, {key for key, many in crowds.items() if many <= MOST})
    candidates = {
        customer: {other for key in mine for other in sharing.get(key, ())} - {customer}
        for customer, mine in keys.items()
    }
    known = records(look, set().union(*candidates.values()))
    for customer, record in probes.items():
        others = {other: known[other] for other in candidates[customer] if other in known}
        same = sum(same_name(record, other) for other in others.values())
        crowd = max((crowds.get(key, 0) - 1 for key in keys[customer] if _is_name(key, crowds)), default=0)
        for other, theirs in others.items():
            likeness = compare(record, theirs, namesakes=max(same, crowd, 1))
            if likeness.suggested:
                yield Found(customer, other, likeness)


def _is_name(key: str, crowds: Mapping[str, int]) -> bool:
    """A whole name that so many have that they were not all looked at."""
    return key.startswith(f"{NAME}|") and crowds.get(key, 0) > MOST


def _crowds(look: UnitOfWork, keys: set[str]) -> dict[str, int]:
    """How many share each key."""
    found: dict[str, int] = {}
    for some in portions(sorted(keys)):
        query = select(IdentityKey.key, func.count()).where(IdentityKey.key.in_(some))
        found.update((key, many) for key, many in look.session.execute(query.group_by(IdentityKey.key)))
    return found


def _sharing(look: UnitOfWork, keys: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for some in portions(sorted(keys)):
        query = select(IdentityKey.key, IdentityKey.customer_id).where(IdentityKey.key.in_(some))
        for key, customer in look.session.execute(query):
            found.setdefault(key, []).append(customer)
    return found
