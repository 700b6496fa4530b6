"""Fields of a row that people change: what differs is written, and nobody overwrites what they have not seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cpm.errors import Conflict

Name = Callable[[str, str], str]  #: field, language -> what people call it


@dataclass(frozen=True, slots=True)
class Both:
    """What one field is now, and what the second of two wanted to make of it."""

    field: str
    now: Any
    wanted: Any


class Overtaken(Conflict):
    """Somebody has changed the same fields meanwhile; `fields` has both values of each."""

    def __init__(self, fields: tuple[Both, ...], name: Name) -> None:
        self.fields = fields
        english = "; ".join(
            f"{name(f.field, 'en')} is {_shown(f.now)} now, not {_shown(f.wanted)}" for f in fields
        )
        german = "; ".join(
            f"{name(f.field, 'de')} ist jetzt {_shown(f.now)}, nicht {_shown(f.wanted)}" for f in fields
        )
        super().__init__(
            f"Expected to change what you were looking at, but somebody has changed it meanwhile: {english}",
            de=f"Das hat inzwischen jemand anders geändert: {german}. Ihre Eingabe ist noch nicht gespeichert.",
        )


def wanted(
    now: Mapping[str, Any], changes: Mapping[str, Any], seen: Mapping[str, Any], name: Name
) -> dict[str, Any]:
    """What is to be written: the changes without those that change nothing.

    `seen`: what the fields were when somebody began to type. What they left as it was stays as it is now, whoever has
    changed it; Overtaken if they changed what has changed. Fields that are not in `seen` are written without that.
    """
    meant = {
        field: value for field, value in changes.items() if not (field in seen and _same(seen[field], value))
    }
    meant = {field: value for field, value in meant.items() if not _same(now[field], value)}
    clashes = [
        Both(field, now[field], value) for field, value in meant.items() if _overtaken(now, seen, field)
    ]
    if clashes:
        raise Overtaken(tuple(clashes), name)
    return meant


def _overtaken(now: Mapping[str, Any], seen: Mapping[str, Any], field: str) -> bool:
    return field in seen and not _same(seen[field], now[field])


def _same(one: Any, other: Any) -> bool:
    """Nothing and an empty text are the same to people."""
    return (one or "") == (other or "")


def _shown(value: Any) -> str:
    return f"“{value}”" if value not in (None, "") else "\u2013"
