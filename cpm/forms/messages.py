"""Every sentence with which a form answers, in German and in English.

`{label}` is the field's label; the other places are filled by the rule that complains.
"""

from datetime import UTC

from cpm.forms.show import show
from cpm.forms.words import Words

MESSAGES: dict[str, Words] = {
    "refused": Words(
        "Die Angaben passen noch nicht; bitte prüfen: {count}.",
        "What was entered does not fit yet; to be checked: {count}.",
    ),
    "unknown": Words("Das Formular hat kein Feld „{label}“.", "The form has no field “{label}”."),
    "missing": Words("Bitte „{label}“ ausfüllen.", "Please fill in “{label}”."),
    "appeared": Words(
        "„{label}“ kommt durch die Angaben hinzu; bitte ansehen und ausfüllen, wenn es passt.",
        "“{label}” is asked because of what was entered; please look at it and fill it in if it applies.",
    ),
    "not_chosen": Words("Bitte bei „{label}“ etwas auswählen.", "Please choose something for “{label}”."),
    "not_ticked": Words("Bitte „{label}“ bestätigen.", "Please tick “{label}”."),
    "locked": Words("„{label}“ kann hier nicht geändert werden.", "“{label}” cannot be changed here."),
    "no_text": Words("„{label}“ muss ein Text sein.", "“{label}” must be a text."),
    "no_chosen_file": Words(
        "Bitte bei „{label}“ eine Datei auswählen.", "Please choose a file for “{label}”."
    ),
    "no_files": Words(
        "„{label}“ muss eine Liste von Dateien sein, jede mit ihrer Nummer.",
        "“{label}” must be a list of files, each by its number.",
    ),
    "no_file": Words(
        "Bei „{label}“ gibt es die Datei {given} an diesem Vorgang nicht (mehr).",
        "For “{label}” there is no file {given} on this case (any more).",
    ),
    "one_file": Words("„{label}“ nimmt nur eine Datei.", "“{label}” takes one file only."),
    "too_many_files": Words(
        "„{label}“ nimmt höchstens {limit} Dateien, es sind {count}.",
        "“{label}” takes at most {limit} files, but there are {count}.",
    ),
    "wrong_file": Words(
        "„{label}“ nimmt nur {accept}; „{given}“ ist etwas anderes.",
        "“{label}” takes {accept} only, but “{given}” is something else.",
    ),
    "control": Words(
        "„{label}“ enthält ein unsichtbares Steuerzeichen ({code}); bitte entfernen.",
        "“{label}” contains an invisible control character ({code}); please remove it.",
    ),
    "too_short": Words(
        "„{label}“ braucht mindestens {limit} Zeichen, es sind {length}.",
        "“{label}” needs at least {limit} characters, but there are {length}.",
    ),
    "too_long": Words(
        "„{label}“ darf höchstens {limit} Zeichen haben, es sind {length}.",
        "“{label}” may have at most {limit} characters, but there are {length}.",
    ),
    "pattern": Words("„{label}“ hat nicht die erwartete Form.", "“{label}” does not have the expected form."),
    "email": Words(
        "„{label}“ ist keine E-Mail-Adresse wie name@example.com.",
        "“{label}” is not an e-mail address such as name@example.com.",
    ),
    "phone": Words(
        "„{label}“ ist keine Telefonnummer wie +49 221 1234567.",
        "“{label}” is not a telephone number such as +49 221 1234567.",
    ),
    "no_number": Words(
        "„{label}“ muss eine Zahl sein, zum Beispiel 1.234,5.",
        "“{label}” must be a number, for example 1,234.5.",
    ),
    "too_big_number": Words(
        "„{label}“ ist keine sinnvolle Zahl: höchstens 15 Stellen vor dem Komma und 10 danach.",
        "“{label}” is not a sensible number: at most 15 digits before the point and 10 after it.",
    ),
    "whole": Words("„{label}“ muss eine ganze Zahl sein.", "“{label}” must be a whole number."),
    "digits": Words(
        "„{label}“ darf höchstens {limit} Nachkommastellen haben.",
        "“{label}” may have at most {limit} decimal places.",
    ),
    "too_small": Words("„{label}“ muss mindestens {limit} sein.", "“{label}” must be at least {limit}."),
    "too_large": Words("„{label}“ darf höchstens {limit} sein.", "“{label}” must be at most {limit}."),
    "no_choice": Words("„{label}“ kennt die Auswahl „{given}“ nicht.", "“{label}” has no choice “{given}”."),
    "no_list": Words("„{label}“ muss eine Liste von Texten sein.", "“{label}” must be a list of texts."),
    "no_tick": Words("„{label}“ muss ja oder nein sein.", "“{label}” must be yes or no."),
    "no_date": Words(
        "„{label}“ muss ein Datum sein: Tag, Monat und Jahr, zum Beispiel 24.12.2026.",
        "“{label}” must be a date: day, month and year, for example 24 Dec 2026.",
    ),
    "no_day": Words(
        "„{label}“: Den Tag „{given}“ gibt es im Kalender nicht.",
        "“{label}”: there is no day “{given}” in the calendar.",
    ),
    "date_order": Words(
        "„{label}“ kann zweierlei heißen; bitte Tag.Monat.Jahr.",
        "“{label}” may mean two days; please write the month as a word.",
    ),
    "no_time": Words(
        "„{label}“ muss eine Uhrzeit sein, zum Beispiel 14:30.",
        "“{label}” must be a time of day, for example 14:30.",
    ),
    "no_datetime": Words(
        "„{label}“ muss Datum und Uhrzeit sein, zum Beispiel 24.12.2026 14:30.",
        "“{label}” must be a date and time, for example 24 Dec 2026 14:30.",
    ),
    "skipped_hour": Words(
        "„{label}“ liegt in der Stunde, die bei der Zeitumstellung ausfällt.",
        "“{label}” lies in the hour that the clock change leaves out.",
    ),
    "past": Words("„{label}“ darf nicht in der Vergangenheit liegen.", "“{label}” must not lie in the past."),
    "check": Words(
        "„{label}“ passt nicht zu den übrigen Angaben.", "“{label}” does not fit what else was entered."
    ),
    "no_rows": Words("„{label}“ muss eine Liste von Zeilen sein.", "“{label}” must be a list of rows."),
    "no_row": Words("ist keine Zeile mit Feldern.", "is no row of fields."),
    "too_few_rows": Words(
        "„{label}“ braucht mindestens {limit} Zeilen, es sind {count}.",
        "“{label}” needs at least {limit} rows, but there are {count}.",
    ),
    "too_many_rows": Words(
        "„{label}“ darf höchstens {limit} Zeilen haben, es sind {count}.",
        "“{label}” may have at most {limit} rows, but there are {count}.",
    ),
    "rows_fixed": Words(
        "„{label}“ hat {limit} Zeilen, die bleiben; es kamen {count}.",
        "“{label}” has {limit} rows that stay, but {count} came.",
    ),
    "row_twice": Words(
        "nennt als „_row“ keine Zeile oder eine, die eine andere schon ist.",
        "names as “_row” no row, or one that another is already.",
    ),
    "not_found": Words(
        "Bei „{label}“ ist „{given}“ nicht zu finden; bitte etwas aus der Suche wählen.",
        "For “{label}” nothing is called “{given}”; please choose something that the search finds.",
    ),
    "several": Words(
        "Bei „{label}“ passt „{given}“ zu mehrerem; bitte eines auswählen.",
        "For “{label}” several are found as “{given}”; please choose one.",
    ),
    "close": Words(
        "Bei „{label}“ ist „{given}“ nur so ähnlich zu finden; bitte auswählen, was gemeint ist.",
        "For “{label}” there is only something like “{given}”; please choose what is meant.",
    ),
    "computed": Words(
        "„{label}“ wird berechnet und kann nicht angegeben werden.",
        "“{label}” is computed and cannot be entered.",
    ),
    "too_costly": Words(
        "„{label}“ kann nicht geprüft werden: Die hinterlegte Regel rechnet zu lange.",
        "“{label}” cannot be checked: the rule behind it takes too long.",
    ),
}


#: Before a sentence on a row of a list.
IN_ROW = Words("Zeile {number}: {sentence}", "Row {number}: {sentence}")


class Misfit(ValueError):
    """What was entered does not fit the field; the sentence waits for a language."""

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def sentence(self, label: str, language: str) -> str:
        return say(self.code, language, label=label, **self.details)


def say(code: str, language: str, /, **details: object) -> str:
    """The message in that language, numbers and Words written as the language does; no detail is a moment."""
    written = {
        name: value.of(language) if isinstance(value, Words) else show(value, language, UTC)
        for name, value in details.items()
    }
    return MESSAGES[code].of(language).format(**written)


def printable(text: str) -> str:
    """A stranger's text fit to be repeated in a sentence: short, and nothing unseen in it."""
    short = text if len(text) <= 60 else f"{text[:60]}…"
    return "".join(character if character.isprintable() else "�" for character in short)
