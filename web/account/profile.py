"""The own settings, and the own sign-ins."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import sign_ins, users
from cpm.errors import Invalid
from cpm.queries.account import account
from web import access, language
from web.account.blueprint import blueprint
from web.here import engine
from web.language import translate as _
from web.visitor import SIGN_IN, visitor


@blueprint.get("/account")
@access.signed_in
def profile() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account")
@access.signed_in
def change_profile() -> ResponseReturnValue:
    chosen, keys = request.form.get("language", ""), "single_keys" in request.form
    address = request.form.get("email")
    try:
        with engine().begin(visitor().login) as uow:
            users.prefer(uow, visitor().login, language=chosen, single_keys=keys, email=address)
    except Invalid as error:
        return _page(error), error.status
    flash(_("Your settings are saved."))
    return language.remember(redirect(url_for("account.profile"), 303), chosen or language.language())


@blueprint.post("/account/sign-out-elsewhere")
@access.signed_in
def sign_out_elsewhere() -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        sign_ins.end_all(uow, visitor().login, except_token=session[SIGN_IN])
    flash(_("All your other sign-ins have ended."))
    return redirect(url_for("account.profile"), 303)


def _page(error: Invalid | None = None) -> str:
    with engine().read(visitor().login) as look:
        about = account(look, visitor().sign_in, language.language())
    problems = dict(error.faults(language.language())) if error else {}
    return render_template("account/profile.html", about=about, problems=problems)
