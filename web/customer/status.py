"""The page behind the signed link in our messages: how a case stands, what was written, and a way to answer."""

import io
import logging
import mimetypes
from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cpm.channels import Attachment
from cpm.commands import documents, status_answers
from cpm.commands.status_answers import Answer
from cpm.errors import CpmError, Invalid, NotFound, TooMany
from cpm.queries import status_links, status_page
from cpm.queries.status_links import Opened
from cpm.uow import UnitOfWork
from web import access, headers, text
from web.customer import brake, tickets
from web.customer.taking import ACTOR, TICKET, TRAP, Problems, why_not
from web.here import engine
from web.language import language, prefer
from web.visitor import visitor_or_none

log = logging.getLogger(__name__)
blueprint = Blueprint("status", __name__, url_prefix="/s")

#: The files and the text, and what a browser puts around them.
LARGEST = status_answers.LARGEST + 1_000_000
_LONGEST_NAME = 200


@blueprint.get("/<token>")
@access.public
def page(token: str) -> ResponseReturnValue:
    return _page(token)


@blueprint.post("/<token>")
@access.public
@headers.takes_up_to(LARGEST)
@text.told_by_the_form
def answer(token: str) -> ResponseReturnValue:
    with engine().read() as look:
        prefer(_opened(look, token).case.language)
    typed, files = request.form.get("text", ""), tuple(_files())
    ticket = tickets.read(request.form.get(TICKET, ""), token)
    if ticket is None or not tickets.SOONEST <= ticket.age <= tickets.LATEST:
        return _page(token, typed, [("", why_not(ticket))]), 422
    sent = Answer(
        token, ticket.page, request.remote_addr or "", "en" if language() == "en" else "de", typed, files
    )
    try:
        with engine().begin(ACTOR) as uow:
            accept = status_answers.trap if request.form.get(TRAP) else status_answers.accept
            number = accept(uow, sent).id
    except Invalid as error:
        return _page(token, typed, error.faults(language())), 422
    except TooMany as error:
        return _page(token, typed, [("", error.sentence(language()))]), 429, {"Retry-After": str(error.after)}
    _file(number)
    return redirect(url_for("status.page", token=token, lang=request.args.get("lang"), sent=1), 303)


@blueprint.get("/<token>/files/<int:document_id>")
@access.public
def file(token: str, document_id: int) -> ResponseReturnValue:
    """To keep, never to show: a file does not become a page of ours."""
    with engine().read() as look:
        found = status_page.document(look, _opened(look, token), document_id)
        content, name = documents.content(look, found), " ".join(found.name.split())
    return send_file(
        io.BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def _page(token: str, typed: str = "", problems: Problems = ()) -> str:
    brake.page(request.remote_addr or "")
    with engine().read() as look:
        to = _opened(look, token)
        prefer(to.case.language)
        shown = status_page.page(look, to, language())
    return render_template(
        "customer/status.html",
        token=token,
        page=shown,
        typed=typed,
        problems=problems,
        sent="sent" in request.args,
        ticket=tickets.issue(token),
        signed_in=_ours(),
        longest=status_answers.LONGEST,
    )


def _ours() -> str | None:
    """Who of us has followed the customer's link in a browser in which they are signed in."""
    who = visitor_or_none()
    return who.name if who else None


def _opened(look: UnitOfWork, token: str) -> Opened:
    """What the link leads to; who tries many that lead nowhere is kept from trying on."""
    where = request.remote_addr or ""
    brake.before_guessing(where)
    try:
        return status_links.opened(look, token)
    except NotFound:
        brake.guessed(where)
        raise


def _files() -> Iterator[Attachment]:
    """The browser's word for their kind is not asked: the name's ending is as good, and needs no belief."""
    for sent in request.files.getlist("files"):
        name, content = (sent.filename or "").replace("\\", "/").rpartition("/")[2], sent.read()
        sent.close()
        if name := "".join(sign for sign in name if sign.isprintable())[-_LONGEST_NAME:]:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            yield Attachment(name=name, media_type=kind, content=content)


def _file(answer_id: int) -> None:
    """At once, so that the page shows it. If it cannot be done now, a worker does it later."""
    try:
        with engine().begin(ACTOR) as uow:
            status_answers.file(uow, answer_id)
    except CpmError:
        log.warning("status.unfiled", extra={"answer": answer_id}, exc_info=True)
