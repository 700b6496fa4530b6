"""The audit: who changed what about people, access and definitions."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.model import Role
from cpm.queries import audit as queries
from web import access
from web.here import engine
from web.language import language
from web.operator.blueprint import blueprint
from web.visitor import visitor

_KINDS = {
    "sign_in": "Sign-ins",
    "password": "Passwords",
    "user": "Users",
    "team": "Teams",
    "absence": "Absences",
    "token": "Tokens",
    "definitions": "Processes",
}
_LARGEST = 2**63 - 1


@blueprint.get("/audit")
@access.granted(Role.OPERATOR)
def audit() -> ResponseReturnValue:
    what = request.args.get("what", "")
    before = request.args.get("before", type=int)
    with engine().read(visitor().login) as look:
        found = queries.entries(
            look,
            before=None if before is None else min(max(before, 0), _LARGEST),
            what=what if what in _KINDS else None,
            language=language(),
        )
    return render_template("operator/audit.html", page=found, what=what, kinds=_KINDS)
