"""What is typed at a task is kept until it is handed in, for whoever goes on with it."""

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cpm.commands import presences, task_drafts, tasks
from cpm.commands.as_seen import Overtaken
from cpm.commands.task_drafts import TypedElsewhere
from cpm.commands.variables import save as write
from cpm.errors import Forbidden, Invalid
from cpm.model import Case, Presence, Task, TaskDraft
from cpm.model.presence import LASTS
from cpm.queries import at_desk, variables
from cpm.queries.at_desk import Desk
from tests.clock import FakeClock
from tests.commands.test_spine import FACTS
from tests.world import World, mail


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    found = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, found.id)
    return found


def keep(firm: World, task: Task, text: str, *, who: str = "anna", after: int | None = None) -> int:
    with firm.engine.begin(who) as uow:
        draft = task_drafts.save(uow, task.id, {"damage_text": text, "nonsense": "x"}, after=after)
        return draft.rev if draft else 0


def desk(firm: World, task: Task, who: str = "anna") -> Desk:
    with firm.engine.read(who) as look:
        return at_desk.of_task(look, look.get(Task, task.id), "en")


def change(firm: World, case: Case, **values: object) -> None:
    """As a supervisor does, or an answer of another system."""
    with firm.engine.begin("sue") as uow:
        locked = uow.case(case.id)
        before = variables.load(uow, locked)
        uow.record(locked, "case.corrected", data=values)
        write(uow, locked, before, {**before, "": {**before[""], **values}})


def test_what_was_typed_is_there_again_and_only_what_the_form_asks(firm: World, task: Task):
    keep(firm, task, "Eine Beule")
    found = desk(firm, task)
    assert found.own is not None
    assert found.own.values == {"damage_text": "Eine Beule"}
    assert found.taken_up == found.own


def test_the_same_again_is_nothing_new(firm: World, task: Task):
    assert [keep(firm, task, "Beule", after=0), keep(firm, task, "Beule", after=0)] == [1, 1]


def test_two_windows_do_not_overwrite_each_other(firm: World, task: Task):
    assert keep(firm, task, "im ersten", after=0) == 1
    with pytest.raises(TypedElsewhere):
        keep(firm, task, "im zweiten", after=0)
    assert keep(firm, task, "im zweiten", after=1) == 2


def test_it_is_gone_once_it_is_handed_in(firm: World, task: Task):
    keep(firm, task, "Beule")
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    assert desk(firm, task).own is None
    assert keep(firm, task, "ein Nachzügler") == 0
    assert desk(firm, task).own is None


def test_whoever_goes_on_has_what_the_former_typed(firm: World, task: Task, clock: FakeClock):
    keep(firm, task, "Annas Wort")
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, task.id)
    found = desk(firm, task, "ben")
    assert found.taken_up is not None
    assert (found.taken_up.name, found.taken_up.values["damage_text"]) == ("Anna", "Annas Wort")
    keep(firm, task, "Bens Wort", who="ben")
    clock.advance(timedelta(minutes=1))
    keep(firm, task, "Anna schreibt weiter")
    found = desk(firm, task, "ben")
    assert found.taken_up == found.own
    assert found.later is not None
    assert found.later.values["damage_text"] == "Anna schreibt weiter"


def test_begun_anew_the_form_is_as_the_case_has_it(firm: World, task: Task):
    keep(firm, task, "Annas Wort")
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, task.id)
        task_drafts.begin_anew(uow, task.id)
    found = desk(firm, task, "ben").taken_up
    assert found is not None
    assert found.values == {}


def test_nobody_types_at_a_task_of_another_team(firm: World, task: Task):
    with pytest.raises(Forbidden):
        keep(firm, task, "Beule", who="fay")


def test_more_than_anybody_types_is_refused(firm: World, task: Task):
    with pytest.raises(Invalid):
        keep(firm, task, "x" * 500_000)


def test_drafts_of_tasks_that_are_over_are_forgotten(firm: World, task: Task, clock: FakeClock):
    keep(firm, task, "bleibt, denn sie ist offen")
    over = firm.receive(mail(message_id="<2@example.org>"))
    assert over is not None
    firm.drain()
    lost = firm.step(over, "check_facts")
    keep(firm, lost, "Bens Aufgabe", who="ben")
    firm.do(over, "check_facts", "anna", FACTS)
    clock.advance(task_drafts.KEPT + timedelta(days=1))
    third = firm.receive(mail(message_id="<3@example.org>"))
    assert third is not None
    firm.drain()
    keep(firm, firm.step(third, "check_facts"), "neu", who="ben")
    with firm.engine.read() as look:
        kept = set(look.session.scalars(select(TaskDraft.task_id)))
    assert (task.id in kept, lost.id in kept) == (True, False)


def test_nothing_that_changed_meanwhile_is_overwritten_unseen(firm: World, case: Case, task: Task):
    seen = firm.now(case).rev
    change(firm, case, damage_text="Der Kunde sagt es anders")
    with pytest.raises(Overtaken) as refused, firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, {**FACTS, "damage_text": "Annas Wort"}, seen=seen)
    assert refused.value.fields == ("damage_text",)
    assert refused.value.status == 409
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, {**FACTS, "damage_text": "Annas Wort"}, seen=firm.now(case).rev)


def test_who_says_the_same_as_the_case_is_not_stopped(firm: World, case: Case, task: Task):
    seen = firm.now(case).rev
    change(firm, case, damage_text=FACTS["damage_text"], something_else="x")
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS, seen=seen)


def test_who_is_there_is_told_with_the_step_and_soon_forgotten(
    firm: World, case: Case, task: Task, clock: FakeClock
):
    with firm.engine.begin("anna") as uow:
        presences.stay(uow, case.id, task.id)
    with firm.engine.begin("sue") as uow:
        presences.stay(uow, case.id)
    clock.advance(timedelta(seconds=20))
    with firm.engine.begin("sue") as uow:
        presences.stay(uow, case.id)
    found = desk(firm, task, "ben").mates
    assert [(mate.name, mate.at, mate.works) for mate in found] == [
        ("Anna", "Check the facts", True),
        ("Sue", None, False),
    ]
    assert found[1].since == clock() - timedelta(seconds=20)
    assert [mate.name for mate in desk(firm, task).mates] == ["Sue"]
    clock.advance(LASTS)
    assert desk(firm, task, "ben").mates == ()


def test_who_leaves_is_gone_and_takes_along_what_was_left_behind(firm: World, case: Case, clock: FakeClock):
    for who in ("anna", "ben"):
        with firm.engine.begin(who) as uow:
            presences.stay(uow, case.id)
    clock.advance(timedelta(hours=2))
    with firm.engine.begin("anna") as uow:
        presences.stay(uow, case.id)
    with firm.engine.begin("anna") as uow:
        presences.leave(uow, case.id)
    assert there(firm) == 0


def test_who_leaves_waits_for_nobody_who_has_come_back(firm: World, case: Case, clock: FakeClock):
    """Two who leave at once, each with what the other has before them, would wait for each other."""
    for who in ("anna", "ben"):
        with firm.engine.begin(who) as uow:
            presences.stay(uow, case.id)
    clock.advance(timedelta(hours=2))
    several = firm.engine.database.postgresql  #: the other has one writer at a time
    with contextlib.ExitStack() as meanwhile:
        if several:
            presences.stay(meanwhile.enter_context(firm.engine.begin("ben")), case.id)
        with firm.engine.begin("anna") as uow:
            presences.leave(uow, case.id)
    assert there(firm) == several


def there(firm: World) -> int | None:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(Presence))
