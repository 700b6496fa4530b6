"""What an author probably meant who wrote something that FEEL does not have: a sentence beside the error, or none."""

import re

_OPENING = {")": "(", "]": "[", "}": "{"}
_CLOSING = {"(": "“)”", "[": "“]”", "{": "“}”"}
_SKIPPED = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_QUOTES = "„“”‚‘’«»'`´"  # noqa: RUF001 these are what is meant

#: What stands at the mistake or just before it, and what FEEL has for it.
_INSTEAD = [
    (re.compile(found), sentence)
    for found, sentence in (
        (r"==|(?<==)=", "FEEL compares with a single “=”."),
        (r"=>|(?<==)>", "FEEL writes “at least” as “>=”."),
        (r"=<|(?<==)<", "FEEL writes “at most” as “<=”."),
        (r"<>|(?<=<)>", "FEEL writes “not equal” as “!=”."),
        (r"&", "FEEL writes “and” for “&&”."),
        (r"\|", "FEEL writes “or” for “||”."),
        (r"!(?!=)", "FEEL writes “not(...)” for “!”."),
        (r"\^", "FEEL writes powers as “**”."),
        (r"%", "FEEL has “modulo(a, b)” for the remainder."),
        (r";", "FEEL has one expression and no “;”; entries and arguments have “,” between them."),
        (rf"[{_QUOTES}]", 'FEEL writes texts in straight double quotes: "like this".'),
        (r"(?<=\d),\s*\d", "If this is a decimal number, FEEL writes it with a point: 1.5."),
        (r"\?", "FEEL writes a choice as “if ... then ... else ...”."),
        (r"(?:AND|OR|IN|THEN|ELSE|BETWEEN|RETURN|SATISFIES)\b", "FEEL writes its words in small letters."),
        (r"(?:is|equals)\b", "FEEL compares with “=”, also with null."),
        (r"then\b", "A “then” needs an “if” before its condition."),
        (r"else\b", "An “else” needs an “if” and a “then” before it."),
        (r"(?:elif|elsif|elseif)\b", "FEEL writes “else if”."),
    )
]
_AFTER_NOT = re.compile(r"\bnot\s+$")
_AFTER_WORD = re.compile(r"[^\W\d][\w ]*\s$")
_WORD = re.compile(r"[^\W\d]\w*")
_IF = "An “if” needs a “then” and an “else”."
_LOOPS = {
    "“return”": "A “for” needs a “return”: for x in list return x.",
    "“satisfies”": "“some” and “every” need a “satisfies”: some x in list satisfies x > 1.",
}


def hint(text: str, at: int, expected: str) -> str:
    """About the mistake at this position, where something else was `expected`."""
    for found, sentence in _INSTEAD:
        if found.match(text, at):
            return sentence
    if expected in ("“then”", "“else”"):
        return _IF
    if expected in _LOOPS:
        return _LOOPS[expected]
    if expected == "“:”":
        return "An entry is written as name: value."
    return _about_brackets(text, at, expected) or _about_words(text, at, expected)


def _about_brackets(text: str, at: int, expected: str) -> str:
    waiting = _open_before(text, at)
    if text[at : at + 1] in _OPENING and (not waiting or text[waiting[-1]] != _OPENING[text[at]]):
        return f"No “{_OPENING[text[at]]}” is open for it." if not waiting else _open(text, waiting[-1])
    if waiting and (at >= len(text.rstrip()) or expected == _CLOSING[text[waiting[-1]]]):
        return _open(text, waiting[-1])
    return ""


def _open(text: str, at: int) -> str:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"The “{text[at]}” at line {line}, column {column} still needs its {_CLOSING[text[at]]}."


def _open_before(text: str, end: int) -> list[int]:
    """Where the brackets stand that are open at a position, the outermost first."""
    waiting: list[int] = []
    at = 0
    while at < end:
        if skipped := _SKIPPED.match(text, at):
            at = skipped.end()
            continue
        if text[at] in _CLOSING:
            waiting.append(at)
        elif text[at] in _OPENING and waiting:
            waiting.pop()
        at += 1
    return waiting


def _about_words(text: str, at: int, expected: str) -> str:
    word = _WORD.match(text, at)
    if word is None:
        return ""
    if expected == "an expression":
        return f"“{word[0]}” is a word of FEEL itself; a text stands in double quotes."
    if _AFTER_NOT.search(text, max(0, at - 20), at):
        return "“not” takes brackets: not(...)."
    if _AFTER_WORD.search(text, max(0, at - 60), at):
        return 'A text stands in double quotes: "like this"; a name of several words must be known here.'
    return ""
