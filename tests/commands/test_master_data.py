"""A customer's master data here and in the ERP: changed on either side, on both, and while the ERP is away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import adopting, customers, identifier_facts, jobs, party_jobs
from cpm.commands.customers import Facts
from cpm.connectors.erp import Erp, ErpFault, Party
from cpm.connectors.erp.demo import faults
from cpm.errors import Conflict, Forbidden
from cpm.model import AuditEntry, Customer, ErpLink, ErpParty, Job, JobKind
from cpm.queries import audit as said
from cpm.queries import erp_parties
from cpm.queries.party import party
from tests.world import World, mail


@pytest.fixture
def mara(firm: World) -> int:
    """Known in the demo ERP as well."""
    with firm.engine.begin("anna") as uow:
        made = customers.create(uow, Facts(first_name="Mara", last_name="Beispiel"), email="mara@example.org")
        adopting.link(uow, made.id, "demo", made.number, make=True)
    firm.drain()
    return made.id


@pytest.fixture
def demo(firm: World) -> Erp:
    return firm.engine.erp.of("demo")


def there(demo: Erp, firm: World, customer: int) -> Party:
    with firm.engine.read() as look:
        found = demo.party(look.get(Customer, customer).number)
    assert found is not None
    return found


def here(firm: World, customer: int) -> Party:
    with firm.engine.read() as look:
        return party(look, look.get(Customer, customer))


def change(firm: World, customer: int, **fields: str) -> None:
    with firm.engine.begin("anna") as uow:
        customers.change(uow, customer, fields)


def change_there(firm: World, demo: Erp, customer: int, **fields: object) -> None:
    """And the feed tells us."""
    demo.save_party(replace(there(demo, firm, customer), **fields))
    with firm.engine.begin("feed") as uow:
        party_jobs.soon(uow, customer)


def both(firm: World, customer: int) -> ErpParty:
    with firm.engine.read() as look:
        return look.get(ErpParty, ("demo", customer))


def audited(firm: World, what: str) -> list[AuditEntry]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(AuditEntry).where(AuditEntry.what == what)))


def test_what_is_changed_here_is_written_there(firm: World, demo: Erp, mara: int):
    assert there(demo, firm, mara).email == "mara@example.org"
    change(firm, mara, last_name="Muster")
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, mara, "vat_id", "DE 136695976")
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Muster"
    assert there(demo, firm, mara).vat_id == "DE136695976"
    assert audited(firm, "customer.erp_written")[-1].actor == "ERP"


def test_what_is_changed_there_is_taken_over_here_in_the_name_of_the_erp(firm: World, demo: Erp, mara: int):
    change_there(firm, demo, mara, name="Mara Sonnenschein", email="ms@example.org")
    firm.drain()
    assert (here(firm, mara).name, here(firm, mara).email) == ("Mara Sonnenschein", "ms@example.org")
    assert [entry.actor for entry in audited(firm, "customer.changed")] == ["ERP"]
    assert both(firm, mara).theirs == {}
    with firm.engine.read() as look:
        assert look.session.scalars(select(Job).where(Job.kind == JobKind.PARTY)).all() == []


def test_changes_of_different_fields_on_both_sides_go_together(firm: World, demo: Erp, mara: int):
    change(firm, mara, last_name="Muster")
    change_there(firm, demo, mara, phone="+492115550100")
    firm.drain()
    assert here(firm, mara) == replace(there(demo, firm, mara), number=None, version=None)


def test_what_both_have_changed_waits_for_a_person_whose_one_word_writes_both(
    firm: World, demo: Erp, mara: int
):
    change(firm, mara, last_name="Muster")
    change_there(firm, demo, mara, name="Mara Meister", language="en")
    firm.drain()
    assert both(firm, mara).theirs == {"name": "Mara Meister"}
    assert (here(firm, mara).name, there(demo, firm, mara).name) == ("Mara Muster", "Mara Meister")
    assert here(firm, mara).language == "en"
    with firm.engine.begin("anna") as uow:
        adopting.decide(uow, mara, "demo", {"name": "ours"})
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Muster"
    assert both(firm, mara).theirs == {}
    with firm.engine.read() as look:
        lines = [line.sentence for line in said.of_customer(look, mara, limit=20, language="de")]
    assert any("unser Stand gilt: Name" in line for line in lines)


def test_theirs_may_count_as_well(firm: World, demo: Erp, mara: int):
    change(firm, mara, last_name="Muster")
    change_there(firm, demo, mara, name="Mara Meister")
    firm.drain()
    with firm.engine.begin("anna") as uow:
        adopting.decide(uow, mara, "demo", {"name": "theirs"})
    firm.drain()
    assert here(firm, mara).name == there(demo, firm, mara).name == "Mara Meister"


def test_who_decides_by_what_is_not_so_any_more_is_told(firm: World, demo: Erp, mara: int):
    change(firm, mara, last_name="Muster")
    change_there(firm, demo, mara, name="Mara Meister")
    firm.drain()
    with firm.engine.read() as look:
        seen = erp_parties.mark({"name": "Mara Muster"}, look.get(ErpParty, ("demo", mara)))
    change(firm, mara, last_name="Neumann")
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict):
        adopting.decide(uow, mara, "demo", {"name": "ours"}, seen=seen)
    assert both(firm, mara).theirs == {"name": "Mara Meister"}


def test_what_cannot_be_taken_by_itself_is_left_to_a_person(firm: World, demo: Erp, mara: int):
    with firm.engine.begin("anna") as uow:
        customers.create(uow, Facts(last_name="Probe"), email="taken@example.org")
    change_there(firm, demo, mara, email="taken@example.org", phone="+492115550100")
    firm.drain()
    assert both(firm, mara).theirs == {"email": "taken@example.org"}
    assert (here(firm, mara).email, here(firm, mara).phone) == ("mara@example.org", "+492115550100")


def test_while_the_erp_is_away_it_is_tried_until_it_is_there(firm: World, demo: Erp, mara: int, clock):
    file = firm.engine.settings.erp.demo
    faults.order(file, "away")
    change(firm, mara, last_name="Muster")
    firm.drain()
    assert both(firm, mara).code == "unreachable"
    faults.mend(file)
    clock.advance(timedelta(minutes=6))
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Muster"
    assert both(firm, mara).code is None


def test_what_is_refused_becomes_an_incident_on_the_customers_case(firm: World, demo: Erp):
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("anna") as uow:
        adopting.link(uow, case.customer_id, "demo", "K-999999-9")
    firm.drain()
    assert both(firm, case.customer_id).code == "not_found"
    found = firm.incident(case)
    assert (found.connector, found.code, found.facts["key"]) == ("erp", "not_found", "K-999999-9")


def test_a_change_during_the_meeting_meets_once_more(firm: World, demo: Erp, mara: int, monkeypatch):
    real = type(firm.engine.erp).of

    class Slow:
        def __init__(self, erp: Erp) -> None:
            self.erp = erp

        def party(self, key: str) -> Party | None:
            monkeypatch.setattr(type(firm.engine.erp), "of", real)
            change(firm, mara, last_name="Neumann")
            return self.erp.party(key)

        def save_party(self, given: Party) -> Party:
            return self.erp.save_party(given)

    monkeypatch.setattr(
        type(firm.engine.erp), "of", lambda self, name, **more: Slow(real(self, name, **more))
    )
    change(firm, mara, last_name="Muster")
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Neumann"
    assert both(firm, mara).theirs == {}


def test_what_is_put_right_while_the_wrong_is_refused_is_written(
    firm: World, demo: Erp, mara: int, monkeypatch
):
    real = type(firm.engine.erp).of

    class Refusing:
        party = staticmethod(demo.party)

        def save_party(self, given: Party) -> Party:
            monkeypatch.setattr(type(firm.engine.erp), "of", real)
            change(firm, mara, last_name="Neumann")
            raise ErpFault("validation_refused", f"No {given.name} here.")

    monkeypatch.setattr(type(firm.engine.erp), "of", lambda *_, **__: Refusing())
    change(firm, mara, last_name="Muster")
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Neumann"
    assert both(firm, mara).code is None


def test_one_that_was_tried_long_is_not_worn_out_by_the_first_death(firm: World, demo: Erp, mara: int, clock):
    file = firm.engine.settings.erp.demo
    faults.order(file, "away")
    change(firm, mara, last_name="Muster")
    for _ in range(10):
        firm.drain()
        clock.advance(timedelta(minutes=6))
    faults.mend(file)
    with firm.engine.begin("worker") as uow:
        jobs.promote(uow)
        assert jobs.lease(uow, "dies", queue=party_jobs.QUEUE) is not None
    clock.advance(timedelta(minutes=6))
    firm.drain()
    assert there(demo, firm, mara).name == "Mara Muster"


def test_one_is_linked_once_and_unlinked_with_a_reason_by_who_may(firm: World, mara: int):
    with firm.engine.begin("anna") as uow:
        other = customers.create(uow, Facts(last_name="Probe")).id
        number = uow.get(Customer, mara).number
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict, match="nobody's yet"):
        adopting.link(uow, other, "demo", number)
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict, match="linked to nobody"):
        adopting.link(uow, mara, "demo", "K-7")
    with firm.engine.read() as look:
        link = look.session.scalars(select(ErpLink)).one().id
    for stranger in ("anna", "otto"):
        with firm.engine.begin(stranger) as uow, pytest.raises(Forbidden):
            adopting.unlink(uow, mara, link, why="vertan")
    with firm.engine.begin("otto") as uow, pytest.raises(Forbidden):
        adopting.link(uow, other, "demo", "K-7")
    with firm.engine.begin("otto") as uow, pytest.raises(Forbidden):
        adopting.decide(uow, mara, "demo", {"name": "ours"})
    with firm.engine.begin("sue") as uow:
        adopting.unlink(uow, mara, link, why="vertan")
    with firm.engine.read() as look:
        assert look.session.scalars(select(ErpLink)).all() == []
        assert look.session.get(ErpParty, ("demo", mara)) is None


def test_who_is_linked_nowhere_makes_no_work(firm: World):
    with firm.engine.begin("anna") as uow:
        made = customers.create(uow, Facts(last_name="Probe"))
        customers.change(uow, made.id, {"last_name": "Muster"})
    with firm.engine.read() as look:
        assert look.session.scalars(select(Job).where(Job.kind == JobKind.PARTY)).all() == []
