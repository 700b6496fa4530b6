"""The catalogue of the ERP is copied, and what somebody types finds products in the copy, however many there are."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from cpm import sought
from cpm.connectors.erp import Product
from cpm.connectors.erp.demo import faults
from cpm.database import Database
from cpm.model import Errand
from cpm.queries.lookups import products
from cpm.queries.lookups.source import MOST, Asked
from tests.clock import FakeClock
from tests.following import Site
from tests.world import World

SHOP = (
    ("PV-440", "Solarmodul Größe XL 440 W"),
    ("PV-4401", "Montageschiene"),
    ("WP-9", "Wärmepumpe Luft/Wasser 9 kW"),
    ("WP-10", "Wärmepumpe Sole 10 kW"),
    ("ZB-440", "Kabel, 440 mm"),
)

#: What is typed, and what is found.
SOUGHT = {
    "pv-440": ["PV-440", "PV-4401"],
    "PV 440": ["PV-440", "PV-4401"],
    "pv4401": ["PV-4401"],
    "440": ["PV-440", "PV-4401", "ZB-440"],
    "solar 440": ["PV-440"],
    "440 größe": ["PV-440"],
    "groesse": ["PV-440"],
    "waermepumpe": ["WP-10", "WP-9"],
    "WÄRME sole": ["WP-10"],
    "warme": ["WP-10", "WP-9"],
    "pumpe": ["WP-10", "WP-9"],
    "modul größe": ["PV-440"],
    "44 abel": ["ZB-440"],
    "_": [],
    "%": [],
    "'; --": [],
    '" OR *': [],
    "": [],
}


@pytest.fixture
def site(firm: World, clock: FakeClock) -> Site:
    return Site(firm, clock)


def sold(*shop: tuple[str, str]) -> Callable[..., list[Product]]:
    """An ERP with this catalogue, in pages of two."""
    rows = [Product(sku, name, "Stück", Decimal("12.50")) for sku, name in sorted(shop)]
    return lambda after="", most=500: [row for row in rows if row.sku > after][:most]


def copy(site: Site) -> None:
    site.clock.advance(timedelta(hours=2))
    site.follower().turn("demo", Errand.CATALOGUE)


def found(site: Site, words: str) -> list[str]:
    with site.firm.engine.read("anna") as look:
        return [hit.value for hit in products.find(look, Asked(words)).hits]


def test_the_catalogue_of_the_demo_is_found_by_words(site: Site):
    copy(site)
    with site.firm.engine.read("anna") as look:
        answer = products.find(look, Asked("wechselr strahl"))
        named = products.named(look, ["SO-2001", "so-2001"], Asked())
    (hit,) = answer.hits
    assert named == {"SO-2001": hit}
    assert (hit.facts["price"], hit.facts["unit"]) == (Decimal("1690.00"), "Stück")
    assert hit.facts["as_of"] == site.clock()
    assert answer.note == "Stand 02.03.2026, 11:00 Uhr."
    assert site.errand(Errand.CATALOGUE).result["products"] > 10


def test_words_find_products(site: Site, monkeypatch: pytest.MonkeyPatch):
    """Wherever in a word, with umlauts however they are written; signs of a query language are only signs."""
    monkeypatch.setattr(site.erp, "catalogue", sold(*SHOP), raising=False)
    copy(site)
    assert {words: sorted(found(site, words)) for words in SOUGHT} == SOUGHT


def test_whose_sku_begins_so_comes_first(site: Site, monkeypatch: pytest.MonkeyPatch):
    shop = [(f"A-{number:03}", f"Ersatzteil wp{number}") for number in range(20)]
    monkeypatch.setattr(site.erp, "catalogue", sold(*shop, ("WP-9", "Pumpe")), raising=False)
    copy(site)
    assert found(site, "wp")[0] == "WP-9"
    assert len(found(site, "wp")) == MOST


def test_whose_words_begin_so_come_before_those_that_have_it_inside(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    shop = [(f"A-{number:03}", f"Solarmodul {number}") for number in range(20)]
    monkeypatch.setattr(site.erp, "catalogue", sold(*shop, ("Z-9", "Rahmen, Modul")), raising=False)
    copy(site)
    assert found(site, "modul")[:2] == ["Z-9", "A-000"]
    assert len(found(site, "modul")) == MOST


def test_what_is_sold_no_more_goes_when_all_was_seen(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site.erp, "catalogue", sold(*SHOP), raising=False)
    copy(site)
    renamed = ("WP-9", "Pumpe, neuer Name")
    monkeypatch.setattr(site.erp, "catalogue", sold(*SHOP[:2], renamed), raising=False)
    copy(site)
    assert (found(site, "wärmepumpe"), found(site, "neuer")) == ([], ["WP-9"])


def test_a_copy_that_breaks_off_or_comes_empty_takes_nothing_away(site: Site):
    copy(site)
    file = site.firm.engine.settings.erp.demo
    faults.order(file, "away")
    copy(site)
    faults.mend(file)
    assert found(site, "wechselrichter") != []
    assert site.errand(Errand.CATALOGUE).failure_de == "Das ERP ist nicht erreichbar."


def test_an_empty_catalogue_is_taken_for_a_mistake(site: Site, monkeypatch: pytest.MonkeyPatch):
    copy(site)
    monkeypatch.setattr(site.erp, "catalogue", sold(), raising=False)
    copy(site)
    assert found(site, "wechselrichter") != []
    assert site.errand(Errand.CATALOGUE).failures == 1


def test_pages_follow_each_other(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cpm.following.cataloguing._PAGE", 2)
    monkeypatch.setattr(site.erp, "catalogue", sold(*SHOP), raising=False)
    copy(site)
    assert site.errand(Errand.CATALOGUE).result == {"products": 5}


def test_both_ways_to_find_products_go_by_an_index(database: Database):
    """However many there are: 20,000 here, and no word of it all is looked at one by one."""
    if database.postgresql:
        rows = "SELECT 'demo', 'A-' || n, 'Teil ' || n, '', '1', '', '', 'a' || n, 'a ' || n || ' teil', now() FROM generate_series(1, 20000) n"
    else:
        rows = (
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000)"
            " SELECT 'demo', 'A-' || n, 'Teil ' || n, '', '1', '', '', 'a' || n, 'a ' || n || ' teil', '2026-03-02' FROM s"
        )
    columns = 'system, sku, name, unit, price, "group", field, key, words, seen_at'
    with database.write() as session:
        session.execute(text(f"INSERT INTO erp_products ({columns}) {rows}"))
        session.execute(text("ANALYZE"))
    with database.read() as session:
        look = _Look(session)
        plans = [
            _plan(session, products.by_sku("demo", "a1999")),
            _plan(session, products.by_words(look, "demo", sought.words("teil 1999"))),
        ]
    assert "ix_erp_products_key" in plans[0]
    assert ("ix_erp_products_words" if database.postgresql else "VIRTUAL TABLE INDEX") in plans[1]


class _Look:
    """As much of a unit of work as the query needs."""

    def __init__(self, session) -> None:
        self.session = session


def _plan(session, query) -> str:
    compiled = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN " if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    return "\n".join(
        str(row) for row in session.connection().exec_driver_sql(explain + str(compiled).replace("%%", "%"))
    )
