"""Two customers become one, and two again: exactly as they were."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from cpm.commands import addresses, cases, consents, customers, merging
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import (
    Address,
    AuditEntry,
    Base,
    Case,
    Consent,
    Contact,
    Customer,
    CustomerAttribute,
    CustomerKind,
    CustomerNote,
    CustomerTerm,
    CustomerValue,
    Definition,
    Duplicate,
    DuplicateState,
    Event,
    Identifier,
    Term,
    TermKind,
    Variable,
)
from cpm.queries import belongings, merges
from cpm.queries.survivors import survivor
from tests.commands.test_cost import statements
from tests.world import World, mail

#: What tells of the merge itself, and what is made anew from the rest.
_TOLD = {
    "events",
    "audit_entries",
    "merges",
    "merged_rows",
    "duplicates",
    "identity_keys",
    "jobs",
    "variables",
}


@pytest.fixture
def two(firm: World) -> tuple[int, int]:
    with firm.engine.begin("anna") as uow:
        one = customers.create(uow, Facts(first_name="Mara", last_name="Beispiel"), email="mara@example.org")
        other = customers.create(
            uow, Facts(first_name="M.", last_name="Beispiel"), email="m.beispiel@firm.test"
        )
        return one.id, other.id


def test_the_survivor_has_everything_and_undoing_gives_it_back(firm, two):
    one, other = two
    case = firm.receive(mail(sender="M. Beispiel <m.beispiel@firm.test>"))
    assert case.customer_id == other
    with firm.engine.begin("anna") as uow:
        row = merging.merge(uow, one, other).id
    assert firm.now(case).customer_id == one
    assert variable(firm, case, "customer_id") == str(one)
    with firm.engine.read() as look:
        assert survivor(look, look.get(Customer, other)).id == one
    told = firm.journal(case)[-1]
    assert (told.what, told.particulars["customer"]) == ("customer.merged", "M. Beispiel")
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
    assert firm.now(case).customer_id == other
    assert variable(firm, case, "customer_id") == str(other)
    assert firm.story(case)[-1] == "customer.unmerged"


def test_a_mark_of_a_place_counts_for_both_while_they_are_one(firm: World, two: tuple[int, int]):
    mara, twin = two
    with firm.engine.begin("sue") as uow:
        ring = Postal("Ring 1", "1010", "Wien", "AT")
        ours, theirs = addresses.add(uow, mara, ring), addresses.add(uow, twin, ring)
        addresses.unreachable(uow, twin, theirs.id, "Zurück")
        merge = merging.merge(uow, mara, twin)
        uow.session.refresh(ours)
        assert ours.unreachable_why == "Zurück"
        merging.unmerge(uow, merge.id)
        uow.session.refresh(ours)
        uow.session.refresh(theirs)
        assert (ours.unreachable_at, theirs.unreachable_why) == (None, "Zurück")


def test_who_writes_from_the_merged_one_s_address_is_the_survivor(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        merging.merge(uow, one, other)
    assert firm.receive(mail(sender="m.beispiel@firm.test")).customer_id == one


def test_a_field_is_taken_from_whom_somebody_chose(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        found = merging.preview(uow, one, other)
        chosen = {"first_name": "merged"}
        row = merging.merge(uow, one, other, chosen=chosen, seen=found.seen)
        assert (row.taken, row.survivor.first_name) == ({"first_name": ["Mara", "M."]}, "M.")
        number = row.id
    with firm.engine.begin("anna") as uow:
        assert merging.unmerge(uow, number).survivor.first_name == "Mara"


def test_what_somebody_changed_since_is_theirs(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        row = merging.merge(uow, one, other, chosen={"first_name": "merged"}).id
    with firm.engine.begin("anna") as uow:
        customers.change(uow, one, Facts(first_name="Marie", last_name="Beispiel"))
    with firm.engine.read("anna") as look:
        assert merges.undoing(look, row).changed == ("first_name",)
    with firm.engine.begin("anna") as uow:
        assert merging.unmerge(uow, row).survivor.first_name == "Marie"


def test_who_decided_by_what_is_no_longer_so_is_told(firm, two):
    one, other = two
    with firm.engine.read("anna") as look:
        seen = merging.preview(look, one, other).seen
    with firm.engine.begin("ben") as uow:
        customers.change(uow, other, Facts(first_name="Max", last_name="Beispiel"))
    with pytest.raises(Conflict, match="changed meanwhile"), firm.engine.begin("anna") as uow:
        merging.merge(uow, one, other, seen=seen)


def test_the_stricter_word_on_a_consent_counts(firm, two):
    """Withdrawn beats given, whichever came later; undoing lets each have their own word again."""
    one, other = two
    with firm.engine.begin("anna") as uow:
        first, second = uow.get(Customer, one), uow.get(Customer, other)
        consents.withdraw(uow, second, "email", "advertising", source="phone", at=uow.now - timedelta(days=3))
        consents.give(uow, first, "email", "advertising", source="phone")
        consents.give(uow, first, "phone", "advertising", source="phone")
    with firm.engine.begin("anna") as uow:
        assert merging.preview(uow, one, other).withdrawn == (("email", "advertising"),)
        row = merging.merge(uow, one, other).id
        uow.session.flush()
        assert not consents.given(uow, uow.get(Customer, one), "email", "advertising")
        assert consents.given(uow, uow.get(Customer, one), "phone", "advertising")
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
        assert consents.given(uow, uow.get(Customer, one), "email", "advertising")
        assert consents.refused(uow, uow.get(Customer, other), "email", "advertising")


def test_a_chain_is_undone_from_its_end_and_else_refused_with_the_reason(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        third = customers.create(uow, Facts(last_name="Beispiel"), email="third@example.org").id
        inner = merging.merge(uow, other, one).id
    with firm.engine.begin("anna") as uow:
        outer = merging.merge(uow, third, other).id
    with pytest.raises(Conflict, match="undo that first"), firm.engine.begin("anna") as uow:
        merging.unmerge(uow, inner)
    with firm.engine.read() as look:
        assert survivor(look, look.get(Customer, one)).id == third
    for row in (outer, inner):
        with firm.engine.begin("anna") as uow:
            merging.unmerge(uow, row)
    with firm.engine.read() as look:
        assert [look.get(Customer, each).merged_into_id for each in (one, other, third)] == [None] * 3
        owners = select(Identifier.customer_id).order_by(Identifier.customer_id)
        assert look.session.scalars(owners).all() == [one, other, third]


def test_of_two_merges_into_one_customer_the_later_is_undone_first(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        third = customers.create(uow, Facts(last_name="Beispiel"), email="third@example.org").id
        earlier = merging.merge(uow, one, other).id
    with firm.engine.begin("anna") as uow:
        merging.merge(uow, one, third)
    with pytest.raises(Conflict, match="came later"), firm.engine.begin("anna") as uow:
        merging.unmerge(uow, earlier)


def test_who_is_part_of_another_already_is_not_merged_once_more(firm, two):
    one, other = two
    with firm.engine.begin("anna") as uow:
        merging.merge(uow, one, other)
    for pair in ((one, other), (other, one)):
        with pytest.raises(Conflict, match="stand for itself"), firm.engine.begin("anna") as uow:
            merging.merge(uow, *pair)
    with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
        merging.merge(uow, one, one)


def test_after_thirty_days_it_stays(firm, two, clock):
    with firm.engine.begin("anna") as uow:
        row = merging.merge(uow, *two).id
    clock.advance(timedelta(days=30, seconds=1))
    with pytest.raises(Conflict, match="within 30 days"), firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)


def test_it_is_undone_once(firm, two):
    with firm.engine.begin("anna") as uow:
        row = merging.merge(uow, *two).id
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
    with pytest.raises(Conflict, match="was undone"), firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)


def test_machines_and_operators_merge_nobody(firm, two):
    for actor in ("mailbox", "otto"):
        with pytest.raises(Forbidden), firm.engine.begin(actor) as uow:
            merging.merge(uow, *two)


def test_what_came_later_stays_unless_its_sender_goes_back(firm, two, clock):
    one, other = two
    with firm.engine.begin("anna") as uow:
        row = merging.merge(uow, one, other).id
    clock.advance(timedelta(hours=1))
    theirs = firm.receive(mail(sender="m.beispiel@firm.test", message_id="<a@x>"))
    ours = firm.receive(mail(sender="mara@example.org", message_id="<b@x>"))
    with firm.engine.read("anna") as look:
        found = merges.undoing(look, row)
        assert (found.later_back, found.later_stay) == (1, 1)
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
    assert (firm.now(theirs).customer_id, firm.now(ours).customer_id) == (other, one)


def test_a_suggestion_is_settled_by_it_and_undoing_says_that_they_are_two(firm, two):
    with firm.engine.begin("anna") as uow:
        pair = Duplicate(one_id=two[0], other_id=two[1], score=80, reasons=["name.initial"], found_at=uow.now)
        uow.session.add(pair)
        uow.session.flush()
        row = merging.merge(uow, *two).id
        assert pair.state == DuplicateState.MERGED
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
    with firm.engine.read() as look:
        assert look.session.scalars(select(Duplicate.state)).all() == [DuplicateState.DIFFERENT]


def test_both_customers_have_it_in_their_audit(firm, two):
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, merging.merge(uow, *two).id)
    with firm.engine.read() as look:
        told = select(AuditEntry.customer_id, AuditEntry.what).where(AuditEntry.what.contains("merge"))
        assert sorted(tuple(each) for each in look.session.execute(told)) == sorted(
            [
                (two[0], "customer.merged"),
                (two[0], "customer.unmerged"),
                (two[1], "customer.merged_away"),
                (two[1], "customer.unmerged_from"),
            ]
        )


def test_every_column_that_refers_to_a_customer_is_moved_or_named_as_none():
    refer = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "customers"
    }
    assert refer == set(belongings.BY_NAME) | belongings.NONE


def test_many_cases_cost_as_many_statements_as_few(firm, two):
    counted = []
    for many in (1, 2, 200):  # the first time also says what is known by then
        _cases(firm, two[1], many)
        with statements(firm.engine.database) as made, firm.engine.begin("anna") as uow:
            row = merging.merge(uow, *two).id
        with statements(firm.engine.database) as unmade, firm.engine.begin("anna") as uow:
            merging.unmerge(uow, row)
        counted.append((len(made), len(unmade)))
    assert counted[1] == counted[2]


@pytest.mark.parametrize("seed", range(3))
def test_merging_and_undoing_leaves_every_row_as_it_was(firm, seed):
    """Random customers of any shape, merged in a chain and undone: no row of any table differs but what tells of it."""
    dice = random.Random(seed)
    ids = _random_customers(firm, dice, 4)
    _cases(firm, ids[0], 2)
    before = dict(_rows(firm))
    made: list[int] = []
    standing = list(ids)
    while len(standing) > 1:
        survivor_id, merged_id = dice.sample(standing, 2)
        with firm.engine.begin("anna") as uow:
            found = merging.preview(uow, survivor_id, merged_id)
            chosen = {field.key: dice.choice(("survivor", "merged")) for field in found.fields}
            made.append(merging.merge(uow, survivor_id, merged_id, chosen=chosen, seen=found.seen).id)
        standing.remove(merged_id)
    assert dict(_rows(firm)) != before
    for row in reversed(made):
        with firm.engine.begin("anna") as uow:
            merging.unmerge(uow, row)
    assert dict(_rows(firm)) == before


def variable(firm: World, case: Case, name: str) -> Any:
    with firm.engine.read() as look:
        of = (Variable.case_id == case.id) & (Variable.name == name) & (Variable.scope == "")
        return look.session.scalars(select(Variable.value).where(of, Variable.until.is_(None))).one()


def _rows(firm: World) -> Iterator[tuple[str, list[Any]]]:
    with firm.engine.read() as look:
        for table in Base.metadata.sorted_tables:
            if table.name not in _TOLD:
                columns = [column for column in table.c if column.name != "rev"]
                yield table.name, sorted(map(tuple, look.session.execute(select(*columns))), key=repr)
        present = select(Variable.case_id, Variable.name, Variable.value).where(Variable.until.is_(None))
        yield "variables", sorted(map(tuple, look.session.execute(present)), key=repr)


def _cases(firm: World, customer: int, many: int) -> None:
    with firm.engine.begin("test") as uow:
        definition = uow.session.scalars(select(Definition.id).limit(1)).one()
        start = uow.session.scalar(select(func.max(Case.id))) or 0
        table: Table = Case.__table__  # type: ignore[assignment]
        about = {"definition_id": definition, "process": "complaint", "subject": "x", "channel": "email"}
        rest = {
            "language": "de",
            "state": "open",
            "opened_at": uow.now,
            "priority": 0,
            "last_node": 0,
            "rev": 1,
        }
        rows = [{"id": start + n, "customer_id": customer, **about, **rest} for n in range(1, many + 1)]
        uow.session.execute(insert(table), rows)
        told = {"at": uow.now, "actor": "test", "what": "case.opened", "particulars": {}}
        uow.session.execute(insert(Event), [{"case_id": row["id"], "seq": 1, **told} for row in rows])
        about = {"part": 0, "scope": "", "name": "customer_id", "value": str(customer), "since": 1}
        uow.session.execute(insert(Variable), [{"case_id": row["id"], **about} for row in rows])
        if firm.engine.database.postgresql:
            uow.session.execute(select(func.setval("cases_id_seq", start + many)))


def _random_customers(firm: World, dice: random.Random, many: int) -> list[int]:
    with firm.engine.begin("anna") as uow:
        add = uow.session.add
        for key in ("solar", "heat"):
            add(Term(kind=TermKind.CATEGORY, key=key, name_de=key, name_en=key, created_at=uow.now))
            add(CustomerAttribute(key=key, kind="text", name_de=key, name_en=key, created_at=uow.now))
        uow.session.flush()
        made = []
        for _ in range(many):
            one = Customer(
                kind=dice.choice(list(CustomerKind)),
                first_name=dice.choice(("Mara", None)),
                last_name=dice.choice(("Beispiel", "Probe")),
                company_name=dice.choice(("Musterbau", None)),
                born=dice.choice((None, date(1970, 1, 2))),
                key_account=dice.choice((True, False)),
                created_at=uow.now,
            )
            add(one)
            made.append(one)
        uow.session.flush()
        ids = [one.id for one in made]
        for of in ids:
            _random_belongings(uow, dice, of, ids)
        uow.session.flush()
        return ids


def _random_belongings(uow: Any, dice: random.Random, of: int, ids: list[int]) -> None:
    add, now = uow.session.add, uow.now
    add(Identifier(customer_id=of, kind="email", value=f"{of}@example.org"))
    if dice.random() < 0.7:
        add(Identifier(customer_id=of, kind="phone", value="+49211555", identifying=False))
    for _ in range(dice.randint(0, 3)):
        where = {"street": dice.choice(("Weg 1", "Weg 2")), "postcode": "40210", "city": "Düsseldorf"}
        add(Address(customer_id=of, kind="main", country="DE", created_at=now, **where))
    for key in ("solar", "heat"):
        if dice.random() < 0.6:
            add(CustomerTerm(kind=TermKind.CATEGORY, key=key, customer_id=of))
        if dice.random() < 0.6:
            add(CustomerValue(customer_id=of, key=key, value=str(dice.random()), sought="x"))
    for other in ids:
        if other != of and dice.random() < 0.4:
            mailing = other == ids[0] or (of == ids[0] and other == ids[1])
            add(Contact(company_id=of, person_id=other, mailing=mailing, created_at=now))
    for _ in range(dice.randint(0, 3)):
        about = {"channel": "email", "purpose": dice.choice(("advertising", "survey")), "source": "phone"}
        said = {"given": dice.random() < 0.5, "at": now - timedelta(days=dice.randint(0, 9))}
        add(Consent(customer_id=of, recorded_at=now, recorded_by="anna", **about, **said))
    for _ in range(dice.randint(0, 2)):
        add(CustomerNote(customer_id=of, author="anna", at=now, text=dice.choice(("Duzen.", "Siezen."))))


def test_a_case_that_is_opened_for_whom_was_merged_goes_to_the_survivor(firm, two):
    """Somebody looked the customer up, another merged it meanwhile."""
    one, other = two
    with firm.engine.begin("anna") as uow:
        merging.merge(uow, one, other)
    with firm.engine.begin("anna") as uow:
        made = cases.open_case(
            uow,
            uow.get(Customer, other),
            process="complaint",
            subject="x",
            channel="phone",
            language="de",
            data={},
        )
        assert made.customer_id == one


def test_who_takes_back_consent_while_merged_has_taken_it_back_afterwards(firm, two, clock):
    """Their opt-out link acts on the survivor; undoing the merge must not bring the advertising back."""
    one, other = two
    with firm.engine.begin("anna") as uow:
        consents.give(uow, uow.get(Customer, other), "email", "advertising", source="phone")
        consents.give(uow, uow.get(Customer, other), "phone", "advertising", source="phone")
        row = merging.merge(uow, one, other).id
    clock.advance(timedelta(hours=1))
    with firm.engine.begin("cpm") as uow:
        asked = survivor(uow, uow.get(Customer, other))
        consents.withdraw(uow, asked, "email", "advertising", source="opt-out link")
    clock.advance(timedelta(hours=1))
    with firm.engine.begin("anna") as uow:
        merging.unmerge(uow, row)
    with firm.engine.read() as look:
        for customer in two:
            assert consents.refused(look, look.get(Customer, customer), "email", "advertising")
        assert consents.given(look, look.get(Customer, other), "phone", "advertising")
