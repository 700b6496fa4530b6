"""What nearly every page calls by its name, kept for who only reads: people, teams, and processes in force.

`Library.refresh` looks every two seconds; what this process changes itself counts at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cpm.model import Definition, Team, User

#: In the info of a session that writes some of it.
CHANGED = "names changed"
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Named:
    users: Mapping[str, str]  #: by login
    teams: Mapping[
        str, Mapping[str, str]
    ]  #: by language and key; one that is not known yet is called by its key
    calendars: Mapping[str, str]  #: which calendar a team keeps, by its key
    newest: Mapping[str, int]  #: ids of the newest definitions, by the key of their process


NOTHING = Named(_NONE, {"de": _NONE, "en": _NONE}, _NONE, MappingProxyType({}))


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key


def read(session: Session) -> Named:
    teams = session.execute(select(Team.key, Team.name_de, Team.name_en, Team.calendar)).all()
    newest = select(Definition.key, func.max(Definition.id)).group_by(Definition.key).order_by(Definition.key)
    return Named(
        users={row.login: row.name for row in session.execute(select(User.login, User.name))},
        teams={
            "de": _Words((team.key, team.name_de) for team in teams),
            "en": _Words((team.key, team.name_en) for team in teams),
        },
        calendars={team.key: team.calendar for team in teams},
        newest=dict(session.execute(newest).all()),
    )


def mark(session: Session, *_about: Any) -> None:
    """Before a flush: mark a session that writes some of it."""
    touched = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(one, (User, Team, Definition)) for one in touched):
        session.info[CHANGED] = True
