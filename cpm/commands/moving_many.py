"""Move, end or retry many cases as a batch, each in a transaction of its own, as a supervisor does with one."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import cancelling, moving, resolutions
from cpm.commands.bulk_kind import Kind, Options
from cpm.commands.resolvable import OUTCOMES
from cpm.errors import Invalid, WrongState
from cpm.model import Case, Incident, IncidentState, Remedy, Role
from cpm.queries import moving as shown
from cpm.queries.moving import Stand
from cpm.uow import UnitOfWork


def _move(uow: UnitOfWork, case: Case, options: Options, why: str) -> Case:
    """All that stands at the one element goes on at the other, in the same place each."""
    nodes = list(_outermost(shown.standing(uow, case, "en"), options["from"]))
    if not nodes:
        raise WrongState(
            f"Expected case {case.number} to stand at {options['from']}, but it does not",
            de="Der Vorgang steht nicht an diesem Schritt.",
        )
    begin = [bpmn.Begin(options["to"])] * len(nodes)
    return moving.move(uow, case.id, cancel=nodes, begin=begin, why=why)


def _outermost(standing: Iterable[Stand], element: str) -> Iterator[int]:
    """The instances of an element, and what is called in it by the same name, go with it."""
    within: int | None = None
    for each in standing:
        if within is not None and each.depth > within:
            continue
        within = None
        if each.element == element:
            within = each.depth
            yield each.node


def _cancel(uow: UnitOfWork, case: Case, options: Options, why: str) -> Case:
    return cancelling.cancel(uow, case.id, outcome=options["outcome"], why=why)


def _retry(uow: UnitOfWork, case: Case, _options: Options, why: str) -> list[Incident]:
    """All its exceptions that can be tried again."""
    open_ones = (Incident.case_id == case.id) & (Incident.state == IncidentState.OPEN)
    found = uow.session.scalars(select(Incident).where(open_ones).order_by(Incident.id)).all()
    able = [each.id for each in found if Remedy.RETRY in each.remedies]
    if not able:
        raise WrongState(
            f"Expected case {case.number} to have an exception that can be tried again, but it has none",
            de="In diesem Vorgang gibt es nichts, was sich noch einmal versuchen ließe.",
        )
    return [resolutions.resolve(uow, each, Remedy.RETRY, note=why) for each in able]


def _places(_uow: UnitOfWork, options: Options) -> Options:
    wrong = [name for name in ("from", "to") if not isinstance(options.get(name), str) or not options[name]]
    if wrong:
        raise Invalid(
            f"Expected the ids of the steps to move from and to, but `{wrong[0]}` names none",
            [(name, "must be the id of a step in the process") for name in wrong],
            problems_de=[(name, "Bitte einen Schritt nennen.") for name in wrong],
        )
    return {"from": options["from"], "to": options["to"]}


def _outcome(_uow: UnitOfWork, options: Options) -> Options:
    if options.get("outcome") not in OUTCOMES:
        raise Invalid(
            f"Expected the outcome to be one of {', '.join(OUTCOMES)}, but it is {options.get('outcome')!r:.80}",
            [("outcome", f"must be one of {', '.join(OUTCOMES)}")],
            problems_de=[("outcome", "Bitte auswählen, wie die Vorgänge enden.")],
        )
    return {"outcome": options["outcome"]}


_SUPERVISORS = frozenset({Role.SUPERVISOR})
MOVE = Kind(key="move", act=_move, check=_places, starters=_SUPERVISORS)
CANCEL = Kind(key="cancel", act=_cancel, check=_outcome, starters=_SUPERVISORS)
RETRY = Kind(key="retry", act=_retry, starters=_SUPERVISORS)
