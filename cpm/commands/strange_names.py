"""Names that a form or a decision table reads and nothing here gives: worth a look, because it may be a misspelt field.

No reason to refuse a file: who starts a case over REST may give it any variable.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from cpm import forms
from cpm.commands.sources import Source
from cpm.decisions import Shelf
from cpm.forms.reads import OF_ROWS, names_read, own_names
from cpm.model import ResourceKind
from cpm.queries.changeable import ENGINES_OWN
from cpm.steering_facts import FACTS
from rules import dmn
from rules.xml import Finding

Key = tuple[ResourceKind, str]

#: Where what a case knows is named as it is given: results, outputs, messages, answers of other systems.
_GIVES = frozenset({ResourceKind.PROCESS, ResourceKind.DECISION, ResourceKind.OPERATIONS})
#: What the engine itself lays into a case: sorting (`triage`), the calendars, and what is known as it is opened.
_OF_THE_ENGINE = ENGINES_OWN | frozenset(
    {"case_options", "concern_options", "days_off", "language", "name_spoken", "salutation", "subject"}
)
#: A field of a form: its key, or the path of a list.
_FIELD = re.compile(r'"(?:key|path)"\s*:\s*"(\w+)"')


def warned(source: Source, known: Mapping[Key, Source]) -> Source:
    """With a warning for each such name; `known` is all that is in force once the source is."""
    match source.kind:
        case ResourceKind.FORM:
            found = _of_form(source, known)
        case ResourceKind.DECISION:
            found = _of_decision(source, known)
        case _:
            return source
    return replace(source, warnings=(*source.warnings, *found))


def _of_form(source: Source, known: Mapping[Key, Source]) -> Iterator[Finding]:
    form = forms.read(source.content, source.file)
    own = own_names(form)
    strange = {(at, name): None for at, name in names_read(form) if name not in own | OF_ROWS}
    if not strange or not _used(form.id, known):
        return
    given = _given(source, known)
    for at, name in strange:
        if name not in given:
            english, german = _meant(name, own)
            yield Finding(
                source.file,
                None,
                at,
                f"Expected {name} to be a field of the form or data of a case, but nothing here is called that{english}.",
                f"{name} ist kein Feld des Formulars, und auch sonst heißt hier nichts so{german}.",
            )


def _of_decision(source: Source, known: Mapping[Key, Source]) -> Iterator[Finding]:
    tables = {key: held for (kind, key), held in known.items() if kind == ResourceKind.DECISION}
    shelf = Shelf({key: dmn.Source(held.file, held.content) for key, held in tables.items()})
    model = shelf.model(dmn.Source(source.file, source.content))
    asked = [each for each in model.decisions.values() if each.id not in FACTS and _used(each.id, known)]
    read = {name: each.id for each in asked for name in each.inputs}
    given = _given(source, known) if read else frozenset()
    for name, at in read.items():
        if not given.issuperset(re.findall(r"\w+", name)):
            english, german = _meant(name, given)
            yield Finding(
                source.file,
                None,
                at,
                f"Expected {name} to be data of a case, but no process and no form here names it{english}.",
                f"{name} kommt in keinem Prozess und in keinem Formular hier vor{german}.",
            )


def _used(name: str, known: Mapping[Key, Source]) -> bool:
    """By a process; who uploads what a process to come will use hears nothing yet."""
    word = re.compile(rf"\b{re.escape(name)}\b".encode())
    return any(
        kind == ResourceKind.PROCESS and word.search(held.content) for (kind, _), held in known.items()
    )


def _given(source: Source, known: Mapping[Key, Source]) -> frozenset[str]:
    """All words of processes, tables and calls, and the fields of forms, but for the source itself."""
    words = set(_OF_THE_ENGINE)
    for (kind, key), held in known.items():
        if (kind, key) == (source.kind, source.key):
            continue
        if kind in _GIVES:
            words.update(re.findall(r"\w+", held.content.decode("utf-8", "replace")))
        elif kind == ResourceKind.FORM:
            words.update(_FIELD.findall(held.content.decode("utf-8", "replace")))
    return frozenset(words)


def _meant(name: str, known: frozenset[str]) -> tuple[str, str]:
    near = get_close_matches(name, sorted(known), n=1)
    return (f"; “{near[0]}” is there", f"; gemeint ist vielleicht „{near[0]}“") if near else ("", "")
