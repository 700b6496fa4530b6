"""From the desk one goes with a ticket that says who one is; where people practise it signs them in.

A ticket stands in an address, and so in histories and logs. It is worth nothing there: the place to practise first gives the
browser a word (`come`), the desk writes that into the ticket (`over_there`), and only that browser gets in with it, once (`enter`).
So nobody can let somebody else in as themselves either.
"""

import re
import secrets
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from cpm import tickets
from cpm.commands import training
from cpm.demo import sandbox
from cpm.errors import NotFound, Unauthorized
from cpm.model import Role, User
from cpm.tickets import Ticket
from cpm.training_settings import TrainingSettings
from web import access, language
from web.here import engine
from web.language import translate as _
from web.training.blueprint import blueprint
from web.visitor import SIGN_IN, visitor

#: In the session's cookie of the place to practise: the word that a ticket has to say.
_WORD = "practise"
_LIKE_A_WORD = re.compile(r"[\w-]{20,40}", re.ASCII)


@blueprint.get("/practise")
@access.signed_in
def practise() -> ResponseReturnValue:
    """At the desk: what practising is; there: what can be begun afresh."""
    found = engine().settings.training
    if not found.here and not found.url:
        raise _nothing_here()
    return render_template("training/practise.html", leads=visitor().has(Role.SUPERVISOR))


@blueprint.get("/practise/over-there")
@access.signed_in
def over_there() -> ResponseReturnValue:
    """To where people practise; with the word that this browser got there, and a ticket for it."""
    found, word = _desk(), request.args.get("word", "")
    if not _LIKE_A_WORD.fullmatch(word):
        return redirect(f"{found.url}/practise/come", 303)
    with engine().read(visitor().login) as look:
        user = look.get(User, visitor().login)
        ticket = Ticket(
            user.login,
            user.name,
            supervisor=Role.SUPERVISOR in user.roles,
            language=user.language,
            single_keys=user.single_keys,
            once=word,
        )
        text = tickets.written(found.key, ticket, look.now)
    return redirect(f"{found.url}/practise/enter?{urlencode({'ticket': text})}", 303)


@blueprint.get("/practise/come")
@access.public
def come() -> ResponseReturnValue:
    found = _here()
    if not found.desk:
        raise _nothing_here()
    session[_WORD] = secrets.token_urlsafe(24)
    return redirect(f"{found.desk}/practise/over-there?{urlencode({'word': session[_WORD]})}", 303)


@blueprint.get("/practise/enter")
@access.public
def enter() -> ResponseReturnValue:
    """A ticket is good for a minute, once, in the browser that asked for it; whoever else comes goes back and takes another."""
    found = _here()
    ticket = tickets.read(found.key, request.args.get("ticket", ""), engine().clock())
    word = session.pop(_WORD, "")
    if ticket is None or not secrets.compare_digest(ticket.once, word):
        raise Unauthorized(
            "Expected a fresh ticket from your desk, but this one is none: please go there and come over again.",
            de="Diese Eintrittskarte gilt nicht (mehr): bitte am Arbeitsplatz noch einmal auf „Üben“.",
        )
    address, browser = request.remote_addr or "", request.user_agent.string
    with engine().begin(sandbox.ACTOR) as uow:
        begun = training.enter(uow, ticket, address=address, browser=browser)
    session.clear()
    session[SIGN_IN] = begun.token
    response = redirect(url_for("account.start"), 303)
    return language.remember(response, ticket.language) if ticket.language else response


@blueprint.post("/practise/more")
@access.signed_in
def more() -> ResponseReturnValue:
    _here()
    with engine().begin(visitor().login) as uow:
        training.begin(uow, sandbox.mails())
    flash(_("New cases are coming in."))
    return redirect(url_for("agent.inbox"), 303)


@blueprint.post("/practise/over")
@access.granted(Role.SUPERVISOR)
def start_over() -> ResponseReturnValue:
    _here()
    if "sure" not in request.form:
        return redirect(url_for("training.practise"), 303)
    sandbox.start_over(engine(), visitor().login)
    flash(_("The training begins afresh: new cases are coming in."))
    return redirect(url_for("account.start"), 303)


def _desk() -> TrainingSettings:
    found = engine().settings.training
    if found.here or not found.url:
        raise _nothing_here()
    return found


def _here() -> TrainingSettings:
    found = engine().settings.training
    if not found.here:
        raise _nothing_here()
    return found


def _nothing_here() -> NotFound:
    return NotFound(
        "Expected a place to practise, but there is none here",
        de="Hier ist kein Training eingerichtet.",
    )
