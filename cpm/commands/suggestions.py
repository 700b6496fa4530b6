"""Accept a suggestion, which does it, or decline it with a reason. What it does is in `doing_suggested`."""

from collections.abc import Mapping

from cpm.commands import checks, doing_suggested, in_order, links, policies, showing
from cpm.errors import Conflict
from cpm.model import Case, DeclineReason, Suggestion, SuggestionState
from cpm.queries import access, suggestions
from cpm.uow import UnitOfWork

_LONGEST = 500
_NOTHING: Mapping[str, str] = {}


def accept(uow: UnitOfWork, case_id: int, action: str, *, given: Mapping[str, str] = _NOTHING) -> Suggestion:
    """It is done, all of it or nothing. Again changes nothing. `given` is what doing it needs to know: an e-mail address."""
    row = _row(uow, case_id, action)
    if row.state == SuggestionState.ACCEPTED:
        return row
    _check_policies(uow, row, "accept", {"action": action})
    row.move("accept")
    row.decided_at, row.decided_by, row.declined_for, row.note = uow.now, uow.actor, None, None
    uow.record(
        row.case,
        "suggestion.accepted",
        action=row.action,
        title=row.title_de,
        title_en=row.title_en,
        reason=row.reason_de,
        reason_en=row.reason_en,
        element=row.element,
        to=None,  # known once it is done
    )
    entry = uow.journal[-1]["particulars"]
    doing_suggested.do(uow, row, given)
    if row.made_case_id is not None:
        entry["to"] = uow.get(Case, row.made_case_id).number
    return row


def decline(uow: UnitOfWork, case_id: int, action: str, *, reason: str, note: str = "") -> Suggestion:
    """It will not be done. Conflict if it has been already; declining it again changes nothing."""
    why = DeclineReason(checks.one_of("reason", reason, tuple(DeclineReason)))
    said = checks.plain_text("note", note, required=why == DeclineReason.OTHER, longest=_LONGEST)
    row = _row(uow, case_id, action)
    if row.state == SuggestionState.DECLINED:
        return row
    if row.state == SuggestionState.ACCEPTED:
        raise Conflict(
            f"Expected suggestion {row.id} to be open, but it is accepted already",
            de="Das ist inzwischen schon angenommen und getan.",
        )
    _check_policies(uow, row, "decline", {"action": action, "reason": reason})
    row.move("decline")
    row.decided_at, row.decided_by, row.declined_for, row.note = uow.now, uow.actor, why, said or None
    uow.record(
        row.case,
        "suggestion.declined",
        action=row.action,
        title=row.title_de,
        title_en=row.title_en,
        reason=said or suggestions.why(why, "de"),
        reason_en=said or suggestions.why(why, "en"),
        element=row.element,
    )
    return row


def _row(uow: UnitOfWork, case_id: int, action: str) -> Suggestion:
    """The case is locked, and the other one that it is about, if there is one."""
    case = access.must_see(uow, case_id, api=True)
    links.must_work(uow)
    other = doing_suggested.other(uow, case, action)
    if other is not None:
        case, _ = in_order.both(uow, case_id, other)
    else:
        case = uow.case(case_id)
    if (row := suggestions.of_case(uow, case, afresh=True).get(action)) is not None:
        return row
    if (found := suggestions.at_steps(uow, case, action)) is None:
        raise Conflict(
            f"Expected {action!r:.60} to be suggested in case {case.number}, but it is not, or no longer",
            de="Das wird hier nicht (mehr) vorgeschlagen.",
        )
    (made,) = showing.noted(uow, found[0], [found[1]])
    uow.session.flush()
    return made


def _check_policies(uow: UnitOfWork, row: Suggestion, verb: str, given: Mapping[str, str]) -> None:
    policies.check(uow, row.case, verb, element=row.element, subject=f"suggestion {row.action}", given=given)
