"""The few words that every form has around its fields."""

from cpm.forms.words import Words

_WORDS = {
    "required": Words("(Pflichtfeld)", "(required)"),
    "choose": Words("Bitte auswählen", "Please choose"),
    "nothing": Words("Es gibt nichts auszuwählen.", "There is nothing to choose from."),
    "empty": Words("keine Angabe", "not given"),
    "error": Words("Fehler:", "Error:"),
    "one_problem": Words("Eine Angabe passt noch nicht", "One entry does not fit yet"),
    "problems": Words("{count} Angaben passen noch nicht", "{count} entries do not fit yet"),
    "date": Words("TT.MM.JJJJ, zum Beispiel 21.11.2026", "YYYY-MM-DD, for example 2026-11-21"),
    "time": Words("SS:MM, zum Beispiel 14:30", "HH:MM, for example 14:30"),
    "datetime": Words(
        "TT.MM.JJJJ SS:MM, zum Beispiel 21.11.2026 14:30",
        "YYYY-MM-DD HH:MM, for example 2026-11-21 14:30",
    ),
    "most": Words("Höchstens {count} Zeichen.", "At most {count} characters."),
}


def word(name: str, language: str, **places: object) -> str:
    return _WORDS[name].of(language).format(**places)
