"""A view as JSON data: stable keys, times in ISO 8601, exact numbers as strings."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from rules import feel


def plain(value: object) -> object:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta() | feel.YearsMonths() | feel.WideDate() | feel.WideTime() | feel.WideDuration():
            return feel.to_string(value)
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"Expected a value that JSON can hold, but got {type(value).__name__}")
