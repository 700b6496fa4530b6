"""A case led to its end by dice: what can be done next is looked up in the database, and the dice choose one of it.

The dice depend on the seed and on the database alone, so that whoever begins anew with nothing but the database goes
the same way as who was never stopped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from cpm.channels import message_ids
from cpm.commands import broadcasting, choices, correlation, interactions, process, resolutions, tasks
from cpm.commands.messages import Sent as Message
from cpm.connectors import Call, Done, Failed, Outcome, Sent
from cpm.database import Database
from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.forms.field import Field
from cpm.library import Library
from cpm.model import (
    Case,
    CaseState,
    Event,
    Incident,
    IncidentState,
    Interaction,
    Job,
    JobState,
    Remedy,
    Task,
    TaskKind,
    TaskState,
    Wait,
    WaitKind,
)
from cpm.model.message import REPLIED, WROTE
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.world import mail, settings

PEOPLE = ("anna", "ben", "sue", "max", "fay", "tom")
#: Whom a case is ended by or stuck with is not what is asked here.
REMEDIES = (Remedy.RETRY, Remedy.SKIP, Remedy.SUPPLY)
TEXTS = ("ja", "nein, das geht so nicht", "Der Kessel hat einen Riss, das ist sehr ärgerlich.")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done. `name` is all that tells it from others, also to who comes after a death."""

    name: tuple[object, ...]
    do: Callable[[], object]


class Anything(dict[str, Any]):
    """Connectors for whatever a model calls: each call has one outcome, however often it is made."""

    def __init__(self, seed: object) -> None:
        super().__init__()
        self._seed = seed

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> "Named":
        return Named(name, self._seed)


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    seed: object

    def __call__(self, call: Call) -> Outcome:
        dice = Random(f"{self.seed}/{call.key}")
        if dice.random() < 0.15:
            return Failed(dice.choice(("E1", "E2", "address_refused")), "Refused by the dice.")
        if self.name in {"smtp", "notice"}:
            subject = str(call.inputs.get("subject") or call.inputs.get("event"))
            return Done(sent=Sent("email", call.message_id, (str(call.inputs["to"]),), subject, "..."))
        return Done({"n": dice.randrange(100)})


@dataclass
class Walk:
    """Every act is at the same moment, until all that is left is to wait for a later one."""

    database: Database
    home: Any
    seed: object
    clock: FakeClock
    longest: int  #: entries of the journals after which it is enough
    refused: set[tuple[object, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reload()

    def reload(self, library: Library | None = None) -> None:
        """Know nothing but the database."""
        self.database.engine.dispose()
        self.engine = Engine(
            settings(self.home),
            self.database,
            library or Library(self.database.read),
            Anything(self.seed),
            self.clock,
        )
        self.worker = Worker(self.engine)

    def next(self) -> Act | None:
        """What the machine has to do, else what the dice say; None if nothing is left to do."""
        with self.engine.read() as look:
            mark = look.session.scalar(select(func.count()).select_from(Event)) or 0
            for act in self._machines(look.session):
                return Act((*act.name, mark), act.do)
            closed = look.session.scalars(select(Case.state)).all()
            if mark > self.longest or (closed and set(closed) == {CaseState.CLOSED}):
                return None
            kinds = (self._peoples(look.session, mark), self._others(look.session, mark))
            people, others = ([act for act in kind if act.name not in self.refused] for kind in kinds)
        dice = Random(f"{self.seed}/{mark}/{len(self.refused)}")
        offered = people if people and (not others or dice.random() < 0.8) else others
        return dice.choice(offered) if offered else None

    def do(self, act: Act) -> None:
        """Whoever may not, or fills a form in wrongly, is told so, and the dice choose again."""
        try:
            act.do()
        except CpmError:
            self.refused.add(act.name)

    def _machines(self, session: Any) -> Iterator[Act]:
        now = self.clock()
        sleeping = Job.state.in_((JobState.WAITING, JobState.RUNNING))
        due = select(Job.key).where(sleeping, Job.run_at <= now).order_by(Job.key)
        if key := session.scalar(due.limit(1)):
            yield Act(("promote", key), self.worker.promote)
        for queue, work in (
            ("intake", self.worker.file_one),
            ("engine", self.worker.inline_one),
            ("calls", self.worker.call_one),
        ):
            ready = select(Job.id).where(Job.state == JobState.READY, Job.queue == queue)
            if session.scalar(ready.limit(1)) is not None:
                yield Act((queue,), work)

    def _peoples(self, session: Any, mark: int) -> Iterator[Act]:
        open_ones = select(Task).where(Task.state.in_((TaskState.READY, TaskState.CLAIMED))).order_by(Task.id)
        dice = Random(f"{self.seed}/who/{mark}")
        for task in session.scalars(open_ones):
            if task.kind == TaskKind.INCIDENT:
                continue
            if task.state == TaskState.READY:
                for who in dice.sample(PEOPLE, len(PEOPLE)):
                    yield Act(("claim", task.id, who), self._as(who, tasks.claim, task.id))
            elif task.kind == TaskKind.CHOICE:
                yield from self._choices(task)
            else:
                for attempt in range(6):
                    yield self._completion(task, attempt, mark)
        for incident in session.scalars(
            select(Incident).where(Incident.state == IncidentState.OPEN).order_by(Incident.id)
        ):
            for remedy in REMEDIES:
                if remedy in incident.remedies:
                    yield self._remedy(incident.id, remedy)

    def _completion(self, task: Task, attempt: int, mark: int) -> Act:
        who = str(task.assignee)

        def complete() -> None:
            dice = Random(f"{self.seed}/{task.id}/{attempt}/{mark}")
            with self.engine.begin(who) as uow:
                form = uow.form(uow.get(Task, task.id)) if task.kind == TaskKind.STEP else None
                fields = form.fields if form else ()
                note = {"note": "Erledigt."} if task.kind == TaskKind.AD_HOC else {}
                given = {field.key: _entered(field, dice, self.clock()) for field in fields}
                tasks.complete(uow, task.id, {**note, **{k: v for k, v in given.items() if v is not None}})

        return Act(("complete", task.id, who, attempt), complete)

    def _choices(self, task: Task) -> Iterator[Act]:
        who = str(task.assignee)
        with self.engine.read(who) as look:
            choice = process.choice(look, look.get(Task, task.id))
        for offer in choice.offered:
            yield Act(
                ("choose", task.id, offer.element), self._as(who, choices.choose, task.id, offer.element)
            )
        if choice.can_end:
            yield Act(("end", task.id), self._as(who, choices.end_choice, task.id, cancel_running=True))

    def _remedy(self, incident: int, remedy: Remedy) -> Act:
        note = {"note": "So geht es weiter."}
        return Act(
            ("resolve", incident, remedy), self._as("sue", resolutions.resolve, incident, remedy, **note)
        )

    def _others(self, session: Any, mark: int) -> Iterator[Act]:
        for wait in session.scalars(select(Wait).order_by(Wait.id)):
            name = (wait.message, wait.key, wait.case_id, wait.node)
            if wait.kind == WaitKind.SIGNAL:
                yield Act(("signal", *name), self._signal(wait.message, mark))
            elif wait.message in {REPLIED, WROTE}:
                if (key := self._written(session, wait.case_id)) is not None:
                    yield Act(("reply", *name), self._reply(key, mark))
            else:
                yield Act(("message", *name), self._message(wait.message, wait.key, mark))
        later = select(Job.run_at).where(Job.state == JobState.WAITING).order_by(Job.run_at)
        if (at := session.scalar(later.limit(1))) is not None:
            yield Act(("later", at), lambda: self.clock.advance(max(at - self.clock(), timedelta(0))))

    def _written(self, session: Any, case_id: int) -> str | None:
        ours = select(Interaction.message_key).where(
            Interaction.case_id == case_id, Interaction.direction == "out"
        )
        return session.scalar(ours.order_by(Interaction.id.desc()).limit(1))

    def _reply(self, key: str, mark: int) -> Callable[[], None]:
        assert message_ids.read(settings(self.home).secret, key)
        raw = mail(text="Einverstanden.", message_id=f"<r{mark}@example.org>", headers={"In-Reply-To": key})

        def store() -> None:
            with self.engine.begin("mailbox") as uow:
                interactions.store(uow, raw, process="complaint")

        return store

    def _message(self, name: str, key: str, mark: int) -> Callable[[], None]:
        def send() -> None:
            with self.engine.begin("cpm test") as uow:
                correlation.publish(uow, Message(name, key, f"m{mark}", {"n": mark}))

        return send

    def _signal(self, name: str, mark: int) -> Callable[[], None]:
        def throw() -> None:
            with self.engine.begin("cpm test") as uow:
                broadcasting.broadcast(uow, name, {"n": mark}, customer_id=None)

        return throw

    def _as(
        self, who: str, command: Callable[..., object], *args: object, **more: object
    ) -> Callable[[], None]:
        def act() -> None:
            with self.engine.begin(who) as uow:
                command(uow, *args, **more)

        return act


def _entered(field: Field, dice: Random, now: datetime) -> object:
    """Something to type; None for nothing."""
    if not field.required and dice.random() < 0.5:
        return None
    day = (now.astimezone(UTC) + timedelta(days=dice.randrange(1, 4))).date().isoformat()
    made: dict[str, Callable[[], object]] = {
        "number": lambda: dice.choice((0, 3, 120, 800)),
        "select": lambda: dice.choice([option.value for option in field.options] or ["explain"]),
        "radio": lambda: dice.choice([option.value for option in field.options]),
        "checkbox": lambda: dice.random() < 0.2,
        "date": lambda: day,
        "datetime": lambda: day,
        "textfield": lambda: "08:30" if field.limits.pattern else "GS-120",
    }
    return made.get(field.kind, lambda: dice.choice(TEXTS))()
