"""FEEL, the expression language of DMN 1.5: compiled once, evaluated without side effects, within limits.

Every expression ends: steps, depth and size are bounded (`limits`), and no object but FEEL's own values is
ever reached. What does not fit gives null, as the standard has it.
"""

from rules.feel.errors import FeelAssertion, FeelError, FeelLimit
from rules.feel.explaining import Explanation, explain_cell, explain_expression
from rules.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from rules.feel.mistakes import mistakes
from rules.feel.text import to_string
from rules.feel.values import Function, Range, YearsMonths, to_feel

__all__ = [
    "Explanation",
    "Expression",
    "FeelAssertion",
    "FeelError",
    "FeelLimit",
    "Function",
    "Range",
    "UnaryTests",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "explain_cell",
    "explain_expression",
    "mistakes",
    "to_feel",
    "to_string",
]
