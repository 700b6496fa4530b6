"""The pages on which people decide who is one customer."""

import pytest
from sqlalchemy import select

from cpm.commands import customers
from cpm.commands.customers import Facts
from cpm.model import Customer, Duplicate
from tests.databases import Sqlite
from tests.world import World, mail


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


@pytest.fixture
def anna(browser):
    return browser("anna")


@pytest.fixture
def pair(firm: World) -> tuple[int, int]:
    with firm.engine.begin("anna") as uow:
        one = customers.create(
            uow, Facts(first_name="Mara", last_name="Beispiel"), email="mara@example.org"
        ).id
        other = customers.create(uow, Facts(first_name="M.", last_name="Beispiel"), phone="0211 5550100").id
        row = Duplicate(one_id=one, other_id=other, score=77, reasons=["name.initial"], found_at=uow.now)
        uow.session.add(row)
        return one, other


def test_the_queue_shows_why_and_can_be_filtered(anna, pair):
    page = anna.get("/duplicates").text
    assert "77 %" in page
    assert "Vorname abgekürzt" in page
    assert "K-000001" in page
    assert "77 %" in anna.get("/duplicates?reason=name").text
    assert "77 %" not in anna.get("/duplicates?reason=phone").text
    assert anna.get("/duplicates?reason=nonsense&page=x").status_code == 200


def test_both_are_merged_as_was_chosen_and_undone(firm, anna, pair):
    one, other = pair
    page = anna.get(f"/customers/{one}/merge/{other}").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = anna.post(f"/customers/{one}/merge/{other}", data={"seen": seen, "take.first_name": "merged"})
    assert answer.status_code == 303
    done = answer.headers["Location"]
    with firm.engine.read() as look:
        assert look.get(Customer, one).first_name == "M."
        assert look.get(Customer, other).merged_into_id == one
    assert "Vorname wird wieder, was es war." in anna.get(done).text
    assert anna.post(f"{done}/undo").status_code == 303
    with firm.engine.read() as look:
        assert look.get(Customer, one).first_name == "Mara"
    assert anna.post(f"{done}/undo").status_code == 409
    assert "rückgängig gemacht" in anna.get("/merges").text


def test_who_was_shown_something_else_decides_anew(anna, pair):
    one, other = pair
    answer = anna.post(f"/customers/{one}/merge/{other}", data={"seen": "old"})
    assert answer.status_code == 409
    assert "inzwischen geändert" in answer.text


def test_they_may_be_two(firm, anna, pair):
    with firm.engine.read() as look:
        row = look.session.scalars(select(Duplicate.id)).one()
    assert anna.post(f"/duplicates/{row}/different").status_code == 303
    assert "Nichts zu entscheiden." in anna.get("/duplicates").text


def test_the_customer_s_page_says_who_may_be_the_same(anna, pair):
    page = anna.get(f"/customers/{pair[0]}").text
    assert "Derselbe Kunde?" in page
    assert f"/customers/{pair[0]}/merge/{pair[1]}" in page


def test_names_of_strangers_are_shown_and_not_obeyed(firm, anna):
    """A sender may call himself what he likes."""
    for number, name in enumerate(("<script>alert(1)</script> X", "Mara Beispiel")):
        firm.receive(mail(sender=f'"{name}" <m{number}@example.org>', message_id=f"<{number}@x>"))
    page = anna.get("/customers/1/merge/2").text
    assert "<script>alert" not in page
