"""Attributes of cases: kept with the variables, by the case's own version until somebody indexes it anew."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from cpm.commands import definitions, refilling, tasks, variables
from cpm.errors import Invalid, NotFound
from cpm.model import Case, Variable
from tests.commands.test_cost import MOST, statements
from tests.commands.test_spine import FACTS
from tests.world import World, mail, shipped


def compared(firm: World, case: Case) -> dict[str, object]:
    """Present attributes by name, with the one column that has a value."""
    with firm.engine.read() as uow:
        query = select(Variable).where(
            Variable.case_id == case.id, Variable.until.is_(None), Variable.process.is_not(None)
        )
        return {one.name: one.amount or one.day or one.sought for one in uow.session.scalars(query)}


def put(firm: World, case: Case, **data: object) -> None:
    with firm.engine.begin("worker") as uow:
        locked = uow.case(case.id)
        before = variables.load(uow, locked)
        uow.record(locked, "case.corrected")
        variables.save(uow, locked, before, {**before, "": {**before[""], **data}})


def redeployed(firm: World, old: str, new: str) -> None:
    files = dict(shipped())
    changed = files["complaint/complaint.bpmn"].replace(old.encode(), new.encode())
    assert changed != files["complaint/complaint.bpmn"]
    with firm.engine.begin("cara") as uow:
        definitions.deploy(uow, {"complaint/complaint.bpmn": changed})


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def test_a_completed_form_fills_what_lists_compare(firm: World, case: Case):
    assert compared(firm, case) == {}
    firm.drain()
    firm.do(case, "check_facts", "anna", {**FACTS, "claim_amount": "1.234,56", "order_no": " Ä-4711 "})
    found = compared(firm, case)
    assert found["cause"] == FACTS["cause"]
    assert found["claim_amount"] == 1_234_560_000
    assert found["order_no"] == "a-4711"


def test_a_changed_value_leaves_the_old_one_out(firm: World, case: Case):
    put(firm, case, claim_amount=Decimal(5))
    put(firm, case, claim_amount=Decimal(7), delivered_on=date(2026, 3, 2))
    assert compared(firm, case) == {"claim_amount": 7_000_000, "delivered_on": date(2026, 3, 2)}
    put(firm, case, claim_amount=None)
    assert compared(firm, case) == {"claim_amount": None, "delivered_on": date(2026, 3, 2)}


@pytest.mark.parametrize(
    "value", ["viel", Decimal(10) ** 12, Decimal("1e999999"), date(2026, 3, 2), [Decimal(1)], True]
)
def test_a_value_of_another_type_leaves_the_attribute_empty(firm: World, case: Case, value: object):
    put(firm, case, claim_amount=value, subject=value)
    assert compared(firm, case) == {"claim_amount": None}


def test_a_moment_is_the_day_where_the_firm_is(firm: World, case: Case):
    put(firm, case, promise_date=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert compared(firm, case) == {"promise_date": date(2026, 3, 3)}


def test_a_text_that_no_database_takes_does_not_stop_the_case(firm: World, case: Case):
    put(firm, case, order_no="a\0b\ud800c" + "x" * 5000, cause="a\0b")
    found = compared(firm, case)
    assert found["cause"] is None
    assert str(found["order_no"]).startswith("a b c")


def test_attributes_cost_no_statement(firm: World, case: Case):
    firm.drain()
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as seen, firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    assert compared(firm, case)
    assert len(seen) <= MOST


def test_older_cases_keep_to_their_version_until_they_are_indexed_anew(firm: World, case: Case):
    put(firm, case, order_no="A5", failed_repairs=Decimal(2))
    redeployed(
        firm,
        'name="cpm:attribute:order_no" value="text"',
        'name="cpm:attribute:failed_repairs" value="number"',
    )
    put(firm, case, failed_repairs=Decimal(3))
    assert compared(firm, case) == {"order_no": "a5"}
    other = firm.receive(mail(message_id="<2@example.org>", sender="b@example.org"))
    put(firm, other, failed_repairs=Decimal(1))
    assert compared(firm, other) == {"failed_repairs": 1_000_000}
    with firm.engine.begin("otto") as uow:
        done = refilling.refill(uow, "complaint", limit=1)
        assert (done.cases, done.values, done.last_id) == (1, 2, case.id)
        done = refilling.refill(uow, "complaint", after_id=case.id)
        assert (done.cases, done.values, done.last_id) == (1, 0, other.id)
        assert refilling.refill(uow, "complaint", after_id=other.id).last_id is None
    assert compared(firm, case) == {"failed_repairs": 3_000_000}
    put(firm, case, failed_repairs=Decimal(4))
    assert compared(firm, case) == {"failed_repairs": 4_000_000}
    assert (firm.now(case).indexed_by is None, firm.now(other).indexed_by) == (False, None)


def test_a_process_that_is_not_there_is_not_indexed(firm: World):
    with firm.engine.begin("otto") as uow, pytest.raises(NotFound, match="Expected process ghost"):
        refilling.refill(uow, "ghost")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'attribute:order_no" value="text"',
            'attribute:order_no" value="word"',
            "to be text, number, money",
        ),
        (
            'attribute:order_no" value="text"',
            'attribute:order_no" value="date"',
            "that is a textfield and this a date",
        ),
        ('attribute:order_no" value="text"', 'attribute:subject" value="text"', "but they have subject"),
        (
            'attribute:order_no" value="text"',
            'attribute:season" value="choice"',
            "Expected options of cpm:attribute:season",
        ),
        (
            'attribute:safety" value="choice"',
            'attribute:season" value="text"',
            "[attributes] to name attributes only, but 'safety'",
        ),
        (
            'view:open" value="state=open',
            'view:open" value="stat=open',
            "view:open to use columns of the list, but 'stat' is none",
        ),
        ('view:open" value', 'view:offen" value', "[views] to name views only, but 'open' is none"),
        ('attribute:order_no" value="text"', 'attribute:cause" value="text"', "cpm:attribute:cause"),
    ],
)
def test_a_declaration_that_cannot_be_kept_is_refused(firm: World, old: str, new: str, reason: str):
    with pytest.raises(Invalid) as refused:
        redeployed(firm, old, new)
    assert any(reason in sentence and "complaint" in sentence for _, sentence in refused.value.problems), (
        refused.value.problems
    )
