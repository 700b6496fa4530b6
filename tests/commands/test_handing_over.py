"""A task that is handed to a colleague or a team, with the words that go along and what was typed at it."""

from datetime import timedelta

import pytest

from cpm.commands import handing_over, suspending, task_drafts, tasks, users
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, Suspended
from cpm.model import Role, Task, TaskState
from cpm.queries import at_desk, journal, receivers
from tests.commands.test_absences import away
from tests.commands.test_access import deploy_confidential
from tests.commands.test_parking import claim
from tests.office import FACTS, GOODWILL
from tests.world import World, mail

NOTE = "Der Fahrer ruft um drei an"
HELD, FREE = TaskState.CLAIMED, TaskState.READY


@pytest.fixture
def free(firm: World) -> Task:
    case = firm.receive(mail())
    firm.drain()
    return firm.step(case, "check_facts")


@pytest.fixture
def claimed(firm: World, free: Task) -> Task:
    return claim(firm, "anna", free.id)


@pytest.fixture
def approval(firm: World, free: Task) -> Task:
    """Of what anna did; the supervisors give it."""
    with firm.engine.read() as look:
        case = look.get(Task, free.id).case
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", GOODWILL)
    return firm.step(case, "approve")


def hand(firm: World, who: str, task: Task, to: str = "ben", note: str = NOTE) -> Task:
    with firm.engine.begin(who) as uow:
        return handing_over.to_colleague(uow, task.id, to, note=note)


def pass_on(firm: World, who: str, task: Task, team: str = "finance", note: str = NOTE) -> Task:
    with firm.engine.begin(who) as uow:
        return handing_over.to_team(uow, task.id, team, note=note)


def offered(firm: World, who: str, *of: Task) -> tuple[list[str], list[str]]:
    with firm.engine.read(who) as look:
        found = receivers.receivers(look, [task.id for task in of], "en")
    return [*found.people], [*found.teams]


@pytest.mark.parametrize("task", ["free", "claimed"])
def test_a_colleague_has_it_at_once_with_the_note(firm: World, task: str, request: pytest.FixtureRequest):
    handed = hand(firm, "anna", request.getfixturevalue(task))
    assert (handed.state, handed.assignee, handed.handed_by, handed.handed_note) == (
        HELD,
        "ben",
        "anna",
        NOTE,
    )
    with firm.engine.begin("ben") as uow:
        assert tasks.complete(uow, handed.id, FACTS).state == "done"


@pytest.mark.parametrize("task", ["free", "claimed"])
def test_a_team_may_take_it(firm: World, task: str, request: pytest.FixtureRequest):
    due = request.getfixturevalue(task).due_at
    handed = pass_on(firm, "anna", request.getfixturevalue(task))
    assert (handed.state, handed.assignee, handed.team, handed.due_at) == (FREE, None, "finance", due)
    with pytest.raises(Forbidden):
        claim(firm, "anna", handed.id)
    assert claim(firm, "fay", handed.id).handed_note == NOTE


def test_what_was_typed_goes_along(firm: World, claimed: Task):
    with firm.engine.begin("anna") as uow:
        task_drafts.save(uow, claimed.id, {"damage_text": "Riss im"})
    hand(firm, "anna", claimed)
    with firm.engine.read("ben") as look:
        taken_up = at_desk.of_task(look, look.get(Task, claimed.id), "de").taken_up
    assert taken_up is not None
    assert (taken_up.login, taken_up.values) == ("anna", {"damage_text": "Riss im"})


def test_the_journal_tells_who_has_it_now(firm: World, claimed: Task):
    hand(firm, "sue", claimed)
    pass_on(firm, "ben", claimed, note="")
    told = {}
    with firm.engine.read() as look:
        for language in ("de", "en"):
            entries = journal.journal(look, claimed.case_id, language).entries[-2:]
            told[language] = [entry.sentence for entry in entries]
    assert told["en"][0].endswith(f"of Anna to Ben: {NOTE}.")
    assert told["en"][1].endswith("to team finance.")
    assert told["de"][0].endswith(f"von Anna übergeben an Ben: {NOTE}.")
    assert told["de"][1].endswith("übergeben an das Team finance.")


def test_sent_twice_it_is_handed_over_once(firm: World, claimed: Task):
    for _ in range(2):
        hand(firm, "anna", claimed)
    for _ in range(2):
        pass_on(firm, "ben", claimed, "service")
    assert firm.story(claimed.case).count("task.handed_over") == 2


def test_who_has_the_case_is_asked_first_for_its_next_step(firm: World, claimed: Task):
    hand(firm, "anna", claimed)
    assert firm.now(claimed.case).owner == ("ben" if claimed.kept_until else None)


@pytest.mark.parametrize(
    ("to", "words"),
    [("", "übernehmen"), ("nobody", "übernehmen"), ("anna", "selbst")],
)
def test_it_wants_somebody_else_who_works_here(firm: World, claimed: Task, to: str, words: str):
    with pytest.raises(Invalid) as told:
        hand(firm, "anna", claimed, to)
    [(field, detail)] = told.value.faults("de")
    assert (field, words in detail) == ("to", True)


def test_a_team_has_to_be_there_with_people_who_work_on_cases(firm: World, claimed: Task):
    with pytest.raises(Invalid):
        pass_on(firm, "anna", claimed, "nobody")
    with pytest.raises(Forbidden):
        pass_on(firm, "anna", claimed, "operations")
    assert "operations" not in offered(firm, "anna", claimed)[1]


def test_nobody_is_handed_what_they_could_not_take(firm: World, claimed: Task):
    """Another team's agent, and who runs the installation; a supervisor steps in anywhere."""
    for stranger in ("fay", "otto"):
        with pytest.raises(Forbidden):
            hand(firm, "anna", claimed, stranger)
    assert offered(firm, "anna", claimed)[0] == ["ben", "max", "sue"]
    assert hand(firm, "anna", claimed, "sue").assignee == "sue"


def test_nobody_is_handed_what_they_have_not_the_skills_for(firm: World, claimed: Task):
    with firm.engine.begin("anna") as uow:
        uow.get(Task, claimed.id).skills = ["complaint"]
    for skills, may in ((["order"], False), (["order", "complaint"], True)):
        with firm.engine.begin("otto") as uow:
            users.change_user(uow, "ben", skills=skills)
        assert ("ben" in offered(firm, "anna", claimed)[0]) is may
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "ben", skills=["order"])
    with pytest.raises(Forbidden) as told:
        hand(firm, "anna", claimed)
    assert "Fähigkeiten" in told.value.sentence("de")


def test_nobody_is_handed_anything_while_they_are_away(firm: World, claimed: Task):
    away(firm, "ben", "fay")
    assert "ben" not in offered(firm, "anna", claimed)[0]
    with pytest.raises(Forbidden):
        hand(firm, "anna", claimed)
    assert hand(firm, "anna", claimed, "fay").assignee == "fay"


def test_four_eyes_keep_a_step_from_who_did_what_it_checks(firm: World, approval: Task):
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", teams=("service", "supervisors"))
        users.change_user(uow, "ben", teams=("service", "supervisors"))
    claim(firm, "sue", approval.id)
    assert "anna" not in offered(firm, "sue", approval)[0]
    for kept_out in ("anna", "max"):
        with pytest.raises(Forbidden) as told:
            hand(firm, "sue", approval, kept_out)
        assert "Vier-Augen" in told.value.sentence("de")
    assert hand(firm, "sue", approval).assignee == "ben"


def test_an_approval_stays_with_its_team(firm: World, approval: Task):
    claim(firm, "sue", approval.id)
    assert offered(firm, "sue", approval)[1] == ["supervisors"]
    with pytest.raises(Forbidden):
        pass_on(firm, "sue", approval, "service")
    assert pass_on(firm, "sue", approval, "supervisors").state == FREE


def test_nobody_chooses_who_approves_what_they_did(firm: World, approval: Task):
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", teams=("service", "supervisors"))
    with pytest.raises(Forbidden):
        hand(firm, "anna", approval, "sue")


def test_a_confidential_case_goes_to_nobody_who_may_not_see_it(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    firm.drain()
    task = claim(firm, "anna", firm.step(case, "check_facts").id)
    assert offered(firm, "anna", task) == (["ben"], ["service"])
    with pytest.raises(Forbidden):
        hand(firm, "anna", task, "sue")
    with pytest.raises(Forbidden):
        pass_on(firm, "anna", task, "finance")
    assert offered(firm, "fay", task) == ([], [])
    assert hand(firm, "anna", task).assignee == "ben"


def test_only_who_has_it_or_leads_hands_it_over(firm: World, claimed: Task):
    for stranger in ("ben", "fay"):
        with pytest.raises(Conflict):
            hand(firm, stranger, claimed, "sue")
    assert hand(firm, "sue", claimed).assignee == "ben"


def test_who_might_not_take_it_hands_nothing_over(firm: World, free: Task):
    for who, act in (("fay", hand), ("tom", pass_on)):
        with pytest.raises(Forbidden):
            act(firm, who, free)


def test_who_stands_in_for_its_holder_hands_it_over(firm: World, claimed: Task):
    away(firm, "anna", "fay")
    assert hand(firm, "fay", claimed).assignee == "ben"


def test_what_is_parked_is_no_longer(firm: World, claimed: Task):
    with firm.engine.begin("anna") as uow:
        tasks.park(uow, claimed.id, reason="Foto", until=uow.now + timedelta(days=1))
    assert hand(firm, "anna", claimed).parked_until is None


def test_what_is_over_or_stands_still_is_not_handed_over(firm: World, claimed: Task):
    with firm.engine.begin("sue") as uow:
        suspending.suspend_case(uow, claimed.case_id, why="Falsche Anschrift")
    with pytest.raises(Suspended):
        hand(firm, "anna", claimed)
    with firm.engine.begin("sue") as uow:
        suspending.resume_case(uow, claimed.case_id)
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, claimed.id, FACTS)
    for act in (hand, pass_on):
        with pytest.raises(Conflict):
            act(firm, "anna", claimed)


def test_a_refusal_has_a_sentence_for_each_reader(firm: World, claimed: Task):
    refusals: list[CpmError] = []
    for act, to in ((hand, "fay"), (hand, "otto"), (pass_on, "operations")):
        with pytest.raises(Forbidden) as told:
            act(firm, "anna", claimed, to)
        refusals.append(told.value)
    assert len({one.sentence("de") for one in refusals}) == 3
    assert all("Expected" in one.sentence("en") for one in refusals)


def test_a_name_that_is_locked_out_gets_nothing(firm: World, claimed: Task):
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "dan", name="Dan", roles=(Role.AGENT,), teams=("service",))
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "dan", active=False)
    assert "dan" not in offered(firm, "anna", claimed)[0]
    with pytest.raises(Invalid):
        hand(firm, "anna", claimed, "dan")
