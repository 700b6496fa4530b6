"""End one's work on a case for now: how it came out, why, and what is to be done later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.commands import checks, follow_ups, links, policies, talks
from cpm.errors import Conflict, Invalid
from cpm.library import Bundle
from cpm.model import Case, SuggestionState, WrapUp
from cpm.queries import access, suggestions, wrapping
from cpm.queries.suggestions import Offer
from cpm.uow import UnitOfWork

_LONGEST, _LONGEST_KEY = 2_000, 100


@dataclass(frozen=True, slots=True)
class Later:
    """What is to be done; `call` is the number to call back."""

    what: str
    due: datetime
    call: str | None = None


class StillQueued(Conflict):
    """Something is to be done before; `offers` is what."""

    def __init__(self, message: str, offers: list[Offer], *, de: str) -> None:
        super().__init__(message, de=de)
        self.offers = offers


def wrap_up(
    uow: UnitOfWork,
    case_id: int,
    *,
    key: str,
    outcome: str,
    reason: str,
    summary: str = "",
    later: Later | None = None,
) -> WrapUp:
    """The same `key` again at the same case is the same wrap-up. StillQueued while a queued action is neither done nor declined.

    The actor's call about the case is over with it, and what they noted of it is filed. The case goes on as its process
    says, or is over already; what was only suggested and not decided counts as passed over.
    """
    access.must_see(uow, case_id, api=True)
    links.must_work(uow)
    case, word = uow.case(case_id), checks.plain_text("key", key, longest=_LONGEST_KEY)
    key = f"{uow.actor}/{case.id}/{word}"
    if (known := uow.session.scalar(select(WrapUp).where(WrapUp.key == key))) is not None:
        return known
    bundle = uow.bundle(case)
    _must_be_chosen(bundle, outcome, reason)
    said = checks.plain_text("summary", summary, required=False, longest=_LONGEST)
    _must_be_done(uow, case)
    policies.check(
        uow,
        case,
        "wrap_up",
        subject=f"case {case.number}",
        given={"outcome": outcome, "reason": reason},
        outcome=outcome,
    )
    row = WrapUp(case_id=case.id, at=uow.now, by=uow.actor, key=key, outcome=outcome, reason=reason)
    row.summary = said
    _tell(uow, case, row)
    if later is not None:
        row.task_id = follow_ups.ask(uow, case, what=later.what, due=later.due, call=later.call).task_id
    _pass_over(uow, case)
    talks.close_on(uow, case, otherwise=said)
    uow.session.add(row)
    uow.session.flush()
    return row


def _must_be_chosen(bundle: Bundle, outcome: str, reason: str) -> None:
    """Invalid names each that is none of what the process lists."""
    asked = (
        ("outcome", outcome, wrapping.outcomes(bundle, "en"), "how it came out", "wie es ausging"),
        ("reason", reason, wrapping.reasons(bundle, "en"), "what it was about", "worum es ging"),
    )
    problems, german = [], []
    for name, value, choices, english, said in asked:
        words = [word for word, _ in choices]
        if value not in words:
            known = f" (one of {', '.join(words)})" if value else ""
            problems.append((name, f"Please choose {english}{known}."))
            german.append((name, f"Bitte auswählen, {said}."))
    if problems:
        raise Invalid(
            "Expected an outcome and a reason of those to choose from, but something is left",
            problems,
            de="Es fehlt noch etwas.",
            problems_de=german,
        )


def _must_be_done(uow: UnitOfWork, case: Case) -> None:
    queued = [offer for offer in suggestions.pending(uow, case, "de") if offer.queued]
    if not queued:
        return
    english = ", ".join(f"“{offer.title}”" for offer in suggestions.pending(uow, case, "en") if offer.queued)
    german = ", ".join(f"„{offer.title}“" for offer in queued)
    raise StillQueued(
        f"Please accept or decline this before you wrap up: {english}.",
        queued,
        de=f"Vorher noch annehmen oder ablehnen: {german}.",
    )


def _pass_over(uow: UnitOfWork, case: Case) -> None:
    for row in suggestions.of_case(uow, case).values():
        if row.state == SuggestionState.OPEN:
            row.move("pass")


def _tell(uow: UnitOfWork, case: Case, row: WrapUp) -> None:
    german, english = (next(iter(wrapping.told(uow.bundle(case), [row], {}, each))) for each in ("de", "en"))
    uow.record(
        case,
        "case.wrapped_up",
        title=german.outcome,
        title_en=english.outcome,
        reason=german.reason,
        reason_en=english.reason,
        note=row.summary or None,
    )
