"""The rows of a list as they come in: which of those before each is, and what was typed there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cpm.forms.field import Rows
from cpm.forms.messages import Misfit

#: No list has more, whatever its designer wrote.
MOST = 200

#: What pages say of a row beside its fields: which one it is, that it is taken away, that it came just now.
ROW, GONE, FRESH = "_row", "_gone", "_fresh"

_ID = re.compile(r"n?(?:0|[1-9][0-9]{0,7})")
#: Rows that say nothing of which they are count from here.
_UNNAMED = 10**8


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    #: What was typed, by field; a field that is not there keeps what the row held.
    typed: Mapping[str, object] = field(default_factory=dict)
    known: Mapping[str, object] = field(default_factory=dict)
    misfit: Misfit | None = None
    gone: bool = False
    fresh: bool = False


def untouched(known: object, rows: Rows) -> list[Entry]:
    """Those that stand there before anybody types. Raises Misfit for what is no list."""
    if known is None:
        return [Entry(f"n{number}") for number in range(rows.first)]
    if not isinstance(known, list):
        raise Misfit("no_rows")
    return [
        Entry(str(number), known=row)
        if isinstance(row, Mapping)
        else Entry(str(number), misfit=Misfit("no_row"))
        for number, row in enumerate(known)
    ]


def typed(given: object, known: object) -> list[Entry]:
    """Those that people typed or programs sent. Raises Misfit for what is no list."""
    if given is None or given == "":
        return []
    if not isinstance(given, list):
        raise Misfit("no_rows")
    before = known if isinstance(known, list) else []
    return list(_entries(given, before))


def _entries(given: Sequence[object], before: Sequence[object]) -> Iterator[Entry]:
    seen: set[str] = set()
    for number, row in enumerate(given):
        own = f"n{_UNNAMED + number}"
        if not isinstance(row, Mapping):
            yield Entry(own, misfit=Misfit("no_row"))
            continue
        id_ = row.get(ROW, own)
        values = {str(key): value for key, value in row.items() if key not in {ROW, GONE, FRESH}}
        if id_ != own and (not isinstance(id_, str) or not _ID.fullmatch(id_) or id_ in seen):
            yield Entry(own, values, misfit=Misfit("row_twice"))
            continue
        seen.add(id_)
        yield Entry(
            id_, values, _known(id_, before), gone=row.get(GONE) is True, fresh=row.get(FRESH) is True
        )


def _known(id_: str, before: Sequence[object]) -> Mapping[str, object]:
    """What the row held that it says it was; a new one says no number."""
    if not id_.isdecimal() or int(id_) >= len(before):
        return {}
    found = before[int(id_)]
    return found if isinstance(found, Mapping) else {}
