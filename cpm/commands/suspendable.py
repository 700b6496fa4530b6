"""Whether somebody may suspend or resume this, and whether it can be."""

from collections.abc import Sequence

from cpm.commands.administering import is_program
from cpm.errors import Forbidden, Invalid, WrongState
from cpm.model import Case, JobKind, Role
from cpm.queries import suspensions
from cpm.queries.suspensions import Standing
from cpm.uow import UnitOfWork

#: Jobs that are no call of a connector and can be suspended as a kind.
KINDS = (JobKind.TIMER, JobKind.MESSAGE, JobKind.SIGNAL, JobKind.OVERDUE, JobKind.AUTOMATIC, JobKind.FILING)


def kinds(uow: UnitOfWork) -> list[str]:
    """What kinds of jobs there are."""
    return sorted({*uow.connectors, *(each.value for each in KINDS)})


def must_be_known(uow: UnitOfWork, kind: str) -> None:
    known = kinds(uow)
    if kind.partition(".")[0] not in known:
        raise Invalid(
            f"Expected a kind of jobs: {', '.join(known)}, or one operation such as smtp.send; but got {kind!r:.60}",
            [("kind", "is unknown")],
            de="Diese Art von Arbeit gibt es nicht.",
            problems_de=[("kind", f"Bekannt sind: {', '.join(known)}.")],
        )


def must_be(uow: UnitOfWork, role: Role) -> None:
    if is_program(uow) or role in uow.user().roles:
        return
    german = {Role.SUPERVISOR: "Teamleitung", Role.OPERATOR: "Betrieb"}[role]
    raise Forbidden(
        f"Expected {uow.actor} to be {'an' if role == Role.OPERATOR else 'a'} {role} to suspend or resume this, but they are not",
        de=f"Aussetzen und fortsetzen darf das nur die Rolle {german}.",
    )


def already(uow: UnitOfWork, found: Sequence[Standing], english: str, german: str) -> WrongState:
    return WrongState(
        f"Expected {english} not to be suspended, but {suspensions.said(uow, found, 'en')}",
        de=f"{german} ist schon ausgesetzt: {suspensions.said(uow, found, 'de')}",
    )


def not_suspended(uow: UnitOfWork, case: Case) -> WrongState:
    by_process = suspensions.of_case(uow, case)
    if not by_process:
        return WrongState(
            f"Expected case {case.number} to be suspended, but it is not",
            de=f"Der Vorgang {case.number} ist nicht ausgesetzt.",
        )
    return WrongState(
        f"Expected case {case.number} to be suspended by itself, but its process is: an operator resumes that",
        de=f"Nicht der Vorgang {case.number} ist ausgesetzt, sondern sein Prozess „{by_process[0].name}“: Den setzt der Betrieb fort.",
    )
