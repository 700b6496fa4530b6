"""What the machine's words are called, in German and in English."""

_ACTORS = {
    "worker": ("System", "System"),
    "mailbox": ("Posteingang", "Inbox"),
    "webform": ("Webformular", "web form"),
    "automatic": ("Automatik", "automatic try"),
    "ERP": ("ERP", "ERP"),
}
_CHANNELS = {
    "email": ("E-Mail", "e-mail"),
    "letter": ("Brief", "letter"),
    "phone": ("Telefon", "phone"),
    "visit": ("Besuch", "visit"),
    "chat": ("Chat", "chat"),
    "webform": ("Webformular", "web form"),
    "web": ("Statusseite", "status page"),
    "message": ("Nachricht eines Systems", "message of a system"),
    "signal": ("Signal", "signal"),
}
_SEVERITIES = {
    "critical": ("dringend", "urgent"),
    "high": ("wichtig", "important"),
    "normal": ("normal", "normal"),
}
#: What every notice to a customer is told, and what calls to an ERP are given, whatever the process.
_TOLD = {
    "amount": ("Betrag", "amount"),
    "case_no": ("Vorgangsnummer", "case number"),
    "credit_released": ("Gutschrift im ERP freigegeben", "credit note released in the ERP"),
    "customer_id": ("Nummer des Kunden", "number of the customer"),
    "due": ("Zugesagt bis", "promised by"),
    "event": ("Anlass", "occasion"),
    "firm": ("Unser Name", "our name"),
    "name_spoken": ("Anrede im Text", "name in the text"),
    "released": ("Im ERP freigegeben", "released in the ERP"),
    "salutation": ("Anrede am Anfang", "salutation"),
}
_ROLES = {
    "agent": ("Sachbearbeitung", "agent"),
    "supervisor": ("Teamleitung", "supervisor"),
    "designer": ("Prozessgestaltung", "designer"),
    "operator": ("Betrieb", "operator"),
    "integrator": ("Schnittstellen", "integrator"),
}
_REMEDIES = {
    "retry": ("noch einmal versucht", "tried again"),
    "correct": ("Daten berichtigt", "data put right"),
    "supply": ("Ergebnis von Hand eingetragen", "result entered by hand"),
    "skip": ("Schritt übersprungen", "step skipped"),
    "move": ("an einen anderen Schritt gesetzt", "moved to another step"),
    "handover": ("übergeben", "handed over"),
    "end": ("Vorgang beendet", "case ended"),
}
_OFFERED = {
    "retry": ("noch einmal versuchen", "try again"),
    "correct": ("Daten berichtigen", "put data right"),
    "supply": ("Ergebnis von Hand eintragen", "enter the result by hand"),
    "skip": ("Schritt überspringen", "skip the step"),
    "move": ("an einen anderen Schritt setzen", "move to another step"),
    "handover": ("übergeben", "hand over"),
    "end": ("Vorgang beenden", "end the case"),
}
#: The first part of a service type.
_SYSTEMS = {
    "smtp": ("Mailserver", "mail server"),
    "notice": ("Benachrichtigung", "notice"),
    "erp": ("ERP", "ERP"),
    "demo": ("Demo-Anbindung", "demo connector"),
    "cases": ("Vorgänge", "cases"),
    "document": ("Dokumente", "documents"),
    "customers": ("Kundendaten", "customer data"),
    "post": ("Post", "post"),
}
_DEMO = ("Demo-Anbindung, kein echtes System", "demo connector, no real system")
#: Why an ad-hoc subprocess ended.
_ENDINGS = {
    "person": ("nichts weiter zu tun", "nothing more to do"),
    "condition": ("die Bedingung dafür ist erfüllt", "its condition holds"),
    "done": ("alles Vorgesehene ist erledigt", "all that was planned is done"),
}
_STATES = {
    "open": ("offen", "open"),
    "closed": ("abgeschlossen", "closed"),
    "ready": ("frei", "free"),
    "claimed": ("in Arbeit", "in hand"),
    "held": ("angehalten", "on hold"),
    "done": ("erledigt", "done"),
    "withdrawn": ("hinfällig", "withdrawn"),
    "resolved": ("gelöst", "settled"),
    "ringing": ("klingelt", "ringing"),
    "talking": ("am Telefon", "on the telephone"),
    "over": ("beendet", "over"),
    "missed": ("nicht angenommen", "not answered"),
}


def told(name: str, language: str) -> str | None:
    """What a fact of a notice is called, where no process says so."""
    found = _TOLD.get(name)
    return found and found[language == "en"]


def actor(word: str, language: str) -> str:
    return _of(_ACTORS, word, language)


def channel(word: str, language: str) -> str:
    return _of(_CHANNELS, word, language)


def channels(language: str) -> dict[str, str]:
    return {word: channel(word, language) for word in _CHANNELS}


def ending(word: str, language: str) -> str:
    return _of(_ENDINGS, word, language)


def severity(word: str, language: str) -> str:
    return _of(_SEVERITIES, word, language)


def urgency(priority: int, language: str) -> str:
    """Of a task, 0 to 100; "" for the ordinary ones. 80 is what is escalated, 90 an incident that is urgent itself."""
    above = "critical" if priority >= 90 else "high" if priority >= 80 else None
    return severity(above, language) if above else ""


def role(word: str, language: str) -> str:
    return _of(_ROLES, word, language)


def remedy(word: str, language: str) -> str:
    return _of(_REMEDIES, word, language)


def offered(word: str, language: str) -> str:
    """A remedy that may be chosen, where `remedy` says what was done."""
    return _of(_OFFERED, word, language)


def technical(language: str) -> str:
    """What stands before a machine's own words."""
    return "technical" if language == "en" else "technisch"


def state(word: str, language: str) -> str:
    return _of(_STATES, word, language)


def system(service: str, language: str, *, connector: str | None = None) -> str:
    """Which system a service type stands for, and that it was the demo connector if it was."""
    first = service.partition(".")[0]
    name = _of(_SYSTEMS, first, language)
    if connector != "demo":
        return name
    demo = _DEMO[language == "en"]
    return demo if first == "demo" else f"{name}: {demo}"


def _of(table: dict[str, tuple[str, str]], word: str, language: str) -> str:
    """The word itself where the table has none: a plug-in may bring its own."""
    return table.get(word, (word, word))[language == "en"]
