"""`cpm erp dun`: an operator sees what is overdue, from which ERP, and begins the cases without waiting for the morning."""

import datetime as dt
from pathlib import Path

import pytest

from cpm.connectors.erp import Line, PostalAddress, Wanted
from cpm.connectors.erp.demo import DemoErp, People
from cpm.connectors.erp.nouns import Party
from cpm.demo.erp import beside
from cpm.demo.erp.keys import Keys, Login
from tests.commands.cli import Cpm, ready

PAST = dt.date(2026, 3, 2)


@pytest.fixture
def cpm(tmp_path: Path) -> Cpm:
    made = ready(f"sqlite:///{tmp_path}/cpm.db", tmp_path)
    made("user", "add", "otto", "--name", "Otto", "--role", "operator", "--team", "operations")
    return made


def owe(home: Path) -> str:
    """An invoice over there that is overdue by now, of somebody whom nobody here knows."""
    file = home / "erp-demo.db"
    erp = DemoErp(file, lambda: PAST)
    erp.save_party(Party("K-7", "company", "Alt GmbH"))
    ship_to = PostalAddress("Weg 1", "50667", "Köln", "DE")
    erp.save_order("O-7", Wanted("K-7", (Line("SO-1001", 1),), ship_to=ship_to))
    people = People(file, lambda: PAST)
    number = erp.confirm_order("O-7").number
    people.ship(number)
    return people.invoice(number)


def test_it_says_which_erp_it_asked_and_what_becomes_of_each_invoice(cpm: Cpm, tmp_path: Path):
    number = owe(tmp_path)
    said = cpm("erp", "dun", "--dry-run", "--as", "otto")
    assert said.startswith("Asked: demo ERP (no real one is set in this window: CPM_ERP).\n")
    assert number in said
    assert "nobody here knows whose it is" in said
    german = cpm("erp", "dun", "--dry-run", "--as", "otto", "--lang", "de")
    assert german.startswith("Gefragt: Demo-ERP (ein echtes ist in diesem Fenster nicht eingestellt")
    assert "2026-" not in german, "days are written as people write them"

    told = cpm.json("erp", "dun", "--as", "otto")
    assert told["systems"] == [{"system": "demo", "demo": True}]
    assert [(each["invoice_no"], each["becomes"]) for each in told["invoices"]] == [(number, "unknown")]


def test_who_has_no_erp_hears_that(cpm: Cpm):
    cpm.environ = {"CPM_ERP": "none"}
    assert "nobody, no ERP is set here" in cpm("erp", "dun", "--as", "otto")


def test_only_operators_may(cpm: Cpm):
    cpm("erp", "dun", "--dry-run", "--as", "anna", code=1)


def test_a_second_window_asks_the_erp_that_the_demo_works_with(cpm: Cpm, tmp_path: Path):
    """Nothing listens there: it is named all the same, and not the demo member in its place."""
    there = beside.folder(tmp_path)
    there.mkdir()
    Keys(Login("a"), Login("b", "c"), Login("d"), PAST).write(there)
    (there / "url").write_text("http://127.0.0.1:9")
    systems = {each["system"]: each["up"] for each in cpm.json("erp", "status")}
    assert systems == {"tryton": False, "demo": True}
    cpm("erp", "dun", "--as", "otto", code=3)
    assert "Expected tryton to say what is overdue" in cpm.complaint

    cpm.environ = {"CPM_ERP": "demo"}
    assert [each["system"] for each in cpm.json("erp", "status")] == ["demo"]
