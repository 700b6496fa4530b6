"""What of the hints a page has heard is really there, as a pill that leads to it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import render_template, request

from web.language import translate as _

_MOST = 200  #: numbers in one question
_LONGEST = 18  #: digits


@dataclass(frozen=True, slots=True)
class Heard:
    """What a page has heard of: of what it does not show, and of what it does."""

    ids: frozenset[int]
    shown: frozenset[int]
    much: bool  #: it was away for long, and may have missed some


def heard() -> Heard:
    said = request.args.get("ids", "")
    return Heard(_numbers(said), _numbers(request.args.get("shown", "")), "all" in said.split())


def pill(among: Callable[[Collection[int]], set[int]], address: str) -> str:
    """`among` says which are in the list at this moment."""
    about = heard()
    there = among(about.ids | about.shown) if about.ids or about.shown else set()
    fresh, gone = len(there & about.ids), sorted(about.shown - there)
    return render_template(
        "live/news.html", gone=gone, words=_words(fresh, len(gone), about), address=address
    )


def _words(fresh: int, gone: int, about: Heard) -> str:
    if about.much:
        return _("Much may have changed: show the list anew")
    new = _("1 new") if fresh == 1 else _("{count} new", count=fresh) if fresh else ""
    away = _("1 no longer here") if gone == 1 else _("{count} no longer here", count=gone) if gone else ""
    return " · ".join(part for part in (new, away) if part)


def _numbers(said: str) -> frozenset[int]:
    words = said.split()[:_MOST]
    return frozenset(int(word) for word in words if word.isdecimal() and len(word) <= _LONGEST)
