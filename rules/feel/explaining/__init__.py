"""Why an expression has its value: evaluated once more with every part watched, so that plain evaluation pays nothing.

For one text: `explain_expression` and `explain_cell`. For a model of many texts (rules.dmn):

1. Compile its texts with `watched_expression` and `watched_cell` instead of plainly, each with the `Place` that it
   has anyway and a `Where` that says what the text belongs to, as in “Rule 3, output 1”. What comes is Code and
   CellCode like any other; if the Run has no record, it records nothing.
2. Evaluate with a Run made with `seen=Seen()`. Where the model itself makes a null (no rule matched, a value not
   of the declared type), say so: `run.seen.null(Spot(text, where=where), reason("wrong_type", ...))`.
3. Read `run.seen.parts` and `run.seen.nulls`. Each null has `sentence("en")` and `sentence("de")`.
"""

from rules.feel.explaining.explanation import Explanation, explain_cell, explain_expression
from rules.feel.explaining.reasons import Reason, reason
from rules.feel.explaining.seen import Null, Part, Seen, Spot, Where
from rules.feel.explaining.watching import NOWHERE, watched_cell, watched_expression

__all__ = [
    "NOWHERE",
    "Explanation",
    "Null",
    "Part",
    "Reason",
    "Seen",
    "Spot",
    "Where",
    "explain_cell",
    "explain_expression",
    "reason",
    "watched_cell",
    "watched_expression",
]
