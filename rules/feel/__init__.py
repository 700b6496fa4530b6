"""FEEL, the expression language of DMN 1.5: compiled once, evaluated without side effects, within limits.

Every expression ends: steps, depth and size are bounded (`limits`), and no object but FEEL's own values is
ever reached. What does not fit gives null, as the standard has it.

Values come in and leave as Decimal, str, bool, None, list, dict, and Python's date, time, datetime and
timedelta; beside these there are YearsMonths, Range and Function. Years before 1 and after 9999,
nanoseconds and durations beyond Python's are of the Wide types: `to_python` gives the nearest that Python
has, `to_string` their text, and `read_temporal` the value of that text.
"""

from rules.feel.door import to_feel
from rules.feel.errors import FeelAssertion, FeelError, FeelLimit
from rules.feel.explaining import Explanation, explain_cell, explain_expression
from rules.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from rules.feel.mistakes import mistakes
from rules.feel.temporal.make import to_python
from rules.feel.temporal.reading import read_temporal
from rules.feel.temporal.wide import WideDate, WideDateTime, WideDuration, WideTime
from rules.feel.text import to_string
from rules.feel.values import Function, Range, YearsMonths

__all__ = [
    "Explanation",
    "Expression",
    "FeelAssertion",
    "FeelError",
    "FeelLimit",
    "Function",
    "Range",
    "UnaryTests",
    "WideDate",
    "WideDateTime",
    "WideDuration",
    "WideTime",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "explain_cell",
    "explain_expression",
    "mistakes",
    "read_temporal",
    "to_feel",
    "to_python",
    "to_string",
]
