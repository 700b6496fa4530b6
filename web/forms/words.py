"""The few words that every form has around its fields."""

from cpm.forms.words import Words

_WORDS = {
    "required": Words("(Pflichtfeld)", "(required)"),
    "choose": Words("Bitte auswählen", "Please choose"),
    "nothing": Words("Es gibt nichts auszuwählen.", "There is nothing to choose from."),
    "empty": Words("keine Angabe", "not given"),
    "none_yet": Words("noch nichts", "nothing yet"),
    "error": Words("Fehler:", "Error:"),
    "one_problem": Words("Eine Angabe passt noch nicht", "One entry does not fit yet"),
    "problems": Words("{count} Angaben passen noch nicht", "{count} entries do not fit yet"),
    "example": Words("zum Beispiel {example}", "for example {example}"),
    "row": Words("Zeile {number}", "Row {number}"),
    "add": Words("Zeile hinzufügen", "Add a row"),
    "remove": Words("Entfernen", "Remove"),
    "remove_row": Words("Zeile {number} entfernen", "Remove row {number}"),
    "removed": Words("Eine Zeile ist entfernt.", "A row is removed."),
    "left": Words(
        "Beim Einfügen blieb übrig, wofür es hier kein Feld oder keine Auswahl gibt:",
        "Pasting left over what has no field or no choice here:",
    ),
    "left_more": Words("… und {count} weitere", "… and {count} more"),
    "restore": Words("Rückgängig", "Undo"),
    "no_lines": Words("Es gibt noch keine Zeile.", "There is no row yet."),
    "no_lines_fixed": Words("keine Angabe", "not given"),
    "close": Words("Gemeint ist", "What is meant is"),
    "look_up": Words("Tippen, um zu suchen", "Type to search"),
    "hits": Words("{count} gefunden", "{count} found"),
    "no_hits": Words("Nichts gefunden", "Nothing found"),
    "fact_stock": Words("{value} auf Lager", "{value} in stock"),
    "fact_earliest": Words("ab {value}", "from {value}"),
    "several": Words("Mehrere durch Kommas trennen.", "Put commas between several."),
    "accepted": Words("Erlaubt sind {accept}.", "Allowed: {accept}."),
    "chosen": Words("Gewählt: abwählen nimmt weg", "Chosen: untick to take away"),
    "add_tag": Words("Hinzufügen", "Add"),
    "kept_files": Words("Liegt schon beim Vorgang", "Lies with the case already"),
    "nothing_to_show": Words("Es gibt nichts zu zeigen.", "There is nothing to show."),
    "more_rows": Words("und {count} weitere Zeilen", "and {count} more rows"),
    "between": Words(
        "Mindestens {least}, höchstens {most} Zeichen.", "At least {least}, at most {most} characters."
    ),
    "least": Words("Mindestens {count} Zeichen.", "At least {count} characters."),
    "most": Words("Höchstens {count} Zeichen.", "At most {count} characters."),
}


def word(name: str, language: str, **places: object) -> str:
    return _WORDS[name].of(language).format(**places)
