"""Letters as files: PDF by typst, Word by docxtpl, tables as Excel or CSV, plain text.

What a designer wrote is run in a child process that is stopped when it takes too long (`press.py`); what fills it in is
written by the formats of `cpm.writing`, so that a date looks the same in a mail and in a letter.
"""

from cpm.writing.letters.checking import Fault, check, names, sample, values_for
from cpm.writing.letters.names import ENDINGS, FORMS, LetterName, letter_name
from cpm.writing.letters.written import Data, Written, picture, write

__all__ = [
    "ENDINGS",
    "FORMS",
    "Data",
    "Fault",
    "LetterName",
    "Written",
    "check",
    "letter_name",
    "names",
    "picture",
    "sample",
    "values_for",
    "write",
]
