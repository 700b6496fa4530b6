"""From what a person typed or a program sent to a clean typed value, or a Misfit that says what is wrong.

Every function takes the raw value, the field, the options on offer and the language; empty gives null
(a checkbox: false, a checklist: an empty list). Nothing here looks at other fields.
"""

from collections.abc import Callable, Sequence

from cpm.forms.field import Field, Option
from cpm.forms.take.choices import take_choice, take_choices, take_tick
from cpm.forms.take.moments import take_date, take_datetime, take_time
from cpm.forms.take.numbers import take_number
from cpm.forms.take.texts import take_line, take_lines

_Take = Callable[[object, Field, Sequence[Option], str], object]

_TAKES: dict[str, _Take] = {
    "textfield": lambda raw, _field, _options, _language: take_line(raw),
    "textarea": lambda raw, _field, _options, _language: take_lines(raw),
    "number": lambda raw, field, _options, language: take_number(raw, language, field.unit),
    "select": lambda raw, _field, options, _language: take_choice(raw, options),
    "radio": lambda raw, _field, options, _language: take_choice(raw, options),
    "checkbox": lambda raw, _field, _options, _language: take_tick(raw),
    "checklist": lambda raw, _field, options, _language: take_choices(raw, options),
    "date": lambda raw, _field, _options, _language: take_date(raw),
    "time": lambda raw, _field, _options, _language: take_time(raw),
    "datetime": lambda raw, _field, _options, _language: take_datetime(raw),
}

#: The kinds of field there are.
KINDS = frozenset(_TAKES)


def take(raw: object, field: Field, options: Sequence[Option], language: str) -> object:
    """The clean value. Raises Misfit."""
    return _TAKES[field.kind](raw, field, options, language)
