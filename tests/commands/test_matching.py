"""A message finds its case by what nobody can make up, and else by nothing: strangers join no case."""

import pytest

from cpm.channels import message_ids
from cpm.commands import interactions
from cpm.connectors import Sent
from cpm.model import Case
from tests.world import World, mail

STRANGER = "Xaver Fremd <x@example.com>"


def begun(firm: World) -> Case:
    case = firm.receive(mail())
    assert case is not None
    return case


def token(firm: World, case: Case) -> str:
    return message_ids.token(firm.engine.settings.secret, case.id)


def test_the_plus_address_leads_to_its_case_whoever_writes(firm: World):
    case = begun(firm)
    to = {"Delivered-To": f"service+{token(firm, case)}@firm.example"}
    again = firm.receive(mail(sender=STRANGER, subject="Neu", message_id="<2@example.com>", headers=to))
    assert again is not None
    assert again.id == case.id


def test_the_marker_in_a_quote_leads_to_its_case(firm: World):
    """Outlook drops the references when somebody edits the subject (PROCESSES 5.9, a)."""
    case = begun(firm)
    marker = message_ids.marker(firm.engine.settings.secret, case.id)
    text = f"Danke, passt.\n\nAm 02.03.2026 schrieb service@firm.example:\n> Guten Tag\n> {marker}\n"
    again = firm.receive(mail(subject="ganz anders", message_id="<2@example.org>", text=text))
    assert again is not None
    assert again.id == case.id


@pytest.mark.parametrize(
    "change", [lambda good: good[:-1] + ("a" if good[-1] != "a" else "b"), lambda _: "a" * 24]
)
def test_a_token_that_somebody_made_up_leads_nowhere(firm: World, change):
    case = begun(firm)
    to = {"Delivered-To": f"service+{change(token(firm, case))}@firm.example"}
    again = firm.receive(mail(sender=STRANGER, message_id="<2@example.com>", headers=to))
    assert again is not None
    assert again.id != case.id


def test_whoever_wrote_in_a_case_takes_part_in_it(firm: World):
    """A colleague got in by our token; from then on the number in the subject is enough."""
    case = begun(firm)
    about = mail(sender=STRANGER, subject=f"Zu {case.number}", message_id="<2@example.com>")
    assert firm.receive(about).id != case.id
    to = {"Delivered-To": f"service+{token(firm, case)}@firm.example"}
    assert firm.receive(mail(sender=STRANGER, message_id="<3@example.com>", headers=to)).id == case.id
    about = mail(sender=STRANGER, subject=f"Zu {case.number}", message_id="<4@example.com>")
    assert firm.receive(about).id == case.id


def test_anothers_message_id_counts_for_who_takes_part_only(firm: World):
    case = begun(firm)
    answer = {"References": "<1@example.org>"}
    assert firm.receive(mail(message_id="<2@example.org>", headers=answer)).id == case.id
    assert firm.receive(mail(sender=STRANGER, message_id="<3@x.example>", headers=answer)).id != case.id


def test_whom_we_wrote_to_takes_part(firm: World):
    case = begun(firm)
    firm.drain()
    with firm.engine.begin("test") as uow:
        sent = Sent("email", "<ours@firm.example>", ("Expert@Example.net",), "Bitte prüfen", "...")
        interactions.sent(uow, uow.case(case.id), sent)
    about = mail(sender="expert@example.net", subject=f"AW: {case.number}", message_id="<5@example.net>")
    assert firm.receive(about).id == case.id
