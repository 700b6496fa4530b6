"""Lists of cases: filters, order and sums are the same on both databases, and cost the same for any number of cases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, text

from cpm.attributes import Search
from cpm.errors import Invalid, NotFound
from cpm.model import Case, Variable
from cpm.queries import case_filters, case_lists
from cpm.queries.case_lists import CaseList
from cpm.queries.columns import columns
from tests.clock import FakeClock
from tests.commands.test_attributes import put
from tests.commands.test_cost import statements
from tests.world import World, mail

#: order number, cause, amount claimed, day of delivery, danger
KNOWN = [
    ("Ä-1", "defect", Decimal("10.10"), date(2026, 3, 1), True),
    ("b-2", "late", Decimal("-0.20"), date(2026, 2, 1), False),
    ("Z-3", "wear", None, None, None),
    ("ab_4", "defect", Decimal("999999999999.99"), date(2025, 12, 31), None),
    (None, None, "viel", None, None),
]


@pytest.fixture
def five(firm: World, clock: FakeClock) -> list[Case]:
    found = []
    for place, (order_no, cause, claim, delivered, danger) in enumerate(KNOWN):
        sender = f"{'Mara Zabel' if place % 2 else 'Änne Beispiel'} <c{place}@example.org>"
        case = firm.receive(mail(sender=sender, subject=f"Fall {place}", message_id=f"<{place}@example.org>"))
        given = {
            "order_no": order_no,
            "cause": cause,
            "claim_amount": claim,
            "delivered_on": delivered,
            "safety": danger,
        }
        put(firm, case, **given)
        found.append(case)
    return found


def listed(firm: World, asked: str, process: str | None = "complaint", who: str = "anna", **more) -> CaseList:
    with firm.engine.read(who) as uow:
        return case_lists.page(uow, Search.of_text(asked, process), **more)


def places(found: CaseList, five: list[Case]) -> list[int]:
    ids = [case.id for case in five]
    return [ids.index(row.id) for row in found.rows]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("order_no=ä-1", {0}),
        ("order_no=A-1&order_no=z-3", {0, 2}),
        ("order_no.contains=B", {1, 3}),
        ("order_no.contains=b_", {3}),
        ("order_no.contains=%25", set()),
        ("cause=defect", {0, 3}),
        ("cause=defect&cause=late", {0, 1, 3}),
        ("cause=defect&delivered_on.from=2026-01-01", {0}),
        ("claim_amount.from=0", {0, 3}),
        ("claim_amount.to=10.1", {0, 1}),
        ("claim_amount.from=10.1000000001", {3}),
        ("claim_amount=-0.20", {1}),
        ("claim_amount.from=-999999999999999", {0, 1, 3}),
        ("delivered_on.to=2026-02-01", {1, 3}),
        ("delivered_on=2026-03-01", {0}),
        ("safety=true", {0}),
        ("state=open", {0, 1, 2, 3, 4}),
        ("state=closed", set()),
        ("subject.contains=FALL 3", {3}),
        ("subject=fall 3", {3}),
        ("customer.contains=zabel", {1, 3}),
        ("customer=änne beispiel", {0, 2, 4}),
        ("customer=C4@example.org", {4}),
        ("channel=email", {0, 1, 2, 3, 4}),
        ("opened=today", {0, 1, 2, 3, 4}),
        ("opened.to=today-1", set()),
        ("opened.from=2020-01-01&opened.to=today%2B1", {0, 1, 2, 3, 4}),
        ("priority.from=-5&priority.to=1e", None),
        ("priority.from=-99999999999", {0, 1, 2, 3, 4}),
        ("team=nobody", set()),
    ],
)
def test_filters_find_what_they_say(firm: World, five: list[Case], asked: str, wanted: set[int] | None):
    if wanted is None:
        with pytest.raises(Invalid):
            listed(firm, asked)
    else:
        found = listed(firm, asked)
        assert set(places(found, five)) == wanted
        assert found.total.number == len(wanted)


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("claim_amount", [1, 0, 3, 4, 2]),
        ("-claim_amount", [3, 0, 1, 4, 2]),
        ("delivered_on", [3, 1, 0, 4, 2]),
        ("-delivered_on", [0, 1, 3, 4, 2]),
        ("order_no", [0, 3, 1, 2, 4]),
        ("-order_no", [2, 1, 3, 0, 4]),
        ("cause", [3, 0, 1, 2, 4]),  # as the form offers them: defect, late, wear
        ("safety", [0, 1, 4, 3, 2]),
        ("customer", [3, 1, 4, 2, 0]),  # by code points
        ("case", [0, 1, 2, 3, 4]),
        ("-subject", [4, 3, 2, 1, 0]),
        ("closed", [4, 3, 2, 1, 0]),
        ("state", [4, 3, 2, 1, 0]),
        ("team", [4, 3, 2, 1, 0]),
        ("-priority", [4, 3, 2, 1, 0]),
        ("outcome", [4, 3, 2, 1, 0]),
        ("process", [4, 3, 2, 1, 0]),
        ("channel", [4, 3, 2, 1, 0]),
    ],
)
def test_every_column_sorts_either_way_with_nothing_last(
    firm: World, five: list[Case], sort: str, wanted: list[int]
):
    assert places(listed(firm, f"sort={sort}"), five) == wanted


def test_sums_are_exact_and_of_all_that_was_found(firm: World, five: list[Case]):
    found = listed(firm, "sort=case", limit=1)
    assert (len(found.rows), found.total.number) == (1, 5)
    assert found.sums["claim_amount"] == Decimal("1000000000009.89")
    assert found.sums["goodwill_amount"] == 0
    assert listed(firm, "cause=late&columns=case,claim_amount").sums == {"claim_amount": Decimal("-0.20")}


def test_rows_have_typed_values_and_say_what_does_not_fit(firm: World, five: list[Case]):
    rows = listed(firm, "sort=case").rows
    assert rows[0].number == five[0].number
    assert rows[0].values["claim_amount"] == Decimal("10.10")
    assert str(rows[0].values["claim_amount"]) == "10.10"
    assert rows[0].values["order_no"] == "Ä-1"
    assert (rows[0].values["delivered_on"], rows[0].values["safety"]) == (date(2026, 3, 1), "true")
    assert (rows[4].values["claim_amount"], rows[4].misfits) == (None, {"claim_amount"})
    assert (rows[2].values["claim_amount"], rows[2].misfits) == (None, frozenset())


def test_pages_follow_each_other_without_gap_or_repetition(firm: World, five: list[Case]):
    pages = [listed(firm, "sort=state", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [place for found in pages for place in places(found, five)] == [4, 3, 2, 1, 0]
    assert {found.total.number for found in pages} == {5}


def test_a_list_of_all_processes_has_the_columns_of_every_case(firm: World, five: list[Case]):
    found = listed(firm, "customer.contains=zabel&sort=-due", None)
    assert set(places(found, five)) == {1, 3}
    assert all(column.fixed for column in found.available)
    assert found.sums == {}
    with pytest.raises(Invalid, match="cause is no column"):
        listed(firm, "cause=defect", None, language="en")


@pytest.mark.parametrize(
    ("asked", "german"),
    [
        ("ghost=1", "ghost ist keine Spalte davon"),
        ("claim_amount.over=1", "claim_amount.over ist keine Spalte davon"),
        ("sort=ghost", "ghost ist keine Spalte davon"),
        ("columns=case,ghost", "ghost ist keine Spalte davon"),
        ("claim_amount=viel", "Forderung des Kunden: 'viel' ist keine Zahl"),
        ("claim_amount.contains=1", "lässt sich nicht nach einem Teil durchsuchen"),
        ("cause.from=a", "kennt kein Von und Bis"),
        ("due.from=gestern", "Fällig: 'gestern' ist kein Tag"),
        ("due.from=9999-12-31", "ist kein Tag"),
        ("due.from=today-99999", "2026"),
        ("state=opne", "Stand: ist closed, open, nicht 'opne'"),
        ("case=17", "Nummer: ist keine Vorgangsnummer"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_column(firm: World, asked: str, german: str):
    if german == "2026":
        assert listed(firm, asked).total.number == 0
        return
    with pytest.raises(Invalid) as refused:
        listed(firm, asked)
    assert german in refused.value.sentence("de")
    assert refused.value.problems[0][0] in asked


def test_a_process_that_is_not_there_has_no_list(firm: World):
    with pytest.raises(NotFound):
        listed(firm, "", "ghost")


def test_who_may_see_no_cases_sees_none(firm: World, five: list[Case]):
    assert listed(firm, "", who="otto").total.number == 0
    assert listed(firm, "", who="nobody").total.number == 0
    assert listed(firm, "", who="sue").total.number == 5
    assert listed(firm, "", who="").total.number == 5


def test_statements_do_not_grow_with_the_cases(firm: World, five: list[Case]):
    asked = "state=open&claim_amount.from=-5&cause=defect&cause=late&sort=-claim_amount"
    listed(firm, asked)
    firm.engine.library.refresh(now=True)  # or else it looks for news in between
    with statements(firm.engine.database) as few:
        assert listed(firm, "subject=fall 1&" + asked).total.number == 1
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as many:
        assert listed(firm, asked).total.number == 3
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_filters_by_attributes_use_their_index(firm: World, five: list[Case]):
    """Asked of both planners, with cases enough for an index to matter."""
    _more(firm, five[0])
    for asked, index in (
        ("claim_amount.from=1&claim_amount.to=2", "ix_variables_amount"),
        ("delivered_on.to=2001-01-01", "ix_variables_day"),
        ("order_no=a-1", "ix_variables_sought"),
    ):
        plan = _plan(firm, Search.of_text(asked, "complaint"))
        assert index in plan, plan


def _more(firm: World, like: Case) -> None:
    cases, variables = Case.__table__, Variable.__table__
    with firm.engine.database.write() as session:
        copied = dict(session.execute(select(cases).where(cases.c.id == like.id)).mappings().one())
        session.execute(insert(cases), [{**copied, "id": 1000 + place} for place in range(2000)])
        usual = {"scope": "", "value": "x", "since": 1, "process": "complaint"}
        empty = {"amount": None, "day": None, "sought": None}
        for name, column in (("claim_amount", "amount"), ("delivered_on", "day"), ("order_no", "sought")):
            made = {"amount": int, "day": lambda n: date(2002, 1, 1) + timedelta(n), "sought": str}[column]
            session.execute(
                insert(variables),
                [
                    {
                        **usual,
                        **empty,
                        "case_id": 1000 + n,
                        "name": name,
                        column: made(n + 10**7 if column == "amount" else n),
                    }
                    for n in range(2000)
                ],
            )
    with firm.engine.database.write() as session:
        session.execute(text("ANALYZE"))


def _plan(firm: World, search: Search) -> str:
    with firm.engine.read("anna") as uow:
        by_name = {column.name: column for column in columns(uow, search.process, "de")}
        query = select(Case.id).where(*case_filters.conditions(uow, search, by_name, "de"))
        explain = "EXPLAIN" if firm.engine.database.postgresql else "EXPLAIN QUERY PLAN"
        plain = query.compile(firm.engine.database.engine, compile_kwargs={"literal_binds": True})
        return str(uow.session.connection().exec_driver_sql(f"{explain} {plain}").all())


def test_an_export_reads_all_in_steps(firm: World, five: list[Case], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(case_lists, "_STEP", 2)
    with firm.engine.read("anna") as uow:
        found = case_lists.export(uow, Search.of_text("sort=case&columns=case,claim_amount", "complaint"))
        assert [row.number for row in found.rows] == [case.number for case in five]
        assert (found.total, len(found.columns)) == (5, 2)
        assert found.sums == {"claim_amount": Decimal("1000000000009.89")}


def test_an_export_of_too_many_says_so(firm: World, five: list[Case], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(case_lists, "MOST_EXPORTED", 4)
    with (
        firm.engine.read("anna") as uow,
        pytest.raises(Invalid, match="at most 4 cases to export") as refused,
    ):
        case_lists.export(uow, Search.of_text("", "complaint"))
    assert refused.value.sentence("de").startswith("Höchstens 4 Vorgänge")
