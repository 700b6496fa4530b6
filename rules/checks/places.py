"""Where a check looks, so that a finding says it as the designer sees it."""

from dataclasses import dataclass, replace
from typing import cast

from rules.checks.finding import Finding, Severity
from rules.dmn.elements import Element, child, id_of
from rules.said import Said

_MOST = 1_000  #: findings of a document; who has mended those sees the others


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, a row, a column or a whole table."""

    file: str
    table: str
    element: Element
    findings: list[Finding]
    rule: int | None = None
    column: str | None = None

    @property
    def is_full(self) -> bool:
        return len(self.findings) >= _MOST

    def at(self, element: Element, *, rule: int | None = None, column: str | None = None) -> "Place":
        return replace(self, element=element, rule=rule or self.rule, column=column or self.column)

    def report(self, code: str, reason: Said, severity: Severity = Severity.ERROR) -> None:
        text = child(self.element, "text")
        line = cast("int | None", (self.element if text is None else text).sourceline)
        finding = Finding(
            self.file, line, severity, code, self.table, self.rule, self.column, id_of(self.element), reason
        )
        if not self.is_full and finding not in self.findings:
            self.findings.append(finding)
