"""The columns of a list of cases: those that every case has, and the attributes of its process."""

from collections.abc import Mapping
from dataclasses import dataclass

from cpm.attributes.kind import Kind
from cpm.forms.words import Words


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()  #: code and label of a choice, in the order of the form
    fixed: bool = False  #: every case has it; the others are attributes

    def word(self, code: str) -> str:
        """What an option is called; the code itself where nobody named it."""
        return next((label for option, label in self.options if option == code), code)


#: What every case has. No attribute may have one of these names.
FIXED: Mapping[str, tuple[Kind, Words]] = {
    "case": (Kind.TEXT, Words("Nummer", "Number")),
    "subject": (Kind.TEXT, Words("Betreff", "Subject")),
    "customer": (Kind.TEXT, Words("Kunde", "Customer")),
    "process": (Kind.CHOICE, Words("Prozess", "Process")),
    "state": (Kind.CHOICE, Words("Stand", "State")),
    "outcome": (Kind.CHOICE, Words("Ergebnis", "Outcome")),
    "team": (Kind.CHOICE, Words("Team", "Team")),
    "priority": (Kind.NUMBER, Words("Priorität", "Priority")),
    "due": (Kind.MOMENT, Words("Fällig", "Due")),
    "opened": (Kind.MOMENT, Words("Eröffnet", "Opened")),
    "closed": (Kind.MOMENT, Words("Geschlossen", "Closed")),
    "channel": (Kind.CHOICE, Words("Kanal", "Channel")),
}


def fixed_columns(options: Mapping[str, tuple[tuple[str, str], ...]], language: str) -> tuple[Column, ...]:
    return tuple(
        Column(name, words.of(language), kind, options.get(name, ()), fixed=True)
        for name, (kind, words) in FIXED.items()
    )
