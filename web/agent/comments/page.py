"""Comments on a case, and the page of those in which somebody is mentioned."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import comments as commands
from cpm.errors import CpmError, Forbidden, Invalid, NotFound
from cpm.model import Case, Comment
from cpm.queries import access as visibility
from cpm.queries import commented, people
from cpm.uow import UnitOfWork
from web import access, addresses, kept
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

PATH = "/cases/<number>/comments"


@blueprint.get(PATH)
@access.granted(*READERS)
def comments(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post(PATH)
@access.granted(*READERS)
def add_comment(number: str) -> ResponseReturnValue:
    """What does not fit comes back as it was typed; htmx gets the list alone, so that a form beside it stays as it is."""
    form, among = request.form, "HX-Request" in request.headers
    try:
        with engine().begin(visitor().login) as uow:
            commands.add(uow, must_see(uow, number), form.get("text", ""), tell=form.getlist("tell"))
    except (Invalid, Forbidden) as error:
        return _page(number, error), 200 if among else error.status
    if among:
        return _page(number, done=True)
    flash(_("Your comment is kept."), "comments")
    there = kept.ours(form.get("next")) or url_for("agent.comments", number=number)
    return redirect(f"{there}#comments", 303)


@blueprint.post(f"{PATH}/<int:comment_id>/taken-back")
@access.granted(*READERS)
def take_back_comment(number: str, comment_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        _must_be_of(uow, number, comment_id)
        commands.take_back(uow, comment_id)
    if "HX-Request" in request.headers:
        return _page(number)
    flash(_("The comment is taken back."))
    return redirect(url_for("agent.comments", number=number, before=_before()), 303)


@blueprint.get(f"{PATH}/<int:comment_id>/taken-back")
@access.granted(*READERS)
def comment_again(number: str, comment_id: int) -> ResponseReturnValue:
    """Whoever loads the address of a button that was refused."""
    return redirect(url_for("agent.comments", number=number, _anchor=f"comment-{comment_id}"), 303)


@blueprint.get("/mentions")
@access.granted(*READERS)
def mentions() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = commented.mentions(look)
    return render_template("agent/mentions.html", mentions=found)


@blueprint.get("/mentions/new")
@access.granted(*READERS)
def mentions_news() -> ResponseReturnValue:
    """The words of the link in the bar, for a page that heard of a comment that names its reader."""
    return render_template("live/mentions.html")


@blueprint.post("/mentions/seen")
@access.granted(*READERS)
def all_mentions_seen() -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.all_seen(uow)
    return redirect(url_for("agent.mentions"), 303)


@blueprint.get(f"/mentions/<int(max={2**31 - 1}):mention_id>")
@access.granted(*READERS)
def mention(mention_id: int) -> ResponseReturnValue:
    """To where it was said."""
    with engine().read(visitor().login) as look:
        found = commands.must_be_theirs(look, mention_id).comment
        visibility.must_see(look, found.case_id)
        return redirect(_place(look, found), 303)


@blueprint.post("/mentions/<int:mention_id>/seen")
@access.granted(*READERS)
def mention_seen(mention_id: int) -> ResponseReturnValue:
    """With `open`, on to where it was said, if they may still see that case; no address names one that they may not."""
    with engine().begin(visitor().login) as uow:
        comment = commands.seen(uow, mention_id).comment
        there = _place(uow, comment) if visibility.sees(uow, comment.case) else None
    if "open" in request.form and there is not None:
        return redirect(there, 303)
    if "open" in request.form:
        flash(_("The case of this comment is not yours to see any more."))
    return redirect(kept.ours(request.form.get("next")) or url_for("agent.mentions"), 303)


def _place(uow: UnitOfWork, comment: Comment) -> str:
    """On the page of the case, or of its older comments if it is among those."""
    number, anchor = comment.case.number, f"comment-{comment.id}"
    if (before := commented.page_of(uow, comment)) is None:
        return url_for("agent.case", number=number, _anchor=anchor)
    return url_for("agent.comments", number=number, before=before, _anchor=anchor)


def _must_be_of(uow: UnitOfWork, number: str, comment_id: int) -> None:
    case_id, comment = must_see(uow, number), uow.session.get(Comment, comment_id)
    if comment is None or comment.case_id != case_id:
        raise NotFound(
            f"Expected comment {comment_id} to belong to case {number:.40}, but it does not",
            de="Dieser Kommentar gehört nicht zu diesem Vorgang.",
        )


def _before() -> int | None:
    return addresses.whole(request.args.get("before", ""))


def _page(number: str, error: CpmError | None = None, *, done: bool = False) -> str:
    with engine().read(visitor().login) as look:
        case = look.get(Case, must_see(look, number))
        before = _before()
        found = commented.of_case(look, case, people.user_names(look), before=before)
        subject = case.subject
    page = "agent/comments_alone.html" if "HX-Request" in request.headers else "agent/comments.html"
    typed = {"text": request.form.get("text", ""), "tell": request.form.getlist("tell")} if error else {}
    return render_template(
        page,
        number=number,
        subject=subject,
        comments=found,
        before=before,
        typed=typed,
        error=error.faults(language())[0][1] if isinstance(error, Invalid) and error.problems else "",
        refused=error.sentence(language()) if error else "",
        done=done,
    )
