"""The own password: changed by whoever knows the present one; other sign-ins of the account end."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from cpm import signing_in
from cpm.errors import CpmError
from web import access
from web.account.blueprint import blueprint
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import SIGN_IN, visitor


@blueprint.get("/account/password")
@access.signed_in
def password_form() -> ResponseReturnValue:
    return render_template("account/password.html", words="")


@blueprint.post("/account/password")
@access.signed_in
def change_password() -> ResponseReturnValue:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        words = _("The new password and its repetition are not the same.")
        return render_template("account/password.html", words=words), 422
    try:
        signing_in.change_password(
            engine(),
            visitor().login,
            current=request.form.get("present", ""),
            new=new,
            address=request.remote_addr or "",
            token=session[SIGN_IN],
        )
    except CpmError as error:
        return render_template("account/password.html", words=error.sentence(language())), error.status
    flash(_("Your password is changed; all your other sign-ins have ended."))
    return redirect(url_for("account.start"), 303)
