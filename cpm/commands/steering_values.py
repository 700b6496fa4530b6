"""What the columns of the steering tables may hold, and how that is told to who uploads one."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from cpm import calendars, next_actions
from cpm.model import Remedy, Role
from cpm.next_actions import Deed
from cpm.policies import Verdict
from rules.said import Said

#: What the tables may offer: also what a later release will be able to do.
REMEDIES = frozenset(remedy.value for remedy in Remedy)
#: When a next action is due: before the case is wrapped up, or if it fits.
KINDS = ("queued", "suggested")
#: How surely a message belongs to a case.
LEVELS = ("certain", "suggested", "new")
#: How surely it is known who writes.
KNOWN = ("known", "maybe", "none")
#: How a customer is told something, what sort of news it is, and at which hours it may reach them.
WAYS = ("email", "letter", "phone", "none")
SORTS = ("service", "legal", "advertising", "none")
HOURS = ("any", "calls", "advertising")
#: What may happen by itself: it can be done twice without harm.
_BY_ITSELF = re.compile(r"retry after (\S.*)")
_ANY_DAY = datetime(2026, 3, 2, tzinfo=UTC)


def after(auto: str) -> str:
    """The time in "retry after PT15M", the one remedy that is safe without a person; ValueError for another."""
    if (found := _BY_ITSELF.fullmatch(auto.strip())) is None:
        raise ValueError(f'Expected an automatic remedy such as "retry after PT15M", but it is {auto!r:.60}')
    return found[1]


def checks(
    teams: frozenset[str], hours: frozenset[str]
) -> Mapping[str, tuple[Said, Callable[[object], bool]]]:
    """By column, or by decision and column: what is wanted, and whether a value is that."""

    def is_team(value: object) -> bool:
        return isinstance(value, str) and (not teams or value in teams)

    team = Said("a team that is there", "ein Team, das es gibt")
    yes_or_no = Said("true or false", "true oder false")
    calendars_there = ", ".join(sorted(hours))
    return {
        "team": (team, is_team),
        "escalate_to": (team, lambda value: value is None or is_team(value)),
        "calendar": (
            Said(f"one of the calendars {calendars_there}", f"einer der Kalender {calendars_there}"),
            lambda value: isinstance(value, str) and value in hours,
        ),
        "due": (Said("a time such as 4bh", "eine Frist wie 4bh"), _is_time),
        "first_answer": (
            Said("a time such as 4bh or null", "eine Frist wie 4bh oder null"),
            lambda value: value is None or _is_time(value),
        ),
        "priority": (Said("a number", "eine Zahl"), lambda value: isinstance(value, Decimal)),
        "kind": _one_of(sorted(KINDS)),
        "does": (
            Said(
                f"one of {', '.join(Deed)}, and behind a colon with what",
                f"eines von {', '.join(Deed)}, und hinter einem Doppelpunkt, womit",
            ),
            next_actions.fits,
        ),
        "level": _one_of(LEVELS),
        "identity.level": _one_of(KNOWN),
        "ask": (yes_or_no, lambda value: isinstance(value, bool)),
        "notices.kind": _one_of(SORTS),
        "send": _one_of(WAYS),
        "hours": _one_of(HOURS),
        "sure": (
            Said("a number from 0 to 1", "eine Zahl von 0 bis 1"),
            lambda value: isinstance(value, Decimal) and 0 <= value <= 1,
        ),
        "auto": (
            Said(
                '"retry after" and a time, such as retry after PT15M, or null',
                '"retry after" und eine Zeit, etwa retry after PT15M, oder null',
            ),
            _is_auto,
        ),
        "skills": (Said("a list of texts", "eine Liste von Texten"), _are_texts),
        "keep_owner": (yes_or_no, lambda value: isinstance(value, bool)),
        "remedies": (
            Said(
                f"a list of remedies, of {', '.join(sorted(REMEDIES))}",
                f"eine Liste aus {', '.join(sorted(REMEDIES))}",
            ),
            _are_remedies,
        ),
        "verdict": _one_of(tuple(Verdict)),
        "policy": (
            Said("the key of a policy", "der Schlüssel einer Regel"),
            lambda value: isinstance(value, str) and bool(value),
        ),
        "approver": (team, is_team),
        "override": (
            Said(f"one of the roles {', '.join(Role)}", f"eine der Rollen {', '.join(Role)}"),
            lambda value: value in tuple(Role),
        ),
    }


def _one_of(words: Sequence[str]) -> tuple[Said, Callable[[object], bool]]:
    listed = ", ".join(words)
    return Said(f"one of {listed}", f"eines von {listed}"), lambda value: value in words


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        calendars.due(_ANY_DAY, value, calendars.calendar(calendars.ALWAYS))
    except ValueError:
        return False
    return True


def _is_auto(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and _is_time(after(value))
    except ValueError:
        return False


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_remedies(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word in REMEDIES for word in value)
