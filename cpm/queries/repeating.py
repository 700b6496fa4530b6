"""What a new case takes over from one like it, as its model says (`cpm:repeat:<variable>`)."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn.reading.properties import REPEAT
from cpm.model import Case
from cpm.queries import variables
from cpm.uow import UnitOfWork
from rules.feel import FeelError, compile_expression


def taken_over(look: UnitOfWork, case: Case) -> dict[str, Any]:
    """By variable; what the case does not know, as before there is an order, is left out."""
    wanted = {
        name.removeprefix(REPEAT): text
        for name, text in look.bundle(case).program.properties.items()
        if name.startswith(REPEAT)
    }
    if not wanted:
        return {}
    known = variables.load(look, case)[""]
    found = {name: _asked(text, known) for name, text in wanted.items()}
    return {name: value for name, value in found.items() if value not in (None, [])}


def words(look: UnitOfWork, case: Case, language: str) -> str | None:
    """What to call it, if there is something to take over; "" is no word of the designer's."""
    if not taken_over(look, case):
        return None
    return str(look.bundle(case).texts.get(language, {}).get("process", {}).get("repeat", ""))


def _asked(text: str, known: Mapping[str, Any]) -> object:
    try:
        return compile_expression(text[1:])(known)
    except FeelError:
        return None
