"""Asking the FEEL expressions of a form, so that one that runs away is a sentence and not a crash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from cpm.forms.field import Field, Option
from cpm.forms.messages import Misfit
from cpm.forms.words import Words
from rules.feel import Expression, FeelLimit

#: No field offers more.
MOST_OPTIONS = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """What expressions see: what was entered, over the variables of the case, at one moment."""

    values: Mapping[str, object]
    now: datetime
    #: Whether an expression that runs away counts as null.
    forgiving: bool = False

    @property
    def zone(self) -> tzinfo:
        """Where the clocks hang that people read: the zone of `now`."""
        assert self.now.tzinfo is not None, "now is aware"
        return self.now.tzinfo

    def ask(self, expression: Expression) -> object:
        """The value, or null where FEEL finds none. Raises Misfit if it takes too long, unless forgiving."""
        try:
            return expression(self.values, self.now)
        except FeelLimit as error:
            if self.forgiving:
                return None
            raise Misfit("too_costly") from error

    def holds(self, expression: Expression | bool | None) -> bool:  # noqa: FBT001 - as the file has it
        if expression is None or isinstance(expression, bool):
            return bool(expression)
        return self.ask(expression) is True

    def bound(self, limit: Decimal | Expression | None) -> Decimal | None:
        found = self.ask(limit) if isinstance(limit, Expression) else limit
        return found if isinstance(found, Decimal) else None

    def text(self, expression: Expression | None) -> str | None:
        found = None if expression is None else self.ask(expression)
        return found if isinstance(found, str) else None

    def options(self, field: Field) -> tuple[Option, ...]:
        """What there is to choose now: the fixed options, or what the expression lists.

        The list holds texts, or contexts with `value` and perhaps `label` and `cpm:label.en`; what is
        neither is left out. A text that is also the value of a fixed option takes that option's labels.
        """
        if field.choose is None:
            return field.options
        listed = self.ask(field.choose)
        fixed = {option.value: option for option in field.options}
        items = listed[:MOST_OPTIONS] if isinstance(listed, list) else []
        found = (_option(item, fixed) for item in items)
        return tuple({option.value: option for option in found if option is not None}.values())


def _option(item: object, fixed: Mapping[str, Option]) -> Option | None:
    given = item if isinstance(item, dict) else {"value": item}
    value = given.get("value")
    if not isinstance(value, str) or not value.strip():
        return None
    if value in fixed and "label" not in given:
        return fixed[value]
    german, english = given.get("label"), given.get("cpm:label.en")
    words = german if isinstance(german, str) else value
    return Option(value, Words(words, english if isinstance(english, str) else words))
