"""Two customers turn out to be one: merge them, and undo it. Nothing is merged but by a person's word.

Undoing puts back exactly what went over. What came later stays with the survivor, but for cases that began by a message
from an address that goes back. Merges into one customer are undone in the opposite order, the last one first.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm.commands import addresses, audit, duplicates, merging_rows
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Consent, Customer, CustomerValue, Merge, Role
from cpm.queries.merge_preview import ATTRIBUTE, Preview, preview
from cpm.queries.merges import KEPT, must_be_undoable
from cpm.uow import UnitOfWork

__all__ = ["KEPT", "Preview", "join", "merge", "preview", "unmerge"]

_MAY = frozenset({Role.AGENT, Role.SUPERVISOR})
_CHOICES = ("survivor", "merged")
_COLUMNS = ("value", "amount", "day", "sought")
_NOTHING: Mapping[str, str] = {}
SOURCE = "merge"  #: of a withdrawal that counts for both


def merge(
    uow: UnitOfWork, survivor_id: int, merged_id: int, *, chosen: Mapping[str, str] = _NOTHING, seen: str = ""
) -> Merge:
    """`merged_id` goes into `survivor_id`. `chosen`: by field, whose value counts: survivor or merged.

    `seen` is what the preview said that somebody decided by; Conflict if it has changed. Where nothing is chosen the
    survivor's value counts, unless it is empty.
    """
    _must_be_allowed(uow)
    return join(uow, survivor_id, merged_id, chosen=chosen, seen=seen)


def join(
    uow: UnitOfWork, survivor_id: int, merged_id: int, *, chosen: Mapping[str, str] = _NOTHING, seen: str = ""
) -> Merge:
    """As `merge`, as a step of a process in which a person has compared both."""
    merging_rows.locked(uow, survivor_id, merged_id, cases_of=merged_id)
    found = preview(uow, survivor_id, merged_id)
    if seen and seen != found.seen:
        raise Conflict(
            "Expected both customers to be as they were shown, but one has changed meanwhile",
            de="Einer der beiden Kunden hat sich inzwischen geändert. Bitte noch einmal vergleichen.",
        )
    _must_be_fields(chosen, found)
    row = Merge(survivor_id=survivor_id, merged_id=merged_id, at=uow.now, by=uow.actor, taken={})
    uow.session.add(row)
    uow.session.flush()
    row.taken = _take_fields(uow, found, chosen)
    _withdraw(uow, row, found)
    for marked in addresses.marks_meet(uow, row.survivor_id, row.merged_id):
        merging_rows.note(uow, row, merging_rows.MARKED, marked)
    merging_rows.take_over(uow, row)
    merging_rows.cases_change_hands(uow, row, back=False)
    uow.get(Customer, merged_id).merged_into_id = survivor_id
    duplicates.merged(uow, survivor_id, merged_id)
    taken = ", ".join(sorted(row.taken)) or None
    audit.record(
        uow, "customer.merged", customer=survivor_id, other=found.merged.number, merge=row.id, taken=taken
    )
    audit.record(uow, "customer.merged_away", customer=merged_id, other=found.survivor.number, merge=row.id)
    return row


def unmerge(uow: UnitOfWork, merge_id: int) -> Merge:
    """Put back what went over; Conflict says why it can no longer be done."""
    _must_be_allowed(uow)
    row = uow.get(Merge, merge_id)
    merging_rows.locked(uow, row.survivor_id, row.merged_id, cases_of=row.survivor_id)
    uow.session.refresh(row, with_for_update=True)
    must_be_undoable(uow, row)
    merging_rows.with_what_came_later(uow, row)
    _give_fields_back(uow, row)
    merging_rows.cases_change_hands(uow, row, back=True)
    merging_rows.give_back(uow, row)
    _withdrawn_since(uow, row)
    uow.get(Customer, row.merged_id).merged_into_id = None
    row.undone_at, row.undone_by = uow.now, uow.actor
    duplicates.unmerged(uow, row.survivor_id, row.merged_id)
    one, other = uow.get(Customer, row.survivor_id), uow.get(Customer, row.merged_id)
    audit.record(uow, "customer.unmerged", customer=one.id, other=other.number, merge=row.id)
    audit.record(uow, "customer.unmerged_from", customer=other.id, other=one.number, merge=row.id)
    return row


def _must_be_allowed(uow: UnitOfWork) -> None:
    if not _MAY.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or supervisor to merge customers, but {uow.actor} is neither",
            de="Kunden zusammenführen dürfen nur Sachbearbeitung und Teamleitung.",
        )


def _must_be_fields(chosen: Mapping[str, str], found: Preview) -> None:
    known = {field.key for field in found.fields}
    wrong = [
        (name, "is no choice") for name, which in chosen.items() if name not in known or which not in _CHOICES
    ]
    if wrong:
        raise Invalid(
            f"Expected a choice of survivor or merged for each field, but {wrong[0][0][:60]} has none", wrong
        )


def _take_fields(uow: UnitOfWork, found: Preview, chosen: Mapping[str, str]) -> dict[str, Any]:
    """What the survivor takes over: field -> before and after."""
    taken = [
        field for field in found.fields if field.differs and chosen.get(field.key, field.usual) == "merged"
    ]
    survivor = uow.get(Customer, found.survivor.id)
    kept: dict[str, Any] = {}
    for field in taken:
        if field.key.startswith(ATTRIBUTE):
            kept[field.key] = _take_value(uow, found, field.key.removeprefix(ATTRIBUTE))
        else:
            kept[field.key] = [_plain(field.survivor), _plain(field.merged)]
            setattr(survivor, field.key, field.merged)
    uow.session.flush()
    return kept


def _take_value(uow: UnitOfWork, found: Preview, key: str) -> list[dict[str, Any]]:
    mine, theirs = (uow.get(CustomerValue, (side.id, key)) for side in (found.survivor, found.merged))
    before, after = ({name: getattr(one, name) for name in _COLUMNS} for one in (mine, theirs))
    for name, value in after.items():
        setattr(mine, name, value)
    return [before, after]


def _give_fields_back(uow: UnitOfWork, row: Merge) -> None:
    """What somebody has changed since is theirs and stays."""
    survivor = uow.get(Customer, row.survivor_id)
    for name, (before, after) in row.taken.items():
        if name.startswith(ATTRIBUTE):
            key = (survivor.id, name.removeprefix(ATTRIBUTE))
            value = uow.session.get(CustomerValue, key)
            if value is not None and {column: getattr(value, column) for column in _COLUMNS} == after:
                for column in _COLUMNS:
                    setattr(value, column, before[column])
        elif _plain(getattr(survivor, name)) == after:
            setattr(survivor, name, _typed(name, before))
    uow.session.flush()


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


def _typed(name: str, value: Any) -> Any:
    enum = getattr(Customer.__table__.c[name].type, "enum_class", None)
    return enum(value) if enum is not None else value


def _withdrawn_since(uow: UnitOfWork, row: Merge) -> None:
    """What one customer took back while both were one counts for both: nobody knows by whose link or voice it was."""
    said = select(Consent).where(Consent.customer_id == row.survivor_id, Consent.recorded_at > row.at)
    latest = {
        (word.channel, word.purpose): word
        for word in uow.session.scalars(said.order_by(Consent.at, Consent.id))
    }
    for (channel, purpose), word in latest.items():
        if not word.given:
            about = {
                "channel": channel,
                "purpose": purpose,
                "given": False,
                "at": word.at,
                "source": word.source,
            }
            uow.session.add(
                Consent(customer_id=row.merged_id, recorded_at=uow.now, recorded_by=uow.actor, **about)
            )


def _withdraw(uow: UnitOfWork, row: Merge, found: Preview) -> None:
    for channel, purpose in found.withdrawn:
        about = {"channel": channel, "purpose": purpose, "given": False, "at": uow.now, "source": SOURCE}
        word = Consent(customer_id=row.survivor_id, recorded_at=uow.now, recorded_by=uow.actor, **about)
        uow.session.add(word)
        uow.session.flush()
        merging_rows.note(uow, row, merging_rows.ADDED, word.id)
