"""Several cases in one command: locked in the order of their numbers, so that two commands never wait for each other."""

from cpm.model import Case
from cpm.uow import UnitOfWork


def both(uow: UnitOfWork, one: int, other: int) -> tuple[Case, Case]:
    """Locked, in the order of the arguments."""
    found = {case_id: uow.case(case_id) for case_id in sorted({one, other})}
    return found[one], found[other]


def survivor(uow: UnitOfWork, case_id: int) -> int | None:
    """The number of the case that has what was said in this one; None if there is no such case. Locks nothing."""
    seen: set[int] = set()
    while case_id not in seen:
        seen.add(case_id)
        if (case := uow.session.get(Case, case_id)) is None:
            return None
        if case.merged_into_id is None:
            return case.id
        case_id = case.merged_into_id
    raise AssertionError(f"case {case_id} is merged into itself")
