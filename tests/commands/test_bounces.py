"""A mail of ours that comes back is seen by somebody, and its address is not written to as if nothing had been."""

import pytest
from sqlalchemy import select

from cpm.commands import identifiers
from cpm.model import Case, CaseState, Direction, Identifier, Incident, Interaction
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import World, mail

ADDRESS = "mara@example.org"


@pytest.fixture
def written(firm: World) -> Case:
    """A case in which we have written to the customer."""
    case = firm.receive(mail(sender=ADDRESS))
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.drain()
    return case


def report(
    message_id: str, *, address: str = ADDRESS, status: str = "5.1.1", action: str = "failed"
) -> bytes:
    lines = (
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.org",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} no",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "--b--",
    )
    return "\r\n".join(lines).encode()


def ours(world: World, case: Case) -> str:
    with world.engine.read() as look:
        out = (Interaction.case_id == case.id) & (Interaction.direction == Direction.OUT)
        return look.session.scalars(
            select(Interaction.message_key).where(out).order_by(Interaction.id)
        ).all()[-1]


def marks(world: World) -> list[str | None]:
    with world.engine.read() as look:
        return list(
            look.session.scalars(select(Identifier.unreachable_why).where(Identifier.value == ADDRESS))
        )


def codes(world: World) -> list[str]:
    with world.engine.read() as look:
        return list(look.session.scalars(select(Incident.code).order_by(Incident.id)))


def test_an_address_that_is_gone_is_marked_and_somebody_hears_of_it(firm, written):
    filed = firm.receive(report(ours(firm, written)))
    assert filed.id == written.id
    assert filed.state == CaseState.OPEN
    assert marks(firm) == ["550 5.1.1 no"]
    assert codes(firm) == ["bounced_hard"]
    with firm.engine.read() as look:
        incident = look.session.scalars(select(Incident)).one()
        assert (incident.team, incident.facts["address"]) == ("service", ADDRESS)
        assert identifiers.owner(look, "email", ADDRESS) is not None  # their mails still find them


def test_the_same_trouble_is_told_once(firm, written):
    for number in range(3):
        firm.receive(report(ours(firm, written)) + b"\r\n" * number)
    assert codes(firm) == ["bounced_hard"]


@pytest.mark.parametrize(("status", "code"), [("5.2.2", "mailbox_full"), ("5.7.1", "undeliverable")])
def test_a_full_box_is_told_but_the_address_stays(firm, written, status, code):
    firm.receive(report(ours(firm, written), status=status))
    assert codes(firm) == [code]
    assert marks(firm) == [None]


def test_a_mail_that_is_only_late_is_filed_and_no_more(firm, written):
    filed = firm.receive(report(ours(firm, written), status="4.4.1", action="delayed"))
    assert filed.id == written.id
    assert codes(firm) == []
    assert marks(firm) == [None]


def test_nobody_is_cut_off_by_a_forged_report(firm, written):
    """Neither of a mail that we never sent, nor about somebody whom it did not go to."""
    firm.receive(mail(sender="second@example.org", message_id="<second@example.org>"))
    firm.drain()
    firm.receive(report("<made-up@example.org>"))
    assert codes(firm) == []
    with firm.engine.begin("test probe") as uow:
        row = uow.session.scalars(
            select(Interaction).where(Interaction.message_key == ours(firm, written))
        ).one()
        row.recipients = [ADDRESS, "colleague@example.org"]
    firm.receive(report(ours(firm, written), address="second@example.org"))
    assert codes(firm) == []
    assert marks(firm) == [None]


def test_it_is_also_told_when_the_case_is_closed(firm, written):
    message_id = ours(firm, written)
    reply = {"In-Reply-To": message_id}
    firm.receive(mail(sender=ADDRESS, text="Danke", message_id="<r@example.org>", headers=reply))
    firm.drain()
    firm.do(written, "read_reply", "anna", {"reply_kind": "accepted"})
    filed = firm.receive(report(message_id))
    assert filed.state == CaseState.CLOSED
    assert codes(firm) == ["bounced_hard"]
