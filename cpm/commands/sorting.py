"""A message that waited for its place goes there: to a case, whose process hears it, or into a new one.

These are steps of the process `intake`, done in the database itself and in one transaction. Where the choice was wrong,
the message comes back (`undo`); what the other case's process did by it stays.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm.case_numbers import case_id
from cpm.channels.mail import replies
from cpm.commands import cases, continuing, handing_on, in_order
from cpm.commands import process as processes
from cpm.commands.variables import load
from cpm.connectors import Done, Failed, Outcome
from cpm.errors import CpmError, Invalid
from cpm.model import Case, CaseLink, CaseState, Direction, Interaction, LinkKind
from cpm.uow import UnitOfWork

#: The error that the process catches: somebody has to choose again.
NOT_POSSIBLE = "not_possible"
_URGENT = 80


def target(uow: UnitOfWork, inputs: Mapping[str, Any]) -> int | None:
    """The case that a message goes to, by its number; None if there is none."""
    try:
        return in_order.survivor(uow, case_id(str(inputs.get("case_no"))))
    except Invalid:
        return None


def attach(uow: UnitOfWork, case: Case, inputs: Mapping[str, Any]) -> Outcome:
    """All that came goes to the case that was chosen, as if it had come there: a closed one opens again, or is followed."""
    to = target(uow, inputs)
    if to is None or to == case.id:
        return Failed(NOT_POSSIBLE, f"Expected a case to attach to, but {inputs.get('case_no')} is none")
    _, other = in_order.both(uow, case.id, to)
    try:
        goes_on = continuing.hears(uow, other)
    except CpmError as refused:
        return Failed(NOT_POSSIBLE, str(refused))
    if not goes_on:
        return start(uow, case, {**inputs, "process": other.process}, earlier=other)
    said = _said(uow, case)
    _link(uow, case, other, handing_on.everything(uow, case, other))
    for key, words in said:
        continuing.hear(uow, other, words, key=f"{key}/{other.id}")
    return Done({"case_choice": other.number})


def start(uow: UnitOfWork, case: Case, inputs: Mapping[str, Any], *, earlier: Case | None = None) -> Outcome:
    """A new case of the process that was chosen, which all that came opens."""
    known = load(uow, case)[""]
    try:
        opened = cases.open_case(
            uow,
            case.customer,
            process=str(inputs.get("process")),
            subject=case.subject,
            channel=case.channel,
            language=str(inputs.get("language") or case.language),
            data={name: known.get(name) for name in ("email", "text", "last_message_id")},
            earlier=earlier,
        )
    except CpmError as refused:
        return Failed(NOT_POSSIBLE, str(refused))
    if inputs.get("urgency") == "urgent":
        opened.priority = max(opened.priority, _URGENT)
    _, *later = _said(uow, case) or [("", {})]
    _link(uow, case, opened, handing_on.everything(uow, case, opened))
    processes.start(uow, opened)
    for key, words in later:
        if opened.state == CaseState.OPEN:
            continuing.hear(uow, opened, words, key=f"{key}/{opened.id}")
    return Done({"case_choice": opened.number})


def undo(uow: UnitOfWork, link: CaseLink) -> None:
    """The message waits for its place again; both cases are locked. What the other's process did by it stays."""
    case, other = uow.locked[link.case_id], uow.locked[link.other_id]
    handing_on.back(uow, other, case, link.kept)
    if case.state == CaseState.CLOSED and (again := continuing.start_again(uow, case)) is not None:
        cases.reopen(uow, case, at=again.id, data={"case_choice": None})


def _said(uow: UnitOfWork, case: Case) -> list[tuple[str, dict[str, Any]]]:
    """What people wrote that lies with the case, the oldest first, each with the key of its message."""
    of_people = (Interaction.direction == Direction.IN) & Interaction.automatic.is_(None)
    theirs = select(Interaction).where(Interaction.case_id == case.id, of_people).order_by(Interaction.id)
    return [(each.message_key, _words(each)) for each in uow.session.scalars(theirs)]


def _words(message: Interaction) -> dict[str, Any]:
    key = message.message_key
    return {
        "reply_subject": message.subject,
        "reply_text": replies.new_text(message.text) if message.channel == "email" else message.text,
        "last_message_id": key if key.startswith("<") else None,
    }


def _link(uow: UnitOfWork, case: Case, other: Case, went: handing_on.Went) -> None:
    made = {"made_at": uow.now, "made_by": uow.actor, "why": "", "kept": dict(went)}
    uow.session.add(CaseLink(kind=LinkKind.SORTED, case_id=case.id, other_id=other.id, **made))
