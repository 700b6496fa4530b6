"""The sentences in which differences are told."""

from cpm.bpmn.findings import Reason
from cpm.bpmn.nodes.node import Way

_LONGEST = 200  #: characters of an expression that are shown

#: Aspects: see `aspects.py`. What it is called, in English and German; facts are sentences.
_LABELS = {
    "type": ("Job type", "Jobtyp"),
    "retries": ("Number of attempts", "Zahl der Versuche"),
    "form": ("Form", "Formular"),
    "assignee": ("Assignee", "Zuständige Person"),
    "groups": ("Candidate groups", "Zuständige Gruppen"),
    "users": ("Candidate users", "Mögliche Personen"),
    "due": ("Due date", "Fälligkeit"),
    "follow_up": ("Follow-up date", "Wiedervorlage"),
    "priority": ("Priority", "Dringlichkeit"),
    "decision": ("Decision", "Entscheidung"),
    "script": ("Script", "Skript"),
    "result": ("Variable of the result", "Variable des Ergebnisses"),
    "process": ("Called process", "Aufgerufener Prozess"),
    "input": ("Input", "Eingabe"),
    "output": ("Output", "Ausgabe"),
    "header": ("Header", "Header"),
    "property": ("Property", "Eigenschaft"),
    "collection": ("List of the instances", "Liste der Durchläufe"),
    "cardinality": ("Number of instances", "Zahl der Durchläufe"),
    "item": ("Variable of the item", "Variable des Eintrags"),
    "collected": ("List of the results", "Liste der Ergebnisse"),
    "collected_value": ("Result of each", "Ergebnis eines jeden"),
    "until": ("Ends when", "Endet, wenn"),
    "again": ("Repeats while", "Wiederholt sich, solange"),
    "most": ("Repeats at most", "Wiederholt sich höchstens"),
    "begun_first": ("Begun at once", "Beginnt sofort"),
    "activation": ("Goes on when", "Geht weiter, wenn"),
    "lane": ("Lane", "Lane"),
    "needs": ("Tokens needed to start", "Nötige Token zum Start"),
    "gives": ("Tokens sent on", "Weitergegebene Token"),
    "timer": ("Timer", "Zeit"),
    "timer_kind": ("Kind of timer", "Art der Zeit"),
    "message": ("Message", "Nachricht"),
    "key": ("Correlation key", "Korrelationsschlüssel"),
    "signal": ("Signal", "Signal"),
    "code": ("Code", "Code"),
    "asks": ("Condition", "Bedingung"),
    "watched": ("Variables watched", "Beobachtete Variablen"),
    "link": ("Link", "Link"),
    "undoes": ("Activity that is undone", "Aktivität, die rückgängig gemacht wird"),
    "interrupts": ("Interrupts what runs there", "Unterbricht, was dort läuft"),
    "together": ("Waits for all of its events", "Wartet auf alle seine Ereignisse"),
    "all_in": ("Hands all variables on", "Gibt alle Variablen hinein"),
    "all_out": ("Takes all variables back", "Nimmt alle Variablen zurück"),
    "asks_first": ("Asks before it begins", "Fragt, bevor es beginnt"),
    "one_at_a_time": ("One at a time", "Eines nach dem anderen"),
    "cancels": ("Ends what still runs", "Beendet, was noch läuft"),
    "thrown": ("Thrown by each instance", "Von jedem Durchlauf ausgelöst"),
    "fields": ("Fields of the form", "Felder des Formulars"),
}

_KINDS = {
    "timeDate": ("date", "Zeitpunkt"),
    "timeDuration": ("duration", "Dauer"),
    "timeCycle": ("cycle", "Zyklus"),
}
#: Nobody reads them as they stand in the model.
_UNREADABLE = {"fields"}

ORDER = Reason(
    "The conditions behind it are asked in another order.",
    "Die Bedingungen dahinter werden in anderer Reihenfolge gefragt.",
)


def added(kind: tuple[str, str], around: str, host: str) -> Reason:
    at = (f" at {host!r}", f" an „{host}“") if host else ("", "")
    inside = (f" in {around!r}", f" in „{around}“") if around else ("", "")
    return Reason(f"New: {kind[0]}{at[0]}{inside[0]}.", f"Neu: {kind[1]}{at[1]}{inside[1]}.")


def removed(kind: tuple[str, str]) -> Reason:
    return Reason(f"Gone: {kind[0]}.", f"Entfällt: {kind[1]}.")


def renamed(was: str, now: str) -> Reason:
    return Reason(f"It is called {now!r} instead of {was!r}.", f"Heißt „{now}“ statt „{was}“.")


def moved(was: str, now: str) -> Reason:
    """Out of one subprocess and into another; nothing for what is in none."""
    if not now:
        return Reason(f"It lies in {was!r} no more.", f"Liegt nicht mehr in „{was}“.")
    if not was:
        return Reason(f"It lies in {now!r} now.", f"Liegt nun in „{now}“.")
    return Reason(f"It lies in {now!r} instead of {was!r}.", f"Liegt in „{now}“ statt in „{was}“.")


def changed(aspect: str, was: str | None, now: str | None) -> Reason:
    """From what it was to what it is; None for what it did not have, or has no more."""
    name, _, thing = aspect.partition(":")
    english, german = (f"{label} {thing}".strip() for label in _LABELS[name])
    if name in _UNREADABLE:
        return Reason(f"{english}: changed.", f"{german}: geändert.")
    if not was and not now:
        return _fact(english, german, now=now is not None)
    (old, alt), (new, neu) = _shown(name, was), _shown(name, now)
    if was is None:
        return Reason(f"{english}: {new}; it had none.", f"{german}: {neu}; bisher nichts.")
    if now is None:
        return Reason(f"{english}: none; it was {old}.", f"{german}: nichts mehr; bisher {alt}.")
    return Reason(f"{english}: {new} instead of {old}.", f"{german}: {neu} statt {alt}.")


def other_way(was: str, now: str) -> Reason:
    return Reason(f"Goes on to {now!r} instead of {was!r}.", f"Geht weiter zu „{now}“ statt zu „{was}“.")


def new_way(there: str, way: Way) -> Reason:
    asked, gefragt = _asked(way)
    return Reason(f"A new flow leads to {there!r}, {asked}.", f"Ein neuer Weg führt zu „{there}“, {gefragt}.")


def no_way(there: str) -> Reason:
    return Reason(f"The flow to {there!r} is gone.", f"Der Weg zu „{there}“ entfällt.")


def condition(there: str, was: Way, now: Way) -> Reason:
    (old, alt), (new, neu) = _asked(was), _asked(now)
    return Reason(f"Goes to {there!r} {new} instead of {old}.", f"Geht zu „{there}“ {neu} statt {alt}.")


def joined(flow: str) -> Reason:
    return Reason(
        f"It waits for one branch more, on the flow {flow!r}.",
        f"Wartet auf einen Zweig mehr, über den Sequenzfluss {flow!r}.",
    )


def _fact(english: str, german: str, *, now: bool) -> Reason:
    return Reason(
        f"{english}: {'yes' if now else 'no longer'}.", f"{german}: {'ja' if now else 'nicht mehr'}."
    )


def _shown(aspect: str, text: str | None) -> tuple[str, str]:
    if aspect == "timer_kind":
        return _KINDS.get(text or "", (text or "", text or ""))
    return f"'{_cut(text or '')}'", f"„{_cut(text or '')}“"


def _asked(way: Way) -> tuple[str, str]:
    if way.default:
        return "if no condition holds", "wenn keine Bedingung gilt"
    if way.condition is None:
        return "always", "immer"
    return f"if {_cut(way.condition.text)}", f"wenn {_cut(way.condition.text)}"


def _cut(text: str) -> str:
    """On one line, and not endless."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"
