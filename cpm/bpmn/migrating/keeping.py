"""What a difference means for cases that stand there: what they keep as it was settled, and what is the new version's."""

from collections.abc import Mapping

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating.kinds import is_scope
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.nodes.activities import ServiceTask, UserTask

_ANEW = Reason("The plan settles it anew.", "Die Zuordnung setzt es neu fest.")
_TASK = Reason(
    "A task that is there already keeps what it has; `anew` in the plan settles it again, as long as nobody has claimed it.",
    "Eine Aufgabe, die schon da ist, behält, was sie hat; mit `anew` in der Zuordnung wird es neu festgesetzt, solange niemand sie übernommen hat.",
)
_DUE = Reason(
    "A task that is there already keeps it as it is; `anew` in the plan settles it again.",
    "Eine Aufgabe, die schon da ist, behält sie, wie sie ist; mit `anew` in der Zuordnung wird sie neu festgesetzt.",
)
_TYPE = Reason(
    "A call that waits there is still made by the old type; `anew` in the plan changes it, and so does trying again what has failed.",
    "Ein Aufruf, der dort wartet, wird noch auf die alte Art gemacht; auf die neue mit `anew` in der Zuordnung, oder wenn er scheitert und noch einmal versucht wird.",
)
_RETRIES = Reason(
    "A call that waits there keeps the number it has; `anew` in the plan settles it again.",
    "Ein Aufruf, der dort wartet, behält die Zahl, die er hat; mit `anew` in der Zuordnung wird sie neu festgesetzt.",
)
_HEADER = Reason(
    "A call that nobody has made yet is made with it as it is now.",
    "Ein Aufruf, den noch niemand gemacht hat, wird schon damit gemacht.",
)
_FORM = Reason(
    "A task that is there already shows it from now on; drafts are kept.",
    "Eine Aufgabe, die schon da ist, zeigt es ab sofort; Entwürfe bleiben.",
)
_INPUT = Reason(
    "What runs there keeps the data that were made as it came there; `anew` in the plan makes those of tasks and calls again.",
    "Was dort läuft, behält die Angaben, die es am Anfang bekam; mit `anew` in der Zuordnung bekommen Aufgaben und Aufrufe sie neu.",
)
_TIMER = Reason(
    "Cases that wait there keep the timer they have; `anew` in the plan sets it again, from the migration on.",
    "Vorgänge, die dort warten, behalten die Frist, die sie haben; mit `anew` in der Zuordnung wird sie neu gesetzt, ab der Migration gerechnet.",
)
_MESSAGE = Reason(
    "Cases that wait there go on waiting under the name and key they have; `anew` in the plan settles them again.",
    "Vorgänge, die dort warten, warten weiter unter dem Namen und Schlüssel, die sie haben; mit `anew` in der Zuordnung werden sie neu festgesetzt.",
)
_SIGNAL = Reason(
    "Cases that wait there go on waiting for the one they wait for; `anew` in the plan settles it again.",
    "Vorgänge, die dort warten, warten weiter auf das bisherige; mit `anew` in der Zuordnung wird es neu festgesetzt.",
)
_ASKED = Reason(
    "Cases that wait there are asked the new condition at once.",
    "Vorgänge, die dort warten, werden sofort nach der neuen Bedingung gefragt.",
)
_GIVEN = Reason(
    "What runs there keeps the data that were made as it came there.",
    "Was dort läuft, behält die Angaben, die es am Anfang bekam.",
)
_CALLED = Reason(
    "What has been called goes on in the process that is called now, as far as the plan maps its elements.",
    "Was schon aufgerufen ist, geht in dem nun aufgerufenen Prozess weiter, soweit die Zuordnung dessen Elemente nennt.",
)
_NUMBER = Reason(
    "Where instances have begun, all of them have: none begins besides.",
    "Wo die Durchläufe begonnen haben, sind es alle: Es kommt keiner dazu.",
)
_TO_COME = Reason(
    "Where instances have begun, those that are still to come go by what it is now.",
    "Wo Durchläufe begonnen haben, richten sich die, die noch kommen, nach dem neuen Stand.",
)
_BEGIN = Reason(
    "It counts for cases that begin from now on.", "Das gilt für Vorgänge, die ab jetzt beginnen."
)
_STAYS = Reason(
    "A case that stands there cannot be migrated: map it to an element, let it go on, or move it first.",
    "Ein Vorgang, der dort steht, kann nicht migriert werden: Ordnen Sie dem Element eines zu, lassen Sie ihn weitergehen oder versetzen Sie ihn zuerst.",
)
_ENDS = Reason("What waits there ends with the migration.", "Was dort wartet, endet mit der Migration.")
_AROUND = Reason(
    "What runs in it goes on around it, with its data, as far as the plan maps it.",
    "Was darin läuft, geht samt seinen Angaben außerhalb weiter, soweit die Zuordnung es nennt.",
)
ONLY_FAILED = Reason(
    "Only what has failed there can go on, as it is tried again.",
    "Nur was dort gescheitert ist, kann weitergehen, nämlich wenn es noch einmal versucht wird.",
)
INTO = Reason(
    "What runs there comes into it: it is entered, its data are made, its events begin to wait.",
    "Was dort läuft, kommt hinein: Er beginnt, bekommt seine Angaben, seine Ereignisse warten ab dann.",
)
OUT = Reason(
    "What runs there goes on outside, with its data.",
    "Was dort läuft, geht außerhalb weiter, mit seinen Angaben.",
)
BEGINS = Reason(
    "In cases that are there it begins to wait with the migration.",
    "In Vorgängen, die dort sind, wartet es ab der Migration.",
)
BRANCH = Reason(
    "Beside cases that have not passed the join it begins too; an empty entry in `flows` of the plan counts it as passed.",
    "Neben Vorgängen, die noch nicht vorbei sind, beginnt er auch; ein leerer Eintrag unter `flows` in der Zuordnung zählt ihn als erledigt.",
)
PASSED = Reason("The plan counts it as passed.", "Die Zuordnung zählt ihn als erledigt.")

_OF_TASKS = {
    **dict.fromkeys(("assignee", "groups", "users", "follow_up", "priority"), _TASK),
    "due": _DUE,
    "form": _FORM,
    "fields": _FORM,
}
_OF_CALLS = {"type": _TYPE, "retries": _RETRIES, "header": _HEADER, "input": _INPUT}
_OF_EVENTS = {
    **dict.fromkeys(("timer", "timer_kind"), _TIMER),
    **dict.fromkeys(("message", "key"), _MESSAGE),
    "signal": _SIGNAL,
    "asks": _ASKED,
}
#: What `anew` does not touch: it is the new version's anyway, or stays.
_WHATEVER = (_FORM, _HEADER, _ASKED, _CALLED, _GIVEN, _NUMBER, _TO_COME, _BEGIN)


def kept(aspect: str, spot: Spot, layout: Layout, *, anew: bool) -> Reason | None:
    """None for what is simply the new version's as a case comes there."""
    said = _kept(aspect.partition(":")[0], spot, layout)
    return _ANEW if anew and said and said not in _WHATEVER else said


def _kept(aspect: str, spot: Spot, layout: Layout) -> Reason | None:
    if spot.node.kind == "startEvent" and layout.host(spot.scope) is None:
        return _BEGIN
    return {**_whatever_it_is(spot), **_of_kind(spot, layout)}.get(aspect)


def _of_kind(spot: Spot, layout: Layout) -> Mapping[str, Reason]:
    if isinstance(spot.kernel, UserTask):
        return _OF_TASKS
    if isinstance(spot.kernel, ServiceTask):
        return _OF_CALLS
    if spot.kernel.waits or listens(spot, layout):
        return _OF_EVENTS
    return {"input": _GIVEN} if is_scope(spot) else {}


def _whatever_it_is(spot: Spot) -> Mapping[str, Reason]:
    one_by_one = spot.node.loop is not None and spot.node.loop.sequential
    items = _TO_COME if one_by_one else _NUMBER
    return {"process": _CALLED, "collection": items, "cardinality": items}


def stays(spot: Spot, layout: Layout) -> Reason | None:
    """What becomes of what is at an element that is gone; None if nothing ever stays there."""
    if is_scope(spot):
        plain = spot.node.loop is None and spot.node.ad_hoc is None and not spot.kernel.calls
        return (None if spot.node.by_event else _AROUND) if plain else _STAYS
    if listens(spot, layout) or (spot.kernel.waits and _beside(spot, layout)):
        return _ENDS
    standing = isinstance(spot.kernel, UserTask | ServiceTask) or spot.kernel.waits
    return _STAYS if standing or spot.kernel.joins or spot.kernel.chooses else None


def listens(spot: Spot, layout: Layout) -> bool:
    """Does it wait as long as its scope lasts, to begin an event subprocess?"""
    around = layout.host(spot.scope)
    return around is not None and around.node.by_event and spot.node.kind == "startEvent"


def _beside(spot: Spot, layout: Layout) -> bool:
    """Does it wait at the border of an activity, or behind an event gateway?"""
    if spot.node.host is not None:
        return True
    specs = layout.program.specs[spot.scope].task_specs.values()
    return any(spot.element in each.boundaries for each in specs if getattr(each, "chooses", False))
