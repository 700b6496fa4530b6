"""What the checks say, in both languages: what was expected, what is there, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from rules.checks.kinds import Kind, said
from rules.feel import to_string
from rules.said import Said

_MOST_COMPARED, _LONGEST_COMPARED = 300, 80


def text(value: object) -> str:
    """As it would be typed into a cell."""
    written = to_string(value)
    return f'"{written}"' if isinstance(value, str) else written


def unknown_name(name: str, known: Iterable[str]) -> Said:
    close = _close(name, known)
    return Said(
        f"Expected a known name, but “{name}” is none{close.en} The text is written {text(name)}.",
        f"Hier steht „{name}“, was kein bekannter Name ist{close.de} Der Text heißt {text(name)}.",
    )


def unknown_fact(name: str, known: Iterable[str]) -> Said:
    known = sorted(known)
    close, listed = _close(name, known), ", ".join(known)
    return Said(
        f"Expected a fact that is given to this decision, but “{name}” is none{close.en} There are {listed}. "
        f"The text is written {text(name)}.",
        f"„{name}“ wird dieser Entscheidung nicht gegeben{close.de} Es gibt {listed}. Der Text heißt {text(name)}.",
    )


def unknown_entry(name: str, known: Iterable[str]) -> Said:
    close = _close(name, known)
    return Said(
        f"Expected an entry that the type declares, but “{name}” is none{close.en}",
        f"„{name}“ ist kein Eintrag, den der Typ nennt{close.de}",
    )


def unknown_function(name: str, known: Iterable[str]) -> Said:
    close = _close(name, known)
    return Said(
        f"Expected a function, but “{name}” is none{close.en}",
        f"Eine Funktion „{name}“ gibt es nicht{close.de}",
    )


def unfit_call(name: str, ways: Iterable[str], given: int | Iterable[str]) -> Said:
    shown = " or ".join(f"{name}{way}" for way in ways)
    if isinstance(given, int):
        en, de = (
            f"{given} argument{'' if given == 1 else 's'}",
            f"{given} Argument{'' if given == 1 else 'e'}",
        )
    else:
        en = de = ", ".join(given)
        en, de = f"arguments named {en}", f"Argumente namens {de}"
    return Said(
        f"Expected {shown}, but there are {en}." if given != 1 else f"Expected {shown}, but there is {en}.",
        f"Erwartet wird {shown.replace(' or ', ' oder ')}; hier sind es {de}.",
    )


def other_argument(function: str, number: int, taken: Iterable[Kind], found: Kind) -> Said:
    kinds = [said(kind) for kind in taken]
    return Said(
        f"Expected {' or '.join(kind.en for kind in kinds)} as argument {number} of {function}, but it is {said(found).en}.",
        f"Argument {number} von {function}: erwartet wird {' oder '.join(kind.de for kind in kinds)}; "
        f"es ist {said(found).de}.",
    )


def other_type(where: Said, wanted: Kind, found: Kind) -> Said:
    return Said(
        f"Expected {said(wanted).en} {where.en}, but it is {said(found).en}.",
        f"Erwartet wird {said(wanted).de} {where.de}; es ist {said(found).de}.",
    )


def beside(word: str) -> Said:
    return Said(f"beside “{word}”", f"neben „{word}“")


def after(word: str) -> Said:
    return Said(f"after “{word}”", f"nach „{word}“")


def incomparable(operator: str, left: Kind, right: Kind) -> Said:
    if left.name == right.name:
        return Said(
            f"Expected values with an order beside {operator}, but {said(left).en} has none: it never holds.",
            f"{operator} braucht Werte mit einer Reihenfolge; {said(left).de} hat keine: Das trifft nie zu.",
        )
    return Said(
        f"Expected values of one type beside {operator}, but one is {said(left).en} and one {said(right).en}: "
        f"it never holds.",
        f"Neben {operator} werden Werte eines Typs erwartet; es sind aber {said(left).de} und {said(right).de}: "
        f"Das trifft nie zu.",
    )


def no_operation(operator: str, left: Kind, right: Kind) -> Said:
    return Said(
        f"Expected values that {operator} can work on, but they are {said(left).en} and {said(right).en}: "
        f"the result is always null.",
        f"{operator} geht nicht mit diesen Werten: Es sind {said(left).de} und {said(right).de}; "
        f"das Ergebnis ist immer null.",
    )


def no_part(name: str, of: Kind) -> Said:
    return Said(
        f"Expected a part of {said(of).en}, but “{name}” is none: it is always null.",
        f"„{name}“ gibt es nicht, denn davor steht {said(of).de}: Das ist immer null.",
    )


def reversed_range(low: object, high: object) -> Said:
    return Said(
        f"Expected a range from the lower to the higher end, but {text(low)} comes after {text(high)}: "
        f"turn it round.",
        f"Ein Bereich geht vom kleineren zum größeren Ende, aber {text(low)} ist größer als {text(high)}: "
        f"bitte umdrehen.",
    )


def empty_range(low: object, high: object) -> Said:
    return Said(
        f"Expected a range with something in it, but from {text(low)} to {text(high)} there is nothing: "
        f"write [{text(low)}..{text(high)}].",
        f"Von {text(low)} bis {text(high)} ist nichts in diesem Bereich: zu schreiben ist "
        f"[{text(low)}..{text(high)}].",
    )


def other_cell(column: Kind, found: Kind) -> Said:
    hint = ""
    if found.name == "string" and column.name in ("date", "time", "date and time"):
        hint = f', as in {column.name}("...")'
    return Said(
        f"Expected {said(column).en} as the column has it{hint}, but found {said(found).en}: it never holds.",
        f"Die Spalte enthält: {said(column).de}{hint.replace('as in', 'etwa')}; hier steht {said(found).de}: "
        f"Das trifft nie zu.",
    )


def other_input(column: Kind, found: Kind) -> Said:
    return Said(
        f"Expected {said(column).en} as the column says, but the input is {said(found).en}: it is always null. "
        f"Change the column's type.",
        f"Laut Spalte wird {said(column).de} erwartet; die Eingabe ist {said(found).de}: Hier ist immer null. "
        f"Der Typ der Spalte ist zu ändern.",
    )


def other_output(column: Kind, found: Kind) -> Said:
    return Said(
        f"Expected {said(column).en} as the column says, but this is {said(found).en}: the answer would be null.",
        f"Laut Spalte wird {said(column).de} erwartet; hier steht {said(found).de}: Die Antwort wäre null.",
    )


def other_result(declared: Kind, found: Kind) -> Said:
    return Said(
        f"Expected {said(declared).en} as the type says, but this gives {said(found).en}: the answer would be null.",
        f"Laut Typ wird {said(declared).de} erwartet; dies ergibt {said(found).de}: Die Antwort wäre null.",
    )


def other_value(value: object, allowed: Iterable[object]) -> Said:
    values = tuple(map(text, allowed))
    close = _close(text(value), values)
    listed = ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
    return Said(
        f"Expected one of the values {listed}, but {text(value)} is none{close.en}",
        f"Vorgesehen sind die Werte {listed}; {text(value)} gehört nicht dazu{close.de}",
    )


def not_allowed(value: object) -> Said:
    return Said(
        f"Expected a value that is allowed here, but {text(value)} is not.",
        f"{text(value)} ist hier nicht vorgesehen.",
    )


def is_close(word: str, known: Iterable[str]) -> bool:
    """So much alike that one is a slip of the other?"""
    return bool(get_close_matches(word, _some(known), 1, cutoff=0.8))


def _some(known: Iterable[str]) -> list[str]:
    """To compare many long names takes long, and helps nobody."""
    return [name for name in islice(known, _MOST_COMPARED) if len(name) <= _LONGEST_COMPARED]


def _close(word: str, known: Iterable[str]) -> Said:
    found = get_close_matches(word, _some(known), 1)
    if not found:
        return Said(".", ".")
    return Said(f"; did you mean “{found[0]}”?", f"; ist „{found[0]}“ gemeint?")
