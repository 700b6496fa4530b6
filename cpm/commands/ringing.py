"""What telephone systems tell: somebody calls, somebody answers, the call is over.

They may tell it twice, late or in another order: each call is known by its id, and goes only forward.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from cpm import phone_systems
from cpm.commands import identifiers, once
from cpm.commands.hooks import Told as Request
from cpm.connectors.http import signatures
from cpm.errors import NotFound, Unauthorized
from cpm.model import Direction, Talk, TalkRing, TalkState, User
from cpm.model.talk import LONGEST
from cpm.phone_systems import Heard, Told
from cpm.uow import UnitOfWork

#: A telephone system is one whose secret stands in CPM_OUTGOING_SECRET_CTI_<SYSTEM>.
SECRET = "CTI_"  # noqa: S105 - the beginning of a name
_AT_A_TIME = 100
HMAC, AT = "x-cpm-signature", "x-cpm-timestamp"


def heard(look: UnitOfWork, system: str, asked: Request) -> Told:
    """Nothing of it is read before its signature has proved who sent it. NotFound, Unauthorized, Invalid as `hooks.heard`."""
    secret = look.settings.outgoing.secrets.get(f"{SECRET}{system.upper()}")
    if secret is None:
        raise NotFound("Expected a telephone system at this address, but there is none")
    if not asked.private and asked.headers.get("authorization", "").startswith("Bearer "):
        raise Unauthorized(
            "Expected a signature, or this secret over TLS or from the same machine, but it came another way or through a proxy"
            " that CPM_HTTP_PROXIES does not count",
            de="Das Geheimnis selbst zählt nur über TLS oder von derselben Maschine, und hinter einem Proxy nur, wenn"
            " CPM_HTTP_PROXIES ihn zählt. Bitte unterschreiben oder das einstellen.",
        )
    if not _proves(secret, asked, look.now):
        raise Unauthorized(
            "Expected a signature made with the secret of this telephone system, or the secret itself, but it is another, too old or missing",
            de="Die Signatur fehlt, ist zu alt oder stimmt nicht.",
        )
    return phone_systems.read(asked.body, is_json="json" in asked.headers.get("content-type", "json"))


def take(uow: UnitOfWork, system: str, told: Told) -> Talk | None:
    """The call as it is now; None for an end of one that nobody told of."""
    once.queue(uow, f"talk/{system}/{told.call_id}")
    same = select(Talk).where(Talk.system == system, Talk.call_id == told.call_id)
    talk = uow.session.scalar(same.with_for_update().execution_options(populate_existing=True))
    desks = _people(uow, told)
    match told.event:
        case Heard.NEW:
            _silence_old(uow)
            return _rings(uow, talk or _new(uow, system, told), told, desks)
        case Heard.ANSWER:
            return _answered(uow, talk or _new(uow, system, told), desks)
    return talk and over(uow, talk, told.cause)


def _proves(secret: str, asked: Request, now: datetime) -> bool:
    """By what the system brings; each way proves that it knows the secret, and a signature also that it said just this just now."""
    headers = asked.headers
    if signatures.SIGNATURE in headers:
        return signatures.fits("standard", secret, headers, asked.body, now)
    if HMAC in headers:
        return signatures.timed(secret, headers.get(AT, ""), headers[HMAC], asked.body, now)
    return asked.private and signatures.fits("bearer", secret, headers, asked.body, now)


def _people(uow: UnitOfWork, told: Told) -> list[str]:
    """Whose telephones they are, by the extensions of users; a call that names none rings where the dialled number is."""
    ours = told.desks or (phone_systems.desk(told.caller if told.outward else told.dialled),)
    known = uow.session.execute(select(User.login, User.extensions).where(User.active).order_by(User.login))
    return [login for login, extensions in known if set(ours).intersection(extensions)]


def _new(uow: UnitOfWork, system: str, told: Told) -> Talk:
    other, ours = (told.dialled, told.caller) if told.outward else (told.caller, told.dialled)
    talk = Talk(
        system=system,
        call_id=told.call_id,
        direction=Direction.OUT if told.outward else Direction.IN,
        number=phone_systems.number(other),
        dialled=ours,
        state=TalkState.RINGING,
        began_at=uow.now,
        awaited=False,
        note="",
    )
    talk.customer_id = caller(uow, talk.number)
    uow.session.add(talk)
    uow.session.flush()
    return talk


def caller(uow: UnitOfWork, number: str) -> int | None:
    """Whose number it is, if it is one customer's alone."""
    known = identifiers.holders(uow, identifiers.PHONE, number) if number.startswith("+") else ()
    return known[0].id if len(known) == 1 else None


def _rings(uow: UnitOfWork, talk: Talk, told: Told, desks: list[str]) -> Talk:
    if not talk.number:  # an answer came first, which need not say who calls
        talk.number = phone_systems.number(told.dialled if told.outward else told.caller)
        talk.customer_id = talk.customer_id or caller(uow, talk.number)
    if told.outward and len(desks) == 1 and talk.login is None:
        talk.login = desks[0]
    ring(uow, talk, desks, live=talk.state == TalkState.RINGING)
    return talk


def _answered(uow: UnitOfWork, talk: Talk, desks: list[str]) -> Talk:
    if talk.state not in (TalkState.RINGING, TalkState.TALKING) or talk.closed_at is not None:
        return talk
    talk.move("answer")
    talk.answered_at = talk.answered_at or uow.now
    at = rung(uow, talk)
    whose = desks if len(desks) == 1 else [each.login for each in at if not desks or each.login in desks]
    if len(whose) == 1:
        has(uow, talk, whose[0])
    return talk


def over(uow: UnitOfWork, talk: Talk, cause: str | None = None) -> Talk:
    """Who has talked still has it on the desk until the notes are done; what nobody answered rings no more."""
    if talk.ended_at is not None or talk.state not in (TalkState.RINGING, TalkState.TALKING):
        return talk
    missed = talk.state == TalkState.RINGING and not _taken_up(talk)
    talk.move("miss" if missed else "hang up")
    talk.ended_at, talk.cause = uow.now, cause
    if missed and talk.login is None:
        silence(uow, talk)
    return talk


def _taken_up(talk: Talk) -> bool:
    """Whether somebody works on what the caller says, though no answer was told: not every system tells it."""
    return talk.direction == Direction.IN and talk.login is not None and bool(talk.case_id or talk.note)


def has(uow: UnitOfWork, talk: Talk, login: str) -> None:
    """It is theirs from now on, and rings nowhere else."""
    talk.login = login
    ring(uow, talk, [login], live=True)
    silence(uow, talk, but=login)


def ring(uow: UnitOfWork, talk: Talk, logins: Iterable[str], *, live: bool) -> None:
    known = {each.login: each for each in rung(uow, talk)}
    for login in logins:
        if login not in known:
            uow.session.add(TalkRing(talk_id=talk.id, login=login, live=live))
        elif live and talk.login in (None, login):
            known[login].live = True
    uow.session.flush()


def silence(uow: UnitOfWork, talk: Talk, *, but: str | None = None) -> None:
    for each in rung(uow, talk):
        each.live = each.live and each.login == but


def _silence_old(uow: UnitOfWork) -> None:
    """Some that no desk shows any more, as nobody hung up or finished them: else each look at what rings would meet them."""
    old = (
        select(TalkRing)
        .join(Talk, Talk.id == TalkRing.talk_id)
        .where(TalkRing.live, Talk.began_at <= uow.now - LONGEST)
        .order_by(TalkRing.talk_id)
        .limit(_AT_A_TIME)
        .with_for_update(of=TalkRing, skip_locked=True)
    )
    for each in uow.session.scalars(old):
        each.live = False


def rung(uow: UnitOfWork, talk: Talk) -> list[TalkRing]:
    """At whose desks, with those that this command has added."""
    return list(uow.session.scalars(select(TalkRing).where(TalkRing.talk_id == talk.id)))
