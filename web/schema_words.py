"""What marshmallow and our reader of JSON say of a field, in German too; a test finds a sentence that is missing here."""

import re

_GERMAN: tuple[tuple[str, str], ...] = (
    (r"Missing data for required field\.", "Diese Angabe fehlt."),
    (r"Unknown field\.", "Diese Angabe gibt es hier nicht."),
    (r"Field may not be null\.", "Diese Angabe darf nicht null sein."),
    (r"Invalid input type\.|Not a valid mapping type\.", "Hier wird ein Objekt erwartet."),
    (r"Not a valid list\.", "Hier wird eine Liste erwartet."),
    (r"Not a valid string\.", "Hier wird ein Text erwartet."),
    (r"Not a valid utf-8 string\.", "Das ist kein Text in UTF-8."),
    (r"Not a valid (?:integer|number)\.", "Hier wird eine Zahl erwartet."),
    (r"Number too large\.", "Diese Zahl ist zu groß."),
    (r"Not a valid boolean\.", "Hier wird true oder false erwartet."),
    (
        r"Not a valid datetime\.",
        "Hier wird ein Zeitpunkt mit Zeitzone erwartet, etwa 2026-03-02T08:00:00Z.",
    ),
    (r"Not a case number\.", "Das ist keine Vorgangsnummer."),
    (r"Must be one of: (.*)\.", "Möglich sind: {0}."),
    (r"Shorter than minimum length (\d+)\.", "Das ist zu kurz: mindestens {0} Zeichen."),
    (r"Longer than maximum length (\d+)\.", "Das ist zu lang: höchstens {0} Zeichen."),
    (r"Length must be between (\d+) and (\d+)\.", "Erwartet werden {0} bis {1} Zeichen."),
    (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", "Möglich ist {0} bis {1}."),
    (r"is no JSON: (.*), line (\d+), column (\d+)", "ist kein JSON: {0}, Zeile {1}, Spalte {2}"),
    (r"is no UTF-8: byte (\d+)", "ist kein UTF-8: Byte {0}"),
    (r"is deeper than (\d+) levels", "ist tiefer als {0} Ebenen"),
    (r"holds a number beyond (\S+): (.*)", "enthält eine Zahl jenseits von {0}: {1}"),
    (r"holds a number of more than (\d+) characters", "enthält eine Zahl mit mehr als {0} Zeichen"),
    (r"holds (\S+), which is no number", "enthält {0}, und das ist keine Zahl"),
    (r"is there twice", "ist doppelt"),
    (r"holds signs that no text has", "enthält Zeichen, die kein Text hat"),
)


def said(sentence: str, language: str) -> str:
    """The sentence in the reader's language; one that is not known stays as it is."""
    if language == "de":
        for english, german in _GERMAN:
            if found := re.fullmatch(english, sentence, re.DOTALL):
                return german.format(*found.groups())
    return sentence
