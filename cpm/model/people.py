"""Who works here: users, their roles, and the teams that take the work."""

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

    memberships: Mapped[list[Membership]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def teams(self) -> frozenset[str]:
        return frozenset(membership.team for membership in self.memberships)

    def may_work_for(self, team: str) -> bool:
        """A member of the team may; a supervisor may step in for any team."""
        return self.active and (team in self.teams or Role.SUPERVISOR in self.roles)
