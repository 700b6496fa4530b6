"""The mailboxes that mail is fetched from: how each does, how far behind it is, what would not come; set up and paused here.

Passwords are never typed here: they stand in the environment of `cpm fetch`.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import mailboxes as commands
from cpm.commands.mailboxes import Wanted
from cpm.errors import CpmError, Invalid
from cpm.model import Afterwards, Mailbox, Role, Security
from cpm.queries import mailboxes as queries
from cpm.queries import startable
from cpm.uow import UnitOfWork
from web import access
from web.here import engine
from web.language import language
from web.language import translate as _
from web.operator.blueprint import blueprint
from web.visitor import visitor

Word = TypeVar("Word", bound=StrEnum)
_USUAL = {
    "security": "tls",
    "folder": "INBOX",
    "process": "complaint",
    "afterwards": "seen",
    "every": "60",
    "idle": "on",
}


@blueprint.get("/mailboxes")
@access.granted(Role.OPERATOR)
def mailboxes() -> ResponseReturnValue:
    return _list()


@blueprint.post("/mailboxes")
@access.granted(Role.OPERATOR)
def add_mailbox() -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            name = commands.add(uow, request.form.get("name", "").strip(), _wanted(uow.now)).name
    except CpmError as error:
        if error.status == 403:
            raise
        return _list(error), error.status
    flash(_("The mailbox is set up."))
    return redirect(url_for("operator.mailbox", name=name), 303)


@blueprint.get("/mailboxes/<name>")
@access.granted(Role.OPERATOR)
def mailbox(name: str) -> ResponseReturnValue:
    return _one(name)


@blueprint.post("/mailboxes/<name>")
@access.granted(Role.OPERATOR)
def change_mailbox(name: str) -> ResponseReturnValue:
    def change(uow: UnitOfWork) -> None:
        since = commands.named(uow, name).reads_from or uow.now
        commands.put(uow, name, _wanted(since))

    return _done(name, change, _("The mailbox is changed."))


@blueprint.post("/mailboxes/<name>/pause")
@access.granted(Role.OPERATOR)
def pause_mailbox(name: str) -> ResponseReturnValue:
    why = request.form.get("why", "")
    return _done(name, lambda uow: commands.pause(uow, name, why=why), _("The mailbox is paused."))


@blueprint.post("/mailboxes/<name>/resumption")
@access.granted(Role.OPERATOR)
def resume_mailbox(name: str) -> ResponseReturnValue:
    return _done(name, lambda uow: commands.resume(uow, name), _("The mailbox is fetched again."))


@blueprint.post("/mailboxes/<name>/removal")
@access.granted(Role.OPERATOR)
def remove_mailbox(name: str) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.remove(uow, name)
    flash(_("The mailbox is removed."))
    return redirect(url_for("operator.mailboxes"), 303)


@blueprint.post("/mailboxes/<name>/unfetched/<int:unfetched_id>")
@access.granted(Role.OPERATOR)
def fetch_again(name: str, unfetched_id: int) -> ResponseReturnValue:
    return _done(
        name, lambda uow: commands.ask_again(uow, unfetched_id), _("It is fetched again in a moment.")
    )


def _done(name: str, act: Callable[[UnitOfWork], object], words: str) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            act(uow)
    except CpmError as error:
        if error.status in {403, 404}:
            raise
        return _one(name, error), error.status
    flash(words)
    return redirect(url_for("operator.mailbox", name=name), 303)


def _wanted(since: datetime) -> Wanted:
    typed = request.form
    return Wanted(
        host=typed.get("host", "").strip(),
        user=typed.get("user", "").strip(),
        process=typed.get("process", ""),
        security=_word(Security, "security"),
        port=_number("port", None),
        folder=typed.get("folder", "").strip(),
        every=_number("every", 60) or 0,
        idle="idle" in typed,
        afterwards=_word(Afterwards, "afterwards"),
        move_to=typed.get("move_to", ""),
        keep_days=_number("keep_days", 0) or 0,
        reads_from=since if "only_new" in typed else None,
        addresses=typed.get("addresses", "").replace(",", " ").split(),
    )


def _word(kind: type[Word], name: str) -> Word:
    """What the page offers; something else was made up."""
    try:
        return kind(request.form.get(name, ""))
    except ValueError as error:
        words = ", ".join(kind)
        raise Invalid(
            f"Expected one of {words} as {name}",
            [(name, f"must be one of {words}")],
            de=f"Bitte eines wählen: {words}.",
        ) from error


def _number(name: str, otherwise: int | None) -> int | None:
    text = request.form.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else (otherwise if not text else -1)


def _list(error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        found = queries.lines(look, language())
        known = queries.addresses(look)
        processes = _processes(look)
    return render_template(
        "operator/mailboxes.html",
        found=found,
        addresses=known,
        processes=processes,
        error=error,
        typed=request.form if error else _USUAL,
    )


def _one(name: str, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        box = commands.named(look, name)
        view = queries.view(look, box, language())
        processes = _processes(look)
    return render_template(
        "operator/mailbox.html",
        view=view,
        one=view.line,
        processes=processes,
        error=error,
        typed=request.form if error and "host" in request.form else _typed(box, view.addresses),
    )


def _typed(box: Mailbox, addresses: tuple[str, ...]) -> dict[str, object]:
    """As the form would have it."""
    typed = {
        name: getattr(box, name)
        for name in ("host", "port", "user", "folder", "process", "every", "keep_days")
    }
    typed |= {
        "security": box.security.value,
        "afterwards": box.afterwards.value,
        "move_to": box.move_to or "",
    }
    ticks = {"idle": box.idle, "only_new": box.reads_from is not None}
    return {**typed, "addresses": " ".join(addresses), **{name: "on" for name, on in ticks.items() if on}}


def _processes(look: UnitOfWork) -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in startable.processes(look, language())]
