"""What an ERP's words are called, and how it stands with it in one sentence, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from cpm.connectors.erp.breaker import Standing
from cpm.writing import values

DEMO = "demo"
_NAMES = {DEMO: ("Demo-ERP", "demo ERP"), "tryton": ("Tryton", "Tryton")}
_WORDS = {
    "draft": ("Entwurf", "draft"),
    "quotation": ("Angebot", "quotation"),
    "confirmed": ("bestätigt", "confirmed"),
    "processing": ("in Arbeit", "in progress"),
    "done": ("erledigt", "done"),
    "cancelled": ("storniert", "cancelled"),
    "none": ("\u2013", "\u2013"),
    "waiting": ("wartet", "waiting"),
    "assigned": ("reserviert", "reserved"),
    "picked": ("kommissioniert", "picked"),
    "packed": ("verpackt", "packed"),
    "partly_shipped": ("teilweise versandt", "partly shipped"),
    "shipped": ("versandt", "shipped"),
    "exception": ("Störung", "problem"),
    "pending": ("steht aus", "pending"),
    "awaiting_payment": ("offen", "awaiting payment"),
    "partly_paid": ("teilweise bezahlt", "partly paid"),
    "paid": ("bezahlt", "paid"),
    "posted": ("gebucht", "posted"),
}
#: Why master data are not there yet, and why a look brought nothing.
_FAULTS = {
    "timeout": ("Es hat noch nicht geantwortet.", "It has not answered yet."),
    "unknown_outcome": ("Es hat noch nicht geantwortet.", "It has not answered yet."),
    "unreachable": ("Es antwortet gerade nicht.", "It does not answer just now."),
    "auth_failed": ("Die Anmeldung dort ist gescheitert.", "Signing in there has failed."),
    "validation_refused": ("Es nimmt diese Angaben nicht an.", "It does not take these data."),
    "duplicate_key": ("Dort gibt es so einen Kunden schon.", "There is such a customer already."),
    "conflict": ("Es wurde dort zugleich geändert.", "It was changed there at the same time."),
    "not_found": (
        "Dort ist dieser Kunde nicht (mehr) bekannt.",
        "This customer is not known there (any more).",
    ),
}
_OTHER = ("Es ist etwas schiefgegangen.", "Something has gone wrong.")


def name(system: str, language: str) -> str:
    return _NAMES.get(system, (system, system))[language == "en"]


def word(state: str, language: str) -> str:
    """Of the state of an order, a shipment or an invoice; itself if there is no word for it."""
    return _WORDS.get(state, (state, state))[language == "en"]


def fault(code: str, language: str) -> str:
    return _FAULTS.get(code, _OTHER)[language == "en"]


def away(
    standing: Standing,
    *,
    standin: str | None,
    catalogue: datetime | None,
    language: str,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    """What still works. `standin`: who serves new cases meanwhile; `catalogue`: from when our copy is, if there is one."""
    english = language == "en"
    since = _clock(standing.since, zone, now, english=english)
    of = _clock(catalogue, zone, now, english=english) if catalogue is not None else ""
    said = [_away_en(since), _goes_on_en(of)] if english else [_away_de(since), _goes_on_de(of)]
    if standin is not None:
        served = name(standin, language)
        said[1:] = (
            [f"New cases are served by the {served}.", f"For those that began with the ERP: {said[1]}"]
            if english
            else [f"Neue Vorgänge bedient so lange das {served}.", f"Für die begonnenen gilt: {said[1]}"]
        )
    return " ".join(said)


def _away_en(since: str) -> str:
    return f"The ERP has not answered since {since}."


def _away_de(since: str) -> str:
    return f"Die Warenwirtschaft (ERP) antwortet seit {since} nicht."


def _goes_on_en(catalogue: str) -> str:
    if not catalogue:
        return "Everything but orders goes on: there is no copy of the catalogue to choose products from."
    return f"Orders are taken with the copy of the catalogue of {catalogue}; they are checked and confirmed as soon as it is back."


def _goes_on_de(catalogue: str) -> str:
    if not catalogue:
        return "Alles außer Aufträgen geht weiter: Es gibt keine Kopie des Katalogs, aus der sich Produkte wählen lassen."
    return f"Aufträge werden mit der Kopie des Katalogs von {catalogue} aufgenommen; geprüft und bestätigt werden sie, sobald sie wieder da ist."


def back(since: datetime, *, language: str, zone: ZoneInfo, now: datetime) -> str:
    at = _clock(since, zone, now, english=language == "en")
    return (
        f"The ERP is there again, since {at}."
        if language == "en"
        else f"Die Warenwirtschaft (ERP) ist seit {at} wieder da."
    )


def _clock(at: datetime | None, zone: ZoneInfo, now: datetime, *, english: bool) -> str:
    """The time of day, with the day if that is not today's."""
    if at is None:
        return "\u2013"
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{values.day(local, german=not english)}, {local:%H:%M}"


def unheard(
    code: str, standing: Standing, *, known: bool, language: str, zone: ZoneInfo, now: datetime
) -> str:
    """Why a panel shows what was `known` before, if anything was, and not what is so now."""
    english = language == "en"
    shown = "What was heard last is shown." if english else "Gezeigt wird, was zuletzt bekannt war."
    told = _why(code, standing, language, zone, now)
    return f"{told} {shown}" if known else told


def _why(code: str, standing: Standing, language: str, zone: ZoneInfo, now: datetime) -> str:
    if not standing.up:
        since = _clock(standing.since, zone, now, english=language == "en")
        return _away_en(since) if language == "en" else f"Das ERP antwortet seit {since} nicht."
    if code in ("timeout", "unknown_outcome"):
        return (
            "The ERP takes longer to answer than this page waits."
            if language == "en"
            else "Das ERP braucht für die Antwort länger, als diese Seite wartet."
        )
    return fault(code, language)
