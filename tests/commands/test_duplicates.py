"""Who may be one customer is found and suggested, and people decide."""

from datetime import date

import pytest
from sqlalchemy import select

from cpm.commands import addresses, customers, duplicates, identifier_facts
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.errors import Conflict, Invalid
from cpm.model import Customer, Duplicate, DuplicateState, IdentityKey, Job, JobKind
from cpm.queries import namesakes
from tests.world import World, mail

HOME = Postal(street="Hauptstraße 5", postcode="40210", city="Düsseldorf")


def made(firm: World, first: str, last: str, **more: str) -> int:
    with firm.engine.begin("anna") as uow:
        return customers.create(uow, Facts(first_name=first, last_name=last), **more).id


def suggested(firm: World) -> list[tuple[int, int, str, int]]:
    with firm.engine.read() as look:
        rows = look.session.scalars(select(Duplicate).order_by(Duplicate.one_id, Duplicate.other_id))
        return [(row.one_id, row.other_id, row.state.value, row.score) for row in rows]


def test_who_is_made_twice_is_suggested_by_a_job_and_not_by_the_command(firm):
    one = made(firm, "Mara", "Beispiel", email="mara@example.org")
    other = made(firm, "Marra", "Beispiel", email="mara.beispiel@example.net")
    with firm.engine.begin("anna") as uow:
        addresses.add(uow, one, HOME)
        addresses.add(uow, other, HOME)
    assert suggested(firm) == []
    firm.drain()
    [(first, second, state, score)] = suggested(firm)
    assert (first, second, state) == (one, other, "open")
    assert score > 90


def test_a_customer_changed_ten_times_has_one_job(firm):
    one = made(firm, "Mara", "Beispiel", email="mara@example.org")
    for number in range(10):
        with firm.engine.begin("anna") as uow:
            customers.change(uow, one, Facts(first_name=f"Mara{number}", last_name="Beispiel"))
    with firm.engine.read() as look:
        jobs = look.session.scalars(select(Job.key).where(Job.kind == JobKind.IDENTITY)).all()
    assert jobs == [f"identity/{one}"]
    firm.drain()
    with firm.engine.read() as look:
        assert look.session.scalars(select(Job)).all() == []


def test_a_suggestion_goes_when_nothing_speaks_for_it_any_more(firm):
    one = made(firm, "Mara", "Beispiel", phone="0211 5550100")
    made(firm, "Mara", "Beispiel", email="mara@example.org")
    firm.drain()
    assert len(suggested(firm)) == 1
    with firm.engine.begin("anna") as uow:
        customers.change(uow, one, Facts(first_name="Jonas", last_name="Probe"))
    firm.drain()
    assert suggested(firm) == []


def test_who_was_told_apart_comes_back_only_with_new_evidence(firm):
    one = made(firm, "Mara", "Beispiel", phone="0211 5550100")
    other = made(firm, "Mara", "Beispiel", email="mara@example.org")
    firm.drain()
    with firm.engine.begin("anna") as uow:
        row = uow.session.scalars(select(Duplicate)).one()
        duplicates.tell_apart(uow, row.id)
    with firm.engine.begin("anna") as uow:
        duplicates.examine(uow, [one, other])
    assert [state for _, _, state, _ in suggested(firm)] == ["different"]
    for customer in (one, other):
        with firm.engine.begin("anna") as uow:
            addresses.add(uow, customer, HOME)
    firm.drain()
    assert [state for _, _, state, _ in suggested(firm)] == ["open"]


def test_a_merged_pair_is_not_told_apart(firm):
    with firm.engine.begin("anna") as uow:
        one, other = (customers.create(uow, Facts(last_name="Probe")).id for _ in range(2))
        row = Duplicate(one_id=one, other_id=other, score=60, reasons=[], found_at=uow.now)
        row.state = DuplicateState.MERGED
        uow.session.add(row)
        uow.session.flush()
        with pytest.raises(Conflict, match="have been merged"):
            duplicates.tell_apart(uow, row.id)


def test_who_writes_for_the_first_time_can_be_found_at_once(firm):
    """Their keys are made with them: the next who may be the same is compared with them."""
    firm.receive(mail(sender="Mara Beispiel <mara@example.org>"))
    other = made(firm, "Mara", "Beispiel", phone="0211 5550100")
    firm.drain()
    assert [(one, second) for one, second, *_ in suggested(firm)] == [(1, other)]


def test_a_scan_goes_over_all_in_portions_and_finds_each_pair_once(firm, monkeypatch):
    monkeypatch.setattr(duplicates, "PORTION", 2)
    with firm.engine.begin("anna") as uow:
        for number in range(6):
            person = Customer(first_name="Jonas", last_name="Probe", born=date(1970, 1, 1 + number // 2))
            person.created_at = uow.now
            uow.session.add(person)
    last: int | None = 0
    while last is not None:
        with firm.engine.begin("anna") as uow:
            last, _ = duplicates.scan(uow, after=last)
    found = suggested(firm)
    assert [(one, other) for one, other, _, score in found if score > 90] == [(1, 2), (3, 4), (5, 6)]
    assert len({(one, other) for one, other, *_ in found}) == len(found)


def test_a_name_that_very_many_have_is_told_and_not_compared_with_all(firm, monkeypatch):
    monkeypatch.setattr(namesakes, "MOST", 3)
    ids = [made(firm, "Anna", "Müller", email=f"anna{number}@example.org") for number in range(5)]
    firm.drain()
    with firm.engine.begin("anna") as uow:
        duplicates.examine(uow, ids)
    assert suggested(firm) == []


def test_a_number_that_is_theirs_no_longer_finds_them_no_longer(firm):
    one = made(firm, "Mara", "Beispiel", phone="0211 5550100")
    firm.drain()
    with firm.engine.begin("anna") as uow:
        number = identifier_facts.add(uow, one, "phone", "0211 5550101").id
    firm.drain()
    keys = _phones(firm)
    with firm.engine.begin("anna") as uow:
        identifier_facts.end(uow, one, number)
    firm.drain()
    assert keys - _phones(firm) == {"p|+492115550101"}


def _phones(firm: World) -> set[str]:
    with firm.engine.read() as look:
        return {key for key in look.session.scalars(select(IdentityKey.key)) if key.startswith("p|")}


def test_a_date_of_birth_tells_namesakes_apart_and_finds_who_was_entered_twice(firm):
    ids = [made(firm, "Jonas", "Probe") for _ in range(3)]
    for customer, born in zip(ids, (date(1970, 1, 2), date(1970, 1, 3), date(1985, 6, 30)), strict=True):
        with firm.engine.begin("anna") as uow:
            customers.change(uow, customer, {"born": born})
    firm.drain()
    assert [(one, other) for one, other, *_ in suggested(firm)] == [(ids[0], ids[1])]
    with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
        customers.change(uow, ids[0], {"born": date(2999, 1, 1)})
