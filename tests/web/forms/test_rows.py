"""Lists of rows and look-ups in a browser without JavaScript: nothing typed is lost, and nothing is taken twice."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from cpm.errors import Invalid
from tests.web.forms.conftest import NOW, check_page
from web.forms import asked, posted


def entries(browser):
    """What stands in the rows, in their order."""
    names = [name.removeprefix("lines.") for name in browser.page.xpath("//input[@name='_rows']/@value")]
    return {
        id_: browser.at(f"lines-{id_}-sku").get("value")
        for id_ in names
        if browser.page.xpath(f"//*[@id='f-lines-{id_}-sku']")
    }


def test_an_order_of_several_lines_is_taken_with_its_sums(order, language):
    browser = order(language)
    check_page(browser.page)
    browser.press("_add", "lines", **{"lines.n0.sku": "Apple", "lines.n0.qty": "3"})
    check_page(browser.page)
    assert entries(browser) == {"n0": "Apple (F-01)", "n1": ""}
    number = {"de": "2,50", "en": "2.50"}[language]
    assert browser.at("lines-n0-price").get("value") == number.replace("50", "90")
    assert browser.at("lines-n0-unit").text_content() == "kg"
    assert figure(browser) == {"de": "Gesamtsumme noch nichts", "en": "Sum nothing yet"}[language]
    taken = browser.submit(**{"lines.n1.sku": "F-04", "lines.n1.qty": "2", "lines.n1.price": number})
    assert taken == {
        "ordered_by": None,
        "lines": [
            {
                "sku": "F-01",
                "unit": "kg",
                "qty": Decimal(3),
                "price": Decimal("2.90"),
                "total": Decimal("8.70"),
            },
            {"sku": "F-04", "unit": "kg", "qty": Decimal(2), "price": Decimal("2.50"), "total": Decimal(5)},
        ],
        "sum": Decimal("13.70"),
    }


def test_a_figure_that_does_not_show_stands_nowhere(open_form):
    """Its place stays on the page, so that the next answer to what is typed finds it."""
    browser = open_form(
        {"type": "number", "key": "qty", "label": "Q"},
        {
            "type": "expression", "key": "twice", "expression": "=qty * 2", "computeOn": "change",
            "conditional": {"hide": "=qty = null"},
            "properties": {"cpm:label.de": "Doppelt", "cpm:figure": "true"},
        },
    )  # fmt: skip
    assert figure(browser) == ""
    browser.show({"qty": "2"})
    assert figure(browser) == "Doppelt 4"


def figure(browser):
    [found] = browser.page.xpath("//form/p[@id='figure']")
    assert (found.get("hidden") is None) == bool(found.text_content())
    return found.text_content()


def test_a_new_row_begins_with_the_day_of_the_last(open_form):
    """Typed once, not in each row; it may be changed, and rows that are pasted have it too."""
    browser = open_form({
        "type": "dynamiclist", "path": "lines", "label": "L", "allowAddRemove": True,
        "properties": {"cpm:carry": "on"},
        "components": [
            {"type": "textfield", "key": "sku", "label": "S"},
            {"type": "datetime", "subtype": "date", "key": "on", "dateLabel": "D"},
        ],
    })  # fmt: skip
    browser.press("_add", "lines", **{"lines.n0.sku": "A", "lines.n0.on": "1.12.26"})
    assert (browser.at("lines-n1-on").get("value"), browser.at("lines-n1-sku").get("value")) == (
        "1.12.26",
        "",
    )
    browser.press("_remove", "lines.n0")
    browser.press("_paste", "lines.n1.sku=B\r\nC", **{"lines.n1.on": "2.12.26"})
    days = [row["on"].isoformat() for row in browser.submit()["lines"]]
    assert days == ["2026-12-02", "2026-12-02"]


def test_a_sentence_at_a_field_does_not_name_its_row_again(order, language):
    browser = order(language)
    assert browser.submit() is None
    row = {"de": "Zeile 1:", "en": "Row 1:"}[language]
    at_field = browser.words_of(browser.at("lines-n0-sku").get("aria-describedby"))
    assert row not in at_field
    assert {"de": "Bitte „Artikel“ ausfüllen.", "en": "Please fill in “Article”."}[language] in at_field
    assert any(row in sentence for _, sentence in browser.problems)


def test_the_focus_goes_to_the_new_row_and_to_the_way_back(order):
    browser = order()
    browser.press("_add", "lines")
    assert browser.page.xpath("//*[@autofocus]/@id") == ["f-lines-n1-sku"]
    browser.press("_remove", "lines.n0")
    assert browser.page.xpath("//*[@autofocus]/@id") == ["f-lines-n0-restore"]
    browser.press("_add", "lines")
    assert browser.page.xpath("//*[@autofocus]/@id") == ["f-lines-n2-sku"]
    browser.press("_restore", "lines.n0")
    assert browser.page.xpath("//*[@autofocus]/@id") == ["f-lines-n0-sku"]


def test_a_row_taken_away_can_be_brought_back_as_it_was(order):
    lines = [{"sku": "F-01", "qty": Decimal(12), "urgent": True}, {"sku": "F-03", "qty": Decimal(1)}]
    browser = order(lines=lines)
    browser.press("_remove", "lines.0", **{"lines.0.qty": "15", "lines.0.urgent": None, "lines.1.qty": "x"})
    assert entries(browser) == {"1": "Banana (F-03)"}
    assert "Eine Zeile ist entfernt." in browser.text
    check_page(browser.page)
    assert browser.at("lines-1-qty").get("value") == "x"
    browser.press("_restore", "lines.0")
    assert list(entries(browser)) == ["0", "1"]
    assert browser.at("lines-0-qty").get("value") == "15"
    assert not browser.page.xpath("//*[@id='f-lines-0-urgent']/@checked")
    assert browser.submit(**{"lines.1.qty": "1"})["lines"][0]["qty"] == 15


def test_what_is_taken_away_is_not_handed_in(order):
    browser = order(lines=[{"sku": "F-01", "qty": Decimal(1)}, {"sku": "F-03", "qty": Decimal(1)}])
    browser.press("_remove", "lines.0")
    taken = browser.submit(**{"lines.1.qty": "0"})
    assert taken is None
    assert browser.page.xpath("//*[@id='summary']//a/@href") == ["#f-lines-1-qty"]
    assert "Zeile 1: „Menge“ muss mindestens 1 sein." in browser.text
    assert [row["sku"] for row in browser.submit(**{"lines.1.qty": "2"})["lines"]] == ["F-03"]


def test_a_list_offers_what_its_limits_allow(order):
    browser = order()
    assert not browser.page.xpath("//button[@name='_remove']")
    for _ in range(4):
        browser.press("_add", "lines")
    assert len(browser.page.xpath("//button[@name='_remove']")) == 5
    assert not browser.page.xpath("//button[@name='_add']")
    browser.press("_add", "lines")
    assert browser.submit() is None
    assert "darf höchstens 5 Zeilen haben, es sind 6." in browser.text


def test_enter_in_a_field_presses_no_button_of_a_list(order):
    """A browser presses the first button of the form."""
    buttons = order(lines=[{}, {}]).page.xpath("//button")
    assert buttons[0].get("name") is None
    assert buttons[0].get("type", "submit") == "submit"


@pytest.mark.parametrize(
    ("typed", "offered"), [("Pear", ["F-05", "F-06"]), ("Ap", ["F-01", "F-02"]), ("x", [])]
)
def test_what_is_not_clear_is_asked_again_with_what_it_may_mean(order, typed, offered):
    browser = order()
    assert browser.submit(**{"lines.n0.sku": typed, "lines.n0.qty": "1"}) is None
    check_page(browser.page)
    assert browser.at("lines-n0-sku").get("value") == typed
    assert browser.page.xpath("//input[@type='radio']/@value") == offered
    if offered:
        data = MultiDict([*browser.filled().items(multi=True), ("lines.n0.sku", offered[1])])
        assert browser.post(data)["lines"][0]["sku"] == offered[1]


def test_cells_of_a_spreadsheet_become_rows(order):
    browser = order(lines=[{"sku": "F-01", "qty": Decimal(1)}])
    browser.press("_paste", "lines.0.sku=Banana\t7\t1,50\r\nF-04\t\t2\r\nCherry\t3")
    assert entries(browser) == {"0": "Banana (F-03)", "n0": "Cherry (F-04)", "n1": "Cherry (F-04)"}
    assert browser.at("lines-n0-qty").get("value") == ""
    assert browser.submit(**{"lines.n0.qty": "1"})["sum"] == Decimal("34.10")
    browser.press("_paste", "lines.0.nothing=a\tb")
    browser.press("_paste", "other.0.sku=a\tb")
    browser.press("_paste", "x" * 1000)
    assert list(entries(browser)) == ["0", "n0", "n1"]


def test_cells_without_a_place_are_told_and_stay_told(order, language):
    """Beyond the last column, below the most lines, in a field that is hidden or computed: nobody has to count."""
    browser = order(language)
    browser.press("_paste", "lines.n0.price=1,50\tja\tSumme\t<b>\r\n2\t\tmehr\t")
    said = {"de": "wofür es hier kein Feld", "en": "has no field or no choice here"}[language]
    assert said in browser.text
    assert browser.page.xpath("//p[@role='status']/q/text()") == ["Summe", "<b>", "mehr", "ja"]
    assert browser.at("lines-n1-price").get("value") == "2"
    check_page(browser.page)
    browser.press("_add", "lines")
    assert browser.page.xpath("//p[@role='status']/q/text()") == ["Summe", "<b>", "mehr", "ja"]
    browser.press("_paste", "lines.n0.sku=F-01\t12\t1\tja")
    assert said not in browser.text
    assert browser.at("lines-n0-urgent").get("checked")
    browser.press("_paste", "lines.n0.sku=" + "F-01\r\n" * 202)
    assert browser.page.xpath("//p[@role='status']/q/text()") == ["F-01", "F-01"]
    assert len(entries(browser)) == 200, "what no list takes is told, and not cut off without a word"


def test_a_choice_is_pasted_by_its_words(open_form):
    browser = open_form({
        "type": "dynamiclist", "path": "lines", "label": "L", "allowAddRemove": True,
        "components": [
            {"type": "textfield", "key": "sku", "label": "S"},
            {"type": "select", "key": "size", "label": "G",
             "values": [{"value": "s", "label": "Klein"}, {"value": "l", "label": "Groß"}]},
        ],
    })  # fmt: skip
    browser.press("_paste", "lines.n0.sku=A\tgroß\r\nB\tRiesig")
    assert browser.page.xpath("//p[@role='status']/q/text()") == ["Riesig"]
    assert [row["size"] for row in browser.submit()["lines"]] == ["l", None]


def test_a_condition_of_a_row_shows_its_field_before_it_is_taken(order):
    browser = order()
    assert browser.submit(**{"lines.n0.sku": "F-01", "lines.n0.qty": "12"}) is None
    assert "kommt durch die Angaben hinzu" in browser.text
    assert browser.submit(**{"lines.n0.urgent": "true"})["lines"][0]["urgent"] is True


def test_names_that_no_page_has_are_refused(order):
    form = order().form
    for name in ("lines.0.sku", "lines.n1.colour", "lines.n1.sku.x", "other.n1.sku", "lines[0].sku"):
        data = MultiDict([("_asked", "lines"), ("_rows", "lines.n1"), ("lines.n1.sku", "F-01"), (name, "x")])
        with pytest.raises(Invalid):
            form.validate(posted(form.fields, data, NOW, "de"), {}, now=NOW, asked=asked(data))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["_asked", "_rows", "_taken", "_add", "_remove", "_restore", "_paste", "_left", "lines.1.sku"]
            )
            | st.text(max_size=10),
            st.sampled_from(
                ["lines", "lines.1", "lines.n1", "lines.1.sku", "lines.n1.qty=1\t2", "lines=9\ta", "F-01"]
            )
            | st.text(max_size=10),
        ),
        max_size=20,
    )
)
def test_whatever_is_posted_is_taken_or_refused_and_drawn(order, pairs):
    browser = order(lines=[{"sku": "F-01"}, {"sku": "F-02"}])
    browser.post(MultiDict(pairs))
