"""Notes on a customer: what colleagues should know of them, whatever the case. No customer ever reads one.

The audit says that there was a note and whose; never its words, which are gone for good once it is taken back.
"""

from datetime import timedelta

from sqlalchemy import select

from cpm.commands import audit, checks, customer_rows
from cpm.errors import Conflict, Forbidden, NotFound
from cpm.model import CustomerNote, Role, User
from cpm.uow import UnitOfWork

LONGEST = 5_000  #: characters
_WRITES = frozenset({Role.AGENT, Role.SUPERVISOR})
#: The same words again so soon are a form that was sent twice.
_TWICE = timedelta(minutes=1)


def add(uow: UnitOfWork, customer_id: int, text: str) -> CustomerNote:
    """Conflict if somebody else stands for the customer since a merge."""
    user, customer = _writer(uow), customer_rows.locked(uow, customer_id)
    said = checks.plain_text("note", text, longest=LONGEST)
    same = select(CustomerNote).where(
        CustomerNote.customer_id == customer.id,
        CustomerNote.author == user.login,
        CustomerNote.text == said,
        CustomerNote.at > uow.now - _TWICE,
    )
    if (known := uow.session.scalar(same.limit(1))) is not None:
        return known
    note = CustomerNote(customer_id=customer.id, author=user.login, at=uow.now, text=said, rev=1)
    uow.session.add(note)
    uow.session.flush()
    audit.record(uow, "customer.note_added", customer=customer.id, note=note.id)
    return note


def change(
    uow: UnitOfWork, customer_id: int, note_id: int, text: str, *, seen: int | None = None
) -> CustomerNote:
    """By its author or a supervisor. `seen`: the `rev` that they read; Conflict if it has changed since, or is gone."""
    note = _theirs(uow, customer_id, note_id)
    said = checks.plain_text("note", text, longest=LONGEST)
    if note.taken_back_at is not None:
        raise Conflict(
            f"Expected note {note.id} to stand, but it was taken back",
            de="Diese Notiz ist inzwischen zurückgenommen.",
        )
    if note.text == said:
        return note
    if seen is not None and seen != note.rev:
        raise Conflict(
            f"Expected note {note.id} to be as it was read, but {note.changed_by} has changed it",
            de="Diese Notiz hat inzwischen jemand geändert. Sie steht jetzt, wie sie ist, über Ihrem Text.",
        )
    note.text, note.rev, note.changed_at, note.changed_by = said, note.rev + 1, uow.now, uow.actor
    audit.record(uow, "customer.note_changed", customer=customer_id, note=note.id, user=note.author)
    return note


def take_back(uow: UnitOfWork, customer_id: int, note_id: int) -> CustomerNote:
    """Its words are gone for good; that it was there stays. By its author or a supervisor. Again changes nothing."""
    note = _theirs(uow, customer_id, note_id)
    if note.taken_back_at is None:
        note.text, note.rev = "", note.rev + 1
        note.taken_back_at, note.taken_back_by = uow.now, uow.actor
        audit.record(uow, "customer.note_taken_back", customer=customer_id, note=note.id, user=note.author)
    return note


def _theirs(uow: UnitOfWork, customer_id: int, note_id: int) -> CustomerNote:
    """As it is since the customer is locked."""
    user = _writer(uow)
    customer_rows.locked(uow, customer_id)
    note = uow.session.get(CustomerNote, note_id, populate_existing=True)
    if note is None or note.customer_id != customer_id:
        raise NotFound(
            f"Expected a note on customer {customer_id}, but {note_id} is none",
            de="Diese Notiz gibt es bei diesem Kunden nicht.",
        )
    if note.author != user.login and Role.SUPERVISOR not in user.roles:
        raise Forbidden(
            f"Expected {note.author} or a supervisor to change note {note.id}, but {user.login} is neither",
            de="Eine Notiz ändert und nimmt zurück, wer sie geschrieben hat, oder die Teamleitung.",
        )
    return note


def _writer(uow: UnitOfWork) -> User:
    user = uow.user()
    if not _WRITES.intersection(user.roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to note something on a customer, but {user.login} is neither",
            de="Zu Kunden notiert nur etwas, wer ihre Vorgänge auch bearbeitet.",
        )
    return user
