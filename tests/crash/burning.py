"""Cases in the fire: their model, the people who work on them meanwhile, and the audit of what has become of them.

The audit has parts, so that a test can say which of them finds a certain fault. A case that nobody disturbed says what
a journal has to be.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm.clock import utcnow
from cpm.commands import notes, tasks
from cpm.commands.notes import Said
from cpm.engine import Engine
from cpm.errors import Conflict, Unavailable, WrongState
from cpm.model import Case, CaseState, Event, Incident, Interaction, Job, JobState, Task, TaskState, Variable
from cpm.worker import Worker
from tests.crash.counterpart import Counterpart
from tests.crash.models import call, model, open_case, timer

_PATIENT = '<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="PT0.2S"/></zeebe:taskHeaders>'


def _asking(name: str, value: str) -> str:
    return f'{_PATIENT}<zeebe:ioMapping><zeebe:input source="{value}" target="{name}"/></zeebe:ioMapping>'


def _person(element: str) -> str:
    extension = (
        '<extensionElements><zeebe:userTask/><zeebe:formDefinition formId="said"/></extensionElements>'
    )
    return f'<userTask id="{element}" name="{element}">{extension}</userTask>'


def _flows(*ways: str) -> list[str]:
    found = [way.split(">") for way in ways]
    return [f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in found]


FILES = {
    "fire/fire.bpmn": model(
        "fire",
        '<startEvent id="begin"/>',
        '<parallelGateway id="split"/>',
        call("book", "ledger.book", _asking("amount", "=amount")),
        timer("pause", "PT0.2S"),
        _person("check"),
        '<parallelGateway id="join"/>',
        call("notify", "ledger.notify", _asking("about", "=book_no")),
        _person("confirm"),
        '<endEvent id="finish"/>',
        *_flows("begin>split", "split>book", "book>pause", "pause>join", "split>check", "check>join"),
        *_flows("join>notify", "notify>confirm", "confirm>finish"),
    ),
    "fire/said.form": b"""{"type": "default", "schemaVersion": 18, "id": "said", "components": [
  {"type": "textfield", "key": "said", "id": "said", "label": "Wort", "validate": {"required": true}}]}""",
}
_STEPS = ("check", "confirm")
#: What goes on at the same time; all else is in one order.
LANES = {"book": "left", "pause": "left", "check": "right"}
#: What happens to a case from outside, or because the counterpart was away.
_BESIDE = frozenset({"interaction.received", "job.postponed"})


@dataclass
class People:
    """Who complete tasks and take notes of calls until all cases are closed, whatever happens to the database."""

    engine: Engine
    cases: list[int]
    dice: random.Random
    notes: Counter[str] = field(default_factory=Counter)
    done: int = 0
    stop: bool = False

    def work(self) -> None:
        threads = [threading.Thread(target=each) for each in (self._complete, self._note)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _complete(self) -> None:
        while not self.stop and not self._surely(lambda: all_closed(self.engine, self.cases)):
            ready = self._surely(lambda: complete_ready(self.engine))
            self.done += ready
            time.sleep(0.02 if ready else 0.1)

    def _note(self) -> None:
        """Each carries a key of its own, and is sent again as a program does that got no answer."""
        for case in self.cases:
            said = Said("phone", f"Note {case}", "Sie ruft an.", unique_id=f"note-{case}")
            for _ in range(self.dice.choice((1, 2))):
                self._surely(lambda case=case, said=said: self._take(case, said))
            self.notes[said.subject] += 1
            time.sleep(0.01)

    def _take(self, case: int, said: Said) -> None:
        with self.engine.begin("shop") as uow:
            notes.receive(uow, said, email="crowd@example.org", process="fire", case_id=case)

    def _surely(self, act: Callable[[], Any]) -> Any:
        while True:
            try:
                return act()
            except Unavailable:
                if self.stop:
                    raise
                time.sleep(0.1)


def complete_ready(engine: Engine) -> int:
    """Claim and complete what is there; somebody may have been faster, or we ourselves, before the answer got lost."""
    open_ones = (TaskState.READY, TaskState.CLAIMED)
    with engine.read() as uow:
        at = select(Task.id, Task.element).where(Task.state.in_(open_ones), Task.element.in_(_STEPS))
        ready = uow.session.execute(at.order_by(Task.id).limit(20)).all()
    for task_id, element in ready:
        try:
            with engine.begin("anna") as uow:
                tasks.claim(uow, task_id)
            with engine.begin("anna") as uow:
                tasks.complete(uow, task_id, {"said": f"{element} {task_id}"})
        except (Conflict, WrongState):
            continue
    return len(ready)


def all_closed(engine: Engine, cases: Collection[int]) -> bool:
    open_ones = select(Case.id).where(Case.id.in_(cases), Case.state != CaseState.CLOSED)
    with engine.read() as uow:
        return uow.session.scalar(open_ones.limit(1)) is None


def still(engine: Engine, cases: Collection[int]) -> bool:
    """Nobody has anything to do for them, neither machines, within the next hour, nor people."""
    active = (JobState.READY, JobState.WAITING, JobState.RUNNING)
    soon = utcnow() + timedelta(hours=1)
    work = select(Job.id).where(Job.case_id.in_(cases), Job.state.in_(active), Job.run_at < soon)
    open_ones = (TaskState.READY, TaskState.CLAIMED)
    tasks_ = select(Task.id).where(
        Task.case_id.in_(cases), Task.state.in_(open_ones), Task.element.in_(_STEPS)
    )
    with engine.read() as uow:
        return all(uow.session.scalar(query.limit(1)) is None for query in (work, tasks_))


def forget(engine: Engine, cases: Collection[int]) -> None:
    """Nothing is done about these cases any more."""
    with engine.begin("test") as uow:
        uow.session.execute(delete(Job).where(Job.case_id.in_(cases)))


def undisturbed(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """The journal of a case that nothing happens to, by lane."""
    case = open_case(engine, "fire", amount=0)
    worker = Worker(engine)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        worked = worker.drain() + complete_ready(engine)
        with engine.read() as uow:
            if uow.get(Case, case.id).state == CaseState.CLOSED:
                return _lanes(_journals(engine)[case.id])
        time.sleep(0 if worked else 0.05)
    raise AssertionError("expected a case to end by itself")


def audit(
    engine: Engine,
    counterpart: Counterpart,
    cases: dict[int, int],
    expected: dict[str, list[tuple[str, str]]],
    notes_taken: Counter[str],
) -> dict[str, list[str]]:
    """What is wrong, by part; nothing at all if all is well. `cases` are ids with the amounts they began with."""
    found: dict[str, list[str]] = defaultdict(list)
    with engine.read() as uow:
        for case in uow.session.scalars(
            select(Case).where(Case.id.in_(cases), Case.state != CaseState.CLOSED)
        ):
            found["lost"].append(f"case {case.id} is {case.state}")
        for job in uow.session.scalars(select(Job).where(Job.case_id.in_(cases))):
            found["jobs"].append(f"{job.key} is {job.state}")
        for incident in uow.session.scalars(select(Incident).where(Incident.case_id.in_(cases))):
            found["incidents"].append(f"case {incident.case_id}: {incident.code}: {incident.message}")
        subjects = uow.session.scalars(select(Interaction.subject).where(Interaction.case_id.in_(cases)))
        if (there := Counter(subjects)) != notes_taken:
            found["notes"].append(f"{there - notes_taken} too many, {notes_taken - there} missing")
    for case_id, journal in _journals(engine).items():
        if case_id in cases:
            found["histories"] += _of_history(case_id, journal, expected)
    found["effects"] += _of_effects(engine, counterpart, cases)
    return {part: wrong for part, wrong in found.items() if wrong}


def _of_history(case_id: int, journal: list[Event], expected: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Each lane in its order, and what comes after the join after both."""
    lanes = _lanes(journal)
    wrong = [
        f"case {case_id}, {lane}: {lanes.get(lane)} is not {told}"
        for lane, told in expected.items()
        if lanes.get(lane) != told
    ]
    if [event.seq for event in journal] != list(range(1, len(journal) + 1)):
        wrong.append(f"case {case_id}: the journal has holes")
    places = [_place(event) for event in journal if event.what not in _BESIDE]
    joined = places.index("notify") if "notify" in places else len(places)
    if any(place in LANES for place in places[joined:]):
        wrong.append(f"case {case_id}: it went on before the join")
    return wrong


def _of_effects(engine: Engine, counterpart: Counterpart, cases: dict[int, int]) -> list[str]:
    """One key for each call of each case, always the same words under it, and its number in the case."""
    wrong = []
    asked = {}
    for key, bodies in counterpart.asked.items():
        if any(body != bodies[0] for body in bodies):
            wrong.append(f"{key}: asked for different things: {bodies}")
        place = (bodies[0]["case"], bodies[0]["verb"])
        if place in asked:
            wrong.append(f"{place}: asked under {asked[place][0]} and under {key}")
        asked[place] = (key, bodies[0])
    with engine.read() as uow:
        numbers = {
            case.id: case.number for case in uow.session.scalars(select(Case).where(Case.id.in_(cases)))
        }
        now = select(Variable.case_id, Variable.name, Variable.value).where(
            Variable.until.is_(None), Variable.scope == ""
        )
        values = {(case, name): value for case, name, value in uow.session.execute(now)}
    for case_id, amount in cases.items():
        for verb, name, value in (
            ("book", "amount", amount),
            ("notify", "about", values.get((case_id, "book_no"))),
        ):
            key, body = asked.get((numbers[case_id], verb), ("", {}))
            if str(body.get(name)) != str(value):
                wrong.append(f"case {case_id}: {verb} was asked with {body}, not {name} {value}")
            if str(values.get((case_id, f"{verb}_no"))) != str(counterpart.numbers.get(key)):
                wrong.append(f"case {case_id}: {verb}_no is not the number that {key} got")
    return wrong


def _journals(engine: Engine) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    with engine.read() as uow:
        for event in uow.session.scalars(select(Event).order_by(Event.case_id, Event.seq)):
            found[event.case_id].append(event)
    return found


def _lanes(journal: list[Event]) -> dict[str, list[tuple[str, str]]]:
    lanes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for event in journal:
        if event.what not in _BESIDE:
            lanes[LANES.get(_place(event), "trunk")].append((event.what, _place(event)))
    return dict(lanes)


def _place(event: Event) -> str:
    told = event.particulars
    return str(told.get("element") or told.get("title") or "")
