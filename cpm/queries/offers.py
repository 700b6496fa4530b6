"""Which products of a form an ERP is to be asked for, on behalf of the customer whose case it is."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from cpm.connectors.erp.offers import Want
from cpm.forms import Field, Form
from cpm.forms.choosing import values_in
from cpm.forms.lookups import Found
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.model import OPEN_TASKS, Task
from cpm.queries import variables
from cpm.queries.lookups import products
from cpm.uow import UnitOfWork

SOURCE = "products"


def of_found(look: UnitOfWork, task: Task, field: str, found: Found, on: date | None = None) -> Want | None:
    """Of what a look-up has found in this field; `on` is the day that is wanted, if that is known."""
    form = look.form(task)
    looked = form.field(field) if form is not None else None
    if looked is None or looked.lookup is None or looked.lookup.source != SOURCE or not found.hits:
        return None
    return _want(look, task, tuple(hit.value for hit in found.hits), on)


def day(typed: str | None) -> date | None:
    """What is no day yet while somebody types is none."""
    try:
        return take_date(typed)
    except Misfit:
        return None


def of_form(
    look: UnitOfWork, task: Task, typed: Mapping[str, Any] | None, *, again: bool = False
) -> Want | None:
    """Of what stands in the form and nobody was told of; `again`: nor by the ERP itself. None if that is nothing."""
    form = look.form(task) if task.state in OPEN_TASKS else None
    if form is None or SOURCE not in form.looks_up:
        return None
    seen = variables.seen_at(look, task.case, task.node)
    texts = sorted(set(values_in(_texts(form, typed or {}, seen))))
    side = products.side_of(look, task.case_id) if texts else None
    if side is None:
        return None
    new = _untold(look, side, texts, again=again)
    skus = _untold(look, side, products.meant(look, side[0], new), again=again) if new else ()
    return _want(look, task, skus, None) if skus else None


def _untold(
    look: UnitOfWork, side: tuple[str, str], texts: Collection[str], *, again: bool
) -> tuple[str, ...]:
    told = look.erp.offers.told(*side, texts)
    return tuple(text for text in texts if text not in told or (again and told[text].product is None))


def _want(look: UnitOfWork, task: Task, skus: tuple[str, ...], on: date | None) -> Want | None:
    side = products.side_of(look, task.case_id)
    return None if side is None else Want(*side, on or look.local_now.date(), skus)


def _texts(form: Form, typed: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[object]:
    for field in form.fields:
        held = (typed.get(field.key), seen.get(field.key))
        if _looks(field):
            yield from held
        for inner in field.rows.fields if field.rows else ():
            if _looks(inner):
                rows = (row for some in held if isinstance(some, list) for row in some)
                yield from (row.get(inner.key) for row in rows if isinstance(row, Mapping))


def _looks(field: Field) -> bool:
    return field.lookup is not None and field.lookup.source == SOURCE
