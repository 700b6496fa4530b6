"""The facts that the engine gives to each decision that steers cases: the one table of them.

`docs/facts.md` is made from it. A name that has been given stays and keeps its meaning and its type, because the
tables of installations ask for it. A change is an addition: it gets the next `FACTS_VERSION`, and says so in `since`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Counts up with each release that adds facts; a table of an installation is right for all later ones.
FACTS_VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """One name that a table may use, always there; null if it is not known."""

    name: str
    type: str  #: of FEEL
    de: str
    en: str
    since: int = 1  #: the FACTS_VERSION that brought it


_PROCESS = Fact("process", "string", "Kennung des Prozesses", "the process's id")
_ELEMENT = Fact(
    "element",
    "string",
    "Kennung des Schritts im Modell; null, wenn es um den Vorgang selbst geht",
    "the step's id in the model; null when it is about the case itself",
)
_CHANNEL = Fact(
    "channel", "string", "auf welchem Weg der Vorgang begann", "by which way of writing the case began"
)
_VALUE = Fact("customer_value", "string", "A, B oder C", "A, B or C")
_AMOUNT = Fact(
    "amount",
    "number",
    "Betrag des Vorgangs: amount, sonst goodwill_amount, sonst claim_amount",
    "the case's sum: amount, else goodwill_amount, else claim_amount",
)
_DATA = Fact(
    "data",
    "context",
    "alle Angaben des Vorgangs, wie der Schritt sie sieht, zum Beispiel data.product",
    "all data of the case as the step sees them, for example data.product",
)

#: By decision, in the order in which people read them.
FACTS: Mapping[str, tuple[Fact, ...]] = {
    "assignment": (
        _PROCESS,
        _ELEMENT,
        _CHANNEL,
        _VALUE,
        Fact("language", "string", "Sprache des Vorgangs: de oder en", "the case's language: de or en"),
        Fact("mood", "string", "Stimmung des Kunden, etwa upset", "the customer's mood, such as upset"),
        _AMOUNT,
        Fact("approval", "string", "wessen Freigabe gebraucht wird", "whose approval is needed"),
        Fact("business_field", "string", "Geschäftsfeld des Vorgangs", "the case's field of business"),
        Fact("topic_team", "string", "Team des Themas", "the team of the topic"),
        Fact("owner_team", "string", "Team, das den Vorgang hat", "the team that has the case"),
        Fact(
            "owner_available",
            "boolean",
            "ob, wer den Vorgang hat, heute arbeitet",
            "whether who has the case works today",
        ),
        _DATA,
    ),
    "deadlines": (
        _PROCESS,
        _ELEMENT,
        _CHANNEL,
        _VALUE,
        Fact("window_from", "date and time", "Beginn des verabredeten Zeitfensters", "start of the agreed window"),
        Fact("window_to", "date and time", "Ende des verabredeten Zeitfensters", "end of the agreed window"),
        _DATA,
    ),
    "exceptions": (
        Fact(
            "origin",
            "string",
            "woher sie kommt: job (ein Auftrag scheiterte), rule (Daten oder Regeln passen nicht), model (Fehler oder "
            "Eskalation des Modells), declared (ein Mensch meldet einen Sonderfall)",
            "where it comes from: job (a job failed), rule (data or rules do not fit), model (error or escalation of "
            "the model), declared (a person declares a special case)",
        ),
        Fact("connector", "string", "was versagt hat, etwa smtp, rule oder case", "what failed, such as smtp, rule or case"),
        Fact("code", "string", "der Fehlercode oder die Art des Sonderfalls", "the error's code or the kind of special case"),
        _PROCESS,
        _ELEMENT,
        Fact("attempts", "number", "wie oft es versucht wurde", "how often it was tried"),
        _VALUE,
        _AMOUNT,
        _DATA,
    ),
    "customer_value": (
        Fact("key_account", "boolean", "ob der Kunde ein Schlüsselkunde ist", "whether the customer is a key account"),
        Fact("customer_status", "string", "etwa prospect oder customer", "such as prospect or customer"),
        Fact("revenue_12m", "number", "Umsatz der letzten zwölf Monate in Euro", "turnover of the last twelve months in euros"),
    ),
}  # fmt: skip


def names(decision: str) -> frozenset[str]:
    """What a table for this decision may ask for; empty for one that the engine does not ask."""
    return frozenset(fact.name for fact in FACTS.get(decision, ()))
