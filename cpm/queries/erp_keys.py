"""Keys in an ERP that say to which case they belong: an order's is the number of its case, which not everybody may know."""

from collections.abc import Callable, Collection

from sqlalchemy import Select, select, tuple_

from cpm import case_numbers
from cpm.errors import Invalid
from cpm.model import Case, ErpLink, LinkedKind
from cpm.uow import UnitOfWork

_Within = Callable[[UnitOfWork, Select[int]], Select[int]]  #: of `queries.access`
#: Stands for a key that its reader may not see.
HIDDEN = "***"


def case_of(key: str) -> int | None:
    """The id in the key of an order, or of what else a call of a case made; None if it names no case."""
    try:
        return case_numbers.case_id(key.partition("/")[0])
    except Invalid:
        return None


def hidden(look: UnitOfWork, keys: Collection[tuple[str, str]], within: _Within) -> set[tuple[str, str]]:
    """Those, by system and key, whose case is not `within` what the actor may know. None where no user acts: on the command line."""
    if not look.actor or not look.library.confidential or not keys:
        return set()
    owners = _owners(look, keys)
    theirs = select(Case.id).where(Case.id.in_({case for _, case in owners}))
    unseen = set(look.session.scalars(theirs)) - set(look.session.scalars(within(look, theirs)))
    return {key for key, case in owners if case in unseen}


def _owners(look: UnitOfWork, keys: Collection[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    """Each with the case that it names, and with the one that it is linked to."""
    named = [(each, case) for each in keys if (case := case_of(each[1])) is not None]
    query = select(ErpLink.system, ErpLink.key, ErpLink.case_id).where(
        ErpLink.kind != LinkedKind.CUSTOMER, tuple_(ErpLink.system, ErpLink.key).in_(keys)
    )
    rows = look.session.execute(query)
    return named + [((system, key), case) for system, key, case in rows if case is not None]
