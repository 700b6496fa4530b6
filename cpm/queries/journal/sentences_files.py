"""The journal's sentences about the files of a case; see `sentences`."""

FILES: dict[str, tuple[str, str]] = {
    "document.added": (
        "Datei „{{name}}“ abgelegt ({{bytes}} Bytes).",
        "File “{{name}}” filed ({{bytes}} bytes).",
    ),
    "document.versioned": (
        "Neue Fassung {{version}} der Datei „{{name}}“ abgelegt ({{bytes}} Bytes).",
        "New version {{version}} of the file “{{name}}” filed ({{bytes}} bytes).",
    ),
    "document.renamed": (
        "Datei „{{before}}“ heißt jetzt „{{name}}“.",
        "The file “{{before}}” is called “{{name}}” now.",
    ),
    "document.described": (
        "Angaben zur Datei „{{name}}“ geändert[; Art: {{kind}}].",
        "What is said of the file “{{name}}” changed[; kind: {{kind}}].",
    ),
    "document.removed": (
        "Datei „{{name}}“ entfernt. Begründung: {{why}}",
        "File “{{name}}” removed. Reason: {{why}}",
    ),
    "document.shown": (
        "Der Kunde sieht die Datei „{{name}}“ jetzt auf seiner Statusseite.",
        "The customer sees the file “{{name}}” on the status page now.",
    ),
    "document.hidden": (
        "Der Kunde sieht die Datei „{{name}}“ nicht mehr auf seiner Statusseite.",
        "The customer does not see the file “{{name}}” on the status page any more.",
    ),
    "document.refused": (
        "Datei „{{name}}“ nicht abgelegt: Mit ihren {{bytes}} Bytes ist die Nachricht zu groß. Sie steckt noch in der Nachricht, wie sie kam.",
        "File “{{name}}” not filed: with its {{bytes}} bytes the message is too large. It is still in the message as it came.",
    ),
}
