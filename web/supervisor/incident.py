"""One exception: what happened, and the way to a remedy: choose, fill in, see what would happen, confirm."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import resolutions
from cpm.commands.resolvable import NEED_A_NOTE, OUTCOMES
from cpm.errors import Conflict, CpmError, Invalid
from cpm.model import Incident, Remedy, Role
from cpm.policies import PolicyRefusal
from cpm.queries import access as sight
from cpm.queries import journal, moving, people, remedy_fields, settling, stopping_policies
from cpm.queries.journal import Entry
from cpm.uow import UnitOfWork
from web import access, assent
from web.here import engine
from web.language import language
from web.language import translate as _
from web.supervisor import asked as asking
from web.supervisor.asked import Asked
from web.supervisor.blueprint import blueprint
from web.visitor import visitor

#: What a remedy is called before it is chosen.
REMEDIES = {
    Remedy.RETRY: "Try again",
    Remedy.CORRECT: "Put data right",
    Remedy.SUPPLY: "Enter the result by hand",
    Remedy.SKIP: "Skip the step",
    Remedy.MOVE: "Move to another step",
    Remedy.HANDOVER: "Hand over",
    Remedy.END: "End the case",
}
#: What they are called where a policy wants an approval, and nothing else is wrong.
OF_APPROVALS = {Remedy.RETRY: "Approve", Remedy.SKIP: "Refuse: skip the step"}
#: Of a step that is held nothing was tried: it waits.
OF_HELD = {Remedy.RETRY: "Let it go on"}
ENDINGS = {
    "settled": "settled with the customer",
    "refused": "refused",
    "withdrawn": "withdrawn by the customer",
    "handed_over": "handed over to another place",
}


@blueprint.get("/<int:incident_id>")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def incident(incident_id: int) -> ResponseReturnValue:
    chosen = request.args.get("remedy")
    asked = Asked(asking.remedy(chosen)) if chosen else None
    return page(incident_id, asked=asked, speaks=_speaks(incident_id, asked) if asked else None)


def _speaks(incident_id: int, asked: Asked) -> PolicyRefusal | None:
    """What policies would say to whoever lets it go on: who may approve finds where to, who may not where to ask."""
    with engine().read(visitor().login) as look:
        found = sight.must_see_incident(look, incident_id)
        if not stopping_policies.is_one(found) or asked.remedy != Remedy.RETRY:
            return None
    try:
        with engine().rehearse(visitor().login) as uow:
            _resolve(uow, incident_id, asked, {})
    except PolicyRefusal as error:
        return error
    except CpmError:  # said as they try it
        return None
    return None


@blueprint.post("/<int:incident_id>/preview")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def preview(incident_id: int) -> ResponseReturnValue:
    return _preview(incident_id)


def _preview(incident_id: int, *, anew: bool = False) -> ResponseReturnValue:
    """`anew`: something was changed since the last one, which was confirmed."""
    asked = replace(asking.asked(request.form), seen=None)
    try:
        data = _data(incident_id, asked)
        with engine().rehearse(visitor().login, assent.of_form()) as uow:
            would, seen = _resolve(uow, incident_id, asked, data)
    except (Invalid, Conflict, PolicyRefusal) as error:
        return page(incident_id, asked=asked, error=error), error.status
    return page(
        incident_id, asked=asked, would=would, seen=seen, mark=asked.mark(data), anew=anew
    ), 409 if anew else 200


@blueprint.post("/<int:incident_id>/resolution")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def resolve(incident_id: int) -> ResponseReturnValue:
    """What was previewed, and nothing else."""
    asked = asking.asked(request.form)
    try:
        data = _data(incident_id, asked)
        if request.form.get("previewed", mark := asked.mark(data)) != mark:
            return _preview(incident_id, anew=True)
        with engine().begin(visitor().login, assent.of_form()) as uow:
            _resolve(uow, incident_id, asked, data)
            names = _names(uow.get(Incident, incident_id))
    except (Invalid, Conflict, PolicyRefusal) as error:
        return page(incident_id, asked=asked, error=error), error.status
    flash(_("Done: {remedy}.", remedy=_(names[asked.remedy])))
    return redirect(url_for("supervisor.incident", incident_id=incident_id), 303)


def _names(incident: Incident) -> Mapping[Remedy, str]:
    if stopping_policies.wants_approval(incident):
        return {**REMEDIES, **OF_APPROVALS}
    return {**REMEDIES, **OF_HELD} if incident.held_task_id is not None else REMEDIES


def page(incident_id: int, *, asked: Asked | None = None, error: CpmError | None = None, **more: Any) -> str:
    """The whole page; `asked` is what was chosen or typed, `would` what a preview found."""
    with engine().read(visitor().login) as look:
        found = sight.must_see_incident(look, incident_id)
        about = settling.settling(look, found, language())
        fields = remedy_fields.fields(look, found, asked.remedy, language()) if asked else ()
        teams = people.team_names(look, language())
        moves = asked is not None and asked.remedy == Remedy.MOVE
        targets = moving.choices(look, found.case, language()) if moves else ()
        names = _names(found)
    return render_template(
        "supervisor/incident.html",
        about=about,
        asked=asked,
        fields=fields,
        targets=targets,
        teams={key: name for key, name in teams.items() if name != about.team},
        error=error,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
        names=names,
        endings={word: ENDINGS[word] for word in OUTCOMES},
        note_needed=asked is not None and asked.remedy in NEED_A_NOTE,
        **more,
    )


def _data(incident_id: int, asked: Asked) -> dict[str, Any]:
    with engine().read(visitor().login) as look:
        found = sight.must_see_incident(look, incident_id)
        return remedy_fields.data(look, found, asked.remedy, asked.typed, language())


def _resolve(
    uow: UnitOfWork, incident_id: int, asked: Asked, data: dict[str, Any]
) -> tuple[list[Entry], int]:
    """What it did, in words, and the revision of the case before it."""
    done = resolutions.resolve(
        uow,
        incident_id,
        asked.remedy,
        note=asked.note,
        data=data,
        team=asked.team or None,
        outcome=asked.outcome,
        to=asked.to or None,
        seen=asked.seen,
    )
    uow.session.flush()
    return journal.told(uow, done.case, uow.journal, language()), done.case.rev - len(uow.journal)
