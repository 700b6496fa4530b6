"""From what a person typed or a program sent to a clean typed value, or a Misfit that says what is wrong.

Every function takes the raw value, the field, the options on offer, the language and the zone; empty gives null
(a checkbox: false, a checklist, tags or files: an empty list). Nothing here looks at other fields.
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from cpm.forms.field import Field, Option
from cpm.forms.files import take_files
from cpm.forms.take.choices import take_choice, take_choices, take_tags, take_tick
from cpm.forms.take.moments import take_date, take_datetime, take_time
from cpm.forms.take.numbers import take_number
from cpm.forms.take.texts import take_line, take_lines

_Take = Callable[[object, Field, Sequence[Option], str, tzinfo | None], object]

_TAKES: dict[str, _Take] = {
    "textfield": lambda raw, _field, _options, _language, _zone: take_line(raw),
    "textarea": lambda raw, _field, _options, _language, _zone: take_lines(raw),
    "number": lambda raw, field, _options, language, _zone: take_number(raw, language, field.unit),
    "select": lambda raw, _field, options, _language, _zone: take_choice(raw, options),
    "radio": lambda raw, _field, options, _language, _zone: take_choice(raw, options),
    "checkbox": lambda raw, _field, _options, _language, _zone: take_tick(raw),
    "checklist": lambda raw, _field, options, _language, _zone: take_choices(raw, options),
    "taglist": lambda raw, _field, options, _language, _zone: take_tags(raw, options),
    "filepicker": lambda raw, _field, _options, _language, _zone: take_files(raw),
    "date": lambda raw, _field, _options, _language, _zone: take_date(raw),
    "time": lambda raw, _field, _options, _language, _zone: take_time(raw),
    "datetime": lambda raw, _field, _options, _language, zone: take_datetime(raw, zone),
}

#: The kinds of field whose value is what was taken: files are looked up by it.
KINDS = frozenset(_TAKES) - {"filepicker"}


def take(raw: object, field: Field, options: Sequence[Option], language: str, zone: tzinfo | None) -> object:
    """The clean value; a moment without an offset stays without a zone if there is none. Raises Misfit."""
    return _TAKES[field.kind](raw, field, options, language, zone)
