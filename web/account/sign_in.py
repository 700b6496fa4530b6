"""Who somebody is, from the first page until they go."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from cpm import signing_in
from cpm.commands import sign_ins
from cpm.commands.sign_ins import SignedIn
from cpm.errors import TooMany, Unauthorized
from web import access, frame, kept, language
from web.account.blueprint import blueprint
from web.here import engine
from web.language import translate as _
from web.visitor import SIGN_IN, visitor_or_none


@blueprint.get("/")
@access.public
def start() -> ResponseReturnValue:
    """The first page of whoever is signed in; the sign-in page for anybody else."""
    who = visitor_or_none()
    return redirect(url_for("account.sign_in_form") if who is None else frame.home_of(who), 303)


@blueprint.get("/sign-in")
@access.public
def sign_in_form() -> ResponseReturnValue:
    if (who := visitor_or_none()) is not None:
        return redirect(frame.home_of(who), 303)
    return _form()


@blueprint.post("/sign-in")
@access.public
def sign_in() -> ResponseReturnValue:
    """A new session, whatever the old one was; a wrong password and an unknown login read alike."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    address, browser = request.remote_addr or "", request.user_agent.string
    try:
        found = signing_in.sign_in(engine(), login, password, address=address, browser=browser)
    except (Unauthorized, TooMany) as error:
        return _form(error.sentence(language.language()), login=login[:100]), error.status
    _leave()
    session[SIGN_IN] = found.token
    return _welcome(found)


@blueprint.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    """Ends the sign-in on the server too; harmless when there is none. `out` tells the browser to forget what was typed."""
    _leave()
    flash(_("You are signed out."))
    return redirect(url_for("account.sign_in_form", out=1), 303)


@blueprint.post("/language")
@access.public
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    response = redirect(kept.ours(request.form.get("next")) or url_for("account.start"), 303)
    return language.remember(response, chosen) if chosen in language.LANGUAGES else response


def _leave() -> None:
    """Whoever was signed in here is not any longer, on the server too."""
    if (who := visitor_or_none()) is not None:
        with engine().begin(who.login) as uow:
            sign_ins.end(uow, session[SIGN_IN])
    session.clear()


def _form(words: str = "", *, login: str = "") -> str:
    return render_template(
        "account/sign_in.html",
        words=words,
        login=login,
        next=kept.ours(request.values.get("next")) or "",
        kept=request.form.get("kept", ""),
    )


def _welcome(found: SignedIn) -> ResponseReturnValue:
    """To a password of their own, to what they were typing when the last session ended, or to the page they wanted.

    To their first page where somebody else was typing.
    """
    if found.must_change:
        return redirect(url_for("account.password_form"), 303)
    before = kept.unpack(request.form.get("kept", ""))
    if before is not None and before.login != found.login:
        return redirect(url_for("account.start"), 303)
    if before is not None:
        return render_template("account/kept.html", before=before)
    return redirect(kept.ours(request.form.get("next")) or url_for("account.start"), 303)
