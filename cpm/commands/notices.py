"""Before a customer is told something: `notices.dmn` says whether, on which way and at which hours, or why not.

Asked just before the call is made, so that consent, opt-outs and addresses are those of that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from cpm import calendars
from cpm.calendars import Calendar
from cpm.commands import asking, notice_reach, variables
from cpm.commands.asking import Answer
from cpm.commands.notice_reach import ADVERTISING, NOTICES, Reach
from cpm.errors import Invalid
from cpm.model import Case, Job
from cpm.notice_facts import NOTICES as FACTS
from cpm.queries import opting_out, status_links
from cpm.queries.notice_words import TYPE
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

#: More notices than this on one case in one day wait until the next; what the law wants does not.
MOST_A_DAY = 3
_MORNING = time(8)
_WEEKDAYS = (calendars.hours("09:00-18:00"),) * 5 + ((), ())
_CAPPED = (
    f"Der Kunde hat heute schon {MOST_A_DAY} Benachrichtigungen zu diesem Vorgang bekommen.",
    f"The customer has had {MOST_A_DAY} notices on this case today.",
)
_CLOSED = ("Es ist jetzt nicht die Zeit dafür.", "This is not the time for it.")
_SAFE = ("Die Tabelle der Benachrichtigungen gibt keine Antwort.", "The table of notices gives no answer.")


@dataclass(frozen=True, slots=True)
class Plan:
    event: str
    send: str  #: email, letter, phone, none
    kind: str  #: service, legal, advertising, none
    to: str  #: the address or number; "" for letters
    at: datetime  #: not before
    reason: tuple[str, str]  #: why not, or why not yet; German, English
    evidence: Mapping[str, Any]

    def leaves(self, now: datetime) -> bool:
        """By itself, and at this moment."""
        return self.send == "email" and self.at <= now


def goes_otherwise(look: UnitOfWork, job: Job) -> bool:
    """Whether the call is a notice that does not leave by itself now."""
    return job.type == TYPE and not plan(look, job).leaves(look.now)


def inputs(look: UnitOfWork, job: Job) -> Mapping[str, Any]:
    """What the connector is given: of a notice also whom it goes to, the link to the status page, and the ways out."""
    given: Mapping[str, Any] = job.payload["inputs"]
    if job.type != TYPE or job.case is None:
        return given
    found = plan(look, job)
    language = given.get("language") or job.case.language
    more = {"to": found.to, "kind": found.kind, "language": language}
    return {**given, **_more(look, job.case, given, found), **more}


def texts_for(look: UnitOfWork, case: Case, given: Mapping[str, Any], found: Plan) -> Mapping[str, Any]:
    """The same for a notice that somebody prints or says."""
    language = given.get("language") or case.language
    return {**given, **_more(look, case, given, found), "kind": "legal", "language": language}


def plan(look: UnitOfWork, job: Job) -> Plan:
    case, given = job.case, job.payload["inputs"]
    assert case is not None, "a notice is about a case"
    found = reached(look, case, given)
    return planned(look, case, given, found, element=job.element, at_once=job.payload.get("at_once") is True)


def reached(look: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Reach:
    """What all notices of the case go by, as far as they have the same recipient."""
    return notice_reach.reach(look, case, survivor(look, case.customer), given)


def planned(
    look: UnitOfWork,
    case: Case,
    given: Mapping[str, Any],
    reach: Reach,
    *,
    element: str | None = None,
    at_once: bool = False,
) -> Plan:
    """With these inputs of the call."""
    event = str(given.get("event"))
    facts = _facts(look, case, given, reach, element)

    def made(said: Answer) -> Plan:
        send, kind = said.taken("send", str), said.columns["kind"] or "none"
        reason = (str(said.columns["reason_de"] or ""), str(said.columns["reason_en"] or ""))
        hours = _hours(look, said.taken("hours", str))
        at = look.now if hours is None else next(hours.spans_from(look.now))[0]
        if send == "none" or at_once:
            at = look.now
        elif at > look.now:
            reason = _CLOSED
        elif kind != "legal" and send == "email" and reach.told_today >= MOST_A_DAY:
            at, reason = _tomorrow(look), _CAPPED
        to = {"email": reach.email, "phone": reach.phone}.get(send, "")
        return Plan(event, send, str(kind), to, max(at, look.now), reason, said.evidence)

    def otherwise(why: Answer) -> Plan:
        """As before there was a table: the process means what it says."""
        send = "email" if reach.email and not reach.automatic else "none"
        return Plan(event, send, "service", reach.email, look.now, _SAFE, why.evidence)

    return asking.safely(look, "notices", facts, made, otherwise)


def to_colleague(look: UnitOfWork, case: Case, event: str, language: str) -> datetime | None:
    """When somebody of us may be mailed of this; None: not at all. The table sees no customer, as none is written to."""
    facts = dict.fromkeys((fact.name for fact in FACTS), None) | {
        "event": event,
        "process": case.process,
        "language": language,
        "has_email": True,
        "opted_out": False,
        "told_today": 0,
        "data": {},
    }

    def made(said: Answer) -> datetime | None:
        hours = _hours(look, said.taken("hours", str))
        if said.taken("send", str) != "email":
            return None
        return look.now if hours is None else max(look.now, next(hours.spans_from(look.now))[0])

    return asking.safely(look, "notices", facts, made, lambda _why: look.now)


def _facts(
    look: UnitOfWork, case: Case, given: Mapping[str, Any], reach: Reach, element: str | None
) -> dict[str, Any]:
    known = variables.load(look, case)[""]
    advertising = given.get("advertising")
    quiet = _hours(look, "advertising")
    return {
        "event": str(given.get("event")),
        "process": case.process,
        "element": element,
        "channel": case.channel,
        "language": str(given.get("language") or case.language),
        "customer_kind": survivor(look, case.customer).kind.value,
        "customer_value": known.get("customer_value"),
        "advertising": advertising if isinstance(advertising, bool) else None,
        "consent_email": reach.consent_email,
        "consent_phone": reach.consent_phone,
        "opted_out": reach.opted_out,
        "has_email": bool(reach.email),
        "email_unreachable": reach.unreachable,
        "has_post": reach.post,
        "has_phone": bool(reach.phone),
        "automatic": reach.automatic,
        "quiet": quiet is not None and not quiet.is_open(look.now),
        "told_today": reach.told_today,
        "data": dict(known),
    }


def _hours(look: UnitOfWork, name: str) -> Calendar | None:
    """When it may reach the customer; None for any time. A house without hours for advertising has those of the law's practice."""
    match name:
        case "any":
            return None
        case "calls":
            return look.calendar("service" if "service" in look.library.calendars.each else "office")
        case "advertising" if "advertising" in look.library.calendars.each:
            return look.calendar("advertising")
        case "advertising":
            return Calendar("advertising", _WEEKDAYS, look.settings.land)
    raise Invalid(f"Expected hours that are known, but notices.dmn says {name!r:.40}")


def _tomorrow(look: UnitOfWork) -> datetime:
    day = look.local_now.date() + timedelta(days=1)
    return datetime.combine(day, _MORNING, look.settings.zone)


def _more(look: UnitOfWork, case: Case, given: Mapping[str, Any], found: Plan) -> dict[str, Any]:
    values = given.get("values")
    more: dict[str, Any] = {"status_link": status_links.link(look, case, found.to or None)}
    if found.send == "email":
        purpose = ADVERTISING if found.kind == ADVERTISING else NOTICES
        customer = survivor(look, case.customer)
        more["opt_out_link"] = opting_out.link(look, customer, purpose)
        more["confirm_link"] = opting_out.confirming(look, customer, ADVERTISING)
    return {"values": {**more, **(values if isinstance(values, Mapping) else {})}}
