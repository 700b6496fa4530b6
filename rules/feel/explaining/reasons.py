"""Why something is null: a code with its particulars, and the sentence of it in two languages."""

from dataclasses import dataclass

from rules.feel.explaining.phrases import PHRASES, TYPES

#: By code; particulars that begin with `type` are names of types, `expected` is a key of PHRASES.
SENTENCES: dict[str, tuple[str, str]] = {
    "unknown_name": ("there is no value of that name", "Einen Wert dieses Namens gibt es nicht"),
    "null_value": ("it has no value", "ohne Wert"),
    "null_written": ("null is written there", "dort steht null"),
    "null_part": ("{part} is null", "{part} ist null"),
    "operands": (
        "Expected {expected} for {operator}, but got {type_one} and {type_other}",
        "Erwartet: {expected} für {operator}; gefunden: {type_one} und {type_other}",
    ),
    "no_result": (
        "Expected a number, day or duration that FEEL has, but {value} is none",
        "Erwartet: eine Zahl, ein Tag oder eine Dauer, die FEEL kennt, aber {value} ergibt keine",
    ),
    "zero_divisor": (
        "Expected a divisor other than 0, but it is 0",
        "Erwartet: ein Teiler außer 0, aber er ist 0",
    ),
    "not_comparable": (
        "Expected two values of one type, with an order for < and >, but got {type_one} and {type_other}",
        "Erwartet: zwei Werte einer Art, für < und > einer mit Reihenfolge; gefunden: {type_one} und {type_other}",
    ),
    "local_and_zoned": (
        "Expected two times with zones or offsets, or two without, but got {value}",
        "Erwartet: zwei Zeiten mit Zone oder Zeitversatz, oder zwei ohne; gefunden: {value}",
    ),
    "no_condition": (
        "Expected true or false, but {part} is {type_one}",
        "Erwartet: wahr oder falsch, aber {part} ist {type_one}",
    ),
    "undecided": (
        "Expected true or false in every turn, but at least one had another value",
        "Erwartet: wahr oder falsch in jedem Durchgang, aber mindestens einer ergab anderes",
    ),
    "no_entry": (
        "Expected an entry “{name}”, but the context has {names}",
        "Erwartet: ein Eintrag „{name}“, aber der Kontext hat {names}",
    ),
    "no_entries": (
        "Expected an entry “{name}”, but the context is empty",
        "Erwartet: ein Eintrag „{name}“, aber der Kontext ist leer",
    ),
    "no_property": (
        "Expected a value with a property “{name}”, but got {type_one}",
        "Erwartet: ein Wert mit der Eigenschaft „{name}“; gefunden: {type_one}",
    ),
    "no_position": (
        "Expected a position from 1 to {count}, but got {value}",
        "Erwartet: eine Position von 1 bis {count}; gefunden: {value}",
    ),
    "empty_list": (
        "Expected a list with a position {value}, but it is empty",
        "Erwartet: eine Liste mit einer Position {value}, aber sie ist leer",
    ),
    "no_filter": (
        "Expected a condition or a position as filter, but got {type_one}",
        "Erwartet: eine Bedingung oder eine Position als Filter; gefunden: {type_one}",
    ),
    "no_turns": (
        "Expected a list or a range with steps to go through, but {part} is {type_one}",
        "Erwartet: eine Liste oder ein Bereich mit Schritten zum Durchgehen, aber {part} ist {type_one}",
    ),
    "range_ends": (
        "Expected two ends of one type, the lower one first, but got {value}",
        "Erwartet: zwei Enden einer Art, das niedrigere zuerst; gefunden: {value}",
    ),
    "no_negative": (
        "Expected a number or a duration, but got {type_one}",
        "Erwartet: eine Zahl oder eine Dauer; gefunden: {type_one}",
    ),
    "no_function": (
        "Expected a function of that name, but there is none",
        "Erwartet: eine Funktion dieses Namens, aber es gibt keine",
    ),
    "not_a_function": (
        "Expected a function, but {part} is {type_one}",
        "Erwartet: eine Funktion, aber {part} ist {type_one}",
    ),
    "argument_count": (
        "Expected {ways}, but got {count} arguments",
        "Erwartet: {ways}; Zahl der Argumente: {count}",
    ),
    "argument_names": (
        "Expected {ways}, but got arguments named {names}",
        "Erwartet: {ways}; Namen der Argumente: {names}",
    ),
    "argument_type": (
        "Expected {type_wanted} for “{name}”, but got {type_one}",
        "Erwartet: {type_wanted} für „{name}“; gefunden: {type_one}",
    ),
    "misfit": ("Expected {expected}, but got {value}", "Erwartet: {expected}; gefunden: {value}"),
    "gave_null": ("the function gave null", "die Funktion ergab null"),
    "wrong_type": (
        "Expected {type_wanted}, but got {value}",
        "Erwartet: {type_wanted}; gefunden: {value}",
    ),
    "not_allowed": (
        "Expected one of the values that are allowed there, but got {value}",
        "Erwartet: einer der Werte, die dort erlaubt sind; gefunden: {value}",
    ),
    "no_rule": ("no rule of the table holds", "keine Regel der Tabelle trifft zu"),
    "no_test": (
        "none of the tests holds, and at least one has no answer",
        "keiner der Tests trifft zu, und mindestens einer hat keine Antwort",
    ),
    "no_clock": ("this evaluation has no clock", "diese Auswertung hat keine Uhr"),
    "no_answer": ("it has no answer to these values", "es hat für diese Werte keine Antwort"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    particulars: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: str = "en") -> str:
        """In English, or in German for `de`; without a full stop."""
        german = language == "de"
        told = {name: _told(name, value, german) for name, value in self.particulars}
        return SENTENCES[self.code][german].format(**told)


def reason(code: str, **particulars: object) -> Reason:
    return Reason(code, tuple((name, str(value)) for name, value in particulars.items()))


def _told(name: str, value: str, german: bool) -> str:  # noqa: FBT001 an index
    if name == "expected" and value in PHRASES:
        return PHRASES[value][german]
    if name.startswith("type"):
        return TYPES.get(value, (value, value))[german]
    return value
