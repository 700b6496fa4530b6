"""Cases that are one become one and two become two, and for thirty days it can be taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.channels import Attachment, message_ids
from cpm.commands import cancelling, drafts, joining, links, replies, separating, splitting, tasks
from cpm.commands import status_links as closing_links
from cpm.errors import CpmError, Invalid, NotFound, WrongState
from cpm.model import Case, CaseLink, CaseState, Interaction, Reply, ReplyState
from cpm.queries import status_links
from tests.clock import FakeClock
from tests.commands.test_replies import HELLO, OTHER
from tests.commands.test_spine import FACTS
from tests.commands.test_triage import choose, messages, vague
from tests.world import World, mail

TEXTS = ("Der Kessel ist kaputt.", "Der Kessel ist immer noch kaputt.")


@pytest.fixture
def two(firm: World) -> tuple[Case, Case]:
    """The customer has written twice about one boiler; the second case has come further."""
    first, second = (
        firm.receive(mail(message_id=f"<{number}@example.org>", text=text))
        for number, text in enumerate(TEXTS)
    )
    assert first is not None
    assert second is not None
    firm.drain()
    firm.do(second, "check_facts", "anna", FACTS)
    return first, second


def merge(firm: World, case: Case, into: Case, who: str = "anna") -> CaseLink:
    with firm.engine.begin(who) as uow:
        return joining.merge(uow, case.id, into.id, why="Derselbe Kessel.")


def undo(firm: World, link: CaseLink, who: str = "anna") -> None:
    with firm.engine.begin(who) as uow:
        separating.undo(uow, link.id, why="Doch zwei Kessel.")


def test_a_merged_case_gives_all_to_the_survivor_and_is_closed(firm: World, two):
    first, second = two
    merge(firm, second, first)
    assert messages(firm, first) == list(TEXTS)
    ended = firm.now(second)
    assert (ended.state, ended.outcome, ended.merged_into_id) == (CaseState.CLOSED, "merged", first.id)
    assert (firm.open_tasks(second), firm.waits(second)) == ([], [])
    assert "case.merged" in firm.story(second)
    assert "case.absorbed" in firm.story(first)


def test_what_is_being_written_goes_along_and_comes_back(firm: World, two, clock: FakeClock):
    """A draft, one more of somebody who has one there already, and a mail with a file that is just leaving."""
    first, second = two
    firm.post.calls.clear()
    with firm.engine.begin("ben") as uow:
        drafts.save(uow, second.id, HELLO, seen=0)
    with firm.engine.begin("sue") as uow:
        drafts.save(uow, first.id, HELLO, seen=0)
        drafts.save(uow, second.id, OTHER, seen=0)
    with firm.engine.begin("anna") as uow:
        [plan] = drafts.attach(uow, second.id, [Attachment("plan.pdf", "application/pdf", b"%PDF")])
        leaving = replies.send(uow, second.id, replace(HELLO, documents=(plan,)))
        message_id = leaving.message_id
    link = merge(firm, second, first)
    clock.advance(replies.PAUSE)
    firm.drain()
    [call] = [call for call in firm.post.calls if call.operation == "smtp.send"]
    assert (call.message_id, [file.name for file in call.files]) == (message_id, ["plan.pdf"])
    with firm.engine.read("ben") as look:
        assert look.get(Reply, leaving.id).state == ReplyState.SENT
        assert drafts.of(look, first.id).text == HELLO.text
    with firm.engine.read("sue") as look:
        joined = drafts.of(look, first.id).text
        assert HELLO.text in joined
        assert OTHER.text in joined
    undo(firm, link)
    with firm.engine.read("ben") as look:
        assert drafts.of(look, second.id).text == HELLO.text


def test_the_customers_link_to_a_merged_case_shows_the_survivor(firm: World, two):
    first, second = two
    with firm.engine.read() as look:
        token = status_links.link(look, look.get(Case, second.id)).rpartition("/")[2]
    merge(firm, second, first)
    with firm.engine.read() as look:
        assert status_links.opened(look, token).case.id == first.id
    with firm.engine.begin("sue") as uow:
        closing_links.revoke(uow, first.id)
    with firm.engine.read() as look, pytest.raises(NotFound):
        status_links.opened(look, token)


def test_what_leads_to_a_merged_case_leads_to_the_survivor(firm: World, two):
    first, second = two
    merge(firm, second, first)
    token = message_ids.token(firm.engine.settings.secret, second.id)
    to = {"Delivered-To": f"service+{token}@firm.example"}
    by_token = firm.receive(mail(sender="x@example.com", message_id="<8@x.example>", headers=to))
    by_number = firm.receive(mail(subject=f"Zu {second.number}", message_id="<9@example.org>"))
    assert by_token is not None
    assert by_number is not None
    assert {by_token.id, by_number.id} == {first.id}


def test_undone_it_stands_where_it_stood(firm: World, two):
    first, second = two
    before = firm.at(second), firm.waits(second), firm.now(second).due_at
    link = merge(firm, second, first)
    later = firm.receive(mail(message_id="<7@example.org>", subject=f"Zu {first.number}", text="Noch etwas."))
    assert later is not None
    undo(firm, link)
    again = firm.now(second)
    assert (again.state, again.outcome, again.merged_into_id) == (CaseState.OPEN, None, None)
    assert (firm.at(second), firm.waits(second), again.due_at) == before
    assert messages(firm, second) == [TEXTS[1]]
    assert messages(firm, first) == [TEXTS[0], "Noch etwas."]
    firm.do(second, "decide_remedy", "anna", {"remedy": "explain", "reason": "Kein Mangel."})


def test_what_was_undone_is_not_undone_again(firm: World, two):
    link = merge(firm, *reversed(two))
    undo(firm, link)
    with pytest.raises(CpmError):
        undo(firm, link)
    undo(firm, merge(firm, *reversed(two)))


def test_after_thirty_days_it_stays(firm: World, two, clock: FakeClock):
    link = merge(firm, *reversed(two))
    clock.advance(timedelta(days=30, seconds=1))
    with pytest.raises(WrongState, match="within 30 days"):
        undo(firm, link)


def test_a_chain_of_merges_is_undone_from_its_end(firm: World, two):
    first, second = two
    third = firm.receive(mail(message_id="<5@example.org>", text="Immer noch kaputt."))
    assert third is not None
    inner, outer = merge(firm, second, first), merge(firm, first, third)
    with pytest.raises(WrongState, match="undo that first"):
        undo(firm, inner)
    undo(firm, outer)
    undo(firm, inner)
    assert [firm.now(case).state for case in (first, second, third)] == [CaseState.OPEN] * 3


def test_an_open_case_is_not_merged_into_a_closed_one(firm: World, two):
    first, second = two
    with firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, first.id, outcome="withdrawn", why="Zurückgezogen.")
    with pytest.raises(WrongState, match="merge it into"):
        merge(firm, second, first)
    link = merge(firm, first, second)
    assert firm.now(first).outcome == "merged"
    undo(firm, link)
    assert (firm.now(first).state, firm.now(first).outcome) == (CaseState.CLOSED, "withdrawn")


def test_links_follow_to_the_survivor_and_back(firm: World, two):
    first, second = two
    third = firm.receive(mail(message_id="<5@example.org>", text="Und die Rechnung ist falsch."))
    assert third is not None
    with firm.engine.begin("anna") as uow:
        said = links.link(uow, second.id, third.id, "caused", why="Folgt daraus.")
        assert links.link(uow, second.id, third.id, "caused").id == said.id
    joined = merge(firm, second, first)
    with firm.engine.read() as look:
        assert look.get(CaseLink, said.id).case_id == first.id
    undo(firm, joined)
    with firm.engine.read() as look:
        assert look.get(CaseLink, said.id).case_id == second.id


def test_a_case_is_split_and_put_together_again(firm: World, two):
    first, _ = two
    firm.receive(
        mail(message_id="<6@example.org>", subject=f"Zu {first.number}", text="Die Pumpe ist auch kaputt.")
    )
    with firm.engine.read() as look:
        second_message = max(each.id for each in _rows(look, first))
    with firm.engine.begin("anna") as uow:
        link = splitting.split(
            uow, first.id, messages=[second_message], process="complaint", subject="Pumpe", why="Zwei Dinge."
        )
        new = uow.get(Case, link.case_id)
    assert (messages(firm, first), messages(firm, new)) == ([TEXTS[0]], ["Die Pumpe ist auch kaputt."])
    assert (new.subject, firm.at(new)) == ("Pumpe", ["check_facts"])
    undo(firm, link)
    assert messages(firm, first) == [TEXTS[0], "Die Pumpe ist auch kaputt."]
    assert firm.now(new).state == CaseState.OPEN  # what its process did stays, and is told


def test_a_split_needs_a_message_of_the_customer(firm: World, two):
    with pytest.raises(Invalid, match="at least one message"), firm.engine.begin("anna") as uow:
        splitting.split(uow, two[0].id, messages=[], process="complaint", why="Nichts.")


def test_a_wrong_place_is_put_right(firm: World, two):
    """PROCESSES 5.9: wrong choice later, undo for thirty days."""
    first, _ = two
    case = vague(firm)
    choose(firm, case, case_choice=first.number)
    with firm.engine.read() as look:
        link = look.session.query(CaseLink).filter_by(case_id=case.id).one()
    undo(firm, link)
    assert (firm.now(case).state, firm.at(case)) == (CaseState.OPEN, ["triage"])
    assert len(messages(firm, case)) == 1
    choose(firm, case, case_choice="none")
    assert firm.now(case).outcome == "filed"


def test_who_does_not_work_on_cases_does_not_join_them(firm: World, two):
    with pytest.raises(CpmError):
        merge(firm, *two, who="otto")


def test_a_claimed_step_is_withdrawn_and_offered_anew(firm: World, two):
    first, second = two
    task = firm.step(second, "decide_remedy")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    undo(firm, merge(firm, second, first))
    assert firm.step(second, "decide_remedy").id != task.id


def _rows(look, case: Case):
    return look.session.scalars(select(Interaction).where(Interaction.case_id == case.id)).all()
