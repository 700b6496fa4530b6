"""A component as the macros draw it: nothing is left to decide but which tag it gets."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cpm.forms.take.texts import visible

SHORT, TALL = 4, 10
_CELLS, _LONGEST_CELL = 5, 40


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What was pasted and found no place: how many cells, and the first of them."""

    count: int = 0
    cells: tuple[str, ...] = ()

    def __add__(self, more: Sequence[str]) -> "LeftOver":
        cells = (*self.cells, *(visible(cell)[:_LONGEST_CELL] for cell in more[:_CELLS]))
        return LeftOver(self.count + len(more), cells[:_CELLS])

    @property
    def posted(self) -> str:
        return "\t".join((str(self.count), *self.cells))


@dataclass(frozen=True, slots=True)
class RowPart:
    """A row of a list; of one that was taken away only what was typed in it, to be posted again."""

    #: As pages name it: lines.3
    name: str
    id: str
    number: int = 0
    parts: tuple["Part", ...] = ()
    errors: tuple[str, ...] = ()
    gone: bool = False
    #: People go on in it.
    fresh: bool = False
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Of a group only its label and parts matter, of a note only its words."""

    kind: str
    key: str
    label: str
    #: Classes of the grid.
    place: str
    #: What a note says.
    words: Markup | None = None
    parts: tuple["Part", ...] = ()
    id: str = ""
    #: What its input posts under; of a field in a row: lines.3.sku
    name: str = ""
    #: What stands in the box; of a field that cannot be changed, its value.
    text: str = ""
    ticked: bool = False
    choices: tuple[Choice, ...] = ()
    required: bool = False
    readonly: bool = False
    unit: str | None = None
    hints: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    #: The keyboard that a telephone shows.
    mode: str | None = None
    autocomplete: str = "off"
    #: Of tags: what may still be chosen, and what was typed of which some is a tick now. Of files: what is taken, in HTML's words, and whether several.
    offered: tuple[str, ...] = ()
    took: str = ""
    accept: str = ""
    several: bool = False
    #: Of a table: its columns and whether numbers stand there, its rows, and how many more there are.
    head: tuple[tuple[str, bool], ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    #: Documents to look at: number, name, type.
    files: tuple[tuple[str, str, str], ...] = ()
    #: Of a group: only read.
    summary: bool = False
    #: Lines of a long text.
    rows: int = SHORT
    #: The field's name for who answers look-ups: lines.sku; the choices are what comes close to what was typed.
    lookup: str | None = None
    #: Ids of the inputs that what is chosen fills.
    fills: tuple[str, ...] = ()
    #: Ids of the inputs that who answers look-ups would like to know.
    beside: tuple[str, ...] = ()
    #: The focus comes here.
    leads: bool = False
    #: Of a list; what was pasted and has no place there: and is told.
    left: LeftOver = LeftOver()
    lines: tuple[RowPart, ...] = ()
    may_add: bool = False
    may_remove: bool = False

    @property
    def described(self) -> str | None:
        """The ids of what tells more about the field, for aria-describedby."""
        told = {"unit": self.unit, "hint": self.hints, "error": self.errors}
        return " ".join(f"{self.id}-{what}" for what, words in told.items() if words) or None
