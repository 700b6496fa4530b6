"""A value in a model: fixed text, or a FEEL expression when it begins with `=` (as in Camunda 8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.feel import Expression, FeelError, compile_expression

_PATH = re.compile(r"=\s*([^\W\d]\w*)(\.[^\W\d]\w*)*\s*")


class Trouble(Exception):
    """Why a token cannot go on: a code for the machine, a sentence for the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Formula:
    text: str
    expression: Expression | None  #: None for fixed text

    @property
    def fixed(self) -> bool:
        return self.expression is None

    @property
    def variable(self) -> str | None:
        """The variable that it is a path from, such as `order` of `=order.number`; None for anything else."""
        path = _PATH.fullmatch(self.text)
        return path[1] if path else None

    def __call__(self, scope: Mapping[str, Any], now: datetime | None) -> Any:
        """The value among these variables; Trouble if it takes too many steps or grows too large."""
        if self.expression is None:
            return self.text
        try:
            return self.expression(scope, now)
        except FeelError as error:
            raise Trouble("evaluation_error", f"Expected a value of {self.text}, but {error}.") from error


def read_formula(text: str) -> Formula:
    """Raises FeelError for an expression that does not parse."""
    stripped = text.strip()
    if not stripped.startswith("="):
        return Formula(text, None)
    return Formula(stripped, compile_expression(stripped[1:]))
