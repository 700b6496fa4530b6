"""Where components stand: form-js places them in rows of 16 columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

#: As many columns has every row.
COLUMNS = 16

#: Nothing to type in is narrower.
_NARROWEST = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Components one after the other that name the same row stand side by side; one without a row stands alone."""

    row: str | None = None
    #: 1 to 16; None: what the others in the row leave, shared evenly.
    columns: int | None = None


#: A row of its own, in its full width.
ALONE = Layout()


def widths(layouts: Sequence[Layout]) -> list[tuple[int, bool]]:
    """The columns that each takes, and whether it begins a row."""
    numbered = enumerate(layouts)
    rows = groupby(numbered, key=lambda item: item[1].row or item[0])
    return [place for _, row in rows for place in _row([layout for _, layout in row])]


def _row(row: Sequence[Layout]) -> Iterator[tuple[int, bool]]:
    left = COLUMNS - sum(layout.columns or 0 for layout in row)
    sharing = sum(layout.columns is None for layout in row)
    share = max(left // sharing, _NARROWEST) if sharing else 0
    for number, layout in enumerate(row):
        yield layout.columns or share, number == 0
