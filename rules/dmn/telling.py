"""What a model says of its own nulls when it is explained; those of its texts are told by rules.feel.explaining."""

from rules.feel.explaining import Spot, Where, reason
from rules.feel.explaining.brief import brief
from rules.feel.frames import Run
from rules.feel.syntax import AllowedType, ContextType, FunctionType, ListType, NamedType, RangeType, Type

#: Places in a document, as findings name them.
_WORDS = {
    "Default output": "Standardausgabe",
    "Output values": "Werte der Ausgabe",
    "Rule": "Zeile",
    "Input": "Eingabe",
    "input": "Eingabe",
    "output": "Ausgabe",
}


def told_place(decision: str, where: str) -> Where:
    """From `Rule 3, output 1: `, within the decision of that name."""
    english = german = where.removesuffix(": ")
    for word, translated in _WORDS.items():
        german = german.replace(word, translated)
    return Where(*(", ".join(part for part in (decision, place) if part) for place in (english, german)))


def tell_type(run: Run, value: object, wanted: Type, where: Where) -> None:
    """A value became null, because it is not of the declared type."""
    if run.seen is not None:
        told = brief(value)
        run.seen.null(Spot(told, where=where), reason("wrong_type", type_wanted=_name(wanted), value=told))


def tell_not_allowed(run: Run, value: object) -> None:
    """A value is none of those that its column allows."""
    if run.seen is not None:
        told = brief(value)
        run.seen.null(Spot(told), reason("not_allowed", value=told))


def tell_no_rule(run: Run, table: str) -> None:
    if run.seen is not None:
        run.seen.null(Spot(table), reason("no_rule"))


def _name(kind: Type) -> str:
    match kind:
        case NamedType(name):
            return name
        case AllowedType(of):
            return _name(of)
    return _KINDS[type(kind)]


_KINDS: dict[type, str] = {
    ListType: "list",
    ContextType: "context",
    RangeType: "range",
    FunctionType: "function",
}
