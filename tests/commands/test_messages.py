"""Messages of other systems: delivered once, however often they come, and whichever comes first."""

from datetime import timedelta

from sqlalchemy import select

from cpm.commands import correlation, messages, variables
from cpm.model import Case, Message
from cpm.model.message import REPLIED
from cpm.queries import journal
from tests.clock import FakeClock
from tests.commands.test_spine import answered
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import World, mail

SAID = {"reply_subject": "Kessel", "reply_text": "Er tropft noch.", "last_message_id": None}


def tell(firm: World, case: Case, unique_id: str = "hook-1") -> bool:
    with firm.engine.begin("test") as uow:
        return correlation.correlate(uow, REPLIED, case.number, unique_id, SAID)


def known(firm: World) -> list[Message]:
    with firm.engine.read() as look:
        return [*look.session.scalars(select(Message).order_by(Message.id))]


def told(firm: World, case: Case) -> int:
    return firm.story(case).count("message.correlated")


def test_a_message_that_was_delivered_is_not_kept_again(firm: World, clock: FakeClock):
    """Other systems send again what they think was lost; that is no failure that a person should look at."""
    case = answered(firm)
    before = told(firm, case)
    assert tell(firm, case)
    assert tell(firm, case)
    assert told(firm, case) == before + 1
    assert [message.payload for message in known(firm) if message.unique_id == "hook-1"] == [{}]
    clock.advance(messages.TIME_TO_LIVE + timedelta(minutes=1))
    firm.drain()
    codes = [entry.particulars["code"] for entry in firm.journal(case) if entry.what == "incident.raised"]
    assert "not_correlated" not in codes


def test_a_message_that_is_kept_is_kept_once(firm: World):
    case = firm.receive(mail())
    assert not tell(firm, case)
    assert not tell(firm, case)
    assert len(known(firm)) == 1


def test_what_was_delivered_is_forgotten_in_the_end(firm: World, clock: FakeClock):
    first, second = answered(firm), firm.receive(mail(message_id="<2@example.org>"))
    tell(firm, first)
    clock.advance(messages.TIME_TO_LIVE)
    with firm.engine.begin("test") as uow:
        correlation.correlate(uow, REPLIED, second.number, "hook-2", SAID)
    assert "hook-1" not in {message.unique_id for message in known(firm)}


def test_a_message_that_came_before_its_wait_counts_once_after_it_too(firm: World, clock: FakeClock):
    case = firm.receive(mail())
    tell(firm, case)
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    clock.advance(timedelta(minutes=1))
    firm.drain()
    assert tell(firm, case), "it was delivered before"
    assert len(known(firm)) == 1
    assert told(firm, case) == 1


def test_no_message_changes_what_the_engine_knows_or_an_approval_stands_on(firm: World):
    case = answered(firm)
    forged = {**SAID, "case_no": "C-000009-9", "outcome": "settled", "goodwill_amount": 99_999}
    with firm.engine.begin("test") as uow:
        before = variables.load(uow, uow.get(Case, case.id))[""]
        assert correlation.correlate(uow, REPLIED, case.number, "hook-1", forged)
    with firm.engine.read() as look:
        after = variables.load(look, look.get(Case, case.id))[""]
        entries = journal.journal(look, case.id, "en").entries
    assert after["reply_text"] == SAID["reply_text"]
    for name in ("case_no", "outcome", "goodwill_amount"):
        assert after.get(name) == before.get(name)
    [sentence] = [entry.sentence for entry in entries if entry.what == "message.correlated"]
    assert sentence.endswith("Not taken over: case_no, goodwill_amount, outcome.")
