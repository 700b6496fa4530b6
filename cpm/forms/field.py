"""What a form is made of once it has been read: fields to fill in, groups, and notes between them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cpm.forms.layout import ALONE, Layout
from cpm.forms.words import Words
from rules.feel import Expression

#: A placeholder in a note: the name of a variable and nothing else.
PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")

#: The longest text a field takes whose designer set no limit.
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: Words

    def label(self, language: str) -> str:
        return self.words.of(language)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value must keep to. Lengths are for texts, sizes and digits for numbers, `no_past` for days."""

    min_length: int = 0
    max_length: int = LONGEST
    #: The whole text must match; `pattern_words` says so if it does not.
    pattern: Callable[[str], bool] | None = None
    pattern_words: Words | None = None
    #: "email", "phone" or None.
    form: str | None = None
    minimum: Decimal | Expression | None = None
    maximum: Decimal | Expression | None = None
    #: Most digits after the point; None: as many as people need.
    digits: int | None = None
    #: A day before today is refused.
    no_past: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A text field is chosen from what a source finds."""

    source: str
    #: Which fields beside it hold which facts of what was chosen; `label` and `value` are facts too.
    fill: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Files:
    """What a file picker takes: endings (".pdf") and media types ("image/*"), none for all; and whether several."""

    accept: tuple[str, ...] = ()
    several: bool | Expression = False


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list asks for in each of its rows, and how many of them."""

    components: tuple["Component", ...]
    least: int = 0
    most: int = 50
    #: Empty rows that stand there at first.
    first: int = 1
    #: Whether rows may be added and taken away.
    movable: bool = False
    #: Fields in which a new row begins with what the row above holds.
    carried: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple["Field", ...]:
        return fields_of(self.components)


@dataclass(frozen=True, slots=True)
class Field:
    """One input. Its `kind` is textfield, textarea, number, select, radio, checkbox, checklist, taglist, date, time,
    datetime, filepicker, expression (computed, so nobody types it) or dynamiclist; its key names the case variable
    that it fills.
    """

    key: str
    kind: str
    words: Words
    help: Words | None = None
    #: What stands behind the input, such as "EUR"; typed with the value, it is ignored.
    unit: str | None = None
    default: object = None
    required: bool = False
    required_if: Expression | None = None
    #: Any of these true: the field is not shown, and nothing is stored. The groups around it count.
    hides: tuple[Expression, ...] = ()
    #: Shown, but not for this user to change.
    locked: bool | Expression = False
    #: Must be true for what was entered; `check_words` says so if it is not.
    check: Expression | None = None
    check_words: Words | None = None
    #: Gives the key of a text block to begin with.
    prefill: Expression | None = None
    options: tuple[Option, ...] = ()
    #: Gives the values on offer; those of `options` lend them their labels.
    choose: Expression | None = None
    limits: Limits = Limits()
    #: What of their own the browser may offer people to fill in, in HTML's words.
    autocomplete: str | None = None
    lookup: Lookup | None = None
    #: Of an expression; numbers are rounded to `limits.digits`.
    compute: Expression | None = None
    #: Of an expression: pages tell it beside their buttons, too.
    figure: bool = False
    #: Of a dynamiclist: its value is a list of contexts.
    rows: Rows | None = None
    #: Of a filepicker: its value is a list of documents (cpm.forms.files).
    files: Files | None = None
    layout: Layout = ALONE

    def label(self, language: str) -> str:
        return self.words.of(language)


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    words: Words
    hides: tuple[Expression, ...]
    components: tuple["Component", ...]
    layout: Layout = ALONE
    #: Nothing in it is typed: it tells what its fields hold, and of those only that hold something.
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table: which member of each context, and what it is called."""

    key: str
    words: Words
    #: "EUR" makes money of its numbers.
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Only to be read: a text (with `{{name}}` placeholders, or computed), a separator, a spacer; a table of the list
    that is computed, or the documents of one (`documentPreview`).
    """

    id: str
    kind: str
    words: Words
    hides: tuple[Expression, ...]
    computed: Expression | None = None
    layout: Layout = ALONE
    #: Of a table; or what lists them, as contexts with `key` and `label`.
    columns: tuple[Column, ...] = ()
    columns_from: Expression | None = None


Component = Field | Group | Note


def flat(components: tuple[Component, ...]) -> Iterator[Component]:
    """With what stands in groups; what stands in the rows of lists is theirs."""
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from flat(component.components)


def fields_of(components: tuple[Component, ...]) -> tuple[Field, ...]:
    """The inputs in their order, those inside groups too."""
    return tuple(component for component in flat(components) if isinstance(component, Field))
