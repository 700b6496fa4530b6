"""One command: its session, its actor, its moment. Commands read and write through it and never commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Select, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from cpm import calendars
from cpm.bpmn import Part
from cpm.calendars import Calendar
from cpm.connectors import Connector, Systems
from cpm.errors import Forbidden, NotFound
from cpm.forms import Form
from cpm.library import Bundle, Library
from cpm.model import Base, Case, Event, Incident, Job, Message, Task, User, Wait
from cpm.model.absence import lend, with_lent_teams
from cpm.model.suspension import stands_still
from cpm.policies import NOTHING_SAID, Assent
from cpm.settings import Settings
from cpm.store import Shelf

T = TypeVar("T", bound=Base)
OfCase = TypeVar("OfCase", Task, Job, Incident)

#: The same few statements in every command: made once, so that SQLAlchemy need not find out each time that it knows them.
_ENTRY = insert(cast("Table", Event.__table__))
_PERSON = with_lent_teams(select(User), bindparam("now")).where(User.login == bindparam("login"))
_ACTIVE = select(User.active).where(User.login == bindparam("actor")).scalar_subquery()


def _locking(query: Select[Any]) -> Select[Any]:
    # NO KEY UPDATE: a plain FOR UPDATE would make every insert that refers to the case wait
    return query.with_for_update(of=Case, key_share=True).execution_options(populate_existing=True)


_CASE = _locking(select(Case).where(Case.id == bindparam("key")))
_OWNERS: dict[type[Base], Select[Any]] = {
    noun: _locking(
        select(Case, _ACTIVE.label("active"))
        .join(noun, noun.case_id == Case.id)
        .where(noun.id == bindparam("key"))
    )
    for noun in (Task, Job, Incident)
}
#: After the lock, in a statement of its own: who waited for it sees no other row newer than their waiting (PostgreSQL's
#: documentation, 13.2.1), and while they waited the case may have been suspended.
_STANDS_STILL = select(stands_still()).where(Case.id == bindparam("key"))
#: Who has looked at it before, without the lock, may have seen what is no longer so.
_FRESH: dict[type[Base], Any] = {
    noun: select(noun, stands_still())
    .join(Case, Case.id == noun.case_id)
    .where(noun.id == bindparam("key"))
    .execution_options(populate_existing=True)
    for noun in (Task, Job, Incident)
}


@dataclass(slots=True)
class Known:
    """What this command has read of a case: its variables, and instances that lie apart. It grows."""

    scopes: dict[str, Mapping[str, Any]]
    places: set[int] | None  #: the parts whose variables are in `scopes`; None for all
    parts: dict[int, Part | None] = field(default_factory=dict)


@dataclass(slots=True)
class UnitOfWork:
    session: Session
    actor: str  #: a user's login, or the name of the machine that acts: mailbox, worker
    now: datetime  #: aware UTC, the same for everything this command does
    library: Library
    settings: Settings
    connectors: Mapping[str, Connector]
    erp: Systems
    assent: Assent = NOTHING_SAID  #: what the actor says to policies beside the command
    journal: list[dict[str, Any]] = field(default_factory=list)  #: what was recorded, oldest first
    locked: dict[int, Case] = field(default_factory=dict)  #: the session alone would forget them again
    deployed: set[int] = field(default_factory=set)  #: definitions that exist only if this command commits
    known: dict[int, Known] = field(default_factory=dict)  #: of cases, by case id
    begun: list[Wait] = field(default_factory=list)  #: waits whose message may have come before them
    kept: list[Message] = field(
        default_factory=list
    )  #: those that nobody has taken, as far as this command saw
    reach: int | None = None  #: how much may come of it, if a message or signal set this command off
    freed: list[tuple[str, str]] = field(default_factory=list)  #: process and business key of cases it closed
    #: Acts that a policy let through: the case, the entry of the journal that is completed as the command ends, and what
    #: `commands.interventions` saw before.
    interventions: list[tuple[Case, dict[str, Any], Any]] = field(default_factory=list)
    settling: Incident | None = None  #: a policy stopped a step, and the actor now tries it again by hand
    #: By node, for calls that are made anew: their inputs before, and the policies that were let pass for them.
    passed: dict[int, tuple[Mapping[str, Any], list[str]]] = field(default_factory=dict)
    batch: int | None = None  #: which one it is that acts here, on one of its cases
    suspended: set[int] = field(default_factory=set)  #: of the cases locked, those that stand still
    by_hand: bool = False  #: what the actor does may also move a case that stands still
    _active: bool = False
    _rows: Connection | None = None
    _people: dict[str, User] = field(default_factory=dict)

    @property
    def rows(self) -> Connection:
        """The session's connection, for statements about rows: the session's own part would take a quarter of their time."""
        if self._rows is None:
            self._rows = self.session.connection()
        return self._rows

    @property
    def store(self) -> Shelf:
        """Where the bytes of documents lie."""
        return Shelf(self.session, self.settings.documents)

    @property
    def local_now(self) -> datetime:
        """The same moment where the firm is: what FEEL's today() says is the date there."""
        return self.now.astimezone(self.settings.zone)

    def calendar(self, name: str) -> Calendar:
        """At this site; ValueError if there is none of that name."""
        return self.library.calendars.named(name, land=self.settings.land)

    def calendar_of(self, team: str) -> Calendar:
        """By which a team works; one that was added a moment ago keeps office hours until it is known."""
        name = self.library.named.calendars.get(team, "office")
        return self.calendar(name if name in self.library.calendars.each else calendars.ALWAYS)

    def get(self, noun: type[T], key: Any) -> T:
        if (found := self.session.get(noun, key)) is None:
            raise NotFound(f"Expected to find {noun.__name__.lower()} {key}, but there is none")
        return found

    def case(self, case_id: int) -> Case:
        """The case, locked: commands on one case queue here and then see its present state."""
        case, _ = self._locked(_CASE, {"key": case_id}, f"case {case_id}")
        self._learn(case, stands_still=bool(self.session.scalar(_STANDS_STILL, {"key": case_id})))
        return case

    def of_case(self, noun: type[OfCase], key: int) -> OfCase:
        """A row of a case as it is now; its case is locked first and stands in the session."""
        of = {"key": key, "actor": self.actor}
        case, self._active = self._locked(_OWNERS[noun], of, f"{noun.__name__.lower()} {key}")
        found, still = self.session.execute(_FRESH[noun], {"key": key}).one()
        self._learn(case, stands_still=still)
        return cast("OfCase", found)

    def bundle(self, case: Case) -> Bundle:
        """The definition that drives the case, ready to run."""
        ours = case.definition_id in self.deployed
        return self.library.bundle(self.session, case.definition_id, keep=not ours)

    def form(self, task: Task) -> Form | None:
        """The form of a step, of the version that it began with."""
        return self.library.form(self.session, self.bundle(task.case), task.form) if task.form else None

    def known_of(self, case: Case) -> Known:
        return self.known.setdefault(case.id, Known({}, set()))

    def user(self) -> User:
        """The acting user; Forbidden when the actor is none or no longer works here."""
        if (found := self.acting()) is None:
            raise Forbidden(
                f"Expected an active user to act, but {self.actor!r} is none",
                de="Das darf nur, wer hier arbeitet und nicht gesperrt ist.",
            )
        return found

    def acting(self) -> User | None:
        """The acting user if the actor is one who works here; looked up once."""
        found = self._standing(self.actor)
        return found if found is not None and found.active else None

    def person(self, login: str) -> User:
        """A user with all teams they work for at the moment, also for others; NotFound if there is none."""
        if (found := self._standing(login)) is None:
            raise NotFound(
                f"Expected to find user {login}, but there is none",
                de=f"Den Anmeldenamen {login} gibt es nicht.",
            )
        return found

    def is_known(self, person: User) -> None:
        """With the teams they work for now (`with_lent_teams`, `lend`): they are not looked up again."""
        self._people[person.login] = person

    def record(self, case: Case, what: str, **particulars: Any) -> int:
        """Add an entry to the case's journal; its number, which counts from 1 without a gap."""
        if self.batch is not None:
            particulars["batch"] = self.batch
        case.rev += 1
        entry = {
            "case_id": case.id,
            "seq": case.rev,
            "at": self.now,
            "actor": self.actor,
            "what": what,
            "particulars": {name: value for name, value in particulars.items() if value is not None},
        }
        self.journal.append(entry)
        return case.rev

    def write_journal(self) -> None:
        """Put the entries into the database, in one statement; the engine calls it before it commits."""
        if self.journal:
            self.session.flush()
            self.rows.execute(_ENTRY, self.journal)

    def must_be_active(self) -> None:
        """Forbidden unless the actor works here; after `of_case`, which has looked that up on the way."""
        if not self._active:
            raise Forbidden(
                f"Expected an active user to act, but {self.actor!r} is none",
                de="Das darf nur, wer hier arbeitet und nicht gesperrt ist.",
            )

    def _standing(self, login: str) -> User | None:
        if login not in self._people:
            if not (rows := self.session.execute(_PERSON, {"login": login, "now": self.now}).unique().all()):
                return None
            self._people[login] = rows[0][0]
            lend(rows[0][0], rows)
        return self._people[login]

    def _locked(self, query: Select[Any], of: Mapping[str, Any], sought: str) -> tuple[Case, bool]:
        """And whether the actor works here, if the query asks that."""
        self.session.flush()  # or else reading the row afresh would undo what this command did to it
        found = self.session.execute(query, of).first()
        if found is None:
            raise NotFound(f"Expected to find {sought}, but there is none")
        case: Case = found[0]
        self.locked[case.id] = case
        return case, len(found) > 1 and bool(found[1])

    def _learn(self, case: Case, *, stands_still: bool) -> None:
        if stands_still:
            self.suspended.add(case.id)
        else:
            self.suspended.discard(case.id)
