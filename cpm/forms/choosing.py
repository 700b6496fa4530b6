"""What somebody means who typed into a look-up: one hit, or a Misfit with what comes close."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from cpm.forms.lookups import Found, Hit, Lookups
from cpm.forms.messages import Misfit, printable
from cpm.forms.take.texts import take_line

#: Characters; nothing that is looked up is called longer.
LONGEST = 200

_WITH_VALUE = re.compile(r".* \((.*)\)")


class Unclear(Misfit):
    """Nothing is called so; `found` comes close."""

    def __init__(self, code: str, given: str, found: Found) -> None:
        super().__init__(code, given=printable(given))
        self.found = found


def choose(source: str, typed: object, lookups: Lookups, values: Mapping[str, object]) -> Hit | None:
    """By its value, its text or a label that only it has, in capitals or not; a part of a name chooses nothing. Raises Unclear."""
    if typed is None:
        return None
    assert isinstance(typed, str), "a text field took it"
    if len(typed) > LONGEST:
        raise Unclear("not_found", typed, Found())
    if (hit := lookups.named(source, typed, values) or _by_text(source, typed, lookups, values)) is not None:
        return hit
    close = lookups.find(source, typed, values)
    called = [hit for hit in close.hits if typed.casefold() in {hit.label.casefold(), hit.value.casefold()}]
    if len(called) == 1:
        # As whoever names it knows it by now; else as it was found, with what is said of that.
        now = lookups.named(source, called[0].value, values)
        return now if now is not None and now != called[0] else replace(called[0], note=close.note)
    raise Unclear("several" if called else "close" if close.hits else "not_found", typed, close)


def values_in(texts: Iterable[object]) -> Iterator[str]:
    """What `choose` will ask for by value if these were typed."""
    for typed in texts:
        with suppress(Misfit):
            line = take_line(typed)
            if line is None or len(line) > LONGEST:
                continue
            yield line
            if match := _WITH_VALUE.fullmatch(line):
                yield match[1]


def facts_of(hit: Hit | None) -> Mapping[str, object]:
    return {} if hit is None else {**hit.facts, "label": hit.label, "value": hit.value}


def _by_text(source: str, typed: str, lookups: Lookups, values: Mapping[str, object]) -> Hit | None:
    match = _WITH_VALUE.fullmatch(typed)
    hit = lookups.named(source, match[1], values) if match else None
    return hit if hit is not None and hit.text == typed else None
