"""The inbox: what it shows to whom, in which order, and that it costs the same however much waits."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from cpm.attributes import Search
from cpm.commands import definitions, next_task, notes, tasks
from cpm.commands import saved_views as keeping
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import Forbidden, Invalid
from cpm.model import CandidateKind, Case, Task
from cpm.model.saved_view import ALL
from cpm.queries import inbox, saved_views
from cpm.queries.inbox import Inbox
from cpm.queries.inbox_views import View, of_text
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.commands.test_spine import FACTS, answered
from tests.offers import offer
from tests.world import World, mail, shipped

MOST = 8  #: statements, whatever the number of cases


def receive(firm: World, number: int = 1, **more: str) -> Case:
    case = firm.receive(mail(message_id=f"<{number}@example.org>", **more))
    assert case is not None
    firm.drain()
    return case


def seen(firm: World, who: str = "anna", view: View = View.TEAM, **more) -> Inbox:
    with firm.engine.read(who) as look:
        return inbox.inbox(look, view, **more)


def claim(firm: World, who: str, task: int) -> None:
    with firm.engine.begin(who) as uow:
        tasks.claim(uow, task)


def test_a_row_says_what_an_agent_needs_to_choose(firm: World):
    case = receive(firm)
    row = seen(firm, language="en").rows[0]
    assert (row.case, row.customer, row.title) == (case.number, "Mara Beispiel", "Check the facts")
    assert (row.channel, row.state, row.incident, row.assignee) == ("email", "ready", False, None)
    assert row.process
    assert row.due is not None
    assert not row.overdue
    assert row.last
    assert row.last_at is not None


def test_views_are_told_apart(firm: World, clock):
    one, two, three = (receive(firm, number).id for number in (1, 2, 3))
    by_case = {row.case_id: row.task for row in seen(firm).rows}
    claim(firm, "anna", by_case[one])
    claim(firm, "anna", by_case[two])
    with firm.engine.begin("anna") as uow:
        tasks.park(uow, by_case[two], reason="Wartet auf den Fahrer", until=uow.now + timedelta(hours=2))
    assert [row.case_id for row in seen(firm, view=View.MINE).rows] == [one]
    assert [row.case_id for row in seen(firm, view=View.TEAM).rows] == [three]
    parked = seen(firm, view=View.PARKED).rows[0]
    assert (parked.case_id, parked.parked_because) == (two, "Wartet auf den Fahrer")
    counts = {view.value: str(count) for view, count in seen(firm).counts.items()}
    assert counts == {"mine": "1", "team": "1", "due_today": "0", "waiting": "0", "parked": "1"}
    clock.advance(timedelta(hours=2))
    assert {row.case_id for row in seen(firm, view=View.MINE).rows} == {one, two}
    assert seen(firm, "ben", View.MINE).rows == ()


def test_due_today_has_what_is_overdue(firm: World, clock):
    receive(firm)
    assert seen(firm, view=View.DUE_TODAY).rows == ()
    clock.advance(timedelta(days=30))
    row = seen(firm, view=View.DUE_TODAY).rows[0]
    assert row.overdue


def test_a_case_waits_for_its_customer(firm: World):
    case = answered(firm)
    row = seen(firm, view=View.WAITING).rows[0]
    assert (row.task, row.case) == (None, case.number)
    assert row.title
    assert str(seen(firm, view=View.WAITING).counts[View.WAITING]) == "1"


def test_only_supervisors_look_at_everybodys(firm: World):
    receive(firm)
    with pytest.raises(Forbidden):
        seen(firm, view=View.EVERYBODY)
    assert len(seen(firm, "sue", View.EVERYBODY).rows) == 1
    assert View.EVERYBODY not in seen(firm).counts


def test_a_supervisor_does_not_see_confidential_ones_of_others(firm: World):
    deploy_confidential(firm)
    receive(firm)
    whole = seen(firm, "sue", View.EVERYBODY)
    assert whole.rows == ()
    assert str(whole.counts[View.EVERYBODY]) == "0"
    assert len(seen(firm).rows) == 1


def test_a_task_offered_by_name_is_there_once(firm: World):
    case = receive(firm)
    task = firm.step(case, "check_facts")
    with firm.engine.begin("test") as uow:
        offer(uow, task.id, (CandidateKind.USER, "fay"), (CandidateKind.TEAM, "service"))
    assert [row.task for row in seen(firm, "fay").rows] == [task.id]
    assert [row.task for row in seen(firm).rows] == [task.id]


def test_what_is_offered_by_name_is_there_as_long_as_it_is_free_and_as_urgent_as_it_is(firm: World):
    one, two = (firm.step(receive(firm, number), "check_facts").id for number in (1, 2))
    with firm.engine.begin("test") as uow:
        for task in (one, two):
            offer(uow, task, (CandidateKind.USER, "fay"))
        uow.get(Task, two).priority += 1
    assert [row.task for row in seen(firm, "fay").rows] == [two, one]
    claim(firm, "anna", two)
    assert [row.task for row in seen(firm, "fay").rows] == [one]
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, two)
    with firm.engine.begin("test") as uow:
        uow.get(Task, one).priority += 2
    assert [row.task for row in seen(firm, "fay").rows] == [one, two]
    with firm.engine.begin("fay") as uow:
        assert next_task.take_next(uow).id == one
    assert [row.task for row in seen(firm, "fay").rows] == [two]
    with firm.engine.begin("test") as uow:
        uow.get(Task, two).due_at = uow.now + timedelta(minutes=1)
    assert [row.task for row in seen(firm, "fay", View.DUE_TODAY).rows if row.task == two] == [two]


def test_a_filter_finds_customer_subject_and_number(firm: World):
    one = receive(firm, 1, sender="Mara Beispiel <mara@example.org>", subject="Kessel")
    receive(firm, 2, sender="Jonas Probe <jonas@example.org>", subject="Rechnung")
    for sought in ("mara", "KESSEL", one.number, "beispiel"):
        found = seen(firm, search=of_text(sought))
        assert [row.case_id for row in found.rows] == [one.id], sought
        assert (str(found.total), str(found.counts[View.TEAM])) == ("1", "2")
    assert seen(firm, search=of_text("100%")).rows == ()


def crowd(firm: World, number: int) -> None:
    """So many more open tasks like the first one, each with a case of its own."""
    case = receive(firm, 900)
    task = firm.step(case, "check_facts")
    with firm.engine.begin("test") as uow:
        first = uow.session.execute(select(Case.__table__).where(Case.id == case.id)).mappings().one()
        like = uow.session.execute(select(Task.__table__).where(Task.id == task.id)).mappings().one()
        ids = range(10_000, 10_000 + number)
        uow.session.execute(insert(Case), [{**first, "id": one} for one in ids])
        uow.session.execute(
            insert(Task), [{**like, "id": one, "case_id": one, "priority": one % 100} for one in ids]
        )


def test_it_costs_the_same_however_much_waits(firm: World):
    receive(firm)
    seen(firm)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as few:
        seen(firm)
    crowd(firm, 1_200)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as many:
        full = seen(firm)
    assert len([one for one in many if one != "BEGIN"]) <= MOST
    assert len(many) == len(few)
    assert (str(full.total), full.pages, len(full.rows)) == ("999+", 50, 20)
    assert (str(full.counts[View.TEAM]), str(seen(firm, view=View.MINE).counts[View.TEAM])) == ("999+", "99+")
    with firm.engine.read("anna") as look:
        assert str(inbox.counts(look, (), View.TEAM)[0][View.TEAM]) == "999+"
    with statements(firm.engine.database) as filtered:
        assert len(seen(firm, search=of_text("Mara"), page=2).rows) == 20
    assert len([one for one in filtered if one != "BEGIN"]) <= MOST


def test_pages_follow_each_other_by_urgency(firm: World):
    crowd(firm, 60)
    pages = [seen(firm, page=page) for page in (1, 2, 3, 4)]
    found = [row for page in pages for row in page.rows]
    assert [len(page.rows) for page in pages] == [20, 20, 20, 1]
    assert len({row.task for row in found}) == 61
    order = [(-row.priority, row.due, row.task) for row in found]
    assert order == sorted(order)


def test_next_takes_the_most_urgent(firm: World):
    crowd(firm, 30)
    with firm.engine.begin("anna") as uow:
        taken = next_task.take_next(uow)
    assert taken is not None
    assert (taken.assignee, taken.priority) == ("anna", max(taken.priority, 29))


def test_next_is_nothing_when_nothing_is_free(firm: World):
    case = receive(firm)
    claim(firm, "anna", firm.step(case, "check_facts").id)
    with firm.engine.begin("ben") as uow:
        assert next_task.take_next(uow) is None


def test_next_passes_over_the_approval_of_ones_own_step(firm: World):
    """A supervisor who decided the remedy must not be given its approval."""
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    dear = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet."}
    firm.do(case, "decide_remedy", "sue", dear)
    assert [row.title for row in seen(firm, "sue").rows]
    with firm.engine.begin("sue") as uow:
        assert next_task.take_next(uow) is None


def test_two_agents_never_get_the_same(firm: World):
    crowd(firm, 19)
    found: list[int] = []
    failed: list[BaseException] = []

    def take(who: str) -> None:
        try:
            for _ in range(5):
                with firm.engine.begin(who) as uow:
                    if (task := next_task.take_next(uow)) is not None:
                        found.append(task.id)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=take, args=(who,)) for who in ("anna", "ben", "anna", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(found) == len(set(found)) == 20


def test_calls_and_parts_have_their_words(firm: World):
    """A process that is deployed again, a case by telephone: both have rows like any other."""
    with firm.engine.begin("anna") as uow:
        customer = NewCustomer(Facts(last_name="Probe"))
        notes.open_by_hand(
            uow, Said("phone", "Anruf", "Kessel tropft"), process="complaint", customer=customer
        )
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, dict(shipped()))
    assert seen(firm).rows[0].channel == "phone"


def test_a_view_is_narrowed_by_process_channel_team_and_due_time(firm: World, clock):
    receive(firm)
    for text, fits in (
        ("process=complaint&channel=email&team=service", 1),
        ("process=order", 0),
        ("channel=phone&channel=email", 1),
        ("channel=phone", 0),
        ("team=finance", 0),
        ("due.to=today%2B30", 1),
        ("due.to=today-1", 0),
        ("text.contains=Mara&channel=email", 1),
    ):
        assert len(seen(firm, search=Search.of_text(text)).rows) == fits, text
        assert seen(firm, search=Search.of_text(text)).total.number == fits, text
    clock.advance(timedelta(days=40))
    assert len(seen(firm, search=Search.of_text("due.to=today-1")).rows) == 1


def test_cases_that_wait_are_narrowed_as_well(firm: World):
    answered(firm)
    for text, fits in (("team=service&due.to=today%2B60&text.contains=Mara", 1), ("team=finance", 0)):
        assert len(seen(firm, view=View.WAITING, search=Search.of_text(text)).rows) == fits, text


def test_a_supervisor_filters_where_there_are_confidential_ones(firm: World):
    deploy_confidential(firm)
    receive(firm)
    assert seen(firm, "sue", View.EVERYBODY, search=of_text("Mara")).rows == ()


@pytest.mark.parametrize("text", ["ghost=1", "due.to=soon", "due.from=today", "team.contains=a", "text=a"])
def test_a_filter_that_there_is_not_is_refused(firm: World, text: str):
    with pytest.raises(Invalid):
        seen(firm, search=Search.of_text(text))


def keep(firm: World, name: str, text: str, view: View = View.TEAM, who: str = "anna", **more) -> int:
    with firm.engine.begin(who) as uow:
        return keeping.create(uow, name, Search.of_text(text), inbox=view, **more).id


def kept_counts(firm: World, who: str = "anna") -> dict[str, str]:
    with firm.engine.read(who) as look:
        kept = saved_views.of_inbox(look)
        found = inbox.inbox(look, View.TEAM, kept=kept)
    return {one.name: str(found.kept[one.id]) for one in kept}


def test_kept_views_are_counted_beside_the_others(firm: World):
    answered(firm)
    receive(firm, 7)
    keep(firm, "By mail", "channel=email")
    keep(firm, "By phone", "channel=phone")
    keep(firm, "Waiting", "text.contains=Mara", View.WAITING)
    assert kept_counts(firm) == {"By mail": "1", "By phone": "0", "Waiting": "1"}
    assert kept_counts(firm, "ben") == {}


def test_a_kept_view_counts_no_further_than_99(firm: World, monkeypatch: pytest.MonkeyPatch):
    crowd(firm, 110)
    keep(firm, "All", "channel=email")
    keep(firm, "None", "channel=phone")
    assert kept_counts(firm) == {"All": "99+", "None": "0"}
    monkeypatch.setattr(inbox, "MOST", 50)
    assert kept_counts(firm) == {"All": "50+", "None": "0+"}


def test_kept_views_cost_no_statement_more(firm: World):
    receive(firm)
    for number in range(8):
        keep(firm, f"View {number}", "channel=email", list(View)[number % 5])
    firm.engine.library.refresh(now=True)
    with firm.engine.read("anna") as look:
        kept = saved_views.of_inbox(look)
        with statements(firm.engine.database) as sent:
            inbox.inbox(look, View.TEAM, kept=kept, search=of_text("Mara"))
    assert len([one for one in sent if not one.startswith("BEGIN")]) <= MOST, "\n".join(sent)


def test_a_view_of_everybodys_tasks_is_for_supervisors(firm: World):
    with pytest.raises(Forbidden):
        keep(firm, "All there is", "channel=email", View.EVERYBODY)
    keep(firm, "All there is", "channel=email", View.EVERYBODY, "sue", share=ALL)
    keep(firm, "Mails", "channel=email", who="sue", share=ALL)
    assert list(kept_counts(firm)) == ["Mails"]
    assert list(kept_counts(firm, "sue")) == ["All there is", "Mails"]


def test_kept_views_and_lists_are_apart(firm: World):
    number = keep(firm, "Mails", "channel=email")
    with firm.engine.read("anna") as look:
        assert str(number) not in [view.key for view in saved_views.of_user(look)]
    with firm.engine.begin("anna") as uow:
        keeping.create(uow, "A list", Search.of_text("state=open"))
        keeping.change(uow, number, name="E-mails", search=Search.of_text("team=service"), inbox=View.MINE)
    with firm.engine.read("anna") as look:
        [view] = saved_views.of_inbox(look)
    assert (view.name, view.view, view.search) == ("E-mails", View.MINE, Search.of_text("team=service"))


def test_a_view_that_cannot_be_asked_is_not_kept(firm: World):
    with pytest.raises(Invalid):
        keep(firm, "Ghosts", "ghost=1")


def test_there_is_an_end_to_the_number_of_views(firm: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "MOST_OF_INBOX", 1)
    keep(firm, "One", "channel=email")
    with pytest.raises(Invalid):
        keep(firm, "Two", "channel=email")
    assert list(kept_counts(firm)) == ["One"]
