"""The words by which an installation sorts its customers: categories, business fields, where leads come from."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.commands import administering, audit, checks, customer_rows
from cpm.errors import Forbidden, Invalid
from cpm.model import Customer, CustomerTerm, Role, Term, TermKind
from cpm.uow import UnitOfWork

MOST_AT_ONCE = 1_000  #: customers that get a word in one command
SEVERAL = (TermKind.CATEGORY, TermKind.BUSINESS_FIELD)  #: of which a customer has any number
_LONGEST = 80
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_KEEPERS = frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.DESIGNER})


def put(uow: UnitOfWork, kind: TermKind, name_de: str, *, name_en: str = "", key: str = "") -> Term:
    """A new word, or new names for one that is there; it is in use again if it was retired.

    Categories are anybody's who works on cases; business fields and lead sources are for who looks after them.
    """
    _must_be_allowed(uow, kind)
    name_de = checks.plain_text("name_de", name_de, longest=_LONGEST)
    name_en = checks.plain_text("name_en", name_en, required=False, longest=_LONGEST) or name_de
    key = key or key_of(name_de)
    if not _KEY.fullmatch(key):
        raise Invalid(
            f"Expected a key of lower-case letters, digits and dashes, but got {key!r:.80}",
            [("key", "does not fit")],
            problems_de=[("key", "Nur Kleinbuchstaben, Ziffern und Striche, höchstens 60.")],
        )
    term = uow.session.get(Term, (kind, key)) or Term(kind=kind, key=key, created_at=uow.now)
    term.name_de, term.name_en, term.retired_at = name_de, name_en, None
    uow.session.add(term)
    uow.session.flush()
    audit.record(uow, "term.put", kind=kind.value, key=key, name=name_de)
    return term


def retire(uow: UnitOfWork, kind: TermKind, key: str) -> Term:
    """Nobody is sorted under it any more; who is, stays."""
    _must_be_allowed(uow, kind)
    term = must_be_one(uow, kind, key, field="key", retired=True)
    if term.retired_at is None:
        term.retired_at = uow.now
        audit.record(uow, "term.retired", kind=kind.value, key=key, name=term.name_de)
    return term


def assign(uow: UnitOfWork, kind: TermKind, key: str, customer_ids: Iterable[int]) -> int:
    """Give it to these customers; how many did not have it before."""
    wanted = _bounded(customer_ids)
    term = must_be_one(uow, kind, key, field=kind.value)
    for each in wanted:
        customer_rows.locked(uow, each)
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"kind": kind, "key": key, "customer_id": each} for each in wanted]
    insert = dialect.insert(CustomerTerm).on_conflict_do_nothing().returning(CustomerTerm.customer_id)
    new = uow.session.scalars(insert, rows).all() if rows else []
    for each in new:
        audit.record(uow, "customer.term_given", customer=each, kind=kind.value, name=term.name_de)
    return len(new)


def take(uow: UnitOfWork, kind: TermKind, key: str, customer_ids: Iterable[int]) -> int:
    """Take it from these customers; how many had it."""
    wanted = _bounded(customer_ids)
    term = must_be_one(uow, kind, key, field=kind.value, retired=True)
    for each in wanted:
        customer_rows.locked(uow, each)
    having = (CustomerTerm.kind == kind, CustomerTerm.key == key, CustomerTerm.customer_id.in_(wanted))
    gone = uow.session.scalars(delete(CustomerTerm).where(*having).returning(CustomerTerm.customer_id)).all()
    for each in sorted(gone):
        audit.record(uow, "customer.term_taken", customer=each, kind=kind.value, name=term.name_de)
    return len(gone)


def put_of(
    uow: UnitOfWork,
    customer: Customer,
    kind: TermKind,
    keys: Iterable[str],
    *,
    seen: Iterable[str] | None = None,
) -> None:
    """Let them have these and no others; `seen`: which they had when somebody began to choose, so that only what was
    chosen or left out since then changes.
    """
    wanted, had = set(keys), set(of(uow, customer, kind))
    looked = had if seen is None else set(seen)
    for key in sorted(wanted - looked - had):
        assign(uow, kind, key, [customer.id])
    for key in sorted((looked - wanted) & had):
        take(uow, kind, key, [customer.id])


def of(uow: UnitOfWork, customer: Customer, kind: TermKind) -> Sequence[str]:
    keys = select(CustomerTerm.key).where(CustomerTerm.customer_id == customer.id, CustomerTerm.kind == kind)
    return uow.session.scalars(keys.order_by(CustomerTerm.key)).all()


def must_be_one(uow: UnitOfWork, kind: TermKind, key: str, *, field: str, retired: bool = False) -> Term:
    """The term; Invalid names the field."""
    term = uow.session.get(Term, (kind, key))
    if term is None or (term.retired_at is not None and not retired):
        what = kind.value.replace("_", " ")
        raise Invalid(
            f"Expected the key of a {what} that is in use, but {key!r:.60} is none",
            [(field, f"must be the key of a {what} that is in use, and {key!r:.60} is not")],
            problems_de=[(field, f"„{key:.60}“ gibt es nicht, oder es wird nicht mehr verwendet.")],
        )
    return term


def key_of(name: str) -> str:
    """A key made from a name: "IAA 2013" becomes iaa-2013."""
    plain = unicodedata.normalize("NFKD", name.strip().lower().translate(_SPELT))
    kept = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:60].rstrip("-")


def _bounded(customer_ids: Iterable[int]) -> list[int]:
    wanted = sorted(set(customer_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(
            f"Expected at most {MOST_AT_ONCE} customers at once, but there are {len(wanted)}",
            de=f"Auf einmal gehen höchstens {MOST_AT_ONCE} Kunden.",
        )
    return wanted


def _must_be_allowed(uow: UnitOfWork, kind: TermKind) -> None:
    if administering.is_program(uow):
        return
    allowed = _KEEPERS | {Role.AGENT} if kind == TermKind.CATEGORY else _KEEPERS
    if allowed.isdisjoint(uow.user().roles):
        raise Forbidden(
            f"Expected a supervisor, designer or operator to look after the list {kind.value}, but you are none",
            de="Diese Liste pflegen Teamleitung, Gestaltung und Betrieb.",
        )
