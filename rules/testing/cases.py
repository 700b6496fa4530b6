"""Reads the tests of one table: NAME.test.yaml beside NAME.dmn."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from rules import dmn
from rules.testing.plain_yaml import Value
from rules.testing.plain_yaml import read as read_yaml
from rules.xml import Finding, Refused

SUFFIX = ".test.yaml"
NOTHING = object()  #: where a test says nothing; null is something
_OUTCOMES = ("rules", "result", "contains", "error")
_KEYS = ("name", "decision", "facts", "now", *_OUTCOMES)


@dataclass(frozen=True, slots=True)
class Case:
    """Facts, and what must become of them."""

    name: str
    line: int
    decision: str
    facts: Mapping[str, object]
    now: dt.datetime | None
    rules: Mapping[str, tuple[int, ...]] | None  #: numbers by the id of the decision
    result: object = NOTHING  #: the whole answer
    contains: Mapping[str, object] | None = None  #: some entries of the answer
    error: str | None = None  #: what the refusal must say


def read(content: bytes, file: str, model: dmn.Model) -> list[Case]:
    """Raises Refused with all that is wrong with the file, by line."""
    reader = _Reader(file, model, file.rpartition("/")[2].removesuffix(SUFFIX))
    cases = [case for item in reader.items(read_yaml(content, file)) if (case := reader.case(item))]
    if reader.findings:
        raise Refused(reader.findings)
    return cases


class _Reader:
    def __init__(self, file: str, model: dmn.Model, table: str) -> None:
        self.file = file
        self.decisions, self.tables = tuple(model.decisions), frozenset(model.nodes)
        self.usual = (
            table if table in self.decisions else self.decisions[0] if len(self.decisions) == 1 else None
        )
        self.findings: list[Finding] = []
        self.names: set[str] = set()

    def items(self, whole: Value) -> list[Value]:
        tests = whole
        if isinstance(whole.content, Mapping):
            tests = whole.content.get("tests", Value(whole.line, None))
            self._known(whole, ("tests",))
        if isinstance(tests.content, list):
            return tests.content
        self._refuse(tests, "Expected a list of tests, but this is none.")
        return []

    def case(self, item: Value) -> Case | None:
        before = len(self.findings)
        entries = item.content
        if not isinstance(entries, Mapping):
            self._refuse(item, "Expected a test with name, facts and rules or result, but this is none.")
            return None
        self._known(item, _KEYS)
        if not any(key in entries for key in _OUTCOMES):
            self._refuse(
                item, f"Expected the test to say what comes out, with {', '.join(_OUTCOMES[:-1])} or error."
            )
        decision = self._decision(item, entries)
        case = Case(
            name=self._name(item, entries),
            line=item.line,
            decision=decision,
            facts=self._mapping(entries, "facts") or {},
            now=self._now(entries),
            rules=self._rules(entries, decision),
            result=entries["result"].plain() if "result" in entries else NOTHING,
            contains=self._mapping(entries, "contains"),
            error=self._text(entries, "error") if "error" in entries else None,
        )
        return case if len(self.findings) == before else None

    def _name(self, item: Value, entries: Mapping[str, Value]) -> str:
        name = self._text(entries, "name") if "name" in entries else ""
        if not name:
            self._refuse(item, "Expected a name that says what the test proves, but there is none.")
        elif name in self.names:
            self._refuse(item, f"Expected a new name, but there is another test “{name}”.")
        self.names.add(name)
        return name

    def _decision(self, item: Value, entries: Mapping[str, Value]) -> str:
        if "decision" not in entries:
            if self.usual is None:
                self._refuse(
                    item, f"Expected the test to name its decision, one of {', '.join(self.decisions)}."
                )
            return self.usual or ""
        decision = self._text(entries, "decision")
        if decision not in self.decisions:
            self._refuse(entries["decision"], _unknown(decision, "a decision", self.decisions))
        return decision

    def _now(self, entries: Mapping[str, Value]) -> dt.datetime | None:
        now = entries["now"].content if "now" in entries else None
        if now is not None and not isinstance(now, dt.datetime):
            self._refuse(
                entries["now"],
                "Expected a date and time such as 2026-03-02T10:00:00+01:00, but this is none.",
            )
            return None
        return now

    def _rules(self, entries: Mapping[str, Value], decision: str) -> Mapping[str, tuple[int, ...]] | None:
        """A list means the decision's own rules; others can be named."""
        if "rules" not in entries:
            return None
        given = entries["rules"]
        if not isinstance(given.content, Mapping):
            return {decision: self._numbers(given)}
        for name in given.content.keys() - self.tables:
            self._refuse(given.content[name], _unknown(name, "a decision or function", tuple(self.tables)))
        return {name: self._numbers(value) for name, value in given.content.items()}

    def _numbers(self, given: Value) -> tuple[int, ...]:
        found = given.plain()
        if isinstance(found, list) and all(_is_number(number) for number in found):
            return tuple(int(number) for number in found)
        self._refuse(given, "Expected a list of rule numbers such as [1, 3], but this is none.")
        return ()

    def _mapping(self, entries: Mapping[str, Value], key: str) -> Mapping[str, object] | None:
        if key not in entries:
            return None
        found = entries[key].plain()
        if not isinstance(found, dict):
            self._refuse(entries[key], f"Expected names with values in {key}, but this is none.")
            return None
        return found

    def _text(self, entries: Mapping[str, Value], key: str) -> str:
        found = entries[key].content
        if not isinstance(found, str):
            self._refuse(entries[key], f"Expected a text in {key}, but this is none.")
            return ""
        return found

    def _known(self, item: Value, keys: tuple[str, ...]) -> None:
        assert isinstance(item.content, Mapping)
        for key in item.content.keys() - set(keys):
            self._refuse(item.content[key], _unknown(key, "an entry of a test", keys))

    def _refuse(self, at: Value, reason: str) -> None:
        self.findings.append(Finding(self.file, at.line, None, reason))


def _unknown(word: str, what: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1)
    meant = f"; did you mean “{close[0]}”?" if close else f". There are: {', '.join(known)}."
    return f"Expected {what}, but “{word}” is none{meant}"


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value() and value > 0
