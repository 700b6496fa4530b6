"""Notes on a customer: kept, changed and taken back by who may, in the timeline and at a glance, and with them in a merge."""

import pytest

from cpm.commands import customer_notes, customers, merging
from cpm.commands.customers import Facts
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, NotFound
from cpm.model import Case, Customer
from cpm.queries import customer_notes as queries
from cpm.queries import customers as shown
from cpm.queries import glance, timeline
from cpm.queries.customer_notes import Line
from cpm.queries.timeline_places import Filter
from tests.world import World, mail


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def noted(firm: World, customer: int, text: str = "Bitte nur vormittags anrufen.", who: str = "anna") -> int:
    with firm.engine.begin(who) as uow:
        return customer_notes.add(uow, customer, text).id


def lines(firm: World, customer: int, who: str = "anna") -> tuple[Line, ...]:
    with firm.engine.read(who) as look:
        return queries.of_customer(look, look.get(Customer, customer)).lines


def refused(firm: World, who: str, command, *about, **more) -> CpmError:
    with pytest.raises(CpmError) as told, firm.engine.begin(who) as uow:
        command(uow, *about, **more)
    assert str(told.value) != told.value.sentence("de")
    return told.value


def test_a_note_is_changed_and_taken_back_by_its_author_or_a_supervisor(firm: World, case: Case):
    of = case.customer_id
    note = noted(firm, of)
    assert noted(firm, of) == note, "the same form sent twice"
    assert isinstance(refused(firm, "ben", customer_notes.change, of, note, "Nie."), Forbidden)
    assert isinstance(refused(firm, "ben", customer_notes.take_back, of, note), Forbidden)
    assert isinstance(refused(firm, "otto", customer_notes.add, of, "Nie."), Forbidden)
    assert isinstance(refused(firm, "anna", customer_notes.add, of, " "), Invalid)
    with firm.engine.begin("anna") as uow:
        customer_notes.change(uow, of, note, "Nur nachmittags.", seen=1)
    assert isinstance(refused(firm, "sue", customer_notes.change, of, note, "Abends.", seen=1), Conflict)
    (line,) = lines(firm, of)
    assert (line.text, line.author, line.rev, line.may_change) == ("Nur nachmittags.", "Anna", 2, True)
    assert line.changed_at is not None
    assert not lines(firm, of, "ben")[0].may_change
    with firm.engine.begin("sue") as uow:
        customer_notes.take_back(uow, of, note)
        customer_notes.take_back(uow, of, note)
    (line,) = lines(firm, of)
    assert (line.text, line.gone, line.may_change) == ("", True, False)
    assert isinstance(refused(firm, "anna", customer_notes.change, of, note, "Doch."), Conflict)
    with firm.engine.read("anna") as look:
        told = [
            each.sentence for each in shown.page(look, of).changes if each.what.startswith("customer.note")
        ]
    number = "K-000001-3"
    assert told == [
        f"Notiz von Anna zu Kunde {number} zurückgenommen.",
        f"Notiz von Anna zu Kunde {number} geändert.",
        f"Notiz zu Kunde {number} geschrieben.",
    ]


def test_a_note_of_another_customer_is_not_there(firm: World, case: Case):
    note = noted(firm, case.customer_id)
    with firm.engine.begin("anna") as uow:
        other = customers.create(uow, Facts(last_name="Muster"), email="muster@example.org").id
    assert isinstance(refused(firm, "sue", customer_notes.take_back, other, note), NotFound)
    assert isinstance(refused(firm, "sue", customer_notes.add, 99, "Wer?"), NotFound)


def test_the_timeline_and_the_glance_show_the_newest_that_stands(firm: World, case: Case):
    of = case.customer_id
    noted(firm, of, "Ruft gern an.\nAuch abends.")
    last = noted(firm, of, "Bitte duzen.", "ben")

    def found(**narrowed: object) -> list[tuple[str, str, str]]:
        with firm.engine.read("anna") as look:
            page = timeline.page(look, of, Filter(**narrowed))
        return [(one.sender, one.text, one.case) for one in page.entries if one.kind == "note"]

    def beside() -> tuple[str, str] | None:
        with firm.engine.read("anna") as look:
            note = glance.glance(look, look.get(Customer, of)).note
        assert note is None or abs((note.at - firm.engine.clock()).total_seconds()) < 60
        return note and (note.author, note.text)

    assert found() == [("Ben", "Bitte duzen.", ""), ("Anna", "Ruft gern an.\nAuch abends.", "")]
    assert found(kind="note", words="abends") == found()[1:]
    assert found(case_id=case.id) == found(channel="email") == found(kind="comment") == []
    assert beside() == ("Ben", "Bitte duzen.")
    with firm.engine.begin("ben") as uow:
        customer_notes.take_back(uow, of, last)
    assert found() == [("Anna", "Ruft gern an.\nAuch abends.", "")]
    assert beside() == ("Anna", "Ruft gern an.\nAuch abends.")
    noted(firm, of, "Lang. " * 100)
    assert beside() == ("Anna", "Lang. " * 49 + "Lang. …")


def test_notes_go_along_in_a_merge_and_come_back(firm: World, case: Case):
    with firm.engine.begin("anna") as uow:
        other = customers.create(uow, Facts(last_name="Muster"), email="muster@example.org").id
    noted(firm, other, "Bitte duzen.")
    noted(firm, case.customer_id, "Vormittags.")
    with firm.engine.begin("anna") as uow:
        merge = merging.merge(uow, case.customer_id, other).id
    assert {line.text for line in lines(firm, case.customer_id)} == {"Bitte duzen.", "Vormittags."}
    assert isinstance(refused(firm, "anna", customer_notes.add, other, "Wohin?"), Conflict)
    noted(firm, case.customer_id, "Später.")
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, merge)
    assert [line.text for line in lines(firm, other)] == ["Bitte duzen."]
    assert {line.text for line in lines(firm, case.customer_id)} == {"Später.", "Vormittags."}


def test_older_notes_are_a_page_further(firm: World, case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cpm.queries.customer_notes._LONGEST", 2)
    for text in "abc":
        noted(firm, case.customer_id, text)
    with firm.engine.read("anna") as look:
        who = look.get(Customer, case.customer_id)
        first = queries.of_customer(look, who)
        second = queries.of_customer(look, who, before=first.older)
        held = queries.of_customer(look, who, holding=second.lines[0].id)
        there = queries.of_customer(look, who, holding=first.lines[1].id)
    assert [line.text for line in (*first.lines, *second.lines)] == ["c", "b", "a"]
    assert second.older is None
    assert (held, there) == (second, first), "whoever's change is refused sees the note that they changed"
