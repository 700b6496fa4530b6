"""Processes that wake each other in a circle come to an end: each message and signal carries how much it may set off.

What comes of it has a little less, and all that a step sends shares it; to open a case takes half. So a circle ends after
some hundred turns, one that opens cases after some ten, and one that grows with each turn before it floods the queue. What
a person, a time, a call or another system sets off begins anew.
"""

from cpm.errors import CpmError
from cpm.model.message import REACH
from cpm.uow import UnitOfWork

#: What each of many may set off at least, if they were sent by none that was set off itself.
_LEAST = 100


class Circle(CpmError):
    """To try it again would be one more turn."""

    status = 429


def share(uow: UnitOfWork, among: int) -> int:
    """How much each of so many messages or listeners may set off, itself included; Circle if it is enough by now."""
    if uow.reach is None:
        return max(REACH // among, _LEAST)
    each = (uow.reach - max(1, uow.reach // 100)) // among
    if each < 1:
        raise Circle(
            "Expected messages and signals of processes to come to an end, but these set off each other in a circle: "
            "what comes of it is not sent any more",
            de="Nachrichten oder Signale von Prozessen lösen einander im Kreis aus. Weitere werden nicht mehr verschickt.",
        )
    return each


def opening(uow: UnitOfWork, reach: int) -> None:
    """What opens a case sets off much."""
    uow.reach = reach // 2
