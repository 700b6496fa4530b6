"""Rows of the inbox that somebody has chosen: taken, given back, parked or handed over, each by itself."""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import handing_over, requests, tasks
from cpm.errors import CpmError, Invalid
from cpm.queries import access as sight
from cpm.queries import chosen, entered, receivers, saved_views
from cpm.queries.chosen import Chosen
from cpm.queries.inbox import PAGE
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent import to_whom
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.carried import posted_key
from web.agent.inbox_address import address, asked
from web.here import engine
from web.language import language, moment
from web.language import translate as _
from web.visitor import visitor

log = logging.getLogger(__name__)
_DIGITS = 9


class Verb(StrEnum):
    TAKE = "take"
    RELEASE = "release"
    PARK = "park"
    HAND_OVER = "hand_over"


#: Those that want to know more, with the fields of their page.
ASKS = {Verb.PARK: ("reason", "until"), Verb.HAND_OVER: ("to", "note")}


@dataclass(frozen=True, slots=True)
class Result:
    row: Chosen
    done: bool
    words: str  #: what became of it, or why it did not


@blueprint.get("/inbox/chosen")
@blueprint.get("/inbox/chosen/done")
@access.granted(*READERS)
def chosen_again() -> ResponseReturnValue:
    """Whoever loads the page of what is done again."""
    return redirect(_back(), 303)


@blueprint.post("/inbox/chosen")
@access.granted(*READERS)
def act_on_chosen() -> ResponseReturnValue:
    """What wants to know more asks first; nothing has happened then."""
    verb, ids = _verb(), _ids()
    return _asking(verb, ids) if verb in ASKS else _done(verb, ids)


@blueprint.post("/inbox/chosen/done")
@access.granted(*READERS)
def chosen_done() -> ResponseReturnValue:
    return _done(_verb(), _ids())


def _done(verb: Verb, ids: Sequence[int]) -> ResponseReturnValue:
    """Each row is one command in a transaction of its own. What fits none of them is asked for again."""
    with engine().read(visitor().login) as look:
        rows = chosen.chosen(look, ids, language())
    results: list[Result] = []
    for row in rows:
        try:
            results.append(_tried(verb, row))
        except Invalid as error:
            if not any(one.done for one in results) and verb in ASKS:
                return _asking(verb, ids, error), error.status
            results.append(Result(row, done=False, words=error.sentence(language())))
    return render_template("agent/chosen_done.html", verb=verb, results=results, back=_back())


def _tried(verb: Verb, row: Chosen) -> Result:
    """Invalid if what was typed does not fit."""
    try:
        if row.title is None:
            with engine().read(visitor().login) as look:
                sight.must_see_task(look, row.task)
        with engine().begin(visitor().login, assent.of_form()) as uow:
            words = _once(uow, row.task, _ACTS[verb])
    except Invalid:
        raise
    except CpmError as error:
        log.info("not done", extra={"task": row.task, "kind": type(error).__name__})
        return Result(row, done=False, words=error.sentence(language()))
    return Result(row, done=True, words=words)


def _once(uow: UnitOfWork, task_id: int, act: Callable[[UnitOfWork, int], str]) -> str:
    """Sent twice it is done once, for each row under a key of its own."""
    given = (request.form.get(name, "").encode() for name in ("act", "reason", "until", "to", "note"))
    said = requests.fingerprint(str(task_id).encode(), *given)
    key = f"{posted_key() or uuid.uuid4().hex}/{said[:32]}"
    if requests.find(uow, key, said) is not None:
        return _("Was done already, and is not done again.")
    words = act(uow, task_id)
    requests.mark(uow, key, said)
    return words


def _take(uow: UnitOfWork, task_id: int) -> str:
    tasks.claim(uow, task_id)
    return _("Is yours now.")


def _release(uow: UnitOfWork, task_id: int) -> str:
    tasks.release(uow, task_id)
    return _("Is free for its team again.")


def _park(uow: UnitOfWork, task_id: int) -> str:
    reason, until = (request.form.get(name, "") for name in ASKS[Verb.PARK])
    at = entered.moment(uow, "until", until, language(), beside={"reason": reason})
    parked = tasks.park(uow, task_id, reason=reason, until=at)
    return _("Is parked until {moment}.", moment=moment(parked.parked_until))


def _hand_over(uow: UnitOfWork, task_id: int) -> str:
    note = request.form.get("note", "")
    task = handing_over.hand_over(uow, task_id, **to_whom.receiver(), note=note)
    return _("Is with {name} now.", name=to_whom.name(uow, task))


_ACTS: dict[Verb, Callable[[UnitOfWork, int], str]] = {
    Verb.TAKE: _take,
    Verb.RELEASE: _release,
    Verb.PARK: _park,
    Verb.HAND_OVER: _hand_over,
}


def _asking(verb: Verb, ids: Sequence[int], error: Invalid | None = None) -> str:
    with engine().read(visitor().login) as look:
        rows = [row for row in chosen.chosen(look, ids, language()) if row.title is not None]
        whom = receivers.receivers(look, ids, language()) if verb == Verb.HAND_OVER else None
        at = asked(saved_views.of_inbox(look))
    return render_template(
        "agent/chosen.html",
        verb=verb,
        rows=rows,
        receivers=whom,
        problems=error.faults(language()) if error else (),
        key=posted_key() or uuid.uuid4().hex,
        done=address(at, to="agent.chosen_done", page=at.page),
        back=address(at, page=at.page),
    )


def _verb() -> Verb:
    try:
        return Verb(request.form.get("act", ""))
    except ValueError as error:
        raise Invalid(
            "Expected something to do with the rows that are chosen, but it is not said what",
            de="Bitte angeben, was mit den gewählten Zeilen geschehen soll.",
        ) from error


def _ids() -> list[int]:
    said = [
        word
        for word in request.form.getlist("id")
        if word.isascii() and word.isdigit() and len(word) <= _DIGITS
    ]
    ids = list(dict.fromkeys(int(word) for word in said))
    if not 0 < len(ids) <= PAGE:
        raise Invalid(
            f"Expected 1 to {PAGE} rows to be chosen, but it is {len(ids)}",
            de=f"Bitte 1 bis {PAGE} Zeilen auswählen.",
        )
    return ids


def _back() -> str:
    """To the inbox as it was."""
    with engine().read(visitor().login) as look:
        at = asked(saved_views.of_inbox(look))
    return address(at, page=at.page)
