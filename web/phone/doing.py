"""What people do with a call: say who it is, go on in a case or open one, take notes, promise a call back, be done."""

from collections.abc import Callable
from dataclasses import replace

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm import phone_numbers
from cpm.commands import callers, checks, customers, follow_ups, in_order, next_task, talks
from cpm.commands.identifiers import Known
from cpm.commands.notes import NewCustomer
from cpm.errors import CpmError, Invalid, NotFound, WrongState
from cpm.model import TaskKind
from cpm.policies import PolicyRefusal
from cpm.queries import access as visibility
from cpm.queries import talks as queries
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent import case as case_page
from web.agent.blueprint import READERS
from web.agent.case import must_see
from web.agent.customers import facts
from web.agent.guided import once
from web.agent.guided import page as step_page
from web.agent.later import posted_later
from web.at_hand import call
from web.here import engine
from web.language import translate as _
from web.phone.blueprint import blueprint
from web.phone.talk import Refused, shown
from web.visitor import visitor

TALK = "/talk/<int:talk_id>"


@blueprint.post(f"{TALK}/customer")
@access.granted(*READERS)
def identify(talk_id: int) -> ResponseReturnValue:
    customer, remember = addresses.posted("customer") or 0, "remember" in request.form
    refused = _tried(
        talk_id, "customer", lambda uow: callers.identify(uow, talk_id, customer, remember=remember)
    )
    return refused or redirect(url_for("phone.talk", talk_id=talk_id), 303)


@blueprint.post(f"{TALK}/nobody")
@access.granted(*READERS)
def unidentify(talk_id: int) -> ResponseReturnValue:
    """It was not that customer: who calls is asked again."""
    refused = _tried(talk_id, "customer", lambda uow: callers.unidentify(uow, talk_id))
    return refused or redirect(url_for("phone.talk", talk_id=talk_id), 303)


@blueprint.post(f"{TALK}/case")
@access.granted(*READERS)
def go_on(talk_id: int) -> ResponseReturnValue:
    """To what is to be done next in the case, if this person may do it; what is kept for them they have in hand at once."""

    def joined(uow: UnitOfWork) -> None:
        case_id = must_see(uow, request.form.get("case", ""))
        talks.go_on(uow, talk_id, case_id)
        next_task.take_up(uow, next_task.open_steps(uow, case_id))

    return _tried(talk_id, "case", joined) or _to_work(talk_id)


@blueprint.post(f"{TALK}/new-case")
@access.granted(*READERS)
def open_case(talk_id: int) -> ResponseReturnValue:
    """Who opens it has its first step in hand where it stays with one person. The same form sent twice opens one case."""

    def opened(uow: UnitOfWork) -> None:
        process, text = request.form.get("process", ""), request.form.get("text", "")
        spoken = request.form.get("spoken", "de")
        customer = _customer(uow)
        made = talks.open_case(uow, talk_id, process=process, text=text, customer=customer, language=spoken)
        next_task.begin(uow, made)

    return _tried(talk_id, "new", opened) or _to_work(talk_id)


@blueprint.post(f"{TALK}/kept")
@access.granted(*READERS)
def keep(talk_id: int) -> ResponseReturnValue:
    """While somebody types: the note stays on the server, and the page learns since when."""
    text = request.form.get("note", "")
    with engine().begin(visitor().login) as uow:
        talks.keep(uow, talk_id, text)
        at = uow.now
    return render_template("phone/kept.html", at=at)


@blueprint.post(f"{TALK}/note")
@access.granted(*READERS)
def note(talk_id: int) -> ResponseReturnValue:
    text, answers = request.form.get("note", ""), "answers" in request.form
    refused = _tried(talk_id, "note", lambda uow: talks.note(uow, talk_id, text, answers=answers))
    if refused is None:
        flash(_("The note is with the case."))
    return refused or _to_work(talk_id)


@blueprint.post(f"{TALK}/done")
@access.granted(*READERS)
def close(talk_id: int) -> ResponseReturnValue:
    text, answers = request.form.get("note", ""), "answers" in request.form
    refused = _tried(talk_id, "note", lambda uow: talks.close(uow, talk_id, text=text, answers=answers))
    if refused is None:
        flash(_("Done with this call."))
    return refused or _to_work(talk_id)


@blueprint.post(f"{TALK}/call-back")
@access.granted(*READERS)
def call_back(talk_id: int) -> ResponseReturnValue:
    """A task of this person's with the caller's number, for the case that the call is about."""

    def promised(uow: UnitOfWork) -> None:
        talk = queries.must_see(uow, talk_id)
        if talk.case_id is None:
            raise WrongState(
                f"Expected talk {talk_id} to be about a case, but nobody has said which",
                de="Bitte zuerst sagen, um welchen Vorgang es geht.",
            )
        about = in_order.survivor(uow, talk.case_id) or talk.case_id
        visibility.must_see(uow, about)
        what, due, _none = posted_later(uow, None)
        number = talk.number if phone_numbers.may_be_dialled(talk.number) else None
        follow_ups.ask(uow, uow.case(about), what=what, due=due, call=number)

    refused = _tried(talk_id, "call-back", promised)
    if refused is None:
        flash(_("The call back is noted. It comes back to you by itself."))
    return refused or _to_work(talk_id)


def _tried(talk_id: int, about: str, act: Callable[[UnitOfWork], object]) -> ResponseReturnValue | None:
    """None if it was done, now or when the same was sent before; else the page with what was typed and why not."""
    with engine().read(visitor().login) as look:
        queries.must_see(look, talk_id)
        if once.kept(look):
            return None
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow)
            once.keep(uow)
    except PolicyRefusal:
        raise
    except (CpmError, Known) as error:
        if error.status not in (403, 404, 409, 422):
            raise
        return _refused(talk_id, Refused(error, about))
    return None


def _refused(talk_id: int, refused: Refused) -> ResponseReturnValue:
    """On the page whose form it was, that of a case or of a step, if it still has the form; else on the call's own."""
    number, task_id = request.form.get("on_case"), addresses.posted("on_task")
    if number is None or not _still_there(talk_id, number, task_id):
        return shown(talk_id, refused)
    g.talk_refused = refused
    page = make_response(case_page.page(number) if task_id is None else step_page.shown(number, task_id))
    page.status_code = refused.error.status
    return page


def _still_there(talk_id: int, number: str, task_id: int | None) -> bool:
    """Whether the page of this case or step draws the call's notes: it is on the desk, about that case, and all is in sight."""
    talk = call()
    if talk is None or (talk.id, talk.case) != (talk_id, number):
        return False
    try:
        with engine().read(visitor().login) as look:
            if task_id is None:
                must_see(look, number)
                return True
            return step_page.must_see(look, number, task_id).kind != TaskKind.INCIDENT
    except NotFound:
        return False


def _customer(uow: UnitOfWork) -> int | NewCustomer:
    chosen = request.form.get("customer", "")
    if chosen.isdecimal() and len(chosen) < 19:
        return int(chosen)
    form = request.form
    typed = {**form, "language": form.get("spoken", "de")}
    new = NewCustomer(facts(typed), email=form.get("email", ""), phone=form.get("phone", ""))
    if not any(form.get(name, "").strip() for name in ("first_name", "last_name", "company_name")):
        rest = replace(new.facts, last_name="-", company_name="-")
        checks.together(_nobody, lambda: customers.must_fit(uow, rest, email=new.email, phone=new.phone))
    return new


def _nobody() -> None:
    raise Invalid(
        "Expected to know who calls, but there is no name",
        [("last_name", "Please say who calls: enter a name, or look for the customer above.")],
        de="Bitte sagen, wer anruft.",
        problems_de=[
            ("last_name", "Bitte sagen, wer anruft: den Namen eingeben oder oben nach dem Kunden suchen.")
        ],
    )


def _to_work(talk_id: int) -> ResponseReturnValue:
    """On with the case: what this person can do next there, else the case; else the call, or all calls if it is out of sight now."""
    with engine().read(visitor().login) as look:
        try:
            talk = queries.must_see(look, talk_id)
        except NotFound:
            return redirect(url_for("phone.calls"), 303)
        number = talk.case.number if talk.case else None
        step = None if talk.case_id is None else queries.next_step(look, talk.case_id)
    if number is None:
        return redirect(url_for("phone.talk", talk_id=talk_id), 303)
    if step is None:
        return redirect(url_for("agent.case", number=number), 303)
    return redirect(url_for("agent.task", number=number, task_id=step), 303)
