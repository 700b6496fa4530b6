"""What requests and answers are made of. Every schema refuses what it does not know."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from cpm import case_numbers
from cpm.errors import Invalid
from cpm.plain import plain

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")
_YEARS = range(1900, 9000)
LARGEST_ID = 2**63 - 1


class Strict(Schema):
    class Meta:
        unknown = RAISE


class Text(fields.String):
    """At least one sign that shows, unless `empty`."""

    def __init__(self, longest: int, *, empty: bool = False, **more: Any) -> None:
        length = validate.Length(max=longest) if empty else validate.Length(min=1, max=longest)
        super().__init__(validate=length, **more)


class Word(fields.String):
    """One of a few."""

    def __init__(self, words: Any, **more: Any) -> None:
        super().__init__(validate=validate.OneOf([str(word) for word in words]), **more)


class Whole(fields.Integer):
    """A whole number that every part of us can keep; in JSON a number and no text."""

    def __init__(self, *, least: int = 1, most: int = LARGEST_ID, strict: bool = True, **more: Any) -> None:
        super().__init__(strict=strict, validate=validate.Range(min=least, max=most), **more)


class Flag(fields.Boolean):
    """true or false: in JSON as such, in an address as these words."""

    truthy = {True, "true"}  # noqa: RUF012 - as marshmallow has it
    falsy = {False, "false"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if not isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class Moment(fields.Field[datetime]):
    """RFC 3339 with its offset; answers say Z."""

    default_error_messages = {"invalid": "Not a valid datetime."}  # noqa: RUF012

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str) or not _RFC3339.fullmatch(value):
            raise self.make_error("invalid")
        try:
            found = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error
        if found.year not in _YEARS:
            raise self.make_error("invalid")
        return found


class Free(fields.Field[Any]):
    """Data whose shape a process knows: answers have exact numbers and times as text."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> Any:
        return plain(value)


class Data(Free):
    """An object of such data; answers have exact numbers as text, requests have JSON's own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("Not a valid mapping type.")
        return value


class CaseNumber(fields.String):
    """C-000042-7, loaded as the id behind it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        try:
            return case_numbers.case_id(text)
        except Invalid as error:
            raise ValidationError("Not a case number.") from error
