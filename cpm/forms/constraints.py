"""Whether a clean value keeps the limits that the designer set for its field."""

import re
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal

from cpm.forms.asking import Facts
from cpm.forms.field import Field
from cpm.forms.messages import Misfit

# RFC 5321 4.5.3.1 bounds both parts; quoted local parts and address literals are not for people.
_EMAIL = re.compile(
    r"(?=.{1,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_BETWEEN_DIGITS = str.maketrans("", "", " \u00a0()/.-")

_MISSING = {
    "select": "not_chosen",
    "radio": "not_chosen",
    "checklist": "not_chosen",
    "taglist": "not_chosen",
    "filepicker": "no_chosen_file",
    "checkbox": "not_ticked",
}


def misfits(field: Field, value: object, facts: Facts) -> Iterator[Misfit]:
    """Everything that speaks against the value; an empty one can only be missing or fail its check."""
    if field.rows is not None and isinstance(value, list) and len(value) < field.rows.least:
        yield Misfit("too_few_rows", limit=field.rows.least, count=len(value))
    elif is_empty(value):
        if field.required or facts.holds(field.required_if):
            yield Misfit(_MISSING.get(field.kind, "missing"))
    else:
        yield from _against(field, value, facts)
    if field.check is not None and not _passes(field, value, facts):
        yield Misfit("check")


def is_empty(value: object) -> bool:
    return value is None or value is False or value in ([], "")


def _against(field: Field, value: object, facts: Facts) -> Iterator[Misfit]:
    match value:
        case str() if field.kind in {"textfield", "textarea"}:
            yield from _length(field, value)
            yield from _shape(field, value)
        case Decimal():
            yield from _size(field, value, facts)
        case date() if field.limits.no_past and _day(value, facts.zone) < facts.now.date():
            yield Misfit("past")


def _length(field: Field, value: str) -> Iterator[Misfit]:
    if len(value) < field.limits.min_length:
        yield Misfit("too_short", limit=field.limits.min_length, length=len(value))
    if len(value) > field.limits.max_length:
        yield Misfit("too_long", limit=field.limits.max_length, length=len(value))


def _shape(field: Field, value: str) -> Iterator[Misfit]:
    if field.limits.form == "email" and not is_email(value):
        yield Misfit("email")
    if field.limits.form == "phone" and not _PHONE.fullmatch(value.translate(_BETWEEN_DIGITS)):
        yield Misfit("phone")
    # The pattern is asked about texts of a lawful length only.
    if (
        field.limits.pattern is not None
        and len(value) <= field.limits.max_length
        and not field.limits.pattern(value)
    ):
        yield Misfit("pattern")


def is_email(text: str) -> bool:
    """Whether the text is one address that a mail server could take (ASCII, RFC 5321)."""
    return len(text.partition("@")[0]) <= 64 and _EMAIL.fullmatch(text) is not None


def _size(field: Field, value: Decimal, facts: Facts) -> Iterator[Misfit]:
    exponent = value.as_tuple().exponent
    if (
        field.limits.digits is not None
        and isinstance(exponent, int)
        and value != round(value, field.limits.digits)
    ):
        yield Misfit("digits", limit=field.limits.digits) if field.limits.digits else Misfit("whole")
    least, most = facts.bound(field.limits.minimum), facts.bound(field.limits.maximum)
    if least is not None and value < least:
        yield Misfit("too_small", limit=least)
    if most is not None and value > most:
        yield Misfit("too_large", limit=most)


def _passes(field: Field, value: object, facts: Facts) -> bool:
    """True passes, false does not. Null, the answer to a comparison with nothing, passes an empty field."""
    assert field.check is not None
    answer = facts.ask(field.check)
    return answer is True or (answer is None and is_empty(value))


def _day(value: date, zone: tzinfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value
