"""What a decision came to and why, as lines of label and value; its evidence is as `commands.evidence` keeps it."""

from collections.abc import Mapping
from typing import Any

from cpm.queries import due_words, steering_words, words
from cpm.queries.journal.names import Names

_EMPTY: tuple[object, ...] = (None, "", [])
#: Of a message, which stands in the case anyway.
_WORDS = 100


def lines(particulars: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """The outcome, then the facts it stands on and what the designer noted at the row."""
    found = list(outcome(particulars, names))
    if seen := grounds(particulars.get("facts") or {}, names):
        told = ", ".join(f"{label}: {value}" for label, value in seen)
        found.append((steering_words.grounds(names.language), told))
    if note := " ".join(row["note"] for row in _rows(particulars) if row["note"]):
        found.append((steering_words.note(names.language), note))
    return tuple(found)


def outcome(particulars: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """By label; a bare value has none."""
    found = _outcome(particulars["decision"], particulars.get("result"), names)
    if particulars.get("priority") is not None:
        found.append((steering_words.raised(names.language), names.written(particulars["priority"])))
    return tuple(found)


def grounds(facts: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """The facts by their labels."""
    return tuple(
        (steering_words.fact(name, names.language) or names.label(name), _fact(name, value, names))
        for name, value in facts.items()
    )


def numbers(rules: Any) -> list[Any]:
    """Of the rows that fired; entries of earlier releases hold the numbers alone."""
    return [rule["number"] if isinstance(rule, dict) else rule for rule in rules or ()]


def _rows(particulars: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [rule for rule in particulars.get("rules") or () if isinstance(rule, dict)]


def _outcome(decision: str, result: Any, names: Names) -> list[tuple[str, str]]:
    """A context by its entries, of the texts among them the reader's language only; else the bare value."""
    if result is None:
        return []
    if not isinstance(result, dict):
        return [("", names.value(result, decision))]
    mine, other = ("_en", "_de") if names.language == "en" else ("_de", "_en")
    return [
        (_label(key.removesuffix(mine), decision, names), _value(decision, key, value, names))
        for key, value in result.items()
        if value not in _EMPTY and not key.endswith(other)
    ]


def _label(key: str, decision: str, names: Names) -> str:
    ours = steering_words.outcome(key, names.language) if steering_words.decision(decision, "de") else None
    return ours or names.label(key, of=decision)


def _value(decision: str, column: str, value: Any, names: Names) -> str:
    if steering_words.decision(decision, "de") is not None and isinstance(value, str | list):
        match column, value:
            case ("team" | "escalate_to", str()):
                return names.team(value)
            case (("due" | "first_answer"), str()):
                return due_words.spoken(value, names.language)
            case "process", str():
                return names.process(value)
            case "calendar", str():
                return due_words.calendar(value, names.language)
            case "auto", str():
                return due_words.again(value, names.language)
            case "severity", str():
                return words.severity(value, names.language)
            case "remedies", list():
                return ", ".join(words.offered(str(each), names.language) for each in value)
    return names.value(value, column)


def _fact(name: str, value: Any, names: Names) -> str:
    if not isinstance(value, str):
        return names.value(value, name)
    match name:
        case "element":
            return names.step(value) or value
        case "channel":
            return words.channel(value, names.language)
        case "owner_team" | "topic_team":
            return names.team(value)
        case "process":
            return names.process(value)
        case "words" if len(value) > _WORDS:
            return f"{value[:_WORDS].strip()} …"
    return steering_words.value(name, value, names.language) or names.value(value, name)
