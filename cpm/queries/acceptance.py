"""What becomes of suggestions: how often each action was shown, accepted and declined, and why it was declined."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from cpm import sheets
from cpm.library import Bundle
from cpm.model import Case, DeclineReason, Definition, Suggestion, SuggestionState
from cpm.queries import access, suggestions, wording
from cpm.uow import UnitOfWork

USUAL = timedelta(days=30)
#: Beyond them nothing was shown, and some have no next day, or no hour in another zone.
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Rate:
    process: str
    process_name: str
    action: str
    title: str  #: as it was shown last
    kind: str  #: queued or suggested
    shown: int
    accepted: int
    declined: int
    passed: int  #: wrapped up without a decision
    open: int
    reasons: Mapping[str, int]  #: why it was declined, by reason, the most frequent first

    @property
    def percent(self) -> int | None:
        """Accepted of those that were decided or passed over; None as long as none was."""
        over = self.shown - self.open
        return round(100 * self.accepted / over) if over else None


def rates(
    uow: UnitOfWork, language: str, *, since: date | None = None, until: date | None = None, api: bool = False
) -> list[Rate]:
    """Of what was shown within these days, both included; of cases that the reader may see. The most shown first."""
    within = _within(uow, since, until)
    of = (Suggestion.process, Suggestion.action, Suggestion.kind)
    counted = select(
        *of,
        func.count().label("shown"),
        *(_count(state) for state in SuggestionState),
        func.max(Suggestion.id).label("latest"),
    ).join(Case, Case.id == Suggestion.case_id)
    found = uow.session.execute(access.visible(uow, counted.where(*within).group_by(*of), api=api)).all()
    latest = {row.latest for row in found}
    titles = {
        row.id: row.title(language)
        for row in uow.session.scalars(select(Suggestion).where(Suggestion.id.in_(latest)))
    }
    why, names = _reasons(uow, within, api=api), _names(uow, language)
    made = [
        Rate(
            process=row.process,
            process_name=names.get(row.process, row.process),
            action=row.action,
            title=titles[row.latest],
            kind=row.kind,
            shown=row.shown,
            accepted=row.accepted,
            declined=row.declined,
            passed=row.passed,
            open=row.open,
            reasons=dict(why.get((row.process, row.action, row.kind), Counter()).most_common()),
        )
        for row in found
    ]
    return sorted(made, key=lambda one: (one.process_name, -one.shown, one.title))


def as_csv(rows: list[Rate], uow: UnitOfWork, language: str) -> Iterator[bytes]:
    heads = _HEADS[language == "en"]
    lines = (
        (
            one.process_name,
            one.title,
            one.action,
            one.kind,
            one.shown,
            one.accepted,
            one.declined,
            one.passed,
            one.open,
            one.percent,
            ", ".join(
                f"{suggestions.why(DeclineReason(why), language)}: {n}" for why, n in one.reasons.items()
            ),
        )
        for one in rows
    )
    return sheets.csv_lines(
        [sheets.Head(head) for head in heads], lines, sheets.Manner(language, uow.settings.zone)
    )


_HEADS = (
    (
        "Prozess", "Vorschlag", "Handlung", "Art", "gezeigt", "angenommen", "abgelehnt", "übergangen", "offen",
        "Annahme in %", "Gründe der Ablehnung",
    ),
    (
        "Process", "Suggestion", "Action", "Kind", "shown", "accepted", "declined", "passed over", "open",
        "accepted in %", "Reasons to decline",
    ),
)  # fmt: skip


def _count(state: SuggestionState) -> ColumnElement[Any]:
    return func.sum(case((Suggestion.state == state, 1), else_=0)).label(state.value)


def _within(uow: UnitOfWork, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    zone, found = uow.settings.zone, []
    if since is not None:
        found.append(Suggestion.shown_at >= datetime.combine(max(since, _FIRST), time(), zone))
    if until is not None:
        found.append(
            Suggestion.shown_at < datetime.combine(min(until, _LAST) + timedelta(days=1), time(), zone)
        )
    return found


def _reasons(
    uow: UnitOfWork, within: list[ColumnElement[bool]], *, api: bool
) -> Mapping[tuple[str, str, str], Counter[str]]:
    of = (Suggestion.process, Suggestion.action, Suggestion.kind, Suggestion.declined_for)
    declined = select(*of, func.count().label("times")).join(Case, Case.id == Suggestion.case_id)
    declined = declined.where(*within, Suggestion.state == SuggestionState.DECLINED).group_by(*of)
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for process, action, kind, why, times in uow.session.execute(access.visible(uow, declined, api=api)):
        found.setdefault((process, action, kind), Counter())[str(why)] += times
    return found


def _names(uow: UnitOfWork, language: str) -> Mapping[str, str]:
    newest = select(func.max(Definition.id)).group_by(Definition.key)
    bundles: list[Bundle] = [uow.library.bundle(uow.session, one) for one in uow.session.scalars(newest)]
    return {bundle.key: wording.process_name(bundle, language) for bundle in bundles}
