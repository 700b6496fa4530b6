"""Several exceptions at once: choose, see which of them can be, confirm, see what became of each."""

import logging
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import resolutions
from cpm.errors import CpmError, Invalid
from cpm.model import IncidentState, Remedy, Role
from cpm.queries import access as sight
from cpm.queries import incident_queue, people
from cpm.queries.queue_line import QueueLine
from web import access, addresses
from web.here import engine
from web.language import language
from web.language import translate as _
from web.supervisor import queue
from web.supervisor.blueprint import blueprint
from web.visitor import visitor

log = logging.getLogger(__name__)

REMEDIES = (Remedy.RETRY, Remedy.HANDOVER)
_MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    line: QueueLine
    works: bool
    words: str  #: what was done, or why it cannot be


@blueprint.post("/several")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def several() -> ResponseReturnValue:
    if not request.form.getlist("id"):
        return queue.shown(_("Please choose exceptions first.")), 422
    return _prospects()


@blueprint.post("/several/resolution")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def resolve_several() -> ResponseReturnValue:
    """Each in a transaction of its own: what fails leaves the others alone."""
    remedy, chosen = _remedy(), _chosen()
    note, team = request.form.get("note", ""), request.form.get("team", "")
    if remedy == Remedy.HANDOVER and not (note.strip() and team):
        return _prospects(_("Please say who takes over, and why.")), 422
    rows = [_resolved(line, remedy, note, team) for line in chosen]
    return render_template("supervisor/several_done.html", remedy=remedy.value, rows=rows)


def _prospects(words: str = "") -> str:
    """What would become of each; nothing has happened yet."""
    remedy, chosen = _remedy(), _chosen()
    with engine().read(visitor().login) as look:
        teams = people.team_names(look, language())
    rows = [_prospect(line, remedy) for line in chosen]
    return render_template(
        "supervisor/several.html",
        remedy=remedy.value,
        rows=rows,
        teams=teams,
        typed=request.form,
        words=words,
    )


def _remedy() -> Remedy:
    word = request.form.get("remedy", "")
    if word not in REMEDIES:
        raise Invalid(
            f"Expected one of {', '.join(REMEDIES)} for several exceptions, but got {word!r}",
            de="Diese Abhilfe gibt es nicht für mehrere zugleich.",
        )
    return Remedy(word)


def _chosen() -> list[QueueLine]:
    ids = list(addresses.wholes(request.form.getlist("id")))
    if not ids or len(ids) > _MOST:
        raise Invalid(
            f"Expected 1 to {_MOST} exceptions to be chosen, but it is {len(ids)}",
            de=f"Bitte 1 bis {_MOST} Ausnahmen auswählen.",
        )
    with engine().read(visitor().login) as look:
        return incident_queue.chosen(look, ids, language())


def _prospect(line: QueueLine, remedy: Remedy) -> Row:
    if line.state != IncidentState.OPEN:
        return Row(line, works=False, words=_("is settled already"))
    if not line.actable:
        return Row(line, works=False, words=_("belongs to another team"))
    if remedy not in line.remedies:
        return Row(line, works=False, words=_("does not offer this remedy"))
    return Row(line, works=True, words="")


def _resolved(line: QueueLine, remedy: Remedy, note: str, team: str) -> Row:
    try:
        with engine().begin(visitor().login) as uow:
            sight.must_see_incident(uow, line.id)
            resolutions.resolve(uow, line.id, remedy, note=note, team=team or None)
    except CpmError as error:
        log.info("not settled", extra={"incident": line.id, "kind": type(error).__name__})
        return Row(line, works=False, words=error.sentence(language()))
    return Row(line, works=True, words=_("done"))
