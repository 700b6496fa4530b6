"""What the customer is told of a step itself: the model names the events there (`cpm:notice`), and no call is drawn.

Each is a job that leaves like the call `notice.send`, by the same table. The process neither waits for it nor hears of
it; what fails becomes an exception without a place.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm import bpmn, writing
from cpm.bpmn.reading.properties import NOTICE
from cpm.commands import enqueue
from cpm.library import Bundle
from cpm.model import Case, Incident, JobKind, JobState
from cpm.queries.notice_words import TYPE
from cpm.uow import UnitOfWork

#: What the frame of every notice needs, whatever its text names.
_FRAME = frozenset({"salutation", "firm"})


def events(listed: str) -> tuple[str, ...]:
    """As the property lists them."""
    return tuple(dict.fromkeys(event.strip() for event in listed.split(",")))


def entered(uow: UnitOfWork, case: Case, step: bpmn.Step) -> list[dict[str, Any]]:
    """The jobs for what was entered in this step; what is only tried again was told when it was entered first."""
    bundle = uow.bundle(case)
    return [
        job(uow, case, event, step.scopes[""], (trace.node, trace.element))
        for trace in step.trace
        if trace.what == "entered" and trace.node != step.again
        for event in _told_at(bundle, trace.element)
    ]


def job(
    uow: UnitOfWork, case: Case, event: str, known: Mapping[str, Any], at: tuple[int | None, str | None]
) -> dict[str, Any]:
    """The call, as a row for `enqueue.put`; `known` are the case's variables."""
    node, element = at
    name = element and (uow.bundle(case).program.elements[element].name or element)
    uow.record(case, "job.enqueued", element=element, name=name or event, type=TYPE)
    made = enqueue.at_node(case, node, element, JobKind.NOTICE, type=TYPE, run_at=uow.now)
    made |= {"queue": "calls", "state": JobState.READY, "key": f"{made['key']}/{event}"}
    made["payload"] = {"inputs": inputs(uow, case, event, known), "headers": {}}
    made["node"] = None  # so that it stays whatever becomes of the step
    return made


def inputs(uow: UnitOfWork, case: Case, event: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """As a drawn call has them: of the case's variables those that the text names, as they are now."""
    language = str(known.get("language") or case.language)
    text: Mapping[str, Any] = uow.bundle(case).texts.get(language, {}).get("notices", {}).get(event, {})
    named = _FRAME.union(*(writing.placeholders(str(text.get(part, ""))) for part in ("subject", "text")))
    return {
        "event": event,
        "to": known.get("email"),
        "language": language,
        "values": {name: known[name] for name in sorted(named) if name in known},
        "in_reply_to": known.get("last_message_id"),
    }


def is_one(incident: Incident) -> bool:
    """Whether it is about a notice that stands at no place."""
    return incident.job is not None and incident.job.kind == JobKind.NOTICE


def again(incident: Incident, *, at: datetime) -> None:
    """Settle its incident by trying once more."""
    assert incident.job is not None, "there is a notice to try again"
    incident.job.move("try again")
    incident.job.run_at, incident.job.attempts, incident.job.deaths = at, 0, 0


def let_go(uow: UnitOfWork, incident: Incident) -> None:
    """The customer was told otherwise."""
    if is_one(incident):
        uow.session.delete(incident.job)


def _told_at(bundle: Bundle, element: str) -> tuple[str, ...]:
    known = bundle.program.elements.get(element)
    listed = known.properties.get(NOTICE) if known else None
    return events(listed) if listed else ()
