"""What the decisions that steer cases, their facts and their outcomes are called, in German and in English."""

import re

_DECISIONS = {
    "assignment": ("Zuständigkeit", "assignment"),
    "deadlines": ("Fristen", "deadlines"),
    "exceptions": ("Ausnahmen", "exceptions"),
    "customer_value": ("Kundenwert", "customer value"),
    "intake": ("Eingang", "intake"),
    "case_match": ("Zuordnung", "case match"),
    "identity": ("Wer schreibt", "identity"),
    "guidance": ("Leitfaden im Gespräch", "guidance"),
    "next_action": ("Nächster Schritt", "next action"),
    "notices": ("Benachrichtigungen", "notices"),
}
_OUTCOMES = {
    "team": ("Team", "team"),
    "skills": ("Fähigkeiten", "skills"),
    "priority": ("Dringlichkeit", "priority"),
    "keep_owner": ("bleibt beim Bearbeiter", "stays with its agent"),
    "first_answer": ("erste Antwort", "first answer"),
    "due": ("Frist", "due"),
    "escalate_to": ("Eskalation an", "escalated to"),
    "calendar": ("Kalender", "calendar"),
    "title": ("Titel", "title"),
    "severity": ("Schwere", "severity"),
    "remedies": ("Abhilfen", "remedies"),
    "auto": ("von selbst", "by itself"),
    "process": ("Prozess", "process"),
    "sure": ("Gewissheit", "certainty"),
    "topic": ("Thema", "topic"),
    "level": ("Stufe", "level"),
    "why": ("Grund", "reason"),
    "ask": ("ein Mensch sieht nach", "a person looks"),
    "send": ("Weg", "way"),
    "hours": ("Zeit", "hours"),
}
_FACTS = {
    "action": ("Handlung", "action"),
    "last_name_fits": ("Nachname passt", "last name fits"),
    "postcode": ("PLZ stimmt", "postcode fits"),
    "similarity": ("Ähnlichkeit", "similarity"),
    "unique": ("gehört einem allein", "is one customer's alone"),
    "actor_kind": ("wer handelt", "who acts"),
    "approver": ("Freigabe durch", "approved by"),
    "consumer": ("Verbraucher", "consumer"),
    "open_special_cases": ("offene Sonderfälle", "open special cases"),
    "operation": ("Aufruf", "call"),
    "roles": ("Rollen", "roles"),
    "team": ("Team", "team"),
    "teams": ("Teams", "teams"),
    "until": ("bis", "until"),
    "amount": ("Betrag", "amount"),
    "approval": ("Freigabe", "approval"),
    "attempts": ("Versuche", "attempts"),
    "automatic": ("Automatisch", "automatic"),
    "bought": ("Gekauft", "bought"),
    "bounced_address": ("E-Mail kam zurück", "e-mail bounced"),
    "business_field": ("Geschäftsfeld", "field of business"),
    "call_active": ("am Telefon", "on the phone"),
    "channel": ("Kanal", "channel"),
    "code": ("Fehlercode", "code"),
    "complaints_90d": ("Reklamationen in 90 Tagen", "complaints in 90 days"),
    "connector": ("System", "system"),
    "customer_status": ("Kundenstatus", "customer status"),
    "customer_value": ("Kundenwert", "customer value"),
    "data": ("Angaben", "data"),
    "duplicates": ("gleichnamige Kunden", "customers of that name"),
    "element": ("Schritt", "step"),
    "days": ("Tage seit dem Abschluss", "days since its closing"),
    "email": ("E-Mail", "e-mail"),
    "evidence": ("Hinweis", "evidence"),
    "field": ("Geschäftsfeld", "field of business"),
    "identity": ("Absender", "sender"),
    "key_account": ("Schlüsselkunde", "key account"),
    "language": ("Sprache", "language"),
    "mood": ("Stimmung", "mood"),
    "open_cases": ("offene Vorgänge", "open cases"),
    "open_same_kind": ("weitere offene Vorgänge", "more open cases"),
    "open": ("offen", "open"),
    "origin": ("Herkunft", "origin"),
    "outcome": ("Ausgang", "outcome"),
    "overdue_amount": ("überfällig", "overdue"),
    "owner_available": ("Bearbeiter da", "agent there"),
    "owner_team": ("Team des Vorgangs", "the case's team"),
    "process": ("Prozess", "process"),
    "quote_age_days": ("Alter des Angebots in Tagen", "age of the quote in days"),
    "revenue_12m": ("Umsatz im Jahr", "turnover of the year"),
    "same_customer": ("derselbe Kunde", "same customer"),
    "same_process": ("dasselbe Anliegen", "same concern"),
    "service_due_days": ("Tage bis zur Wartung", "days until the service"),
    "takes_part": ("nimmt teil", "takes part"),
    "topic_team": ("Team des Themas", "the topic's team"),
    "window_from": ("Zeitfenster ab", "window from"),
    "window_to": ("Zeitfenster bis", "window to"),
    "words": ("Text", "text"),
    "event": ("Ereignis", "event"),
    "customer_kind": ("Person oder Firma", "person or company"),
    "advertising": ("Werbung", "advertising"),
    "consent_email": ("Einwilligung E-Mail", "consent to e-mail"),
    "consent_phone": ("Einwilligung Telefon", "consent to calls"),
    "opted_out": ("abbestellt", "opted out"),
    "has_email": ("E-Mail bekannt", "e-mail known"),
    "email_unreachable": ("E-Mail unzustellbar", "e-mail undeliverable"),
    "has_post": ("Anschrift bekannt", "address known"),
    "has_phone": ("Telefon bekannt", "phone known"),
    "quiet": ("Ruhezeit", "quiet hours"),
    "told_today": ("heute gesagt", "told today"),
}
#: Facts of our own that are codes, in the reader's words.
_VALUES = {
    "evidence": {
        "token": ("unser Zeichen", "our token"),
        "reference": ("antwortet auf eine Nachricht", "answers a message"),
        "number": ("Nummer im Betreff", "number in the subject"),
        "mentioned": ("Nummer im Text", "number in the text"),
        "order_number": ("Auftragsnummer", "order number"),
        "customer": ("derselbe Kunde", "same customer"),
    },
    "customer_status": {
        "prospect": ("Interessent", "prospect"),
        "customer": ("Kunde", "customer"),
        "former": ("ehemals Kunde", "former customer"),
    },
    "identity": {
        "case": ("schreibt zu einem Vorgang", "writes about a case"),
        "customer": ("bekannt", "known"),
        "none": ("unbekannt", "unknown"),
    },
}
_ROW = re.compile(r"(.+) (\d+(?:, \d+)*)")
_GROUNDS = ("gesehen", "seen")
_NOTE = ("Anmerkung der Zeile", "the row's note")
_RAISED = ("Dringlichkeit mit Zuschlägen", "priority with additions")


def decision(key: str, language: str) -> str | None:
    found = _DECISIONS.get(key)
    return found and found[language == "en"]


def outcome(column: str, language: str) -> str | None:
    """What a column of a steering table says."""
    found = _OUTCOMES.get(column)
    return found and found[language == "en"]


def fact(name: str, language: str) -> str | None:
    found = _FACTS.get(name)
    return found and found[language == "en"]


def value(name: str, code: str, language: str) -> str | None:
    """A code among the values of a fact."""
    found = _VALUES.get(name, {}).get(code)
    return found and found[language == "en"]


def row(rule: str, language: str) -> str:
    """A table's name with the row that fired, as incidents keep it ("Ausnahmen 5"), for people to read."""
    found = _ROW.fullmatch(rule)
    if found is None:
        return rule
    if language != "en":
        return f"„{found[1]}“, Zeile {found[2]}"
    name = next((english for german, english in _DECISIONS.values() if german == found[1]), found[1])
    return f"“{name}”, row {found[2]}"


def grounds(language: str) -> str:
    """What stands before the facts that a decision saw."""
    return _GROUNDS[language == "en"]


def note(language: str) -> str:
    return _NOTE[language == "en"]


def raised(language: str) -> str:
    return _RAISED[language == "en"]
