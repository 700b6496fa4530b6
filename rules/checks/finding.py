"""What a check has to say: where, how bad, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from rules.said import Said


class Severity(StrEnum):
    ERROR = "error"  #: certainly wrong: not deployed
    WARNING = "warning"  #: worth a look


@dataclass(frozen=True, slots=True)
class Finding:
    file: str
    line: int | None
    severity: Severity
    code: str  #: which check: name, function, type, value, range, never, unreachable, overlap, duplicate, gap, unchecked, ...
    table: str  #: the id of the decision or function
    rule: int | None  #: as the modeller numbers it
    column: str | None  #: the label
    element: str | None  #: the id of the element, or of the next one around it
    reason: Said

    def where(self, language: str) -> str:
        """Table, rule and column, as far as it is about them."""
        rule = "" if self.rule is None else f"{'Regel' if language == 'de' else 'rule'} {self.rule}"
        return ", ".join(part for part in (self.table, rule, self.column) if part)

    def told(self, language: str) -> str:
        """The whole line: file and line, table, rule and column, reason."""
        at = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (at, self.where(language), self.reason.told(language)) if part)

    def __str__(self) -> str:
        return self.told("en")
