"""What a telephone system tells about a call, whatever system it is, and by what number it knows a desk.

`newCall`, `answer` and `hangup`, as sipgate.io and Zammad's generic CTI have them, in JSON or as a form.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from cpm import phone_numbers
from cpm.errors import Invalid

_LONGEST, _MOST_DESKS = 200, 100
_WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "restricted", "private", "withheld"})
_ALIKE = {"callid": "call_id", "user[]": "user", "users": "user", "answeringnumber": "answering_number"}


class Heard(StrEnum):
    NEW = "newCall"
    ANSWER = "answer"
    HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Told:
    event: Heard
    call_id: str
    outward: bool  #: one of us called
    caller: str
    dialled: str
    desks: tuple[str, ...]  #: whose telephones, as the system calls them
    cause: str | None


def read(body: bytes, *, is_json: bool) -> Told:
    """Invalid names what is missing or makes no sense; what is not known besides is passed over."""
    given = _given(body, is_json=is_json)
    try:
        event = Heard(_text(given, "event"))
    except ValueError as error:
        raise _unfit("event", f"must be one of {', '.join(Heard)}") from error
    if not (call_id := _text(given, "call_id")):
        raise _unfit("call_id", "must say which call it is, the same in all its events")
    return Told(
        event=event,
        call_id=call_id,
        outward=_text(given, "direction").lower() in ("out", "outbound", "outgoing"),
        caller=_text(given, "from"),
        dialled=_text(given, "to"),
        desks=_desks(given),
        cause=_text(given, "cause") or None,
    )


def desk(text: str) -> str:
    """An extension as it is kept and compared: a whole number, digits alone, or the system's own word."""
    try:
        return phone_numbers.of_caller(text)
    except Invalid:
        return text.strip().lower()


def number(text: str) -> str:
    """Who is at the other end: empty if that is withheld, and for what is no number."""
    if text.strip().lower() in _WITHHELD:
        return ""
    try:
        return phone_numbers.of_caller(re.sub(r"^(?:sips?:|tel:)|@.*$", "", text.strip()))
    except Invalid:
        return ""


def _given(body: bytes, *, is_json: bool) -> Mapping[str, Any]:
    try:
        text = body.decode()
        found: Any = json.loads(text) if is_json else _form(text)
    except (ValueError, RecursionError) as error:
        raise _unfit("body", "cannot be read") from error
    if not isinstance(found, dict):
        raise _unfit("body", "must be an object")
    return {_ALIKE.get(str(name).lower(), str(name)): value for name, value in found.items()}


def _form(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, max_num_fields=_MOST_DESKS + 20):
        found.setdefault(name, []).append(value)
    return {name: values if name.startswith("user") else values[0] for name, values in found.items()}


def _desks(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Where it rings or was answered: those who answered are named alone."""
    if answering := _text(given, "answering_number"):
        return (desk(answering),)
    users = given.get("user") or []
    named = [users] if isinstance(users, str) else users if isinstance(users, list) else []
    return tuple(dict.fromkeys(desk(str(one)[:_LONGEST]) for one in named[:_MOST_DESKS] if str(one).strip()))


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name)
    if found is None:
        return ""
    if isinstance(found, dict | list) or len(str(found)) > _LONGEST or "\0" in str(found):
        raise _unfit(name, "is no text of at most 200 characters")
    return str(found).strip()


def _unfit(name: str, problem: str) -> Invalid:
    return Invalid(
        f"Expected {name} as a telephone system tells it, but it {problem}",
        [(name, problem)],
        de="Das ist keine Nachricht einer Telefonanlage.",
        problems_de=[(name, "Diese Angabe fehlt oder passt nicht.")],
    )
