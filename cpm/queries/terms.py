"""The lists that customers are sorted by, and the attributes that are declared, as pages and programs offer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from cpm.model import CustomerAttribute, CustomerTerm, Term, TermKind
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class TermLine:
    kind: str
    key: str
    name: str
    name_de: str
    name_en: str
    retired: bool
    customers: int  #: who have it; of lead sources nobody counts them


@dataclass(frozen=True, slots=True)
class AttributeLine:
    key: str
    kind: str
    name: str
    name_de: str
    name_en: str
    options: Mapping[str, str]
    retired: bool


def terms(uow: UnitOfWork, language: str = "de") -> dict[str, tuple[TermLine, ...]]:
    """By kind, in the order of their names."""
    counted = select(CustomerTerm.kind, CustomerTerm.key, func.count()).group_by(
        CustomerTerm.kind, CustomerTerm.key
    )
    counts = {(kind, key): count for kind, key, count in uow.session.execute(counted)}
    lines = [
        TermLine(
            row.kind.value,
            row.key,
            row.name(language),
            row.name_de,
            row.name_en,
            row.retired_at is not None,
            counts.get((row.kind, row.key), 0),
        )
        for row in uow.session.scalars(select(Term))
    ]
    lines.sort(key=lambda line: (line.name.casefold(), line.key))
    return {kind.value: tuple(line for line in lines if line.kind == kind) for kind in TermKind}


def in_use(
    uow: UnitOfWork, kind: TermKind, language: str = "de", *, also: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Key and name of those to choose, in the order of their names; `also` retired ones that somebody has."""
    there = Term.retired_at.is_(None) | Term.key.in_(list(also))
    rows = uow.session.scalars(select(Term).where(Term.kind == kind, there))
    return tuple(
        sorted(
            ((row.key, row.name(language)) for row in rows), key=lambda pair: (pair[1].casefold(), pair[0])
        )
    )


def attributes(uow: UnitOfWork, language: str = "de") -> tuple[AttributeLine, ...]:
    return tuple(
        AttributeLine(
            row.key,
            row.kind.value,
            row.name(language),
            row.name_de,
            row.name_en,
            row.options,
            row.retired_at is not None,
        )
        for row in uow.session.scalars(select(CustomerAttribute).order_by(CustomerAttribute.key))
    )
