"""What somebody writes to a customer leaves once, is seen at once, and is never lost: draft, sent, failed, taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.channels import Attachment
from cpm.channels.mail import replies as cutting
from cpm.commands import (
    cancelling,
    caps,
    drafts,
    identifiers,
    interactions,
    replies,
    resolutions,
    sent_twice,
    suspending,
)
from cpm.commands.document_limits import TooLarge
from cpm.connectors import Failed, Retry, Sent
from cpm.errors import Forbidden, Invalid, Suspended, WrongState
from cpm.model import (
    Case,
    CaseState,
    Document,
    Interaction,
    Job,
    Remedy,
    Reply,
    ReplyState,
    Sending,
)
from cpm.queries import replying, suggested_reply
from cpm.queries.written import Written
from tests.commands.test_cost import statements
from tests.world import World, mail

HELLO = Written(to="mara@example.org", subject="Re: Kessel", text="Guten Tag,\nder Kessel kommt morgen.")

OTHER = Written(to="mara@example.org", subject="Re: Kessel", text="Guten Tag,\nes wird doch Freitag.")


def send(firm: World, case: Case, written: Written = HELLO, *, who: str = "anna", **more) -> Reply:
    with firm.engine.begin(who) as uow:
        return replies.send(uow, case.id, written, **more)


def leave(firm: World, clock) -> None:
    clock.advance(replies.PAUSE + timedelta(seconds=1))
    firm.drain()


def now(firm: World, reply: Reply) -> Reply:
    with firm.engine.read() as look:
        return look.get(Reply, reply.id)


def test_a_message_leaves_once_and_its_answer_finds_the_case(firm, case, clock):
    with firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).where(Interaction.case_id == case.id)).first()
    reply = send(firm, case, Written(**{**_fields(HELLO), "answers": said.id, "cc": "bo@example.org"}))
    assert now(firm, reply).state == ReplyState.LEAVING
    leave(firm, clock)

    [call] = firm.post.calls
    assert (call.inputs["to"], call.inputs["cc"]) == (["mara@example.org"], ["bo@example.org"])
    assert call.inputs["references"] == ["<1@example.org>"]
    assert call.message_id == now(firm, reply).message_id
    assert now(firm, reply).state == ReplyState.SENT
    assert firm.story(case)[-2:] == ["reply.sent_off", "interaction.sent"]
    with firm.engine.read() as look:
        assert (
            look.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == "letter")).all() == []
        )
    answer = mail(message_id="<2@example.org>", text="Danke", headers={"In-Reply-To": call.message_id})
    assert firm.receive(answer).id == case.id


def _fields(written: Written) -> dict:
    return {name: getattr(written, name) for name in written.__dataclass_fields__}


def test_a_page_that_is_sent_twice_is_one_message(firm, case, clock):
    """Its answer was lost, or somebody was quick; what they write later in the same words is another one."""
    first = send(firm, case)
    with firm.engine.begin("anna") as uow:
        drafts.save(uow, case.id, HELLO, seen=0)
    assert send(firm, case).id == first.id
    assert send(firm, case, OTHER).id != first.id
    leave(firm, clock)
    assert send(firm, case).id == first.id
    assert len(firm.post.calls) == 2
    clock.advance(sent_twice.TWICE)
    assert send(firm, case).id != first.id


def test_only_a_message_of_the_case_is_answered(firm, case):
    """After a split the message is another case's, and a number may be typed wrongly."""
    strange = Written(**{**_fields(HELLO), "answers": 99_999})
    with firm.engine.begin("anna") as uow:
        assert drafts.save(uow, case.id, strange, seen=0).answers_id is None
    with pytest.raises(Invalid, match="99999"), firm.engine.begin("anna") as uow:
        replies.send_new(uow, case.id, strange)


def test_a_draft_is_one_for_each_author_and_survives_its_author(firm, case):
    for text in ("Erst so", "Dann so"):
        with firm.engine.begin("anna") as uow:
            drafts.save(uow, case.id, Written(to="kein-at", subject="", text=text), seen=0)
    with firm.engine.begin("ben") as uow:
        drafts.save(uow, case.id, HELLO, seen=0)
    with firm.engine.read("ben") as look:
        assert drafts.of(look, case.id).text == HELLO.text
        assert [each.name for each in replying.others(look, case.id)] == ["Anna"]
    with firm.engine.read("anna") as look:
        assert drafts.of(look, case.id).text == "Dann so"
    with firm.engine.begin("anna") as uow:
        drafts.discard(uow, case.id)
    with firm.engine.read("anna") as look:
        assert drafts.of(look, case.id) is None


def test_what_is_sent_was_the_draft(firm, case):
    with firm.engine.begin("anna") as uow:
        draft = drafts.save(uow, case.id, Written(to="", subject="x", text="y"), seen=0)
    assert send(firm, case).id == draft.id
    with firm.engine.read("anna") as look:
        assert drafts.of(look, case.id) is None


def test_a_failed_message_becomes_an_exception_and_goes_to_the_right_address(firm, case, clock):
    firm.post.outcomes = [Failed("address_refused", "550 5.1.1 no such user")]
    reply = send(firm, case, Written(**{**_fields(HELLO), "to": "mra@example.org"}))
    leave(firm, clock)
    incident = firm.incident(case)
    failed = now(firm, reply)
    assert (failed.state, failed.why) == (ReplyState.FAILED, "550 5.1.1 no such user")
    assert set(incident.remedies) == {Remedy.RETRY, Remedy.CORRECT, Remedy.SUPPLY, Remedy.HANDOVER}
    with firm.engine.read("anna") as look:
        assert replying.of_case(look, case.id)[0].incident == incident.id
    with pytest.raises(Invalid), firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"to": "keine Adresse"})
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"to": "mara@example.org"})
    firm.drain()
    first, second = firm.post.calls
    assert second.inputs["to"] == ["mara@example.org"]
    assert second.message_id == first.message_id == now(firm, reply).message_id
    assert now(firm, reply).state == ReplyState.SENT
    assert firm.now(case).state == CaseState.OPEN


def test_a_failed_message_may_be_told_as_done_otherwise(firm, case, clock):
    firm.post.outcomes = [Failed("address_refused", "no")]
    reply = send(firm, case)
    leave(firm, clock)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, firm.incident(case).id, Remedy.SUPPLY, note="Angerufen.")
    firm.drain()
    assert len(firm.post.calls) == 1
    assert now(firm, reply).state == ReplyState.FAILED


def test_a_server_that_is_away_gets_it_later_under_the_same_message_id(firm, case, clock):
    firm.post.outcomes = [Retry("away"), Retry("away")]
    reply = send(firm, case)
    leave(firm, clock)
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        firm.drain()
    assert len(firm.post.calls) == 3
    assert len({call.message_id for call in firm.post.calls}) == 1
    assert now(firm, reply).state == ReplyState.SENT
    assert "reply.postponed" in firm.story(case)


def test_it_can_be_taken_back_until_an_attempt_is_made(firm, case, clock):
    reply = send(firm, case)
    with pytest.raises(WrongState), firm.engine.begin("ben") as uow:
        replies.take_back(uow, reply.id)
    with firm.engine.begin("anna") as uow:
        replies.take_back(uow, reply.id)
    leave(firm, clock)
    assert firm.post.calls == []
    assert now(firm, reply).state == ReplyState.DRAFT
    firm.post.outcomes = [Retry("away")]
    again = send(firm, case)
    leave(firm, clock)
    with pytest.raises(WrongState), firm.engine.begin("anna") as uow:
        replies.take_back(uow, again.id)


def test_who_does_not_know_what_came_meanwhile_is_asked_first(firm, case):
    with firm.engine.read() as look:
        seen = replying.last_seen(look, case.id)
    machine = mail(
        message_id="<3@example.org>",
        headers={"In-Reply-To": "<1@example.org>", "Auto-Submitted": "auto-replied"},
    )
    firm.receive(machine)
    send(firm, case, seen=seen)
    firm.receive(
        mail(message_id="<4@example.org>", text="Schon gut!", headers={"In-Reply-To": "<1@example.org>"})
    )
    with pytest.raises(replies.News):
        send(firm, case, OTHER, seen=seen)
    assert send(firm, case, OTHER, seen=seen, anyway=True).state == ReplyState.LEAVING


def test_a_closed_case_is_written_to_without_opening_it(firm, case, clock):
    with firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, case.id, outcome="settled", why="erledigt")
    send(firm, case)
    leave(firm, clock)
    assert len(firm.post.calls) == 1
    assert firm.now(case).state == CaseState.CLOSED


def test_the_end_of_a_case_does_not_keep_a_message_from_leaving(firm, case, clock):
    send(firm, case)
    with firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, case.id, outcome="settled", why="erledigt")
    leave(firm, clock)
    assert len(firm.post.calls) == 1


def test_nothing_leaves_a_case_that_stands_still(firm, case, clock):
    reply = send(firm, case)
    with firm.engine.begin("sue") as uow:
        suspending.suspend_case(uow, case.id, why="Verdacht")
    leave(firm, clock)
    assert firm.post.calls == []
    with pytest.raises(Suspended):
        send(firm, case, who="ben")
    with firm.engine.begin("sue") as uow:
        suspending.resume_case(uow, case.id)
    firm.drain()
    assert now(firm, reply).state == ReplyState.SENT


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        (("", "x", "y"), {"to"}),
        (("mara@", "x", "y"), {"to"}),
        (("service@firm.example", "x", "y"), {"to"}),
        (("service+abc@firm.example", "x", "y"), {"to"}),
        (("mailer-daemon@example.org", "x", "y"), {"to"}),
        (("mara@example.org", " ", ""), {"subject", "text"}),
    ],
)
def test_what_cannot_be_sent_is_refused_field_by_field(firm, case, written, fields):
    with pytest.raises(Invalid) as refused:
        send(firm, case, Written(*written))
    assert {name for name, _ in refused.value.problems} == fields
    assert len(refused.value.problems_de) == len(fields)


def test_files_of_the_case_go_along_and_no_others(firm, case, clock):
    other = firm.receive(mail(sender="bo@example.org", message_id="<9@example.org>"))
    with firm.engine.begin("anna") as uow:
        mine = drafts.attach(uow, case.id, [Attachment("plan.pdf", "application/pdf", b"%PDF")])
        theirs = drafts.attach(uow, other.id, [Attachment("geheim.pdf", "application/pdf", b"%PDF-x")])
    with pytest.raises(Invalid):
        send(firm, case, Written(**{**_fields(HELLO), "documents": tuple(theirs)}))
    send(firm, case, Written(**{**_fields(HELLO), "documents": tuple(mine)}))
    leave(firm, clock)
    [call] = [call for call in firm.post.calls if call.inputs.get("attachments")]
    assert call.files == (Attachment("plan.pdf", "application/pdf", b"%PDF"),)


def test_files_of_the_editor_are_held_to_the_limits_of_all_files(firm, case):
    kept = replace(firm.engine.settings.documents, file_limit=3)
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    with pytest.raises(TooLarge), firm.engine.begin("anna") as uow:
        drafts.attach(uow, case.id, [Attachment("plan.pdf", "application/pdf", b"%PDF")])
    with firm.engine.begin("anna") as uow:
        made = drafts.attach(uow, case.id, [Attachment("../x\\a.txt", "text/plain", b"a")])
        assert uow.get(Document, made[0]).name == "a.txt"


def test_people_who_do_not_work_with_customers_do_not_write_to_them(firm, case):
    for who in ("otto",):
        with pytest.raises(Forbidden):
            send(firm, case, who=who)


def test_an_address_from_which_mail_came_back_is_asked_about(firm, case):
    with firm.engine.begin("sue") as uow:
        identifiers.mark_unreachable(uow, "email", "mara@example.org", "no such user")
    with pytest.raises(replies.Unreachable, match="no such user"):
        send(firm, case)
    assert send(firm, case, unreachable_too=True).state == ReplyState.LEAVING


class TestSuggested:
    def said(self, firm, case, **more):
        with firm.engine.read("anna") as look:
            row = look.get(Case, case.id)
            said = look.session.scalars(select(Interaction).where(Interaction.case_id == case.id)).first()
            return suggested_reply.suggested(look, row, more.pop("kind", "reply"), said, "Anna Amsel")

    def test_an_answer_begins_as_one_would_begin_it(self, firm, case):
        found = self.said(firm, case)
        assert (found.to, found.cc) == ("mara@example.org", "")
        assert found.subject == f"Re: Der Kessel ist kaputt [{case.number}]"
        assert found.text.startswith("Guten Tag Mara Beispiel,\n\n")
        assert found.text.endswith("Mit freundlichen Grüßen\nAnna Amsel\nSonnenschein AG (Demo)")
        head, *lines = found.quote.splitlines()
        assert head.startswith("Am ")
        assert head.endswith(" schrieb mara@example.org:")
        assert all(line.startswith(">") for line in lines)

    def test_prefixes_do_not_pile_up(self, firm):
        case = firm.receive(mail(subject="AW: Re: WG: Kessel", message_id="<7@example.org>"))
        assert self.said(firm, case).subject == f"Re: Kessel [{case.number}]"
        assert self.said(firm, case, kind="forward").subject == f"Fwd: Kessel [{case.number}]"

    def test_the_longest_mail_is_answered_too(self, firm):
        raw = mail(subject="Kessel " * 200, text="Kessel " * 50_000, message_id="<10@example.org>")
        case = firm.receive(raw)
        with firm.engine.begin("anna") as uow:
            drafts.save(uow, case.id, self.said(firm, case), seen=0)

    def test_it_is_in_the_language_of_the_case(self, firm, case):
        with firm.engine.begin("anna") as uow:
            uow.get(Case, case.id).customer.language = "en"
        assert self.said(firm, case).text.startswith("Guten Tag Mara Beispiel,")

    def test_our_own_address_is_nobody_to_answer(self, firm):
        raw = mail(message_id="<8@example.org>").replace(
            b"To: service@firm.example", b"To: service@firm.example, Bo@example.org\r\nCc: mara@example.org"
        )
        case = firm.receive(raw)
        assert (self.said(firm, case).to, self.said(firm, case).cc) == ("mara@example.org", "")
        assert self.said(firm, case, kind="all").cc == "bo@example.org"

    def test_a_reply_is_cut_again_from_what_it_quotes(self, firm, case):
        found = self.said(firm, case)
        assert cutting.new_text(f"Danke!\n\n{found.quote}").strip() == "Danke!"


class TestCaps:
    def fill(self, firm, case, count: int, *, automatic: str = "auto-generated", hours: float = 0.5) -> None:
        with firm.engine.begin("worker") as uow:
            for number in range(count):
                key = f"<{number}.{hours}.{automatic}@firm.example>"
                sent = Sent("email", key, ("Mara@example.org",), "x", "y", automatic)
                filed = interactions.sent(uow, uow.get(Case, case.id), sent)
                uow.session.flush()
                for row in uow.session.scalars(select(Sending).where(Sending.interaction_id == filed.id)):
                    row.at = uow.now - timedelta(hours=hours)

    def exceeded(self, firm):
        with firm.engine.read() as look:
            return caps.exceeded(look, ["mara@example.org", "bo@example.org"])

    def test_somebody_gets_so_much_automatic_mail_and_no_more(self, firm, case):
        self.fill(firm, case, 9)
        assert self.exceeded(firm) is None
        self.fill(firm, case, 1, hours=0.6)
        found = self.exceeded(firm)
        assert (found.address, found.count, found.hours) == ("mara@example.org", 10, 1)

    def test_a_day_has_its_own_limit(self, firm, case):
        self.fill(firm, case, 30, hours=3)
        assert self.exceeded(firm).hours == 24

    def test_what_people_write_and_what_is_old_counts_for_nothing(self, firm, case):
        self.fill(firm, case, 40, automatic="")
        self.fill(firm, case, 40, hours=25)
        assert self.exceeded(firm) is None

    def test_a_capped_mail_is_left_out_and_the_case_goes_on(self, firm, case):
        """The receipt of a new case is a machine's."""
        self.fill(firm, case, 10)
        again = firm.receive(mail(message_id="<20@example.org>", subject="Noch ein Kessel"))
        firm.drain()
        assert firm.post.calls == []
        [told] = [event for event in firm.journal(again) if event.what == "mail.capped"]
        assert told.particulars["to"] == "mara@example.org"
        assert firm.at(again)

    def test_it_is_one_statement_however_much_was_sent(self, firm, case):
        self.fill(firm, case, 60, hours=3)
        with statements(firm.engine.database) as sent:
            self.exceeded(firm)
        assert len([each for each in sent if "sendings" in each]) == 1
