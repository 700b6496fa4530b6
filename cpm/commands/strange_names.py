"""Names that a form or a decision table reads and nothing here gives: worth a look, because it may be a misspelt field.

No reason to refuse a file: who starts a case over REST may give it any variable.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

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


def warned(read: Iterable[Source], known: Mapping[Key, Source]) -> list[Source]:
    """Each with a warning for each such name; `known` is all that is in force once they are."""
    every = _Known(known)
    return [replace(source, warnings=(*source.warnings, *_found(source, every))) for source in read]


@dataclass(frozen=True)
class _Known:
    files: Mapping[Key, Source]

    @cached_property
    def _words(self) -> Mapping[Key, frozenset[str]]:
        """Of processes, tables and calls all words, and of forms their fields: each read once for a whole upload."""
        return {key: frozenset(_words_of(key[0], held)) for key, held in self.files.items()}

    def given(self, source: Source) -> frozenset[str]:
        """By all but the source itself."""
        own = (source.kind, source.key)
        return _OF_THE_ENGINE.union(*(words for key, words in self._words.items() if key != own))

    def uses(self, name: str) -> bool:
        """Whether a process does; who uploads what a process to come will use hears nothing yet."""
        word = re.compile(rf"\b{re.escape(name)}\b".encode())
        return any(
            kind == ResourceKind.PROCESS and word.search(held.content)
            for (kind, _), held in self.files.items()
        )


def _words_of(kind: ResourceKind, held: Source) -> list[str]:
    text = held.content.decode("utf-8", "replace")
    if kind in _GIVES:
        return re.findall(r"\w+", text)
    return _FIELD.findall(text) if kind == ResourceKind.FORM else []


def _found(source: Source, known: _Known) -> Iterator[Finding]:
    if source.kind == ResourceKind.FORM:
        yield from _of_form(source, known)
    elif source.kind == ResourceKind.DECISION:
        yield from _of_decision(source, known)


def _of_form(source: Source, known: _Known) -> Iterator[Finding]:
    form = forms.read(source.content, source.file)
    own = own_names(form)
    strange = {(at, name): None for at, name in names_read(form) if name not in own | OF_ROWS}
    if not strange or not known.uses(form.id):
        return
    given = known.given(source)
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


def _of_decision(source: Source, known: _Known) -> Iterator[Finding]:
    tables = {key: held for (kind, key), held in known.files.items() if kind == ResourceKind.DECISION}
    shelf = Shelf({key: dmn.Source(held.file, held.content) for key, held in tables.items()})
    model = shelf.model(dmn.Source(source.file, source.content))
    asked = [each for each in model.decisions.values() if each.id not in FACTS and known.uses(each.id)]
    read = {name: each.id for each in asked for name in each.inputs}
    given = known.given(source) if read else frozenset()
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


def _meant(name: str, known: frozenset[str]) -> tuple[str, str]:
    near = get_close_matches(name, sorted(known), n=1)
    return (f"; “{near[0]}” is there", f"; gemeint ist vielleicht „{near[0]}“") if near else ("", "")
