"""The page of one task: its way, what to say and do, its form, its customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cpm import case_numbers, erp_offers
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Task, TaskKind
from cpm.queries import access as visibility
from cpm.queries import at_desk, compared, guided, offers, policies_shown, suggestions
from cpm.queries import task as one
from cpm.queries.at_desk import Draft
from cpm.uow import UnitOfWork
from web import access
from web.agent import erp_shown
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.carried import carried
from web.agent.path import suggested
from web.forms import judged, posted
from web.here import engine
from web.language import language
from web.visitor import reading

PATH = "/cases/<number>/tasks/<int:task_id>"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has entered, and why it was not taken."""

    values: Mapping[str, Any] | None = None  #: of the task's form
    error: CpmError | None = None
    #: which form of the page it is about: task, park, escalate, choice, end, suggestion or again
    about: str = "task"
    taken_up: Draft | None = None  #: where the values come from, if they were not posted just now
    kept: bool = True  #: what was posted is in the draft now

    @property
    def status(self) -> int:
        return self.error.status if self.error else 200

    def problems(self, about: str) -> Sequence[tuple[str, str]]:
        ours = isinstance(self.error, Invalid) and self.about == about
        return self.error.faults(language()) if ours and isinstance(self.error, Invalid) else ()

    def words(self) -> str:
        """Of a refusal that names no field."""
        named = isinstance(self.error, Invalid) and self.error.problems
        return self.error.sentence(language()) if self.error and not named else ""


NOTHING = Typed()


@blueprint.get(PATH)
@access.granted(*READERS)
def task(number: str, task_id: int) -> ResponseReturnValue:
    return shown(number, task_id)


@blueprint.get(f"{PATH}/choose")
@blueprint.get(f"{PATH}/end")
@blueprint.get(f"{PATH}/claim")
@blueprint.get(f"{PATH}/release")
@blueprint.get(f"{PATH}/park")
@blueprint.get(f"{PATH}/escalate")
@blueprint.get(f"{PATH}/unpark")
@blueprint.get(f"{PATH}/take_over")
@access.granted(*READERS)
def task_again(number: str, task_id: int) -> ResponseReturnValue:
    """Whoever loads the page of a refused form again."""
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)


@blueprint.post(f"{PATH}/fields")
@access.granted(*READERS)
def fields(number: str, task_id: int) -> ResponseReturnValue:
    """The form's fields drawn again, as what was typed so far makes them; nothing is stored."""
    return _drawn(number, task_id)


def _drawn(number: str, task_id: int, *, asked: bool = False) -> ResponseReturnValue:
    with reading() as look:
        step = must_see(look, number, task_id)
        values = typed_values(look, step)
        want = None if asked else offers.of_form(look, step, values, again=True)
        if want is None:
            view = one.view(look, task_id, language(), typed=values, said=False)
            problems = one.problems(look, task_id, values, language()) if judged(request.form) else ()
    if want is not None:
        erp_offers.ask(engine(), want)
        return _drawn(number, task_id, asked=True)
    of = {"number": number, "task_id": task_id}
    return render_template("agent/fields.html", fields=view.fields, problems=problems, typed=values, **of)


def shown(number: str, task_id: int, typed: Typed = NOTHING, *, asked: bool = False) -> ResponseReturnValue:
    """An incident's task has a page of its own; every other task has this one. `asked`: the ERP was, for what it shows."""
    with reading() as look:
        of = must_see(look, number, task_id)
        if of.kind == TaskKind.INCIDENT:
            return redirect(_of_incident(number, of), 303)
        desk = at_desk.of_task(look, of, language())
        if typed.values is None and desk.taken_up is not None and of.assignee == look.actor:
            typed = replace(typed, values=desk.taken_up.values, taken_up=desk.taken_up)
        said = policies_shown.at_step(look, of, language(), typed=typed.values)
        if typed.values is None and said.approved is not None:
            typed = replace(typed, values=said.approved)
        want = None if asked else offers.of_form(look, of, typed.values, again=True)
        if want is None:
            found = guided.guided(look, task_id, language(), typed=typed.values)
            in_erp = erp_shown.of_case(look, of.case)
            wanted = policies_shown.wanted(look, of, language())
            left = compared.left(look, of, desk.own, language())
            offered = found.suggested.offers if found.suggested else ()
            telling = suggested.telling(look, of.case, offered)
    if want is not None:
        erp_offers.ask(engine(), want)
        return shown(number, task_id, typed, asked=True)
    declining = suggestions.reasons(language())
    about = {
        "guided": found,
        "typed": typed,
        "declining": declining,
        "links": suggested.links(offered, found.customer),
        "telling": telling,
        "erp": in_erp,
        "last_entry": of.case.rev,
    }
    about |= {
        "desk": desk,
        "mates": desk.mates,
        "left": left,
        "carried": carried(of, desk, typed.taken_up, kept=typed.kept),
    }
    page = render_template("agent/task.html", number=number, at_step=said, wanted=wanted, **about)
    return page, typed.status


def _of_incident(number: str, task: Task) -> str:
    if "supervisor.incident" in current_app.view_functions:
        return url_for("supervisor.incident", incident_id=task.incident_id)
    return url_for("agent.case", number=number)


def must_see(look: UnitOfWork, number: str, task_id: int) -> Task:
    """NotFound unless the task belongs to the case of this number and is the reader's to see.

    Not within a transaction that then acts on it: what is read before its case is locked may be old.
    """
    task = visibility.must_see_task(look, task_id)
    try:
        if task.case_id == case_numbers.case_id(number):
            return task
    except Invalid:
        pass
    raise NotFound(
        f"Expected task {task_id} to belong to case {number:.40}, but it does not",
        de="Diese Aufgabe gehört nicht zu diesem Vorgang.",
    )


def typed_values(look: UnitOfWork, task: Task) -> dict[str, Any]:
    """What was posted for the task's form, nothing of it judged."""
    if task.kind == TaskKind.AD_HOC:
        return {name: request.form[name] for name in ("note", "approved") if name in request.form}
    form = one.form_of(look, task)
    return posted(form.fields if form is not None else (), entered(), look.local_now, language())


def entered() -> MultiDict[str, str]:
    """What was posted, the files that came with it by their numbers."""
    found: MultiDict[str, str] = g.get("entered", request.form)
    return found
