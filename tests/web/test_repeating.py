"""A customer orders again what they had: begun from their earlier order, the lines stand there already."""

from lxml import html

from cpm.model import Case, Definition
from tests.clock import FakeClock
from tests.ordering import CALLER, called, done, known, lines, ordered
from tests.web.conftest import Browser
from tests.world import World


def link(page: str) -> list[str]:
    return [str(each) for each in html.document_fromstring(page).xpath("//a[contains(@href, 'like=')]/@href")]


def sent(browser: Browser, like: Case, **changed: str) -> str:
    """The page for a new case, posted as it came; the new case's address."""
    page = html.document_fromstring(browser("oda").get(f"/cases/new?like={like.number}").text)
    form = next(each for each in page.forms if "data-main" in each.attrib)
    answer = browser("oda").post(form.action, data={**dict(form.form_values()), **changed})
    assert answer.status_code == 303, answer.text
    return answer.location


def newest(firm: World) -> Case:
    with firm.engine.read() as look:
        return look.session.query(Case).order_by(Case.id.desc()).first()


def test_an_order_is_begun_again_with_its_lines(firm: World, clock: FakeClock, browser: Browser) -> None:
    before = ordered(firm, clock, ("SO-1001", 4), ("SO-3002", 5))
    page = browser("oda").get(f"/cases/{before.number}?lang=de").text
    assert link(page) == [f"/cases/new?like={before.number}"]
    assert "Noch einmal bestellen" in page
    assert "<dt>Positionen</dt>" in page or '<dt class="wide">Positionen</dt>' in page
    told = page.partition("Alles, was der Vorgang")[0]
    assert ("Bezeichnung: " in told, "product: " in told) == (True, False)
    sent(browser, before)
    firm.drain()

    again = newest(firm)
    assert (again.process, again.customer_id) == ("order", before.customer_id)
    assert again.subject == f"Noch einmal wie {before.number}.", "what it is about now"
    assert firm.at(again) == ["capture_lines"], "the customer is known"
    lines = known(firm, again)["lines"]
    assert [(line["sku"], line["qty"], line.get("wanted_on")) for line in lines] == [
        ("SO-1001", 4, None),
        ("SO-3002", 5, None),
    ]
    assert "customer_ref" not in known(firm, again)


def test_before_there_is_an_order_nothing_can_be_repeated(
    firm: World, clock: FakeClock, browser: Browser
) -> None:
    case = called(firm)
    assert link(browser("oda").get(f"/cases/{case.number}").text) == []

    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, ("SO-1001", 4)))
    assert known(firm, case)["order"]["state"] == "quotation"
    assert link(browser("oda").get(f"/cases/{case.number}").text) == []


def test_another_customer_or_process_gets_nothing_of_it(
    firm: World, clock: FakeClock, browser: Browser
) -> None:
    before = ordered(firm, clock, ("SO-1001", 4))
    sent(browser, before, customer="new", last_name="Fremd", kind="person")
    firm.drain()

    assert newest(firm).customer_id != before.customer_id
    assert "lines" not in known(firm, newest(firm))


def test_who_may_not_see_the_case_cannot_begin_one_like_it(
    firm: World, clock: FakeClock, browser: Browser
) -> None:
    before = ordered(firm, clock, ("SO-1001", 4))
    with firm.engine.begin("worker") as uow:
        uow.get(Definition, uow.case(before.id).definition_id).confidential = True
    firm.engine.library.refresh(now=True)

    assert browser("oda").get(f"/cases/new?like={before.number}").status_code == 200
    assert browser("anna").get(f"/cases/new?like={before.number}").status_code == 404
    posted = {"like": before.number, "customer": str(before.customer_id), "process": "order"}
    assert browser("anna").post("/cases/new", data=posted).status_code == 404
    assert browser("anna").get("/cases/new?like=C-999999-9").status_code == 404
