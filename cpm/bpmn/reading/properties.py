"""Our own properties, which a model carries as `zeebe:property` with the prefix `cpm:`: all there are, and where each may stand.

A misspelled one would silently lose its effect, so what is not in this list is refused. Whoever adds one adds its element
template (`docs/element-templates/cpm.json`) and its line in `docs/designing.md`; a test compares them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpm.bpmn.findings import Reason
from cpm.bpmn.vocabulary import ACTIVITIES
from cpm.bpmn.words import german
from rules.feel import FeelError, compile_expression

PREFIX = "cpm:"
#: What the customer is told when a step is entered: events of `notice.send`.
NOTICE = "cpm:notice"
#: What they are told, once, when most of the promised time is over.
LATE = "cpm:noticeLate"
#: "false": only a message, a signal or a time begins the process.
BY_HAND = "cpm:byHand"
#: How a case must have ended for a message with its key to begin another; without it, however it ended.
AGAIN_AFTER = "cpm:againAfter"
#: What a case that is begun like another takes over from it: FEEL over the other's variables.
REPEAT = "cpm:repeat:"
#: A step of a person that may be done again from a later one.
AGAIN = "cpm:again"
#: The steps that a step checks: whoever did the latest of them may not do this one.
FOUR_EYES = "cpm:fourEyes"
#: How work on a case may be wrapped up, and for which reasons: keys in the texts.
OUTCOMES = "cpm:outcomes"
REASONS = "cpm:reasons"
#: The property by which Camunda's runtime knows an element that one of its inbound connectors starts or wakes.
_INBOUND = "inbound.type"


@dataclass(frozen=True, slots=True)
class Property:
    name: (
        str  #: one that ends in ":" is a family, and a name follows: that of a variable, or the key of a text
    )
    places: frozenset[str]  #: BPMN elements it has an effect on
    value: re.Pattern[str]  #: what the whole value must match
    wanted: str  #: the same for people
    german: str  #: and in German


_VARIABLE = r"[^\W\d]\w*"
_PROCESS = frozenset({"process"})

PROPERTIES = (
    Property(
        "cpm:stage",
        frozenset(ACTIVITIES),
        re.compile(r"\w+"),
        "the key of a stage in the texts",
        "der Schlüssel eines Abschnitts in den Texten",
    ),
    Property(
        FOUR_EYES,
        frozenset({"userTask"}),
        re.compile(r"\s*[\w.-]+(\s*,\s*[\w.-]+)*\s*"),
        "the ids of the steps it checks, with commas between them",
        "die ids der Schritte, die er prüft, mit Kommas dazwischen",
    ),
    Property(
        "cpm:locked",
        frozenset(ACTIVITIES),
        re.compile(rf"\s*{_VARIABLE}(\s*,\s*{_VARIABLE})*\s*"),
        "names of variables with commas between them",
        "Namen von Variablen mit Kommas dazwischen",
    ),
    Property(
        NOTICE,
        frozenset(ACTIVITIES) | {"endEvent", "intermediateThrowEvent"},
        re.compile(rf"\s*{_VARIABLE}(\s*,\s*{_VARIABLE})*\s*"),
        "keys of notices in the texts with commas between them",
        "Schlüssel von Benachrichtigungen in den Texten mit Kommas dazwischen",
    ),
    Property(
        LATE,
        _PROCESS,
        re.compile(_VARIABLE),
        "the key of a notice in the texts",
        "der Schlüssel einer Benachrichtigung in den Texten",
    ),
    Property(
        AGAIN,
        frozenset({"userTask"}),
        re.compile(r"\s*[\w.-]+(\s*,\s*[\w.-]+)*\s*"),
        "true, or the ids of the steps from which one may come back, with commas between them",
        "true, oder die ids der Schritte, von denen man zurückgehen darf, mit Kommas dazwischen",
    ),
    *(
        Property(
            name,
            _PROCESS,
            re.compile(rf"\s*{_VARIABLE}(\s*,\s*{_VARIABLE})*\s*"),
            f"keys of {table} in the texts with commas between them",
            f"Schlüssel der Tabelle {table} in den Texten mit Kommas dazwischen",
        )
        for name, table in ((OUTCOMES, "outcomes"), (REASONS, "reasons"))
    ),
    Property("cpm:confidential", _PROCESS, re.compile("true|false"), "true or false", "true oder false"),
    Property(BY_HAND, _PROCESS, re.compile("true|false"), "true or false", "true oder false"),
    Property(
        AGAIN_AFTER,
        _PROCESS,
        re.compile(rf"\s*{_VARIABLE}(\s*,\s*{_VARIABLE})*\s*"),
        "outcomes with commas between them",
        "Ergebnisse mit Kommas dazwischen",
    ),
    Property("cpm:webform", _PROCESS, re.compile(r"\S+"), "the id of a form", "die id eines Formulars"),
    Property(
        "cpm:attribute:",
        _PROCESS,
        re.compile("text|number|money|date|choice"),
        "text, number, money, date or choice",
        "text, number, money, date oder choice",
    ),
    Property(
        REPEAT,
        _PROCESS,
        re.compile(r"=.*\S.*", re.DOTALL),
        "a FEEL expression that begins with =",
        "ein FEEL-Ausdruck, der mit = beginnt",
    ),
    Property(
        "cpm:view:",
        _PROCESS,
        re.compile(r"[^\s?#]+"),
        "a search such as state=open&sort=-due",
        "eine Suche wie state=open&sort=-due",
    ),
)


def problems(name: str, value: str, place: str) -> Iterator[Reason]:
    """What is wrong with a property on the BPMN element `place`; nothing if it is not one of ours."""
    if name == _INBOUND:
        yield Reason(
            f"Expected no inbound connector, but here is one ({value!r:.80}): messages come in over a channel or REST.",
            f"Eingehende Konnektoren laufen hier nicht ({value!r:.80}): Nachrichten kommen über einen Kanal oder REST.",
        )
    if not name.startswith(PREFIX):
        return
    known = _known(name)
    if known is None:
        there = ", ".join(_shown(each) for each in PROPERTIES)
        yield Reason(
            f"Expected a property that has an effect here, one of {there}, but {name!r:.80} has none.",
            f"{name!r:.80} hat keine Wirkung; was eine hat: {there}.",
        )
    elif place not in known.places:
        there = ", ".join(sorted(known.places))
        yield Reason(
            f"Expected {name} on {there}, but it is on {place}.",
            f"{name} wirkt hier nicht ({german(place)}), sondern nur an diesen Elementen: {', '.join(map(german, sorted(known.places)))}.",
        )
    elif not known.value.fullmatch(value):
        yield Reason(
            f"Expected {name} to be {known.wanted}, but it is {value!r:.80}.",
            f"Für {name} gilt: {known.german}; hier steht {value!r:.80}.",
        )
    elif known.name == REPEAT:
        yield from _no_feel(name, value)


def _no_feel(name: str, value: str) -> Iterator[Reason]:
    try:
        compile_expression(value[1:])
    except FeelError as error:
        yield Reason(f"Expected {name} to be FEEL, but {error}", f"{name} ist kein FEEL: {error.german}")


def _known(name: str) -> Property | None:
    for each in PROPERTIES:
        if name == each.name and not each.name.endswith(":"):
            return each
        if each.name.endswith(":") and re.fullmatch(_VARIABLE, name.removeprefix(each.name)):
            return each
    return None


def _shown(known: Property) -> str:
    if not known.name.endswith(":"):
        return known.name
    return f"{known.name}<{'variable' if known.name in ('cpm:attribute:', REPEAT) else 'key'}>"
