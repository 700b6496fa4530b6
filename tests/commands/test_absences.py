"""Absence and substitution: for that time the substitute works for the absent's teams and takes over their tasks."""

from datetime import timedelta

import pytest

from cpm.commands import absences, task_drafts, tasks
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, NotFound, WrongState
from cpm.model import Absence, Case, Task
from cpm.queries import absences as queries
from cpm.queries import at_desk, commented, incidents, journal, worklist
from tests.clock import FakeClock
from tests.commands.test_spine import FACTS
from tests.world import World, mail

DAY = timedelta(days=1)


def away(
    firm: World,
    login: str,
    substitute: str | None = None,
    *,
    begins=timedelta(0),
    ends=DAY,
    actor: str = "otto",
) -> Absence:
    with firm.engine.begin(actor) as uow:
        return absences.add(
            uow, login, from_at=uow.now + begins, until_at=uow.now + ends, substitute=substitute
        )


def works(firm: World, login: str) -> list[tuple[str, str | None]]:
    with firm.engine.read() as look:
        return [(line.team, line.assignee) for line in worklist.open_tasks(look, login)]


def a_case(firm: World) -> Case:
    case = firm.receive(mail())
    firm.drain()
    return case


def test_the_substitute_sees_and_claims_what_the_absents_teams_have(firm: World, clock: FakeClock):
    case = a_case(firm)
    task = firm.step(case, "check_facts")
    with pytest.raises(Forbidden), firm.engine.begin("fay") as uow:
        tasks.claim(uow, task.id)
    away(firm, "anna", "fay", begins=DAY, ends=2 * DAY)
    assert works(firm, "fay") == []
    clock.advance(DAY)
    assert works(firm, "fay") == [("service", None)]
    with firm.engine.begin("fay") as uow:
        assert tasks.claim(uow, task.id).assignee == "fay"
    with firm.engine.begin("fay") as uow:
        tasks.complete(uow, task.id, FACTS)


def test_it_is_over_when_the_absence_is(firm: World, clock: FakeClock):
    a_case(firm)
    away(firm, "anna", "fay")
    assert works(firm, "fay") == [("service", None)]
    clock.advance(DAY)
    assert works(firm, "fay") == []
    with firm.engine.begin("fay") as uow:
        assert (uow.user().teams, uow.user().stands_in_for) == ({"finance"}, frozenset())


def test_coming_back_early_ends_it(firm: World):
    a_case(firm)
    absence = away(firm, "anna", "fay")
    with firm.engine.begin("anna") as uow:
        absences.remove(uow, absence.id)
    assert works(firm, "fay") == []


def test_the_substitute_goes_on_with_what_the_absent_holds(firm: World):
    case = a_case(firm)
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with pytest.raises(Forbidden), firm.engine.begin("fay") as uow:
        tasks.take_over(uow, task.id)
    away(firm, "anna", "fay")
    assert works(firm, "fay") == [("service", "anna")]
    assert works(firm, "ben") == []
    for _ in range(2):
        with firm.engine.begin("fay") as uow:
            assert tasks.take_over(uow, task.id).assignee == "fay"
    assert firm.story(case).count("task.taken_over") == 1
    with firm.engine.read() as look:
        told = {language: journal.journal(look, case.id, language).entries[-1] for language in ("de", "en")}
    assert told["de"].sentence == "Aufgabe „Sachverhalt prüfen“ in Vertretung von Anna übernommen."
    assert told["en"].sentence == "Took over the task “Check the facts”, standing in for Anna."
    with pytest.raises(WrongState), firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    with firm.engine.begin("fay") as uow:
        tasks.complete(uow, task.id, FACTS)


def test_a_free_task_is_claimed_and_not_taken_over(firm: World):
    task = firm.step(a_case(firm), "check_facts")
    away(firm, "anna", "fay")
    with pytest.raises(Forbidden), firm.engine.begin("fay") as uow:
        tasks.take_over(uow, task.id)


def test_who_leads_takes_a_step_over_and_its_holder_is_told(firm: World):
    """Giving it back first would leave a moment in which anybody may take it."""
    case = a_case(firm)
    task = firm.step(case, "check_facts")
    with pytest.raises(WrongState), firm.engine.begin("sue") as uow:
        tasks.take_over(uow, task.id)
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        task_drafts.save(uow, task.id, {"cause": "late"})
    with pytest.raises(Forbidden), firm.engine.begin("ben") as uow:
        tasks.take_over(uow, task.id)
    for _ in range(2):
        with firm.engine.begin("sue") as uow:
            assert tasks.take_over(uow, task.id).assignee == "sue"
    assert firm.story(case).count("task.taken_over") == 1
    with firm.engine.read("sue") as look:
        told = [line.sentence for line in journal.journal(look, case.id, "de").entries]
        left = at_desk.of_task(look, look.get(Task, task.id), "de").taken_up
    assert "Aufgabe „Sachverhalt prüfen“ von Anna übernommen." in told
    assert left is not None
    assert (left.login, left.values["cause"]) == ("anna", "late")
    with firm.engine.read("anna") as look:
        [mention] = commented.mentions(look)
    assert (mention.author, mention.seen) == ("Sue", False)
    assert "Ich habe „Sachverhalt prüfen“ übernommen." in mention.text


def test_there_are_no_substitutes_of_substitutes(firm: World):
    a_case(firm)
    away(firm, "anna", "fay")
    away(firm, "fay", "tom")
    assert works(firm, "tom") == []
    with firm.engine.read() as look:
        assert look.person("tom").teams == {"field_service", "finance"}


PAID = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, das tut uns leid."}


def test_a_substitute_approves_for_the_absent(firm: World):
    case = a_case(firm)
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", PAID)
    away(firm, "sue", "ben")
    firm.do(case, "approve", "ben", {"approved": "yes"})


@pytest.mark.parametrize("claimed", [True, False])
def test_a_substitute_never_approves_what_they_asked_for(firm: World, claimed: bool):
    case = a_case(firm)
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", PAID)
    approval = firm.step(case, "approve")
    if claimed:
        with firm.engine.begin("sue") as uow:
            tasks.claim(uow, approval.id)
    away(firm, "sue", "anna")
    with pytest.raises(Forbidden, match="did the step it checks"), firm.engine.begin("anna") as uow:
        (tasks.take_over if claimed else tasks.claim)(uow, approval.id)


def test_two_absences_lend_the_teams_of_both(firm: World):
    away(firm, "anna", "tom")
    away(firm, "fay", "tom")
    with firm.engine.read() as look:
        tom = look.person("tom")
    assert tom.teams == {"field_service", "service", "finance"}
    assert tom.own_teams == {"field_service"}
    assert tom.stands_in_for == {"anna", "fay"}


def test_a_role_is_not_lent(firm: World):
    away(firm, "sue", "anna")
    with firm.engine.read() as look:
        assert "supervisors" in look.person("anna").teams
        with pytest.raises(Forbidden):
            worklist.open_tasks(look, "anna", everybody=True)
        assert incidents.open_incidents(look, login="anna") == []


@pytest.mark.parametrize(
    ("login", "substitute", "days", "refusal"),
    [
        ("anna", "anna", (0, 1), Invalid),
        ("anna", "nobody", (0, 1), NotFound),
        ("nobody", None, (0, 1), NotFound),
        ("anna", None, (1, 1), Invalid),
        ("anna", None, (2, 1), Invalid),
        ("anna", None, (-2, 0), Invalid),
        ("fay", None, (3, 5), Conflict),
        ("anna", "fay", (1, 3), Conflict),
    ],
)
def test_absences_that_make_no_sense_are_refused(
    firm: World, login: str, substitute: str | None, days: tuple[int, int], refusal: type[CpmError]
):
    away(firm, "fay", begins=2 * DAY, ends=4 * DAY)
    with pytest.raises(refusal) as refused:
        away(firm, login, substitute, begins=days[0] * DAY, ends=days[1] * DAY)
    assert refused.value.sentence("de")


@pytest.mark.parametrize(("begins", "ends"), [(0, 2), (4, 5)])
def test_absences_may_touch(firm: World, begins: int, ends: int):
    away(firm, "fay", begins=2 * DAY, ends=4 * DAY)
    away(firm, "fay", begins=begins * DAY, ends=ends * DAY)


def test_a_substitute_who_is_back_in_time_will_do(firm: World):
    away(firm, "fay", begins=2 * DAY, ends=4 * DAY)
    away(firm, "anna", "fay", begins=4 * DAY, ends=5 * DAY)


def test_one_enters_ones_own_and_supervisors_and_operators_those_of_others(firm: World):
    away(firm, "anna", actor="anna")
    away(firm, "ben", actor="sue")
    with pytest.raises(Forbidden):
        away(firm, "tom", actor="anna")
    with firm.engine.read() as look:
        assert [(line.login, line.entered_by, line.lasts) for line in queries.absences(look)] == [
            ("anna", "anna", True),
            ("ben", "sue", True),
        ]


@pytest.mark.parametrize("actor", ["sue", "otto"])
def test_nobody_makes_themselves_the_substitute_of_another(firm: World, actor: str):
    """They would join whichever team they like, and approve what is for management."""
    with pytest.raises(Forbidden) as refused:
        away(firm, "max", actor, actor=actor)
    assert "trägt jemand anderes ein" in refused.value.sentence("de")


def test_what_is_over_is_listed_only_when_asked_for(firm: World, clock: FakeClock):
    away(firm, "anna", "fay")
    clock.advance(DAY)
    with firm.engine.read() as look:
        assert queries.absences(look) == []
        [line] = queries.absences(look, past=True, login="anna")
    assert (line.name, line.substitute_name, line.lasts) == ("Anna", "Fay", False)
