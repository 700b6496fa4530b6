"""One timeline for one customer: every channel, every case, found by words, narrowed, and never more than one may see."""

from datetime import timedelta

import pytest

from cpm.channels import Attachment
from cpm.commands import customers, documents
from cpm.commands import notes as hearsay
from cpm.commands.customers import Facts
from cpm.commands.notes import Said
from cpm.errors import Invalid, NotFound
from cpm.model import Case, Contact, CustomerKind
from cpm.queries import timeline
from cpm.queries.timeline_places import Filter
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.world import World, mail

ADDRESS = "mara@example.org"


@pytest.fixture
def told(firm: World, clock: FakeClock) -> list[Case]:
    """A customer who wrote, wrote again about something else, and called."""
    cases = [firm.receive(mail(text="Der Kessel in der Müllerstraße hat einen Riss."))]
    clock.advance(timedelta(hours=1))
    cases.append(
        firm.receive(mail(subject="Rechnung", text="Die Rechnung ist falsch.", message_id="<2@example.org>"))
    )
    clock.advance(timedelta(hours=1))
    with firm.engine.begin("anna") as uow:
        said = Said("phone", "Rückruf", "Fragt nach dem Kessel.", sent_at=uow.now)
        hearsay.receive(uow, said, email=ADDRESS, case_id=cases[0].id)
        documents.attach(uow, uow.case(cases[1].id), Attachment("Foto Kessel.jpg", "image/jpeg", b"x"))
    return cases


def shown(
    firm: World, wanted: Filter | None = None, *, who: str = "anna", **more: object
) -> timeline.Timeline:
    with firm.engine.read(who) as look:
        return timeline.page(look, more.pop("customer", 1), wanted or Filter(), **more)


def kinds(found: timeline.Timeline) -> list[str]:
    return [f"{entry.kind} {entry.channel}".strip() for entry in found.entries]


def test_all_channels_and_cases_stand_in_one_order(firm, told):
    found = shown(firm)
    assert kinds(found) == ["document", "message phone", "message email", "opened", "message email", "opened"]
    assert [entry.case for entry in found.entries[2:]] == [
        case.number for case in reversed(told) for _ in "12"
    ]
    assert found.entries[0].documents[0].name == "Foto Kessel.jpg"


@pytest.mark.parametrize(
    ("looked_for", "count"),
    [
        ("kessel", 4),
        ("Muellerstrasse", 1),
        ("kess riss", 1),
        ("rechnung", 2),
        ("nirgends", 0),
        ("?!", 0),
        ("", 6),
    ],
)
def test_words_find_messages_documents_and_cases(firm, told, looked_for, count):
    found = shown(firm, Filter(words=looked_for))
    assert len(found.entries) == count
    assert all(
        any(piece.hit for piece in entry.excerpt) for entry in found.entries if looked_for and entry.text
    )


def test_words_with_marks_find_names_of_files_and_cases_too(firm):
    """Only messages were found: names kept their umlauts, what was looked for did not."""
    case = firm.receive(mail(subject="Rechnung MÜLLER, Café", text="Herr Müller im Café"))
    with firm.engine.begin("anna") as uow:
        documents.attach(uow, uow.case(case.id), Attachment("Müller Café.jpg", "image/jpeg", b"x"))
    for looked_for in ("Müller", "mueller", "MULL", "café", "Cafe"):
        found = shown(firm, Filter(words=looked_for))
        assert {entry.kind for entry in found.entries} == {"document", "message", "opened"}, looked_for


def test_it_is_narrowed(firm, told):
    assert kinds(shown(firm, Filter(channel="phone"))) == ["message phone"]
    assert kinds(shown(firm, Filter(direction="out"))) == []
    assert kinds(shown(firm, Filter(kind="opened"))) == ["opened", "opened"]
    assert len(shown(firm, Filter(case_id=told[0].id)).entries) == 3
    opened = told[1].opened_at
    assert len(shown(firm, Filter(since=opened)).entries) == 4
    assert len(shown(firm, Filter(until=opened)).entries) == 2


def test_pages_hold_every_entry_once(firm, told):
    seen, before = [], ""
    for _ in range(10):
        found = shown(firm, before=before, size=1)
        seen += [(entry.kind, entry.id) for entry in found.entries]
        if not (before := found.older):
            break
    assert seen == [(entry.kind, entry.id) for entry in shown(firm).entries]
    assert len(set(seen)) == 6


@pytest.mark.parametrize("made_up", ["x", "!!", "MS4y", "é"])
def test_a_page_that_there_is_not_is_refused(firm, told, made_up):
    with pytest.raises(Invalid):
        shown(firm, before=made_up)


def test_a_companys_is_that_of_those_who_speak_for_it(firm, told):
    with firm.engine.begin("anna") as uow:
        company = customers.create(
            uow, Facts(kind=CustomerKind.COMPANY, company_name="Musterbau GmbH (Demo)")
        )
        uow.session.add(Contact(company_id=company.id, person_id=1, created_at=uow.now))
    found = shown(firm, customer=company.id)
    assert len(found.entries) == 6
    assert {entry.customer for entry in found.entries} == {"Mara Beispiel"}
    assert shown(firm, Filter(words="kessel"), customer=company.id).entries


def test_who_may_not_see_a_case_sees_nothing_of_it(firm, told):
    deploy_confidential(firm)
    firm.drain()
    hidden = told[0].number
    for wanted in (Filter(), Filter(words="kessel"), Filter(case_id=told[0].id)):
        assert hidden not in {entry.case for entry in shown(firm, wanted, who="fay").entries}
        assert hidden in {entry.case for entry in shown(firm, wanted, who="anna").entries}
    assert hidden not in {number for _id, number, _subject in shown(firm, who="fay").cases}
    with pytest.raises(NotFound):
        shown(firm, who="otto")
