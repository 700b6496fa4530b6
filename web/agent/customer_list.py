"""Lists of customers, one act on those that are ticked, and a new customer by hand."""

from contextlib import ExitStack
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from cpm.commands import addresses, customer_rows, identifiers, terms
from cpm.commands import customers as commands
from cpm.commands.customers import Facts
from cpm.errors import CpmError, Invalid
from cpm.model import TermKind
from cpm.queries import customer_lists, customer_sheets
from cpm.queries import terms as term_queries
from cpm.queries.customer_lists import Wanted
from cpm.uow import UnitOfWork
from web import access
from web.addresses import wholes
from web.agent import customer_form
from web.agent.blueprint import READERS, blueprint, page_number
from web.agent.customers import facts
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_ASKED = tuple(Wanted.__dataclass_fields__)


@blueprint.get("/customers")
@access.granted(*READERS)
def customers() -> ResponseReturnValue:
    return _list()


@blueprint.get("/customers.csv")
@access.granted(*READERS)
def customers_csv() -> ResponseReturnValue:
    """Line by line as they are read; by the same address as the page."""
    with ExitStack() as opened:
        look = opened.enter_context(engine().read(visitor().login))
        lines = customer_sheets.as_csv(look, wanted(), language=language())
        name = f"{'customers' if language() == 'en' else 'kunden'}-{look.local_now:%Y-%m-%d}.csv"
        headers = Headers()
        headers.add("Content-Disposition", "attachment", filename=name)
        response = Response(lines, mimetype="text/csv", headers=headers)
        response.call_on_close(opened.pop_all().close)
    return response


@blueprint.post("/customers/words")
@access.granted(*READERS)
def sort_customers() -> ResponseReturnValue:
    """Give a category or business field to those that are ticked, or to all that the list has; or take it."""
    form, asked = request.form, wanted()
    kind, _colon, key = form.get("term", "").partition(":")
    try:
        with engine().begin(visitor().login) as uow:
            chosen = _chosen(uow, asked)
            term = _term(uow, kind, key)
            act = terms.take if form.get("what") == "take" else terms.assign
            done = act(uow, term[0], term[1], chosen)
    except CpmError as error:
        if error.status not in (409, 422):
            raise
        return _list(error), error.status
    flash(_("Done for {count} of {all} customers.", count=done, all=len(chosen)))
    return redirect(f"{url_for('agent.customers')}?{urlencode(address(asked))}", 303)


@blueprint.get("/customers/new")
@access.granted(*READERS)
def new_customer() -> ResponseReturnValue:
    return _new()


@blueprint.post("/customers/new")
@access.granted(*READERS)
def create_customer() -> ResponseReturnValue:
    """With address and words at once; what does not fit comes back as it was typed, and nobody is created."""
    form = request.form
    try:
        with engine().begin(visitor().login) as uow:
            made = commands.create(uow, _facts(), email=form.get("email", ""), phone=form.get("phone", "")).id
            if any(form.get(name, "").strip() for name in ("street", "postcode", "city")):
                addresses.add(uow, made, customer_form.postal(form))
            for kind in terms.SEVERAL:
                terms.put_of(uow, customer_rows.locked(uow, made), kind, form.getlist(kind.value))
    except CpmError as error:
        if error.status not in (409, 422):
            raise
        return _new(error), error.status
    return redirect(url_for("agent.customer", customer_id=made), 303)


def wanted() -> Wanted:
    """As the address says, or the hidden fields of a form; what is too long to be found is cut."""
    return Wanted(**{name: request.values.get(name, "")[:200] for name in _ASKED})


def address(asked: Wanted) -> dict[str, str]:
    return {name: value for name in _ASKED if (value := getattr(asked, name))}


def _facts() -> Facts:
    form, usual = request.form, facts(request.form)
    more = {"status": form.get("status") or usual.status, "lead_source": form.get("lead_source", "")}
    said = {name: getattr(usual, name) for name in commands.FIELDS}
    return Facts(**{**said, **more})


def _chosen(uow: UnitOfWork, asked: Wanted) -> list[int]:
    form = request.form
    if "all" in form:
        chosen = customer_lists.ids(uow, asked, language=language(), most=terms.MOST_AT_ONCE)
    else:
        chosen = list(wholes(form.getlist("customer")))
    if not chosen:
        raise Invalid("Expected customers, but none is chosen", de="Bitte Kunden auswählen.")
    return chosen


def _term(uow: UnitOfWork, kind: str, key: str) -> tuple[TermKind, str]:
    """The one that is chosen, or the category that was typed."""
    if new := request.form.get("new_category", "").strip():
        return TermKind.CATEGORY, terms.put(uow, TermKind.CATEGORY, new).key
    if kind not in {each.value for each in terms.SEVERAL}:
        raise Invalid(
            "Expected a category or business field, but none is chosen",
            [("term", "must be a category or a business field")],
            problems_de=[("term", "Bitte eine Kategorie oder ein Geschäftsfeld wählen.")],
        )
    return TermKind(kind), key


def _list(error: CpmError | None = None) -> str:
    asked = wanted()
    with engine().read(visitor().login) as look:
        unfit: CpmError | None = error
        try:
            found = customer_lists.lines(look, asked, page=page_number(), language=language())
        except Invalid as wrong:
            unfit, found = wrong, customer_lists.Lines((), 0, 1)
        choices = customer_form.choices(look, source=asked.lead_source)
        attributes = [each for each in term_queries.attributes(look, language()) if not each.retired]
    return render_template(
        "agent/customers.html",
        found=found,
        asked=asked,
        address=address(asked),
        choices=choices,
        attributes=attributes,
        most=customer_lists.MOST,
        most_at_once=terms.MOST_AT_ONCE,
        words=unfit.sentence(language()) if unfit else "",
        problems=dict(unfit.faults(language())) if isinstance(unfit, Invalid) else {},
    )


def _new(error: CpmError | None = None) -> str:
    known = error.customers if isinstance(error, identifiers.Known) else ()
    with engine().read(visitor().login) as look:
        choices = customer_form.choices(look)
    return render_template(
        "agent/new_customer.html",
        typed=request.form,
        known=known,
        choices=choices,
        words=error.sentence(language()) if error else "",
        problems=dict(error.faults(language())) if isinstance(error, Invalid) else {},
    )
