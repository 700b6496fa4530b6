"""Products by words of their SKU and name, from our copy of the catalogue; the value is the SKU.

The copy is asked, not the ERP: it answers at once and while that is away, and says how old it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, or_, select, table

from cpm import case_numbers, sought, writing
from cpm.connectors.erp import Product
from cpm.connectors.erp.offers import SLOW
from cpm.erp_settings import NONE
from cpm.forms.lookups import Found, Hit
from cpm.model import Case, ErpLink, ErpProduct, LinkedKind
from cpm.queries.lookups.source import MOST, Asked
from cpm.uow import UnitOfWork


def find(look: UnitOfWork, asked: Asked) -> Found:
    """Those whose SKU begins so first, then those whose words begin so, then those that have them inside of words."""
    side = side_of(look, asked.case_id)
    key, wanted = sought.key(asked.words), sought.words(asked.words)
    if side is None or not key or not wanted:
        return Found()
    system = side[0]
    found = {row.sku: row for row in look.session.scalars(by_sku(system, key))}
    if len(found) < MOST:
        found |= {row.sku: row for row in look.session.scalars(by_words(look, system, wanted))}
    if len(found) < MOST:
        found |= {row.sku: row for row in look.session.scalars(by_parts(system, wanted))}
    rows = list(found.values())[:MOST]
    oldest = min((row.seen_at for row in rows), default=None)
    aged = note(oldest, asked.language, look.settings.zone) if oldest is not None else ""
    return Found(tuple(map(_hit, rows)), aged)


def named(look: UnitOfWork, values: Collection[str], asked: Asked) -> Mapping[str, Hit]:
    """As people of this case were told of them; else as our copy has them, which is said beside them."""
    side = side_of(look, asked.case_id)
    if side is None:
        return {}
    system, customer = side
    query = select(ErpProduct).where(ErpProduct.system == system, ErpProduct.sku.in_(values))
    told = look.erp.offers.told(system, customer, values) if asked.case_id is not None else {}
    found: dict[str, Hit] = {}
    for row in look.session.scalars(query):
        hit, last = _hit(row), told.get(row.sku)
        if last is not None and last.product is not None:
            hit = replace(hit, facts={**hit.facts, **offered(last.product, last.at)})
        elif last is not None:
            aged = note(row.seen_at, asked.language, look.settings.zone, unheard=last.unheard)
            hit = replace(hit, note=aged)
        found[row.sku] = hit
    return found


def meant(look: UnitOfWork, system: str, texts: Collection[str]) -> tuple[str, ...]:
    """The SKUs that our copy of the catalogue has, of those that were typed or whose names were."""
    typed = ErpProduct.sku.in_(texts) | ErpProduct.name.in_(texts)
    query = select(ErpProduct.sku).where(ErpProduct.system == system, typed)
    return tuple(look.session.scalars(query.order_by(ErpProduct.sku)))


def side_of(look: UnitOfWork, case_id: int | None) -> tuple[str, str] | None:
    """Whose catalogue counts for a case, of the system that it began with, else of the main one; and its customer's key there."""
    main = None if look.settings.erp.main == NONE else look.settings.erp.main
    if case_id is None:
        return None if main is None else (main, "")
    query = (
        select(Case.erp, Case.customer_id, ErpLink.system, ErpLink.key)
        .outerjoin(ErpLink, (ErpLink.customer_id == Case.customer_id) & (ErpLink.kind == LinkedKind.CUSTOMER))
        .where(Case.id == case_id)
        .order_by(ErpLink.id)
    )
    rows = look.session.execute(query).all()
    system = (rows[0].erp if rows else None) or main
    if system is None:
        return None
    keys = [row.key for row in rows if row.system == system]
    number = case_numbers.customer_number(rows[0].customer_id) if rows else ""
    return system, keys[0] if keys and number not in keys else number


def offered(product: Product, at: datetime) -> dict[str, object]:
    """What the ERP adds to what we know: the price is the customer's, the rest as of the day that was asked for."""
    return {
        "price": product.price,
        "stock": product.available,
        "earliest": product.earliest,
        "as_of": at,
    }


def as_of(hit: Hit) -> datetime | None:
    at = hit.facts.get("as_of")
    return at if isinstance(at, datetime) else None


def note(at: datetime, language: str, zone: tzinfo, *, unheard: str = "") -> str:
    """How old prices are; `unheard`: and why (slow, away)."""
    moment = writing.written(at, language, zone)
    if not unheard:
        return f"As of {moment}." if language == "en" else f"Stand {moment}."
    if unheard == SLOW:
        return (
            f"The ERP takes longer just now; prices are shown as of {moment}."
            if language == "en"
            else f"Das ERP braucht gerade länger; gezeigt sind die Preise, Stand {moment}."
        )
    return (
        f"The ERP does not answer just now: prices as of {moment}."
        if language == "en"
        else f"Das ERP antwortet gerade nicht: Preise Stand {moment}."
    )


def by_sku(system: str, key: str) -> Select[ErpProduct]:
    """By index: what begins so stands together."""
    begins = ErpProduct.key >= key, ErpProduct.key < key + "\uffff"
    return select(ErpProduct).where(ErpProduct.system == system, *begins).order_by(ErpProduct.key).limit(MOST)


def by_words(look: UnitOfWork, system: str, wanted: Sequence[Sequence[str]]) -> Select[ErpProduct]:
    """By the index of words that each database has of its own (migration 0033)."""
    query = select(ErpProduct).where(ErpProduct.system == system).limit(MOST)
    if look.session.get_bind().dialect.name == "postgresql":
        words: ColumnElement[str] = literal_column("to_tsvector('simple', erp_products.words)")
        asked = func.to_tsquery(literal_column("'simple'"), sought.for_postgresql(wanted))
        # Where it looks at row after row all the same (short words are in many), a glance at each is enough for most.
        return query.where(words.bool_op("@@")(asked), *_there(wanted))
    index: ColumnElement[str] = literal_column("erp_product_words")
    number: ColumnElement[int] = literal_column("erp_product_words.rowid")
    rows = query.join(table("erp_product_words"), number == ErpProduct.id)
    return rows.where(index.bool_op("MATCH")(literal(sought.for_sqlite(wanted)))).order_by(number)


def by_parts(system: str, wanted: Sequence[Sequence[str]]) -> Select[ErpProduct]:
    """Row by row: "modul" is in "Solarmodul". Some 7 ms for 10,000 products."""
    query = select(ErpProduct).where(ErpProduct.system == system, *_there(wanted))
    return query.order_by(ErpProduct.key).limit(MOST)


def _there(wanted: Sequence[Sequence[str]]) -> list[ColumnElement[bool]]:
    """Words hold letters and digits alone, so nothing in them is a sign of LIKE."""
    return [or_(*(ErpProduct.words.contains(each) for each in spellings)) for spellings in wanted]


def _hit(row: ErpProduct) -> Hit:
    """The price is the list price; `as_of`: when it was that."""
    facts = {
        "unit": row.unit,
        "price": row.price,
        "group": row.group,
        "field": row.field,
        "as_of": row.seen_at,
    }
    return Hit(row.sku, row.name, facts)
