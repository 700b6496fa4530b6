"""What is told to whom: entries of journals as events of a stream (HTML, 9.2 Server-sent events)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cpm.case_numbers import case_number
from cpm.model import Role, User
from cpm.queries.news import COMMENTED, Concerned, Entry, News

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Listener:
    """A tab: who looks, and what at."""

    login: str
    teams: frozenset[str]
    supervises: bool
    sign_in: int
    lists: str = ""  #: tasks | incidents, of which the page shows a list
    case: int | None = None  #: that the page is about

    def stands(self, user: User) -> bool:
        """Whether this person still has the rights with which the tab was opened."""
        roles = {Role.AGENT, Role.SUPERVISOR}.intersection(user.roles)
        return bool(roles) and self.teams == user.teams and self.supervises == (Role.SUPERVISOR in roles)

    def concerned(self, thing: Concerned) -> bool:
        return (
            self.supervises or thing.offered or thing.login == self.login or thing.team in self.teams
        )  # a page that hears too much asks once in vain


def hints(listener: Listener, news: News) -> Iterator[tuple[str, Any]]:
    """Events by name, with their data."""
    if listener.lists in ("tasks", "incidents"):
        things = news.tasks if listener.lists == "tasks" else news.incidents
        for thing in things:
            if listener.concerned(thing):
                yield listener.lists, thing.id
    for entry in news.entries:
        if entry.what == COMMENTED and listener.login in entry.particulars.get("told", ()):
            yield "mention", int(entry.particulars["comment"])
        if entry.case_id == listener.case:
            yield "case", _of_case(entry, listener)


def written(name: str, data: Any, number: int) -> bytes:
    """`number` is where to go on after it."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()


def number_of(moment: datetime) -> int:
    return (moment - _BEGIN) // _MILLISECOND


def moment_of(number: int) -> datetime:
    return _BEGIN + number * _MILLISECOND


def _of_case(entry: Entry, listener: Listener) -> dict[str, Any]:
    return {
        "case": case_number(entry.case_id),
        "entry": entry.seq,
        "what": entry.what,
        "own": entry.actor == listener.login,
    }
