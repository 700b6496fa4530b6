"""What accepting a suggestion does, as `next_action.dmn` says it: one word of DEEDS, and behind a colon what it is done with."""

from enum import StrEnum


class Deed(StrEnum):
    START = "start"  #: opens a case of this process for the customer, linked with the one at hand
    TASK = "task"  #: opens a task: for this team, or for whoever accepts
    SEND = "send"  #: tells the customer this notice of the process's texts
    TELL = "tell"  #: says this message to the case's process, which waits for it
    STEP = "step"  #: chooses this step of an ad-hoc subprocess
    LINK = "link"  #: links the customer's other open case of the same process
    EMAIL = "email"  #: keeps the e-mail address that the customer gives
    SAY = "say"  #: nothing by itself: it was said or done by whoever accepts


#: Those that say with what; a task may.
_WITH = frozenset({Deed.START, Deed.SEND, Deed.TELL, Deed.STEP})
_ALONE = frozenset({Deed.LINK, Deed.EMAIL, Deed.SAY})
#: What tables said before they had the column `does`.
_EARLIER = {"open_same_kind": (Deed.LINK, ""), "ask_email": (Deed.EMAIL, "")}


def deed(action: str, does: object = None) -> tuple[Deed, str]:
    """What is done, and with what. A table without the column `does` says it by the action's name; else it is said."""
    return _read(does) or _read(action) or _EARLIER.get(action, (Deed.SAY, ""))


def fits(does: object) -> bool:
    """Whether a table may say so; null is left to the action's name."""
    return does is None or _read(does) is not None


def _read(word: object) -> tuple[Deed, str] | None:
    if not isinstance(word, str):
        return None
    name, colon, rest = word.partition(":")
    if name not in tuple(Deed):
        return None
    found = Deed(name)
    fitting = bool(rest) if found in _WITH else not colon if found in _ALONE else bool(rest) or not colon
    return (found, rest) if fitting else None
