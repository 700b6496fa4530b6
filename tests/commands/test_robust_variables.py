"""What differs is saved, also where Python finds it equal."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from cpm.commands import variables
from cpm.model import Case, Variable
from tests.world import World, mail

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ELSEWHERE = NOON.astimezone(timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ([Decimal(1)], [True]),
        ({"a": [Decimal(0)]}, {"a": [False]}),
        ({"a": Decimal(1), "b": None}, {"b": None, "a": Decimal(1)}),
        (NOON, ELSEWHERE),
        ([NOON], [ELSEWHERE]),
        ([date(2026, 3, 2)], [datetime(2026, 3, 2, tzinfo=UTC)]),
        (Decimal("1.0"), Decimal("1.00")),
    ],
)
def test_what_python_finds_equal_is_saved_all_the_same(firm: World, was: object, becomes: object):
    case = firm.receive(mail())
    _save(firm, case, was)
    _save(firm, case, becomes)
    with firm.engine.read() as uow:
        found = variables.load(uow, case)[""]["found"]
    assert repr(found) == repr(becomes)


def test_what_is_the_same_is_not_written_again(firm: World):
    case = firm.receive(mail())
    for _ in range(2):
        _save(firm, case, {"a": [Decimal("1.5"), NOON, "x", True, None]})
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.count()).where(Variable.name == "found")) == 1


def test_what_a_step_changes_is_written_in_the_order_it_once_came(firm: World):
    case = firm.receive(mail())
    _save(firm, case, 1)
    with firm.engine.begin(
        "test"
    ) as uow:  # the row moves to another place, as any update may move it on PostgreSQL
        uow.session.execute(update(Variable).where(Variable.name == "subject").values(since=Variable.since))
        before = variables.load(uow, uow.case(case.id))[""]
        came = (
            select(Variable.name).where(Variable.scope == "", Variable.until.is_(None)).order_by(Variable.id)
        )
        assert list(before) == uow.session.scalars(came).all()


def _save(firm: World, case: Case, value: object) -> None:
    with firm.engine.begin("test") as uow:
        locked = uow.case(case.id)
        before = variables.load(uow, locked)
        uow.record(locked, "data.changed")
        variables.save(uow, locked, before, {**before, "": {**before[""], "found": value}})
