"""Regular expressions of XPath (DMN 1.5 10.3.4.3), so that no pattern can hang an evaluation.

RE2 does what it can, since its time grows with the text and no faster. Back-references, and what else RE2 lacks,
go to `regex`, which stops when its share of the evaluation's time is used up.
"""

import re
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

import re2  # type: ignore[import-untyped]  # google-re2 1.1 ships no types
import regex  # type: ignore[import-untyped]

from rules.feel.dialects import Backtracking, Linear, NotLinear
from rules.feel.errors import FeelLimit, Unfit
from rules.feel.frames import Run
from rules.feel.limits import LONGEST_PATTERN
from rules.feel.xpath_patterns import translated

_WORK_A_STEP = 256  #: characters times instructions of RE2
_STEPS_A_SECOND = 2_000_000  #: what a second in `regex` costs, as `limits.STEPS` has it
_LONGEST_SEARCH = 0.25  #: seconds
_REFERENCE = re.compile(r"\\(.)|\$([0-9]*)|\\$", re.DOTALL)


class Pattern(Protocol):
    groups: int
    plain: str | None  #: the text that it stands for, if it is nothing but a text

    def matches(self, text: str, run: Run) -> Iterator[Any]:
        """All matches. Each may have looked as far as the end of the text, and costs as much."""


class _Linear:
    def __init__(self, compiled: Any, plain: str | None) -> None:
        self.compiled = compiled
        self.groups: int = compiled.groups
        self.plain = plain

    def matches(self, text: str, run: Run) -> Iterator[Any]:
        self._spend(len(text), run)
        for found in self.compiled.finditer(text):
            yield found
            self._spend(len(text) - found.end(), run)

    def _spend(self, characters: int, run: Run) -> None:
        """RE2 takes up to 5 ns for each character and instruction (measured, when its cache overflows)."""
        run.spend(1 + characters * self.compiled.programsize // _WORK_A_STEP)


class _Backtracking:
    plain: str | None = None

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled
        self.groups: int = compiled.groups

    def matches(self, text: str, run: Run) -> Iterator[Any]:
        """Time is spent as steps, so that many short searches end like one long one."""
        at = 0
        while at <= len(text):
            started = time.perf_counter()
            share = min(_LONGEST_SEARCH, max(run.left, 1) / _STEPS_A_SECOND)
            try:
                found = self.compiled.search(text, at, timeout=share)
            except TimeoutError:
                raise FeelLimit(
                    "Expected a pattern that is found in time, but this one takes longer.",
                    german="Die Suche nach dem Muster dauert zu lange.",
                ) from None
            run.spend(1 + int((time.perf_counter() - started) * _STEPS_A_SECOND))
            if found is None:
                return
            yield found
            at = found.end() if found.end() > found.start() else found.end() + 1


def compiled(pattern: str, flags: object, run: Run) -> Pattern:
    """Raises Unfit for what is no pattern in XPath, for unknown flags and for very long ones.

    A new one takes up to 7 ms (measured), so that a loop that makes them pays for the time of each.
    """
    if len(pattern) > LONGEST_PATTERN or not isinstance(flags, str | None) or set(flags or "") - set("smixq"):
        raise Unfit
    started = time.thread_time()
    try:
        return _compiled(pattern, "".join(sorted(set(flags or ""))))
    finally:
        run.spend(int((time.thread_time() - started) * _STEPS_A_SECOND))


@lru_cache(maxsize=128)  # a nasty one keeps 2 MB (measured, RE2's tables for a long text)
def _compiled(pattern: str, flags: str) -> Pattern:
    plain = pattern if "i" not in flags and _is_plain(pattern, flags) else None
    if "q" in flags:
        return _linear(re2.escape(pattern), flags, plain)
    try:
        return _linear(translated(pattern, flags, Linear(folds="i" in flags)), "", plain)
    except NotLinear:
        source = translated(pattern, flags, Backtracking(folds="i" in flags))
        try:
            return _Backtracking(regex.compile(source, regex.VERSION0))
        except regex.error as error:
            raise Unfit from error


def _is_plain(pattern: str, flags: str) -> bool:
    return "q" in flags or ("x" not in flags and not set(pattern) & set("\\|.?*+(){}[]^$"))


def _linear(source: str, flags: str, plain: str | None) -> Pattern:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in flags
    try:
        return _Linear(re2.compile(source, options), plain)
    except re2.error as error:  # too many repetitions, say: the grammar is right
        raise NotLinear from error


def finds(text: str, pattern: Pattern, run: Run) -> bool:
    """Does the pattern match anywhere?"""
    return next(pattern.matches(text, run), None) is not None


def replaced(text: str, pattern: Pattern, replacement: str, run: Run, *, literal: bool) -> str:
    """The text with all matches replaced; `$1` is a group unless the replacement is meant literally."""
    if finds("", pattern, run):
        raise Unfit
    if not literal:
        _check(replacement)
    parts: list[str] = []
    at = 0
    for found in pattern.matches(text, run):
        new = replacement if literal else _filled(replacement, found, pattern.groups)
        run.spend_text(len(new))
        parts += text[at : found.start()], new
        at = found.end()
    return "".join(parts) + text[at:]


def _check(replacement: str) -> None:
    """After a backslash stands another or a dollar, after a dollar a digit."""
    for reference in _REFERENCE.finditer(replacement):
        if reference[1] not in ("\\", "$") and not reference[2]:
            raise Unfit


def _filled(replacement: str, found: Any, groups: int) -> str:
    def insert(reference: re.Match[str]) -> str:
        if reference[1]:
            return str(reference[1])
        digits = reference[2]
        while len(digits) > 1 and int(digits) > groups:  # $12 is $1 and a 2 if there are fewer groups
            digits = digits[:-1]
        group = found.group(int(digits)) if int(digits) <= groups else ""
        return (group or "") + reference[2][len(digits) :]

    return _REFERENCE.sub(insert, replacement)


def split_at(text: str, pattern: Pattern, run: Run) -> list[object]:
    """The pieces between the matches. Raises Unfit for a pattern that matches nothing at all, as XPath has it."""
    if pattern.plain:  # as most delimiters are
        run.spend(text.count(pattern.plain))
        return list(text.split(pattern.plain))
    if finds("", pattern, run):
        raise Unfit
    parts: list[object] = []
    at = 0
    for found in pattern.matches(text, run):
        parts.append(text[at : found.start()])
        at = found.end()
    return [*parts, text[at:]]
