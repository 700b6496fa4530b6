"""What is said of batches, in German and in English."""

#: Of `cpm.commands.bulk_kinds`.
KINDS = {
    "set_variables": ("Angaben ändern", "Change data"),
    "suspend": ("Aussetzen", "Suspend"),
    "resume": ("Fortsetzen", "Resume"),
    "move": ("An einen anderen Schritt setzen", "Move to another step"),
    "cancel": ("Vorgänge beenden", "End the cases"),
    "retry": ("Ausnahmen noch einmal versuchen", "Try exceptions again"),
    "migrate": ("Auf eine andere Version bringen", "Migrate to another version"),
    "migrate_back": ("Auf die vorige Version zurückbringen", "Migrate back to the version before"),
}
_STATES = {
    "listing": ("Vorgänge werden aufgelistet", "cases are being listed"),
    "looking": ("Probelauf", "dry run"),
    "proposed": ("wartet auf den Start", "waits for its start"),
    "running": ("läuft", "runs"),
    "stopped": ("angehalten", "stopped"),
    "done": ("fertig", "done"),
    "dropped": ("verworfen", "dropped"),
    "broken": ("abgebrochen", "broken off"),
}
_ITEMS = {
    "listed": ("noch nicht angesehen", "not looked at yet"),
    "able": ("geht", "can"),
    "unable": ("geht nicht", "cannot"),
    "chosen": ("ausgewählt", "chosen"),
    "waiting": ("an der Reihe", "in the queue"),
    "done": ("erledigt", "done"),
    "refused": ("abgelehnt", "refused"),
    "failed": ("fehlgeschlagen", "failed"),
}


def kind(key: str, language: str) -> str:
    return KINDS.get(key, (key, key))[language == "en"]


def state(word: str, language: str) -> str:
    return _STATES[word][language == "en"]


def item(word: str, language: str) -> str:
    return _ITEMS[word][language == "en"]
