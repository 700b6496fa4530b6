"""The German of what is said about an expression that cannot be read.

The sentences are made in English, in the scanner, the parser, `mistakes` and `hints`; here stand their translations by what they
say. `tests/unit/feel/test_feel_german.py` fails for one that is missing.
"""

import re

#: What was expected or found.
_PHRASES = {
    "an expression": "ein Ausdruck",
    "a name": "ein Name",
    "a known name": "ein bekannter Name",
    "a function": "eine Funktion",
    "a date, time or duration": "ein Datum, eine Uhrzeit oder eine Dauer",
    "a function body in FEEL": "ein Funktionsrumpf in FEEL",
    "a number below 1E+6145": "eine Zahl unter 1E+6145",
    "a text in quotation marks": "ein Text in Anführungszeichen",
    "parameters with different names": "Parameter mit verschiedenen Namen",
    "the end or an operator": "das Ende oder ein Operator",
    "the name of a type": "der Name eines Typs",
    "the name of an entry": "der Name eines Eintrags",
    "“]” or “)”": "„]“ oder „)“",
    "the end": "das Ende",
    "a text that does not end": "ein Text, der nicht endet",
    "a comment that does not end": "ein Kommentar, der nicht endet",
    "more": "mehr",
    "one more": "noch einer",
    "one argument": "ein Argument",
    "no arguments": "kein Argument",
    "*/": "*/",
}
_PATTERNS = (
    (re.compile(r"“(.*?)”; “(.*?)” is known", re.DOTALL), r"„\1“; bekannt ist „\2“"),
    (
        re.compile(r"another name than “(.*)”, which is there already", re.DOTALL),
        r"ein anderer Name als „\1“, den es schon gibt",
    ),
    (re.compile(r"“(.*)”", re.DOTALL), r"„\1“"),
    (re.compile(r"(\d+) arguments"), r"\1 Argumente"),
    (re.compile(r"arguments named (.*)", re.DOTALL), r"Argumente mit den Namen \1"),
    (re.compile(r"at most (\d+) characters"), r"höchstens \1 Zeichen"),
    (re.compile(r"at most (\d+) expressions inside one another"), r"höchstens \1 Ausdrücke ineinander"),
)
_SIGNATURE = re.compile(r"[\w ]+\(.*\)", re.DOTALL)

_HINTS = {
    "FEEL compares with a single “=”.": "FEEL vergleicht mit einem einfachen „=“.",
    "FEEL writes “at least” as “>=”.": "„Mindestens“ schreibt FEEL „>=“.",
    "FEEL writes “at most” as “<=”.": "„Höchstens“ schreibt FEEL „<=“.",
    "FEEL writes “not equal” as “!=”.": "„Ungleich“ schreibt FEEL „!=“.",
    "FEEL writes “and” for “&&”.": "Statt „&&“ schreibt FEEL „and“.",
    "FEEL writes “or” for “||”.": "Statt „||“ schreibt FEEL „or“.",
    "FEEL writes “not(...)” for “!”.": "Statt „!“ schreibt FEEL „not(...)“.",
    "FEEL writes powers as “**”.": "Potenzen schreibt FEEL „**“.",
    "FEEL has “modulo(a, b)” for the remainder.": "Den Rest gibt in FEEL „modulo(a, b)“.",
    "FEEL has one expression and no “;”; entries and arguments have “,” between them.": (
        "FEEL ist ein einziger Ausdruck ohne „;“; zwischen Einträgen und Argumenten steht „,“."
    ),
    'FEEL writes texts in straight double quotes: "like this".': 'Texte stehen in geraden doppelten Anführungszeichen: "so".',
    "If this is a decimal number, FEEL writes it with a point: 1.5.": (
        "Falls das eine Dezimalzahl ist: FEEL schreibt sie mit Punkt, 1.5."
    ),
    "FEEL writes a choice as “if ... then ... else ...”.": "Eine Auswahl schreibt FEEL „if ... then ... else ...“.",
    "FEEL writes its words in small letters.": "Seine Wörter schreibt FEEL klein.",
    "FEEL compares with “=”, also with null.": "FEEL vergleicht mit „=“, auch mit null.",
    "A “then” needs an “if” before its condition.": "Vor die Bedingung eines „then“ gehört ein „if“.",
    "An “else” needs an “if” and a “then” before it.": "Vor ein „else“ gehören „if“ und „then“.",
    "FEEL writes “else if”.": "FEEL schreibt „else if“.",
    "An “if” needs a “then” and an “else”.": "Zu einem „if“ gehören „then“ und „else“.",
    "A “for” needs a “return”: for x in list return x.": "Zu einem „for“ gehört „return“: for x in list return x.",
    "“some” and “every” need a “satisfies”: some x in list satisfies x > 1.": (
        "Zu „some“ und „every“ gehört „satisfies“: some x in list satisfies x > 1."
    ),
    "An entry is written as name: value.": "Ein Eintrag wird als Name: Wert geschrieben.",
    "“not” takes brackets: not(...).": "Nach „not“ stehen Klammern: not(...).",
    'A text stands in double quotes: "like this"; a name of several words must be known here.': (
        'Ein Text steht in doppelten Anführungszeichen: "so"; ein Name aus mehreren Wörtern muss hier bekannt sein.'
    ),
}
_HINT_PATTERNS = (
    (re.compile(r"No “(.)” is open for it\."), r"Dafür ist kein „\1“ offen."),
    (
        re.compile(r"The “(.)” at line (\d+), column (\d+) still needs its “(.)”\."),
        r"Zum „\1“ in Zeile \2, Spalte \3 fehlt noch „\4“.",
    ),
    (
        re.compile(r"“(.*)” is a word of FEEL itself; a text stands in double quotes\.", re.DOTALL),
        r"„\1“ ist ein Wort von FEEL selbst; ein Text steht in doppelten Anführungszeichen.",
    ),
)


def misread(expected: str, line: int, column: int, found: str, hint: str) -> str:
    """The whole sentence, and what was probably meant."""
    sentence = (
        f"Zeile {line}, Spalte {column}: erwartet wird {phrase(expected)}, gefunden wurde {phrase(found)}."
    )
    return f"{sentence} {meant(hint)}".rstrip()


def phrase(english: str) -> str:
    """What was expected or found; signatures of functions are the same in every language."""
    if (fixed := _PHRASES.get(english)) is not None:
        return fixed
    if english.startswith("“") or not _SIGNATURE.fullmatch(english):
        for pattern, german in _PATTERNS:
            if pattern.fullmatch(english):
                return pattern.sub(german, english, count=1)
    return english.replace(") or ", ") oder ")


def meant(hint: str) -> str:
    if (fixed := _HINTS.get(hint)) is not None:
        return fixed
    for pattern, german in _HINT_PATTERNS:
        if pattern.fullmatch(hint):
            return pattern.sub(german, hint, count=1)
    return hint
