"""Where our forms do something else than form-js: how each difference is known, and an example of it.

docs/form-js.md says why, under the same names. What follows from a difference (a field that is computed from one that
differs) is explained by it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.browser.form_js_cases import OPTIONS, Answer, Case, Component, flat

_FEEL = ("expression", "conditional", "validate")


@dataclass(frozen=True)
class Mismatch:
    #: shown | error | value | cells
    about: str
    path: str
    ours: Any = field(compare=False)
    theirs: Any = field(compare=False)


@dataclass(frozen=True)
class Compared:
    case: Case
    ours: Answer
    theirs: Answer

    def mismatches(self) -> Iterator[Mismatch]:
        """Of a field that only one side shows, that and nothing more; values if neither side refuses any."""
        ours, theirs = self.ours, self.theirs
        apart = ours.shown ^ theirs.shown
        for path in sorted(apart):
            yield Mismatch("shown", path, path in ours.shown, path in theirs.shown)
        for path in sorted((ours.errors ^ theirs.errors) - apart):
            yield Mismatch("error", path, path in ours.errors, path in theirs.errors)
        if not ours.errors and not theirs.errors:
            for path in sorted((ours.data.keys() | theirs.data.keys()) - apart):
                mine, other = ours.data.get(path, "absent"), theirs.data.get(path, "absent")
                if mine != other:
                    yield Mismatch("value", path, mine, other)
        if ours.cells != theirs.cells:
            yield Mismatch("cells", "", ours.cells, theirs.cells)

    def explained(self) -> dict[Mismatch, str]:
        """By the name of its difference; what follows from one by the name of that."""
        found: dict[Mismatch, str] = {}
        left = list(self.mismatches())
        for name, (knows, _) in DIFFERENCES.items():
            found |= {each: name for each in left if each not in found and knows(self, each)}
        for _ in left:
            causes = {each.path.rpartition(".")[2]: name for each, name in found.items()}
            for each in left:
                reads = sorted(reads_of(self.case, each.path) & causes.keys())
                if reads and each not in found:
                    found[each] = causes[reads[0]]
        return found

    def known(self, name: str) -> Any:
        """What our side holds: null if it is hidden or empty."""
        return self.case.data.get(name) if name in self.case.data else self.case.typed.get(name)


def reads_of(case: Case, path: str) -> set[str]:
    """The names in the expressions of a field, those of the group around it too."""
    if not path:
        return set()
    return {name for text in _feel(case, path) for name in re.findall(r"[a-z_]\w*", text)}


def _feel(case: Case, path: str) -> Iterator[str]:
    asked = case.field(path)
    around = [each for each in flat(case.components) if asked in each.get("components", [])]
    for each in [asked, *around]:
        yield from (text[1:] for text in _texts({name: each.get(name) for name in _FEEL}))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, str) and value.startswith("="):
        yield value


def _typed(compared: Compared, each: Mismatch) -> Any:
    return compared.known(each.path)


def _field(compared: Compared, each: Mismatch) -> Component:
    return compared.case.field(each.path) if each.path else {}


def _only_theirs(each: Mismatch) -> bool:
    return (each.about, each.ours, each.theirs) == ("error", False, True)


def _empty(_compared: Compared, each: Mismatch) -> bool:
    return (each.about, each.ours, each.theirs) == ("value", None, "")


def _trimmed(compared: Compared, each: Mismatch) -> bool:
    typed = _typed(compared, each)
    return each.about in {"value", "error"} and isinstance(typed, str) and typed != typed.strip()


def _order(_compared: Compared, each: Mismatch) -> bool:
    lists = isinstance(each.ours, list) and isinstance(each.theirs, list)
    return each.about == "value" and lists and sorted(each.ours) == sorted(each.theirs)


def _kept(compared: Compared, each: Mismatch) -> bool:
    return each.about == "value" and each.ours == "absent" and _field(compared, each).get("readonly") is True


def _calm(compared: Compared, each: Mismatch) -> bool:
    return _only_theirs(each) and _field(compared, each).get("readonly") is True


def _unanswered(compared: Compared, each: Mismatch) -> bool:
    """One side's condition is null: a name in it has no value, or one of another kind."""
    if (each.about, each.ours, each.theirs) != ("shown", True, False):
        return False
    names = reads_of(compared.case, each.path)
    hidden = {each["key"] for each in flat(compared.case.components) if "key" in each} - compared.ours.shown
    return any(name in hidden or compared.known(name) is None for name in names - {"null", "not", "count"})


def _hidden(compared: Compared, each: Mismatch) -> bool:
    fields = {one["key"] for one in flat(compared.case.components) if "key" in one}
    return bool(reads_of(compared.case, each.path) & fields - compared.ours.shown - _computed(compared.case))


def _computed(case: Case) -> set[str]:
    return {each["key"] for each in flat(case.components) if each["type"] == "expression"}


def _row_names(compared: Compared, each: Mismatch) -> bool:
    inner = {field["key"] for name in flat(compared.case.components) for field in name.get("components", ())
             if name["type"] == "dynamiclist"}  # fmt: skip
    texts = " ".join(_feel(compared.case, each.path)) if "." in each.path else ""
    return bool(inner & set(re.findall(r"(?<![\w.])[a-z]\w*", texts)))


def _of_type(name: str) -> Callable[[Compared, Mismatch], bool]:
    def knows(compared: Compared, each: Mismatch) -> bool:
        return (
            each.about == "error" and _field(compared, each).get("validate", {}).get("validationType") == name
        )

    return knows


def _pattern(compared: Compared, each: Mismatch) -> bool:
    return (each.about, each.ours) == ("error", True) and "pattern" in _field(compared, each)["validate"]


def _choices(compared: Compared, each: Mismatch) -> bool:
    values = [option["value"] for option in _field(compared, each).get("values", ())]
    return each.about == "error" and bool(values) and _typed(compared, each) not in values


def _dates(compared: Compared, each: Mismatch) -> bool:
    days = {one["key"] for one in flat(compared.case.components) if one["type"] == "datetime"}
    texts = " ".join(_feel(compared.case, each.path)) if each.path else ""
    return "date(" in texts and bool(days & reads_of(compared.case, each.path))


def _cells(_compared: Compared, each: Mismatch) -> bool:
    return each.about == "cells" and len(each.ours) == len(each.theirs)


def _digits(compared: Compared, each: Mismatch) -> bool:
    typed = _typed(compared, each)
    return each.about == "error" and isinstance(typed, int | float) and abs(typed) >= 10**15


def _text(key: str = "f0", **validate: Any) -> Component:
    return {"type": "textfield", "id": key, "key": key, "label": key, "validate": validate}


def _number(key: str = "f0", **more: Any) -> Component:
    return {"type": "number", "id": key, "key": key, "label": key, "validate": {}, **more}


def _of(expression: str, key: str = "e0") -> Component:
    return {"type": "expression", "id": key, "key": key, "expression": expression, "computeOn": "change"}


def _hides(field: Component, condition: str) -> Component:
    return field | {"conditional": {"hide": condition}}


def _choice(kind: str) -> Component:
    return {"type": kind, "id": "f0", "key": "f0", "label": "f0", "values": OPTIONS, "validate": {}}


_LINES = {"type": "dynamiclist", "id": "lines", "path": "lines", "label": "Lines", "isRepeating": True,
          "components": [_number("qty"), _of("=qty * 2", "twice")]}  # fmt: skip
_DAY = {"type": "datetime", "id": "f0", "key": "f0", "label": "f0", "subtype": "date", "dateLabel": "f0"}
_TABLE = {
    "type": "table",
    "id": "t",
    "label": "T",
    "dataSource": "=items",
    "columns": [{"label": "A", "key": "a"}],
}

Knows = Callable[[Compared, Mismatch], bool]
DIFFERENCES: dict[str, tuple[Knows, Case]] = {
    "empty": (_empty, Case([_text()], {}, {})),
    "trimmed": (_trimmed, Case([_text()], {}, {"f0": " ab "})),
    "order": (_order, Case([_choice("taglist")], {}, {"f0": ["blue", "red"]})),
    "kept": (_kept, Case([_text() | {"readonly": True}], {"f0": "a"}, {})),
    "calm": (_calm, Case([_text(required=True) | {"readonly": True}], {}, {})),
    "row-names": (_row_names, Case([_LINES], {"lines": [{}]}, {"lines.0.qty": 2})),
    "unanswered": (_unanswered, Case([_number(), _hides(_text("f1"), "=f0 > 2")], {}, {"f1": "a"})),
    "hidden": (
        _hidden,
        Case([_hides(_text(), "=known = 1"), _of('=f0 + "!"')], {"known": 1, "f0": "was"}, {}),
    ),
    "phone": (_of_type("phone"), Case([_text(validationType="phone")], {}, {"f0": "0221 1234567"})),
    "email": (_of_type("email"), Case([_text(validationType="email")], {}, {"f0": "post@house"})),
    "pattern": (_pattern, Case([_text(pattern="[0-9]")], {}, {"f0": "a1"})),
    "choices": (_choices, Case([_choice("select")], {}, {"f0": "violet"})),
    "dates": (_dates, Case([_DAY, _of('=f0 < date("2026-06-01")')], {}, {"f0": "2026-05-01"})),
    "cells": (_cells, Case([_TABLE], {"items": [{"a": 1234.5}]}, {})),
    "digits": (_digits, Case([_number()], {}, {"f0": 10**16})),
}
