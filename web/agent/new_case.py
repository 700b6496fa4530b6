"""A case by hand: somebody calls, comes by or writes a letter, and an agent takes it down."""

import secrets
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import next_task, notes
from cpm.commands.identifiers import Known
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Case
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.policies import PolicyRefusal
from cpm.queries import customers, linked, repeating, search, startable, words
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.customers import ADDRESSED, KINDS, facts
from web.agent.sought import as_new
from web.here import engine
from web.language import language
from web.visitor import visitor

_NEW = "new"
_MOST_LOOKED_AT = 5  #: customers found whose open cases are offered; with more, the name says too little


@dataclass(frozen=True, slots=True)
class Offered:
    """A customer to choose."""

    id: int
    name: str
    addresses: tuple[str, ...]


@blueprint.get("/cases/new")
@access.granted(*READERS)
def new_case() -> ResponseReturnValue:
    """First the customer is looked for; whoever is not found is entered with the case."""
    return _page()


@blueprint.post("/cases/new")
@access.granted(*READERS)
def open_case() -> ResponseReturnValue:
    """The same form sent twice opens one case, and leads to the same: its first step if they have it in hand, else the case.

    What does not fit comes back as it was typed.
    """
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            goal = _noted(uow) if "case" in request.form else _opened(uow)
    except CpmError as error:
        if isinstance(error, PolicyRefusal) or error.status not in (404, 409, 422):
            raise
        return _page(error), error.status
    return redirect(goal, 303)


def _opened(uow: UnitOfWork) -> str:
    process, customer = request.form.get("process", ""), _customer()
    like = _like(uow)
    same = like is not None and (like.process, like.customer_id) == (process, customer)
    data = repeating.taken_over(uow, like) if like is not None and same else {}
    made = notes.open_by_hand(uow, _said(), process=process, customer=customer, data=data)
    next_task.begin(uow, made)
    held = next_task.in_hand(uow, next_task.open_steps(uow, made.id))
    if held is None:
        return url_for("agent.case", number=made.number)
    return url_for("agent.task", number=made.number, task_id=held.id)


def _like(uow: UnitOfWork) -> Case | None:
    """The case that the new one is begun like."""
    number = request.values.get("like", "")
    return uow.get(Case, must_see(uow, number)) if number else None


def _noted(uow: UnitOfWork) -> str:
    """It is about a case that is open already."""
    number = request.form["case"]
    notes.note_on(uow, must_see(uow, number), _said())
    return url_for("agent.case", number=number)


def _said() -> Said:
    form = request.form
    return Said(
        channel=form.get("channel", ""),
        subject=form.get("subject", ""),
        text=form.get("text", ""),
        unique_id=form.get("unique_id") or None,
        language="en" if form.get("spoken") == "en" else "de",
    )


def _customer() -> int | NewCustomer:
    chosen = request.form.get("customer", "")
    if _is_id(chosen):
        return int(chosen)
    if chosen != _NEW:
        raise Invalid(
            "Expected a customer, but none is chosen",
            [("customer", "must be one that is there, or new")],
            de="Bitte einen Kunden wählen oder neu eintragen.",
            problems_de=[("customer", "Bitte einen Kunden wählen oder neu eintragen.")],
        )
    form = request.form
    return NewCustomer(
        facts({**form, "language": form.get("spoken", "de")}),
        email=form.get("email", ""),
        phone=form.get("phone", ""),
    )


def _page(error: CpmError | None = None) -> str:
    """With the customers that fit what is sought, or that an address belongs to which was given for a new one."""
    sought = request.values.get("q", "").strip()
    with engine().read(visitor().login) as look:
        like = _like(look)
        chosen = request.values.get("customer", "") or (str(like.customer_id) if like else "")
        known = [_offered(look, one) for one in error.customers] if isinstance(error, Known) else []
        picked = [_offered(look, int(chosen))] if _is_id(chosen) else []
        found = [Offered(one.id, one.name, one.addresses) for one in search.customers(look, sought)]
        processes = startable.processes(look, language())
        # what they have open is offered before another case is begun
        theirs = [*known, *picked] or found[:_MOST_LOOKED_AT]
        going_on = [
            (one.name, each)
            for one in theirs
            if one
            for each in linked.open_of_customer(look, one.id, language())
        ]
    return render_template(
        "agent/new_case.html",
        sought=sought,
        found=list(dict.fromkeys(one for one in [*known, *picked, *found] if one is not None)),
        known=bool(known),
        going_on=going_on,
        typed=request.form or _as_before(like),
        like=like and like.number,
        new=request.form or as_new(sought),
        chosen=chosen,
        unique_id=request.form.get("unique_id") or secrets.token_urlsafe(12),
        words=error.sentence(language()) if error else "",
        problems=dict(error.faults(language())) if isinstance(error, Invalid) else {},
        processes=processes,
        channels={word: words.channel(word, language()) for word in notes.CHANNELS},
        kinds=KINDS,
        addressed=ADDRESSED,
    )


def _as_before(like: Case | None) -> dict[str, str]:
    if like is None:
        return {"process": request.args.get("process", "")}
    said = {"de": f"Noch einmal wie {like.number}.", "en": f"Once more like {like.number}."}[language()]
    return {"process": like.process, "text": said, "spoken": like.language}


def _offered(look: UnitOfWork, customer_id: int) -> Offered | None:
    try:
        view = customers.view(look, customers.must_see(look, customer_id))
    except NotFound:
        return None
    return Offered(
        view.id, view.name, tuple(one.value for one in view.addresses if one.kind not in NO_WAY_TO_THEM)
    )


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
