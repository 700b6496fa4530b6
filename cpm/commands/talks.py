"""What people do while they telephone: go on in a case, take notes, and be done with it; who calls say `callers`.

What is noted becomes a message of channel phone on the case. That somebody telephones is no act that a policy could
refuse; what is then done in the case is asked about like anything else. A case is locked before the talk about it.
"""

from textwrap import shorten

from sqlalchemy import exists, or_, select

from cpm import phone_numbers
from cpm.commands import (
    checks,
    follow_ups,
    in_order,
    notes,
    once,
    ringing,
)
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.model import Case, CaseState, Direction, Interaction, Role, Talk, TalkRing, TalkState
from cpm.model.talk import BY_HAND, NOTED
from cpm.phone_numbers import shown
from cpm.queries import access
from cpm.uow import UnitOfWork

_TALK = frozenset({Role.AGENT, Role.SUPERVISOR})
_FIRST_WORDS = 80
_LATEST = 50  #: calls of one person about merged cases that are looked at for one that is open


def begin(
    uow: UnitOfWork, *, direction: Direction, number: str = "", case_id: int | None = None, key: str = ""
) -> Talk:
    """A call that no telephone system told of, under way now: the actor is on the telephone, perhaps about a case.

    The same `key` again is the same call. Invalid if no number is called, or what is none.
    """
    user = uow.user()
    if not _TALK.intersection(user.roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to telephone with customers, but {uow.actor} is neither",
            de="Mit Kunden telefoniert nur, wer ihre Vorgänge auch bearbeitet.",
        )
    normal = _number(uow, direction, number.strip(), case_id)
    call_id = f"{user.login}/{key or uow.now.isoformat()}"
    once.queue(uow, f"talk/{BY_HAND}/{call_id}")
    same = select(Talk).where(Talk.system == BY_HAND, Talk.call_id == call_id)
    if (known := uow.session.scalar(same)) is not None:
        return known
    talk = Talk(system=BY_HAND, call_id=call_id, direction=direction)
    talk.number, talk.dialled, talk.note, talk.awaited = normal, "", "", False
    talk.state, talk.began_at, talk.answered_at = TalkState.TALKING, uow.now, uow.now
    talk.customer_id = ringing.caller(uow, talk.number)
    uow.session.add(talk)
    uow.session.flush()
    ringing.has(uow, talk, user.login)
    if case_id is not None:
        _join(uow, talk, case_id)
    return talk


def go_on(uow: UnitOfWork, talk_id: int, case_id: int) -> Talk:
    """The call is about this case; what is noted lands there. Again changes nothing."""
    access.must_see(uow, case_id)
    uow.case(case_id)
    talk = theirs(uow, talk_id)
    if talk.case_id != case_id:
        _join(uow, talk, case_id)
    return talk


def open_case(
    uow: UnitOfWork,
    talk_id: int,
    *,
    process: str,
    text: str,
    customer: int | NewCustomer,
    language: str = "de",
) -> Case:
    """The call is about something new: `text` is what they said first. The same call and process again is the same case."""
    said = Said("phone", "", text, f"{NOTED}{talk_id}/{process}", "en" if language == "en" else "de")
    if (before := notes.filed_on(uow, said)) is not None:
        access.must_see(uow, before)
        uow.case(before)
    talk = theirs(uow, talk_id)
    case = notes.open_by_hand(uow, said, process=process, customer=customer)
    talk.customer_id, talk.note = case.customer_id, ""
    if talk.case_id != case.id:
        _join(uow, talk, case.id)
    return case


def keep(uow: UnitOfWork, talk_id: int, text: str) -> Talk:
    """What is being noted, so that nothing of it is lost; it is nobody else's yet. Conflict once the call is done."""
    talk = theirs(uow, talk_id)
    if talk.closed_at is not None:
        raise Conflict(
            f"Expected talk {talk.id} to be open, but it is done: what is noted now is added as it is done again",
            de="Das Gespräch ist schon abgeschlossen; mit „Gespräch abschließen“ kommt die Notiz dazu.",
        )
    talk.note = checks.plain_text("note", text, required=False)
    return talk


def note(uow: UnitOfWork, talk_id: int, text: str, *, answers: bool = False) -> Talk:
    """File what was noted on the case, and go on talking. `answers`: its process has waited for the customer's word."""
    talk = with_its_case(uow, talk_id)
    if talk.case_id is None:
        raise Conflict(
            f"Expected talk {talk.id} to be about a case, but nobody has said which",
            de="Bitte zuerst sagen, um welchen Vorgang es geht.",
        )
    _file(uow, talk, checks.plain_text("note", text), answers=answers)
    return talk


def close(uow: UnitOfWork, talk_id: int, *, text: str | None = None, answers: bool = False) -> Talk:
    """Done with it: the note is filed, what was kept of it if nothing is given, and the desk is free.

    Again changes nothing, but for other words, as of another window: they are filed as well.
    """
    talk = with_its_case(uow, talk_id)
    said = checks.plain_text("note", talk.note if text is None else text, required=False)
    if talk.closed_at is not None:
        _add(uow, talk, said, answers=answers)
        return talk
    if said and talk.case_id is not None:
        _file(uow, talk, said, answers=answers)
    else:
        talk.note = said
    if (
        talk.state == TalkState.RINGING or talk.system == BY_HAND
    ):  # else the telephone system tells when it is over
        ringing.over(uow, talk)
    talk.closed_at = uow.now
    ringing.silence(uow, talk)
    return talk


def close_on(uow: UnitOfWork, case: Case, *, otherwise: str = "") -> Talk | None:
    """Who wraps a case up is done with their call about it, or about one that was merged into it; `otherwise` is the note where none is kept."""
    uow.session.flush()
    here = or_(Case.id == case.id, Case.merged_into_id.is_not(None))
    own = (
        select(Talk)
        .join(Case, Case.id == Talk.case_id)
        .where(here, Talk.login == uow.actor, Talk.closed_at.is_(None))
    )
    for talk in uow.session.scalars(own.order_by(Talk.id.desc()).limit(_LATEST)):
        if talk.case_id is not None and in_order.survivor(uow, talk.case_id) == case.id:
            return close(uow, talk.id, text=talk.note or otherwise)
    return None


def theirs(uow: UnitOfWork, talk_id: int) -> Talk:
    """The call, locked and the actor's from now on if it is nobody's yet; NotFound if it never rang at their desk."""
    uow.session.flush()  # or else reading it afresh would undo what this command did to it
    locked = select(Talk).where(Talk.id == talk_id).with_for_update()
    talk = uow.session.scalar(locked.execution_options(populate_existing=True))
    login = uow.user().login
    if talk is None or (talk.login != login and uow.session.get(TalkRing, (talk_id, login)) is None):
        raise NotFound(
            f"Expected to find talk {talk_id}, but there is none",
            de="Dieses Gespräch gibt es nicht, oder es ist nicht Ihres.",
        )
    if talk.login not in (None, login):
        raise Conflict(
            f"Expected talk {talk_id} to be nobody's yet, but {talk.login} has it",
            de=f"Dieses Gespräch führt {uow.person(talk.login).name}.",
        )
    if talk.login is None:
        ringing.has(uow, talk, login)
    return talk


def with_its_case(uow: UnitOfWork, talk_id: int) -> Talk:
    """As `theirs`, both locked, the case first. Conflict if the call came to be about another one while we waited."""
    uow.session.flush()
    about = uow.session.scalar(select(Talk.case_id).where(Talk.id == talk_id))
    if about is not None:
        uow.case(in_order.survivor(uow, about) or about)
    talk = theirs(uow, talk_id)
    if talk.case_id != about:
        raise Conflict(
            f"Expected talk {talk_id} to be about the same case as before, but it is about another one by now",
            de="Das Gespräch gehört inzwischen zu einem anderen Vorgang.",
        )
    return talk


def _number(uow: UnitOfWork, direction: Direction, number: str, case_id: int | None) -> str:
    """Who calls is not refused for an extension, or a part of a number; who is called has a whole one, or was promised it."""
    if direction == Direction.IN:
        return checks.under("number", lambda: phone_numbers.of_caller(number)) if number else ""
    if not number:
        raise Invalid(
            "Expected the number that is called, but there is none",
            [("number", "Please enter the number that you call, like 0211 5550100.")],
            de="Es fehlt, wer angerufen wird.",
            problems_de=[("number", "Bitte die Nummer eingeben, die Sie anrufen, etwa 0211 5550100.")],
        )
    if case_id is not None and follow_ups.calls(uow, case_id, number):
        return number
    return checks.under("number", lambda: phone_numbers.normalised(number))


def _join(uow: UnitOfWork, talk: Talk, case_id: int) -> None:
    access.must_see(uow, case_id)
    case = uow.case(case_id)
    if case.state != CaseState.OPEN:
        raise Conflict(
            f"Expected {case.number} to be open, but it is closed",
            de=f"{case.number} ist inzwischen abgeschlossen.",
        )
    talk.case_id, talk.case, talk.awaited = case.id, case, case.awaits_reply
    talk.customer_id = talk.customer_id or case.customer_id
    number = shown(talk.number) or None
    if talk.direction == Direction.OUT:
        uow.record(case, "talk.called", number=number)
    else:
        uow.record(case, "talk.joined", number=number)


def _add(uow: UnitOfWork, talk: Talk, said: str, *, answers: bool) -> None:
    """To what was noted before."""
    if talk.case_id is None:
        if said not in talk.note:
            talk.note = checks.plain_text("note", f"{talk.note}\n\n{said}")
        return
    on = {talk.case_id, in_order.survivor(uow, talk.case_id) or talk.case_id}
    same = Interaction.case_id.in_(on), Interaction.channel == "phone", Interaction.text == said
    if said and not uow.session.scalar(select(exists().where(*same, Interaction.at >= talk.began_at))):
        _file(uow, talk, said, answers=answers)


def _file(uow: UnitOfWork, talk: Talk, text: str, *, answers: bool) -> None:
    assert talk.case_id is not None, "the callers have looked"
    case = uow.case(in_order.survivor(uow, talk.case_id) or talk.case_id)
    access.must_see(uow, case.id)  # it may have gone to another team since the call was about it
    key = f"{NOTED}{talk.id}/{uow.now.isoformat()}"
    if answers and case.state == CaseState.OPEN:
        notes.note_on(uow, case.id, Said("phone", "", text, key))
    else:
        uow.session.add(_interaction(uow, talk, case, text, key))
        until = talk.ended_at or uow.now
        seconds = int((until - talk.answered_at).total_seconds()) if talk.answered_at else None
        uow.record(case, "talk.noted", note=text, minutes=None if seconds is None else -(-seconds // 60))
    talk.note, talk.awaited = "", False


def _interaction(uow: UnitOfWork, talk: Talk, case: Case, text: str, key: str) -> Interaction:
    outward, other = talk.direction == Direction.OUT, shown(talk.number) or case.customer.name
    return Interaction(
        case_id=case.id,
        direction=talk.direction,
        channel="phone",
        message_key=key,
        sender=uow.user().name if outward else other,
        recipients=[other] if outward else [],
        subject=shorten(text.splitlines()[0], _FIRST_WORDS, placeholder="…"),
        text=text,
        automatic=None,
        notice=None,
        at=uow.now,
    )
