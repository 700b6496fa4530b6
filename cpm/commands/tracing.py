"""What happened on the way of a step, as far as people want to read it in the journal."""

from collections.abc import Callable, Mapping
from typing import cast

from cpm import bpmn
from cpm.model import Case
from cpm.uow import UnitOfWork


def journal(uow: UnitOfWork, case: Case, step: bpmn.Step) -> None:
    for trace in step.trace:
        if tell := _JOURNALLED.get(trace.what):
            tell(uow, case, trace)


def _decided(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    told = cast("Mapping[str, object]", cast("bpmn.Decision", trace.detail).evidence)
    uow.record(case, "decision.made", element=trace.element, **told)


def _called(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "call.begun", element=trace.element, called=trace.detail)


def _sent(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "message.sent", element=trace.element, name=trace.detail)


def _chosen(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    """By whoever chose; what the model begins by itself is told in the same words."""
    uow.record(case, "step.chosen", element=trace.element, of=trace.detail)


def _ended(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "choice.ended", element=trace.element, ending=trace.detail)


def _returned(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "call.ended", element=trace.element, called=trace.detail)


def _signalled(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "signal.thrown", element=trace.element, signal=trace.detail)


def _heard(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "signal.heard", element=trace.element, signal=trace.detail)


def _met(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "condition.met", element=trace.element)


def _erred(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "error.caught", element=trace.element, code=trace.detail)


def _escalated(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "escalation.caught", element=trace.element, code=trace.detail)


def _missed(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "timer.missed", element=trace.element, since=trace.detail)


def _compensating(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "compensation.begun", element=trace.element)


def _compensated(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "activity.compensated", element=trace.element)


def _rolled_back(uow: UnitOfWork, case: Case, trace: bpmn.Trace) -> None:
    uow.record(case, "transaction.cancelled", element=trace.element)


#: Trace.what -> how it is told. What is not in it people hear of otherwise, or need not.
_JOURNALLED: Mapping[str, Callable[[UnitOfWork, Case, bpmn.Trace], None]] = {
    "decided": _decided,
    "called": _called,
    "returned": _returned,
    "sent": _sent,
    "chosen": _chosen,
    "ended": _ended,
    "signalled": _signalled,
    "heard": _heard,
    "met": _met,
    "erred": _erred,
    "escalated": _escalated,
    "missed": _missed,
    "compensating": _compensating,
    "compensated": _compensated,
    "rolled_back": _rolled_back,
}
