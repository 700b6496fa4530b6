"""The own settings, and the own sign-ins."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import sign_ins, users
from cpm.queries.account import account
from web import access, language
from web.account.blueprint import blueprint
from web.here import engine
from web.language import translate as _
from web.visitor import SIGN_IN, visitor


@blueprint.get("/account")
@access.signed_in
def profile() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        about = account(look, visitor().sign_in, language.language())
    return render_template("account/profile.html", about=about)


@blueprint.post("/account")
@access.signed_in
def change_profile() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    with engine().begin(visitor().login) as uow:
        users.prefer(uow, visitor().login, language=chosen, single_keys="single_keys" in request.form)
    flash(_("Your settings are saved."))
    return language.remember(redirect(url_for("account.profile"), 303), chosen or language.language())


@blueprint.post("/account/sign-out-elsewhere")
@access.signed_in
def sign_out_elsewhere() -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        sign_ins.end_all(uow, visitor().login, except_token=session[SIGN_IN])
    flash(_("All your other sign-ins have ended."))
    return redirect(url_for("account.profile"), 303)
