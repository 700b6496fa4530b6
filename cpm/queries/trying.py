"""Try a decision by hand: what it asks for, and what was typed as FEEL's values."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cpm import steering_facts
from cpm.errors import NotFound
from cpm.library import Deployed
from rules import dmn, feel


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that a decision may look at."""

    name: str
    type: str  #: of FEEL, where the engine says what it gives; else empty
    meaning: str


def chosen(table: Deployed, decision: str | None) -> dmn.Decision:
    """The one of this id, or the last of the file, which the others lead to; NotFound if there is none."""
    known = table.model.decisions
    if decision is None and known:
        return list(known.values())[-1]
    if decision is None or decision not in known:
        raise NotFound(
            f"Expected a decision {decision or ''!r:.60} in this file, but it has none",
            de="Diese Entscheidung steht nicht in der Datei.",
        )
    return known[decision]


def wanted(decision: dmn.Decision, language: str) -> tuple[Wanted, ...]:
    meanings = {fact.name: fact for fact in steering_facts.FACTS.get(decision.id, ())}
    return tuple(
        Wanted(
            name,
            meanings[name].type if name in meanings else "",
            getattr(meanings[name], language) if name in meanings else "",
        )
        for name in decision.inputs
    )


def values(typed: Mapping[str, str]) -> dict[str, Any]:
    """Each as FEEL, if it is a value of FEEL; else the text as it stands. What is empty is not known."""
    return {name: _value(text.strip()) for name, text in typed.items() if text.strip()}


def _value(text: str) -> Any:
    """`A` is a name to FEEL, and there is none here: so it is meant as the text."""
    with contextlib.suppress(feel.FeelError):
        expression = feel.compile_expression(text)
        if not expression.variables:
            found = expression({})
            return text if found is None and text != "null" else found
    return text


def written(value: object) -> str:
    """As FEEL writes it inside of a list: texts between quotation marks. What is too large says so."""
    try:
        return str(feel.to_string([feel.to_feel(value)]))[1:-1]
    except feel.FeelError as error:
        return str(error)
