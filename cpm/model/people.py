"""Who works here: users, their roles, and the teams that take the work."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    DESIGNER = "designer"
    OPERATOR = "operator"
    INTEGRATOR = "integrator"


class Team(Base):
    __tablename__ = "teams"

    key: Mapped[str] = mapped_column(primary_key=True)  #: as the decision tables name it
    name_de: Mapped[str]
    name_en: Mapped[str]
    calendar: Mapped[str]  #: a name in cpm.calendars


class Membership(Base):
    __tablename__ = "memberships"

    login: Mapped[str] = mapped_column(ForeignKey("users.login"), primary_key=True)
    team: Mapped[str] = mapped_column(ForeignKey("teams.key"), primary_key=True)


class User(Base):
    __tablename__ = "users"

    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    roles: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None]  #: de | en; None: as the browser asks
    skills: Mapped[list[str]] = mapped_column(default=list)
    email: Mapped[str | None]  #: where they want to be mailed when somebody mentions them; None: not at all
    extensions: Mapped[list[str]] = mapped_column(
        default=list, server_default="[]"
    )  #: numbers at which their telephone rings, as the telephone system calls them
    single_keys: Mapped[bool] = mapped_column(default=True)  #: whether keys alone do something (WCAG 2.1.4)

    password: Mapped[str | None]  #: argon2id; None: nobody can sign in
    password_changed_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False)  #: the password is somebody else's choice
    failed_sign_ins: Mapped[int] = mapped_column(default=0)  #: in a row
    locked_until: Mapped[datetime | None]
    network: Mapped[
        str | None
    ]  #: where the latest sign-in came from; a lock does not keep its owner out there

    memberships: Mapped[list[Membership]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    #: Whom they stand in for at the moment, and those people's teams; set by the query that knows the moment.
    stands_in_for = frozenset[str]()
    lent_teams = frozenset[str]()
    #: Comments that name them and that they have not seen; set by the query that finds their sign-in.
    unseen_mentions = 0
    #: Whether they have cases in hand, and whether a call may stand on their desk; set by the same query.
    has_in_hand = False
    has_call = False

    @property
    def own_teams(self) -> frozenset[str]:
        return frozenset(membership.team for membership in self.memberships)

    @property
    def teams(self) -> frozenset[str]:
        """Those they work for now: their own, and those of the people they stand in for."""
        return self.own_teams | self.lent_teams

    def may_work_for(self, team: str) -> bool:
        """A member of the team may; a supervisor may step in for any team."""
        return self.active and (team in self.teams or Role.SUPERVISOR in self.roles)
