"""One customer's timeline: all channels and cases, found by words and narrowed; and one file of it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm import case_numbers
from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.queries import timeline as queries
from cpm.queries import timeline_places, words
from cpm.queries.timeline import Timeline
from cpm.queries.timeline_places import Filter
from web import access
from web.agent.blueprint import READERS, blueprint
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

DIRECTIONS = ("in", "out")


@blueprint.get("/customers/<int:customer_id>/timeline")
@access.granted(*READERS)
def timeline(customer_id: int) -> ResponseReturnValue:
    """Every narrowing stands in the address, so that a page can be kept and passed on."""
    asked = {name: value.strip()[:200] for name, value in request.args.items() if value.strip()}
    wanted, problems = _understood(asked)
    with engine().read(visitor().login) as look:
        page = queries.page(look, customer_id, wanted, before=asked.get("before", ""), language=language())
    kept = {name: value for name, value in asked.items() if name != "before"}
    return render_template(
        "agent/timeline.html",
        page=page,
        typed=asked,
        narrowed=bool(kept),
        problems=problems,
        older={**kept, "before": page.older},
        choices=_choices(page),
    )


def _choices(page: Timeline) -> dict[str, list[tuple[str, str]]]:
    """What each list of the filter offers: value and words."""
    return {
        "kind": [
            ("message", _("Messages")),
            ("document", _("Files")),
            ("comment", _("Comments")),
            ("note", _("Notes")),
            ("opened", _("Cases opened")),
            ("closed", _("Cases closed")),
        ],
        "channel": list(words.channels(language()).items()),
        "direction": [("in", _("from the customer")), ("out", _("from us"))],
        "case": [(number, f"{number} {subject}"[:60]) for _id, number, subject in page.cases],
    }


def latest(customer_id: int, size: int) -> Timeline:
    """The newest entries, for the customer's own page."""
    with engine().read(visitor().login) as look:
        return queries.page(look, customer_id, Filter(), language=language(), size=size)


def _understood(asked: Mapping[str, str]) -> tuple[Filter, dict[str, str]]:
    """What cannot be read narrows nothing, and is told at its field."""
    problems: dict[str, str] = {}
    wanted = Filter(
        words=asked.get("q", ""),
        kind=asked.get("kind", "") if asked.get("kind") in timeline_places.KINDS else "",
        channel=asked.get("channel", ""),
        direction=asked.get("direction", "") if asked.get("direction") in DIRECTIONS else "",
        case_id=_case(asked.get("case", ""), problems),
        since=_day("since", asked, problems),
        until=_day("until", asked, problems, days=1),
    )
    return wanted, problems


def _case(number: str, problems: dict[str, str]) -> int | None:
    try:
        return case_numbers.case_id(number) if number else None
    except Invalid:
        problems["case"] = _("That is no case number.")
        return None


def _day(name: str, asked: Mapping[str, str], problems: dict[str, str], *, days: int = 0) -> datetime | None:
    """The day's beginning where the firm is, or that of `days` later."""
    typed = asked.get(name, "")
    if not typed:
        return None
    try:
        day = take_date(typed)
        begins = datetime.combine(day + timedelta(days=days), time()) if day else None
    except (Misfit, OverflowError):
        problems[name] = _("That is no date.")
        return None
    return begins and begins.replace(tzinfo=engine().settings.zone)
