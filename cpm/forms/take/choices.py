"""Choices: an option by its value or, as people type it, by its label; and ticks."""

from collections.abc import Sequence

from cpm.forms.field import Option
from cpm.forms.messages import Misfit, printable

_YES = frozenset({"true", "ja", "yes", "on", "1", "j", "y", "x"})
_NO = frozenset({"false", "nein", "no", "off", "0", "n", ""})

#: No list of choices is longer.
MOST = 1000


def take_tick(raw: object) -> bool:
    match raw:
        case None:
            return False
        case bool():
            return raw
        case str() if raw.strip().lower() in _YES:
            return True
        case str() if raw.strip().lower() in _NO:
            return False
        case _:
            raise Misfit("no_tick")


def take_choice(raw: object, options: Sequence[Option]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise Misfit("no_text")
    return _value(raw.strip(), options) if raw.strip() else None


def take_choices(raw: object, options: Sequence[Option]) -> list[str]:
    """The values chosen, each once, in the order of the options; a text is split at its commas."""
    items = _items(raw, options)
    chosen = {_value(item.strip(), options) for item in items if item.strip()}
    return [option.value for option in options if option.value in chosen]


def take_tags(raw: object, options: Sequence[Option]) -> list[str]:
    """As `take_choices`; among those that were chosen one may be typed, or several with commas."""
    return take_choices([each for item in _items(raw, options) for each in _items(item, options)], options)


def _items(raw: object, options: Sequence[Option]) -> list[str]:
    if raw is None:
        return []
    if isinstance(raw, str):
        whole = any(raw.strip() in (option.value, option.words.de, option.words.en) for option in options)
        return [raw] if whole else raw.split(",", maxsplit=MOST)
    if not isinstance(raw, list) or len(raw) > MOST or not all(isinstance(item, str) for item in raw):
        raise Misfit("no_list")
    return raw


def _value(given: str, options: Sequence[Option]) -> str:
    if any(option.value == given for option in options):
        return given
    typed = given.casefold()
    named = {
        option.value
        for option in options
        if typed in (option.value.casefold(), option.words.de.casefold(), option.words.en.casefold())
    }
    if len(named) != 1:
        raise Misfit("no_choice", given=printable(given))
    return named.pop()
