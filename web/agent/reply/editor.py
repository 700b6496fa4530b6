"""Write to a customer. All that is typed is kept as a draft first, whatever is done with it then."""

import uuid
from dataclasses import replace
from typing import get_args

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import drafts, replies, sent_twice
from cpm.errors import CpmError, Invalid
from cpm.policies import PolicyRefusal
from cpm.queries import blocks, reply_editor
from cpm.queries.suggested_reply import Kind
from cpm.queries.written import Written
from web import access, addresses, assent, headers
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.guided import once
from web.agent.guided.carried import posted_key
from web.agent.reply import typed as posted
from web.here import engine
from web.language import language
from web.language import translate as _
from web.leading import asked_for_part
from web.visitor import visitor

PATH = "/cases/<number>/reply"
_LARGEST = 25 * 1024 * 1024
_REFUSALS = (403, 409, 413, 422)


@blueprint.get(PATH)
@access.granted(*READERS)
def reply(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post(PATH)
@access.granted(*READERS)
@headers.takes_up_to(_LARGEST)
def write(number: str) -> ResponseReturnValue:
    """Keep it; then what the pressed button says. Sent again because the answer was lost, it brings no file or block twice."""
    typed, seen = posted.written()
    try:
        typed = typed if _kept_before() else _kept(number, typed, seen)
        match request.form.get("do"):
            case "send":
                return _send(number, typed, seen)
            case "preview":
                return redirect(url_for("agent.preview_of_reply", number=number), 303)
    except CpmError as error:
        if error.status not in _REFUSALS:
            raise
        return _page(number, typed=(typed, seen), error=error), error.status
    if "files" not in request.files and request.form.get("do") == "save":
        flash(_("Your draft is saved."))
    return redirect(url_for("agent.reply", number=number), 303)


@blueprint.post(f"{PATH}/draft")
@access.granted(*READERS)
@headers.takes_up_to(_LARGEST)
def keep_draft(number: str) -> ResponseReturnValue:
    """By itself while somebody types; what it answers stands below the form. Without JavaScript a button like any other."""
    if not asked_for_part():
        return write(number)
    typed, seen = posted.written()
    with engine().begin(visitor().login) as uow:
        case_id = uow.case(must_see(uow, number)).id
        if sent_twice.before(uow, case_id, typed) is not None:  # they pressed the button meanwhile
            return ""
        kept = drafts.save(uow, case_id, typed, seen=seen).changed_at
    return render_template("agent/reply_kept.html", kept=kept)


@blueprint.post(f"{PATH}/discard")
@access.granted(*READERS)
def discard_draft(number: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        drafts.discard(uow, must_see(uow, number))
    flash(_("The draft is discarded."))
    return redirect(url_for("agent.case", number=number), 303)


def _kept_before() -> bool:
    """Not of what is sent: that counts once by what it says, with its files."""
    if request.form.get("do") == "send":
        return False
    with engine().read(visitor().login) as look:
        return once.done(look)


def _kept(number: str, typed: Written, seen: int) -> Written:
    """With its new files and the block that was chosen."""
    files, block = list(posted.files()), request.form.get("block", "")
    with engine().begin(visitor().login, assent.of_form()) as uow:
        case_id = must_see(uow, number)
        if files:
            made = drafts.attach(uow, case_id, files)
            typed = replace(typed, documents=(*typed.documents, *made))
        draft = drafts.save(uow, case_id, typed, seen=seen)
        if request.form.get("do") == "insert" and block:
            offered = blocks.for_case(uow, draft.case, typed.language)
            text = next((each.text for each in offered if each.key == block), "")
            typed = posted.with_block(typed, text, request.form.get("at", ""))
            drafts.save(uow, case_id, typed, seen=seen)
        if request.form.get("do") != "send":
            once.mark(uow)
    return typed


def _send(number: str, typed: Written, seen: int) -> ResponseReturnValue:
    with engine().begin(visitor().login, assent.of_form()) as uow:
        replies.send(
            uow, must_see(uow, number), typed, seen=seen, unreachable_too="unreachable_too" in request.form
        )
    flash(_("The message is leaving."))
    return redirect(url_for("agent.case", number=number), 303)


def _page(number: str, *, typed: tuple[Written, int] | None = None, error: CpmError | None = None) -> str:
    asked, of = request.args.get("kind", ""), request.args.get("of", "")
    kind: Kind = asked if asked in get_args(Kind) else "reply"  # type: ignore[assignment]
    with engine().read(visitor().login) as look:
        view = reply_editor.editor(
            look,
            must_see(look, number),
            kind=kind,
            of=addresses.whole(of),
            typed=typed,
        )
    return render_template(
        "agent/reply.html",
        view=view,
        key=posted_key() or uuid.uuid4().hex,
        error=error,
        problems=dict(error.faults(language())) if isinstance(error, Invalid) else {},
        policy=error if isinstance(error, PolicyRefusal) else None,
        ask_unreachable=isinstance(error, replies.Unreachable) or "unreachable_too" in request.form,
    )
