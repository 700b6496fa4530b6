"""The language of a request, the words of the pages, and how times, numbers and money are written.

Pages say English sentences, `_("Inbox")`; `de.toml` of the area has the German ones. A test holds them together.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from cpm import phone_numbers, writing
from cpm.queries import words
from web.here import engine

LANGUAGES = ("de", "en")
COOKIE = "language"
_YEAR = 365 * 24 * 3600
_NARROW = 24  #: characters that fit every column


def register(app: Flask) -> None:
    app.before_request(_choose)
    app.jinja_env.globals.update(_=translate, language=language)
    app.jinja_env.filters.update(moment=moment, day=day, number=number, money=money, ago=ago, lines=lines)
    app.jinja_env.filters.update(state=state, channel=channel, role=role, written=written, size=size)
    app.jinja_env.filters.update(actor=actor, urgency=urgency)
    app.jinja_env.filters.update(attribute_typed=typed, telephone=phone_numbers.shown, reached=reached)


def language() -> str:
    found: str = g.get("language", "de") if has_request_context() else "de"
    return found


def prefer(word: str | None) -> None:
    """The person's own setting counts where neither this request nor this browser has said otherwise."""
    said = request.args.get("lang") or request.cookies.get(COOKIE)
    if word in LANGUAGES and said not in LANGUAGES:
        g.language = word


def remember(response: Any, word: str) -> ResponseReturnValue:
    """Let the browser ask for this language from now on."""
    response.set_cookie(COOKIE, word, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    answer: ResponseReturnValue = response
    return answer


def translate(sentence: str, **places: object) -> str:
    """The sentence in the reader's language with its places filled; what is Markup stays it, the rest is escaped."""
    said = german().get(sentence, sentence) if language() == "de" else sentence
    if not places:
        return said
    if any(isinstance(value, Markup) for value in places.values()):
        return escape(said).format(**places)
    return said.format(**places)


@cache
def german() -> Mapping[str, str]:
    """All German sentences; two areas that say the same in English say the same in German."""
    merged: dict[str, str] = {}
    for file in sorted(Path(__file__).parent.glob("**/de.toml")):
        for english, sentence in tomllib.loads(file.read_text()).items():
            if merged.setdefault(english, sentence) != sentence:
                raise ValueError(
                    f"{file} says {sentence!r} for {english!r}, elsewhere it is {merged[english]!r}"
                )
    return merged


def moment(at: datetime | None) -> str:
    """Day and time where the firm is."""
    return "" if at is None else writing.written(at, language(), engine().settings.zone)


def day(at: date | None) -> str:
    if isinstance(at, datetime):
        at = at.astimezone(engine().settings.zone).date()
    return "" if at is None else writing.written(at, language(), engine().settings.zone)


def number(value: object) -> str:
    return "" if value is None else writing.written(value, language(), engine().settings.zone)


def size(count: int) -> str:
    """Bytes, as people say them: 1.4 MB."""
    if count < 1000:
        return f"{count} Bytes" if language() == "de" else f"{count} bytes"
    units = ("kB", "MB", "GB")
    step = min(len(str(count)) - 1, 9) // 3  # of a thousand
    return f"{number(Decimal(count).scaleb(-3 * step).quantize(Decimal('0.1')))} {units[step - 1]}"


def money(value: object) -> str:
    return "" if value is None else writing.written(value, language(), engine().settings.zone, name="amount")


def state(word: str) -> str:
    """What a row's state is called: open, in hand."""
    return words.state(word, language())


def urgency(priority: int) -> str:
    return words.urgency(priority, language())


def channel(word: str) -> str:
    return words.channel(word, language())


def actor(word: str) -> str:
    """A part of the machine in words; whoever else acts is named as they are."""
    return words.actor(word, language())


def role(word: str) -> str:
    return words.role(word, language())


def typed(value: object) -> str:
    """As somebody would type it into a form and be understood: English days are too many to read."""
    return value.isoformat() if isinstance(value, date) and language() == "en" else written(value)


def written(value: object, name: str = "") -> str:
    """A variable's value; the name tells money from bare numbers."""
    return "" if value is None else writing.written(value, language(), engine().settings.zone, name=name)


def ago(at: datetime | None) -> str:
    """How long until then, or since: in 3 h, 2 days ago, just now."""
    if at is None:
        return ""
    minutes = round((at - engine().clock()).total_seconds() / 60)
    size = abs(minutes)
    if not size:
        return "gerade eben" if language() == "de" else "just now"
    if size < 60:
        count, unit = size, "min"
    elif size < 48 * 60:
        count, unit = size // 60, "h"
    else:
        count, unit = size // (24 * 60), "d"
    words = {"min": ("min", "Min."), "h": ("h", "Std."), "d": ("days", "Tagen")}[unit][language() == "de"]
    if language() == "de":
        return f"in {count} {words}" if minutes >= 0 else f"vor {count} {words}"
    return f"in {count} {words}" if minutes >= 0 else f"{count} {words} ago"


def lines(text: str | None) -> Markup:
    """A stranger's text with its line breaks, and nothing else of it taken as markup."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


def reached(address: str) -> Markup:
    """A number in groups; an e-mail address that is too long for a column breaks between its parts, not within them."""
    shown = phone_numbers.shown(address)
    parts = re.split(r"(?=[@.])", shown) if "@" in shown and len(shown) > _NARROW else [shown]
    return Markup("<wbr>").join(escape(part) for part in parts)


def _choose() -> None:
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    g.language = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "de")
