"""The pages of a public form."""

from collections.abc import Mapping

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import public_forms as commands
from cpm.queries import looking_up, public_forms
from web import access, headers, text
from web.customer import brake, taking, tickets
from web.customer.blueprint import blueprint
from web.customer.further import FURTHER
from web.customer.taking import Problems
from web.forms import asked, judged, moves, posted
from web.forms.found import lines
from web.here import engine
from web.language import language

#: Ten thousand characters as browsers write them, and room for the other fields.
LARGEST = 400_000

_Typed = Mapping[str, object]


@blueprint.get("/<key>")
@access.public
def form(key: str) -> ResponseReturnValue:
    return _form(key)


@blueprint.post("/<key>")
@access.public
@headers.takes_up_to(LARGEST)
@text.told_by_the_form
def send(key: str) -> ResponseReturnValue:
    typed = _typed(key)
    if moves(request.form):
        brake.draw(request.remote_addr or "")
        return _form(key, typed)
    return taking.take(
        key,
        lambda uow, sent: commands.accept(uow, sent, typed, asked=asked(request.form)),
        lambda problems: _form(key, typed, problems),
    )


@blueprint.post("/<key>/fields")
@access.public
@headers.takes_up_to(LARGEST)
@text.told_by_the_form
def fields(key: str) -> ResponseReturnValue:
    """The fields again, after one of them has changed."""
    brake.draw(request.remote_addr or "")
    typed = _typed(key)
    with engine().read() as look:
        page = public_forms.page(look, key, language(), typed)
        problems = public_forms.problems(look, key, language(), typed) if judged(request.form) else ()
    return render_template("customer/fields.html", key=key, page=page, typed=typed, problems=problems)


@blueprint.get("/<key>/lookup")
@access.public
def look_up(key: str) -> ResponseReturnValue:
    """What a field may be chosen from, while somebody types."""
    brake.look_up(request.remote_addr or "")
    with engine().read() as look:
        field, words = request.args.get("field", ""), request.args.get("q", "")
        found = looking_up.of_public(look, key, field, words, language())
    return render_template("forms/found.html", hits=lines(found, language()), note=found.note)


@blueprint.get("/<key>/received/<receipt>")
@access.public
def received(key: str, receipt: str) -> ResponseReturnValue:
    """Thanks; a reload sends nothing again."""
    entry = tickets.entry_of(receipt, key)
    if entry is None:
        abort(404)
    with engine().read() as look:
        told = public_forms.receipt(look, key, entry, language())
    return render_template("customer/received.html", key=key, receipt=told)


@blueprint.get("/<key>/<token>")
@access.public
def further(key: str, token: str) -> ResponseReturnValue:
    return _further(key, token)


@blueprint.post("/<key>/<token>")
@access.public
@headers.takes_up_to(LARGEST)
@text.told_by_the_form
def send_further(key: str, token: str) -> ResponseReturnValue:
    with engine().read() as look:
        typed = posted(FURTHER.fields, request.form, look.local_now, language())
    return taking.take(
        key,
        lambda uow, sent: commands.go_on(uow, sent, token, FURTHER, typed),
        lambda problems: _further(key, token, typed, problems),
    )


def _typed(key: str) -> dict[str, object]:
    with engine().read() as look:
        form = public_forms.in_force(look, key)[1]
        return posted(form.fields, request.form, look.local_now, language())


def _form(key: str, typed: _Typed | None = None, problems: Problems = ()) -> str:
    with engine().read() as look:
        page = public_forms.page(look, key, language(), typed)
    ticket = tickets.issue(key)
    return render_template(
        "customer/form.html", key=key, page=page, typed=typed, problems=problems, ticket=ticket
    )


def _further(key: str, token: str, typed: _Typed | None = None, problems: Problems = ()) -> str:
    with engine().read() as look:
        number = public_forms.continued(look, key, token).number
        now = look.local_now
    fields = FURTHER.present({}, typed, now=now, language=language())
    return render_template(
        "customer/further.html",
        key=key,
        token=token,
        number=number,
        fields=fields,
        typed=typed,
        problems=problems,
        ticket=tickets.issue(key),
    )
