"""A supervisor moves a case, or ends it: what stood there goes, what was under way is told, and the journal shows it."""

import pytest
from sqlalchemy import select

from cpm.bpmn import Begin
from cpm.commands import cancelling, jobs, moving, settling
from cpm.commands.bulk_kinds import KINDS
from cpm.connectors import Done, Failed
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, WrongState
from cpm.model import Case, CaseState, Incident, Job, JobKind, Remedy, Wait
from cpm.queries import incidents, journal
from cpm.queries import moving as shown
from tests.commands.test_bodies import opened
from tests.commands.test_incidents import about_to_answer, resolve
from tests.commands.test_interventions import told
from tests.unit.bpmn.drawing import each, path, start, user
from tests.world import World


def node(firm: World, case: Case, element: str) -> int:
    with firm.engine.read() as look:
        found = shown.standing(look, look.get(Case, case.id), "de")
    return next(each.node for each in found if each.element == element)


def move(firm: World, case: Case, left: str | None, *to: str, who: str = "sue", **more) -> Case:
    nodes = (node(firm, case, left),) if left else ()
    with firm.engine.begin(who) as uow:
        begin = [Begin(each) for each in to]
        return moving.move(uow, case.id, cancel=nodes, begin=begin, **{"why": "War der falsche Weg.", **more})


def refused(kind: type[CpmError], firm: World, *args, **more) -> CpmError:
    with pytest.raises(kind) as found:
        move(firm, *args, **more)
    return found.value


def test_a_case_moves_to_another_step_and_tells_before_and_after(firm: World, case: Case):
    move(firm, case, "check_facts", "write_answer")
    assert firm.at(case) == ["write_answer"]
    entry = told(firm, case, "case.moved")
    assert entry.sentence == (
        "Von Hand versetzt: „Sachverhalt prüfen“ entfällt; es geht weiter bei „Antwort schreiben“. "
        "Begründung: War der falsche Weg."
    )
    assert entry.before[0].startswith("Aufgabe „Sachverhalt prüfen“")
    assert entry.after[0].startswith("Aufgabe „Antwort schreiben“")
    assert told(firm, case, "case.moved", "en").sentence.startswith(
        "Moved by hand: “Check the facts” is dropped"
    )


def test_a_rehearsal_says_what_would_come_of_it_and_changes_nothing(firm: World, case: Case):
    begin, at = [Begin("send_answer")], node(firm, case, "check_facts")
    before = firm.story(case)
    with firm.engine.rehearse("sue") as uow:
        moved = moving.move(uow, case.id, cancel=[at], begin=begin, why="So geht es schneller.")
        found = shown.prospect(journal.told(uow, moved, uow.journal, "de"))
    assert found.gone[0].startswith("Aufgabe „Sachverhalt prüfen“")
    assert found.calls == ("Automatischer Schritt „Antwort senden“ (Mailserver, steht an)",)
    assert not found.ends
    assert firm.at(case) == ["check_facts"]
    assert firm.story(case) == before


def test_only_supervisors_move_what_they_have_seen_to_where_it_can_be(firm: World, case: Case):
    refused(Forbidden, firm, case, "check_facts", "write_answer", who="anna")
    refused(Invalid, firm, case, "check_facts", "write_answer", why=" ")
    refused(Conflict, firm, case, "check_facts", "write_answer", seen=1)
    assert "kein" not in refused(Invalid, firm, case, "check_facts", "nowhere").sentence("de")
    assert "end the case" in str(refused(Invalid, firm, case, "check_facts"))
    assert firm.at(case) == ["check_facts"]
    assert firm.now(case).state == CaseState.OPEN


def test_a_call_whose_place_is_moved_away_is_told_late(firm: World):
    case = about_to_answer(firm)
    with firm.engine.begin("worker") as uow:
        lease = jobs.lease(uow, "w1")
    assert lease is not None
    move(firm, case, "send_answer", "write_answer")
    with firm.engine.begin("worker") as uow:
        assert not settling.settle(uow, lease, Done({"told": True}))
    assert "job.came_late" in firm.story(case)
    assert "write_answer" in firm.at(case)


def test_an_incident_is_settled_by_moving_on_from_what_stands_still(firm: World):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("address_refused", "550")]
    firm.drain()
    incident = firm.incident(case)
    with firm.engine.begin("sue") as uow:
        uow.get(Incident, incident.id).remedies = ["move", "end"]
    with pytest.raises(Invalid, match="the element at which"):
        resolve(firm, incident, Remedy.MOVE, note="Wir rufen an.")
    resolve(firm, incident, Remedy.MOVE, note="Noch einmal schreiben.", to="write_answer")
    assert firm.at(case) == ["write_answer"]
    assert told(firm, case, "incident.resolved").after[0].startswith("Aufgabe „Antwort schreiben“")


def test_a_case_is_ended_with_outcome_and_reason_and_nothing_of_it_waits(firm: World, case: Case):
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        cancelling.cancel(uow, case.id, outcome="refused", why="Doppelt.")
    with firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, case.id, outcome="refused", why="Doppelt.")
    assert firm.now(case).state == CaseState.CLOSED
    assert told(firm, case, "case.ended").after == ("Nichts ist mehr offen.",)
    with firm.engine.read() as look:
        waits = look.session.scalars(select(Wait).where(Wait.case_id == case.id)).all()
        left = look.session.scalars(
            select(Job).where(Job.case_id == case.id, Job.kind == JobKind.TIMER)
        ).all()
        assert not [*waits, *left]
    with pytest.raises(WrongState), firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, case.id, outcome="refused", why="Doppelt.")


def test_many_cases_are_moved_retried_and_ended_like_one(firm: World):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("auth_failed", "535 no")]
    firm.drain()

    def act(kind: str, **options: str) -> None:
        with firm.engine.begin("sue") as uow:
            found = KINDS[kind]
            found.act(uow, uow.case(case.id), found.check(uow, options), "Alle auf einmal.")

    act("retry")
    assert firm.story(case).count("incident.resolved") == 1
    act("move", **{"from": "send_answer", "to": "write_answer"})
    assert firm.at(case) == ["write_answer"]
    for kind, options in (
        ("retry", {}),
        ("move", {"from": "send_answer", "to": "write_answer"}),
        ("move", {}),
    ):
        with pytest.raises(CpmError):
            act(kind, **options)
    act("cancel", outcome="settled")
    assert firm.now(case).state == CaseState.CLOSED


def many(firm: World, number: int) -> Case:
    work = user("m", each(f"=for i in 1..{number} return i", output=("out", "=item")))
    return opened(firm, start(), work, user("u"), path("s", "m", "u"))


def test_what_an_approval_stands_on_is_not_handed_in_by_the_way(firm: World, case: Case):
    sly = [Begin("write_answer", None, {"approved": True})]
    with pytest.raises(Invalid, match="approval stands on it"), firm.engine.begin("sue") as uow:
        moving.move(uow, case.id, cancel=[node(firm, case, "check_facts")], begin=sly, why="So.")
    told_openly = [Begin("write_answer", None, {"hint": "Bitte freundlich."})]
    with firm.engine.begin("sue") as uow:
        moving.move(uow, case.id, begin=told_openly, why="So.")
    assert told(firm, case, "case.moved").particulars["data"] == {"hint": "Bitte freundlich."}


def test_only_supervisors_settle_an_incident_by_moving_the_case_and_never_to_its_end(firm: World):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("address_refused", "550")]
    firm.drain()
    incident = firm.incident(case)
    with firm.engine.begin("sue") as uow:
        uow.get(Incident, incident.id).remedies = ["move", "end"]
    with pytest.raises(Forbidden):
        resolve(firm, incident, Remedy.MOVE, who="anna", note="Ohne Freigabe.", to="write_answer")
    for who, offered in (("anna", ["end"]), ("sue", ["move", "end"])):
        with firm.engine.read(who) as look:
            assert [word for word, _ in incidents.view(look, incident.id).remedies] == offered
    ends = [each for each in bpmn_targets(firm, case) if each.kind == "endEvent"]
    with pytest.raises(Invalid, match="end the case instead"):
        resolve(firm, incident, Remedy.MOVE, note="Fertig.", to=ends[0].element)
    assert firm.now(case).state == CaseState.OPEN


def bpmn_targets(firm: World, case: Case) -> tuple[shown.Target, ...]:
    with firm.engine.read() as look:
        return shown.targets(look, look.get(Case, case.id), "en")


def test_a_place_that_no_case_can_have_is_refused(firm: World):
    case = many(firm, 20)
    for number in (10**11, 10**30, -1):
        with pytest.raises(Invalid), firm.engine.begin("sue") as uow:
            moving.move(uow, case.id, cancel=[number], begin=[Begin("u")], why="So.")
        with pytest.raises(Invalid), firm.engine.begin("sue") as uow:
            moving.move(uow, case.id, begin=[Begin("m", number)], why="So.")


def test_moving_of_many_takes_each_thing_that_stands_there_once(firm: World):
    case = many(firm, 3)
    with firm.engine.begin("sue") as uow:
        kind = KINDS["move"]
        kind.act(uow, uow.case(case.id), {"from": "m", "to": "u"}, "Alle auf einmal.")
    assert firm.at(case) == ["u"]


def test_a_preview_of_a_large_case_tells_as_new_only_what_is_new(firm: World):
    case = many(firm, 30)
    with firm.engine.begin("sue") as uow:
        nodes = [task.node for task in firm.open_tasks(case)][:8]
        moved = moving.move(uow, case.id, cancel=nodes, begin=[Begin("u")], why="So.")
        found = shown.prospect(journal.told(uow, moved, uow.journal, "de"))
    assert len(found.gone) == 8
    assert [line for line in found.new if "„m“" in line] == []
