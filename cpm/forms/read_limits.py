"""Reads what a field of a `.form` file demands of its values."""

import re
from collections.abc import Callable
from decimal import Decimal

from cpm.forms.field import LONGEST, Files, Limits
from cpm.forms.pattern import LONGEST as LONGEST_PATTERN
from cpm.forms.pattern import whole_match
from cpm.forms.source import Source
from cpm.forms.take.numbers import AFTER
from cpm.forms.take.texts import MOST

_ACCEPTED = re.compile(r"\.[a-z0-9]{1,10}|[a-z0-9.+-]{1,60}/(?:\*|[a-z0-9.+-]{1,80})")


def read_limits(source: Source, validate: Source, properties: Source, kind: str) -> Limits:
    """The limits of that kind of field. Those of other kinds are not asked for, and so become findings."""
    match kind:
        case "textfield" | "textarea":
            return _of_a_text(validate, properties)
        case "number":
            return _of_a_number(source, validate)
        case "date" | "datetime":
            return Limits(no_past=source.flag("disallowPassedDates"))
        case _:
            return Limits()


def read_files(source: Source) -> Files:
    """A file picker's. What it accepts is fixed: who looks at a file afterwards knows nothing of the form's variables."""
    accept = [each.strip().casefold() for each in (source.text("accept") or "").split(",") if each.strip()]
    if not all(_ACCEPTED.fullmatch(each) for each in accept):
        source.complain(
            "accept",
            "endings and media types such as .pdf, image/*",
            "it is not",
            "erwartet sind Endungen und Medientypen wie .pdf, image/*",
        )
    return Files(tuple(accept), source.flag_or_feel("multiple"))


def _of_a_text(validate: Source, properties: Source) -> Limits:
    min_length = validate.whole("minLength", MOST) or 0
    max_length = validate.whole("maxLength", MOST)
    if max_length is not None and min_length > max_length:
        validate.complain("minLength", "at most maxLength", "it is more", "das ist mehr als maxLength")
    return Limits(
        min_length=min_length,
        max_length=LONGEST if max_length is None else max_length,
        pattern=_pattern(validate),
        pattern_words=properties.sentence("cpm:pattern", validate.text("patternErrorMessage")),
        form=_form(validate),
    )


def _of_a_number(source: Source, validate: Source) -> Limits:
    if source.flag("serializeToString"):
        source.complain(
            "serializeToString",
            "false, because numbers are exact here",
            "it is true",
            "das bleibt false, weil Zahlen hier genau sind",
        )
    least, most = validate.number_or_feel("min"), validate.number_or_feel("max")
    if isinstance(least, Decimal) and isinstance(most, Decimal) and least > most:
        validate.complain("min", "at most max", "it is more", "das ist mehr als max")
    return Limits(minimum=least, maximum=most, digits=source.whole("decimalDigits", AFTER))


def _form(validate: Source) -> str | None:
    form = validate.text("validationType") or "custom"
    if form not in {"custom", "email", "phone"}:
        validate.complain(
            "validationType", "custom, email or phone", "it is not", "es gibt custom, email und phone"
        )
    return None if form == "custom" else form


def _pattern(validate: Source) -> Callable[[str], bool] | None:
    pattern = validate.text("pattern")
    try:
        return whole_match(pattern) if pattern else None
    except ValueError as error:
        validate.complain(
            "pattern",
            "one that cannot hang",
            str(error),
            f"erwartet ist ein Muster, das RE2 kennt, mit höchstens {LONGEST_PATTERN} Zeichen",
        )
        return None
