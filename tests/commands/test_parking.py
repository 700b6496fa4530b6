"""A task put aside by its holder, and what is told to who acts on one that has changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import closing, tasks
from cpm.errors import Conflict, CpmError, Invalid, WrongState
from cpm.model import Case, Task
from cpm.queries import clash, journal
from tests.commands.test_spine import FACTS
from tests.world import World, mail

HOURS = timedelta(hours=3)


@pytest.fixture
def claimed(firm: World) -> Task:
    case = firm.receive(mail())
    firm.drain()
    return claim(firm, "anna", firm.step(case, "check_facts").id)


def claim(firm: World, who: str, task: int) -> Task:
    with firm.engine.begin(who) as uow:
        return tasks.claim(uow, task)


def park(firm: World, who: str, task: Task, *, reason: str = "Wartet auf den Fahrer", after=HOURS) -> Task:
    with firm.engine.begin(who) as uow:
        return tasks.park(uow, task.id, reason=reason, until=uow.now + after)


def refused(firm: World, who: str, verb, task: Task, *more) -> CpmError:
    with pytest.raises(CpmError) as told, firm.engine.begin(who) as uow:
        verb(uow, task.id, *more)
    return told.value


def test_a_parked_task_comes_back_by_itself(firm: World, claimed: Task, clock):
    parked = park(firm, "anna", claimed)
    assert parked.parked(clock())
    clock.advance(HOURS)
    assert not parked.parked(clock())
    with firm.engine.begin("anna") as uow:
        assert tasks.complete(uow, claimed.id, FACTS).state == "done"


def test_parking_is_told_with_its_reason_and_time(firm: World, claimed: Task):
    park(firm, "anna", claimed)
    with firm.engine.read() as look:
        told = {language: journal.journal(look, claimed.case_id, language) for language in ("de", "en")}
    assert told["de"].entries[-1].sentence.endswith("bis 02.03.2026, 12:00 Uhr: Wartet auf den Fahrer.")
    assert "until 2 Mar 2026, 12:00: Wartet" in told["en"].entries[-1].sentence


def test_a_time_that_is_past_is_told_so(firm: World, claimed: Task):
    with pytest.raises(Invalid) as past:
        park(firm, "anna", claimed, after=-HOURS)
    assert "Vergangenheit" in past.value.faults("de")[0][1]
    assert "lies in the past" in past.value.faults("en")[0][1]
    with pytest.raises(Invalid) as late:
        park(firm, "anna", claimed, after=timedelta(days=400))
    assert "Vergangenheit" not in late.value.faults("de")[0][1]


def test_only_its_holder_parks_a_task(firm: World, claimed: Task):
    with pytest.raises(Conflict) as told:
        park(firm, "ben", claimed)
    assert told.value.de == "Diese Aufgabe hat Anna übernommen."


def test_the_holder_or_a_supervisor_takes_it_up_again(firm: World, claimed: Task, clock):
    park(firm, "anna", claimed)
    refused(firm, "ben", tasks.unpark, claimed)
    with firm.engine.begin("sue") as uow:
        assert not tasks.unpark(uow, claimed.id).parked(clock())
    assert isinstance(refused(firm, "anna", tasks.unpark, claimed), WrongState)
    assert firm.story(claimed.case)[-1] == "task.unparked"


@pytest.mark.parametrize("after", [timedelta(0), -HOURS, timedelta(days=367)])
def test_the_time_lies_ahead_and_not_too_far(firm: World, claimed: Task, after: timedelta):
    with pytest.raises(Invalid) as told:
        park(firm, "anna", claimed, after=after)
    assert told.value.faults("de")[0][0] == told.value.faults("en")[0][0] == "until"


def test_a_reason_is_needed(firm: World, claimed: Task):
    with pytest.raises(Invalid) as told:
        park(firm, "anna", claimed, reason="  ")
    assert told.value.faults("de") == (("reason", "Bitte etwas eingeben."),)


def test_what_is_given_back_is_no_longer_parked(firm: World, claimed: Task, clock):
    park(firm, "anna", claimed)
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, claimed.id)
    assert not claim(firm, "ben", claimed.id).parked(clock())


def test_who_completes_second_is_told_who_was_faster_and_when(firm: World, claimed: Task):
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, claimed.id, FACTS)
    told = refused(firm, "ben", tasks.complete, claimed, FACTS)
    assert told.status == 409
    assert told.sentence("de") == "Diese Aufgabe hat Anna schon erledigt (02.03.2026, 09:00 Uhr)."
    assert "anna did so at 2 Mar 2026, 09:00" in told.sentence("en")
    assert "Sie selbst" in refused(firm, "anna", tasks.complete, claimed, FACTS).sentence("de")


def test_the_values_it_was_completed_with_can_be_seen(firm: World, claimed: Task):
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, claimed.id, FACTS)
    with firm.engine.read() as look:
        seen = clash.last(look, look.get(Task, claimed.id), "en")
    assert (seen.state, seen.holder) == ("done", "Anna")
    assert seen.entry is not None
    assert len(seen.entry.details) >= 3


def test_who_lost_it_to_another_is_told_so(firm: World, claimed: Task):
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, claimed.id)
    assert "zurückgegeben" in refused(firm, "anna", tasks.complete, claimed, FACTS).sentence("de")
    claim(firm, "ben", claimed.id)
    told = refused(firm, "anna", tasks.complete, claimed, FACTS)
    assert told.sentence("de") == "Diese Aufgabe hat Ben übernommen."


def test_what_the_process_left_behind_says_why(firm: World, claimed: Task, clock):
    """The case was ended while somebody was still typing."""

    clock.advance(HOURS)
    with firm.engine.begin("sue") as uow:
        closing.end(uow, uow.case(claimed.case_id), outcome="withdrawn", reason="Kunde hat zurückgezogen")
    told = refused(firm, "anna", tasks.complete, claimed, FACTS)
    assert "nicht mehr nötig" in told.sentence("de")
    assert "02.03.2026, 12:00 Uhr" in told.sentence("de")
    assert "Kunde hat zurückgezogen" in told.sentence("de")
    with firm.engine.read() as look:
        assert look.session.scalar(select(Case.state)) == "closed"


def test_a_machine_that_files_mail_may_not_act(firm: World, claimed: Task):
    assert refused(firm, "mailbox", tasks.complete, claimed, FACTS).status == 403
