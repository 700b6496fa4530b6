"""What went wrong, in words of every day, by the codes that connectors, rules and models use."""

_TROUBLES = {
    "address_refused": (
        "Der Mailserver nimmt diese Adresse nicht an: Es gibt sie nicht, oder sie ist falsch geschrieben.",
        "The mail server does not take this address: it does not exist or is misspelt.",
    ),
    "mailbox_full": ("Das Postfach des Empfängers ist voll.", "The recipient's mailbox is full."),
    "too_large": (
        "Die Nachricht ist dem Mailserver des Empfängers zu groß.",
        "The message is too large for the recipient's mail server.",
    ),
    "bounced_hard": (
        "Der Mailserver hat die Nachricht endgültig abgelehnt.",
        "The mail server has refused the message for good.",
    ),
    "bounced_soft": (
        "Der Mailserver hat die Nachricht immer wieder vertagt, bis keine Versuche mehr übrig waren.",
        "The mail server put the message off again and again, until no attempts were left.",
    ),
    "undeliverable": ("Die Nachricht ist nicht zustellbar.", "The message cannot be delivered."),
    "virus_found": (
        "In einer Datei steckt ein Virus. Sie ist gesperrt und kann nicht geöffnet werden.",
        "There is a virus in a file. It is locked and cannot be opened.",
    ),
    "unreachable": (
        "Das andere System war auch nach allen Versuchen nicht zu erreichen.",
        "The other system could not be reached, not even after all attempts.",
    ),
    "timeout": (
        "Das andere System hat auch nach allen Versuchen nicht rechtzeitig geantwortet.",
        "The other system did not answer in time, not even after all attempts.",
    ),
    "auth_failed": (
        "Das andere System hat unsere Anmeldung nicht angenommen.",
        "The other system did not accept our login.",
    ),
    "credit_refused": (
        "Der Kredit oder die Gutschrift wurde verweigert.",
        "The credit or the credit note was refused.",
    ),
    "missing_field": (
        "Für diesen Schritt fehlt eine Angabe.",
        "This step lacks a piece of information.",
    ),
    "template_error": ("Der Text für diesen Schritt fehlt.", "The text for this step is missing."),
    "no_result": (
        "Keine Zeile der Entscheidungstabelle passt auf diesen Fall.",
        "No row of the decision table fits this case.",
    ),
    "evaluation_error": (
        "Eine Formel des Ablaufs passt nicht zu den Daten dieses Vorgangs.",
        "A formula of the process does not fit this case's data.",
    ),
    "not_a_boolean": (
        "Eine Bedingung des Ablaufs hat weder ja noch nein ergeben.",
        "A condition of the process gave neither yes nor no.",
    ),
    "crashed": (
        "Unser eigenes Programm ist an diesem Schritt gescheitert.",
        "Our own program failed at this step.",
    ),
    "circle": (
        "Vorgänge lösen einander durch Nachrichten oder Signale im Kreis aus; das wurde angehalten.",
        "Cases set off each other in a circle, by messages or signals; that was stopped.",
    ),
    "poisoned": (
        "Dieser Schritt hat jeden Arbeiter beendet, der ihn versucht hat.",
        "This step ended every worker that tried it.",
    ),
    "came_late": (
        "Das andere System hat den Schritt noch ausgeführt, aber der Vorgang war schon weitergegangen.",
        "The other system did the step after all, but the case had gone on already.",
    ),
    "not_applied": (
        "Das andere System hat den Schritt ausgeführt, aber der Vorgang kann das Ergebnis nicht aufnehmen.",
        "The other system did the step, but the case cannot take its result.",
    ),
    "not_correlated": (
        "Eine Meldung an diesen Vorgang ist gekommen, aber niemand hat auf sie gewartet.",
        "A message for this case has come, but nobody waited for it.",
    ),
    "base_rate_missing": (
        "Der Basiszinssatz dieses Halbjahrs (§ 247 BGB) steht nicht in der Tabelle base_rates; bis dahin nennen Schreiben keine Verzugszinsen.",
        "The base rate of this half year (§ 247 BGB) is not in the table base_rates; until it is, letters name no interest.",
    ),
    "unknown_people": (
        "Der Ablauf vergibt die Aufgabe an jemanden, den es hier nicht gibt.",
        "The process gives the task to somebody who is not here.",
    ),
    "needs_approval": (
        "Bevor dieser Schritt ausgeführt wird, verlangt eine Regel eine Freigabe. Bis dahin ist nichts geschehen.",
        "Before this step is done, a policy wants an approval. Nothing has been done so far.",
    ),
    "policy_refused": (
        "Eine Regel lässt diesen Schritt so nicht zu. Es ist nichts geschehen.",
        "A policy does not let this step be done like this. Nothing has been done.",
    ),
    "policies_failed": (
        "Die Regeln ließen sich nicht befragen. Bis sie wieder antworten, ruht dieser Schritt.",
        "The policies could not be asked. Until they answer again this step stands still.",
    ),
    "overdue": ("Die Frist dieser Aufgabe ist verstrichen.", "This task's due time has passed."),
}
#: While attempts are left.
_SO_FAR = {
    "unreachable": (
        "Das andere System ist gerade nicht zu erreichen.",
        "The other system cannot be reached just now.",
    ),
    "timeout": (
        "Das andere System hat nicht rechtzeitig geantwortet.",
        "The other system did not answer in time.",
    ),
    "bounced_soft": (
        "Der Mailserver nimmt die Nachricht gerade nicht an.",
        "The mail server does not take the message just now.",
    ),
}


def known(code: str, language: str) -> str | None:
    """The sentence for a code that needs no more to be told."""
    return _TROUBLES[code][language == "en"] if code in _TROUBLES else None


def told(code: str, origin: str, words_of_process: str | None, language: str) -> str:
    """`words_of_process`: what the process's texts call a special case that was declared."""
    english = language == "en"
    if sentence := known(code, language):
        return sentence
    called = words_of_process or code
    if origin in ("declared", "model"):
        return f"Reported as a special case: {called}." if english else f"Als Sonderfall gemeldet: {called}."
    return f"The step failed ({code})." if english else f"Der Schritt ist gescheitert ({code})."


def so_far(code: str, language: str) -> str:
    """For a step that will be tried again."""
    if code in _SO_FAR:
        return _SO_FAR[code][language == "en"]
    return known(code, language) or told(code, "job", None, language)
