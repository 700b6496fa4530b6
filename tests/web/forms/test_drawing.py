"""Every kind of field, drawn so that everybody can fill it in."""

import pytest
from lxml import html

from cpm import forms
from tests.web.forms.conftest import TEMPLATES, Browser, check_page

PROCESSES = TEMPLATES.parents[1] / "processes"
SHIPPED = sorted(PROCESSES.glob("*/*.form"))


def test_every_kind_of_field_is_named_and_described(all_kinds, language):
    page = all_kinds(language, name="Test", fixed="fest").page
    check_page(page)
    wanted = {"de": ("Betrag (Pflichtfeld)", "Geld"), "en": ("Amount (required)", "Money")}[language]
    assert page.xpath("//label[@for='f-amount']")[0].text_content() == wanted[0]
    assert page.xpath("//fieldset[contains(@class, 'group')]/legend")[0].text_content() == wanted[1]
    kinds = {each.get("type", each.tag) for each in page.xpath("//*[@name and not(@type='hidden')]")}
    assert kinds == {"text", "select", "radio", "checkbox", "file"}


def test_a_wrong_form_is_as_well_named_and_says_at_each_field_what_is_wrong(all_kinds, language):
    browser = all_kinds(language)
    assert browser.submit(amount="viel", count="1,5", mail="x", phone="x", code="x", day="neulich") is None
    check_page(browser.page)
    for key in ("name", "amount", "count", "mail", "phone", "code", "kind", "parts", "agreed", "day"):
        control = browser.at(key)
        assert control.get("aria-invalid") == "true", key
    assert browser.at("way").xpath("ancestor::fieldset/@aria-invalid") == ["true"]
    told = browser.words_of(browser.at("amount").get("aria-describedby"))
    assert {"de": "Ohne Steuer.", "en": "Without tax."}[language] in told
    assert {"de": "muss eine Zahl sein", "en": "must be a number"}[language] in told
    assert "EUR" in told


def test_the_summary_takes_the_focus_and_leads_to_each_field(all_kinds, language):
    browser = all_kinds(language)
    browser.submit(name="Test", amount="-1", kind="a", way="b", parts=["a"])
    (summary,) = browser.page.xpath("//*[@id='summary']")
    assert (summary.get("role"), summary.get("tabindex"), summary.get("autofocus")) == ("alert", "-1", "")
    assert summary.xpath(".//@href") == ["#f-amount", "#f-agreed"]
    heading = summary.xpath("./h2")[0].text_content()
    assert heading == {"de": "2 Angaben passen noch nicht", "en": "2 entries do not fit yet"}[language]


def test_what_was_typed_stays_to_the_letter(all_kinds, language):
    browser = all_kinds(language)
    story = "\n  <b>erste</b> Zeile\nzweite & letzte  "
    browser.submit(more="true")
    browser.submit(
        name="<i>&\"'", amount=" 1 234 ", day="31.2.2026", kind="b", way="a", parts=["b", "a"], more="true",
        story=story.replace("\n", "\r\n"),
    )  # fmt: skip
    assert browser.at("name").get("value") == "<i>&\"'"
    assert browser.at("amount").get("value") == " 1 234 "
    assert browser.at("day").get("value") == "31.2.2026"
    assert browser.at("kind").value == "b"
    assert browser.page.xpath("//input[@name='way' and @checked]/@value") == ["a"]
    assert browser.page.xpath("//input[@name='parts' and @checked]/@value") == ["a", "b"]
    assert browser.page.xpath("//input[@name='agreed']/@checked") == []
    # A parser drops the first newline after the tag; lxml's keeps it.
    assert browser.at("story").text.removeprefix("\n") == story


def test_values_of_the_case_and_defaults_are_there_from_the_start(all_kinds):
    browser = all_kinds(name="Test", kind="a", parts=["b"], agreed=True, fixed="fest")
    assert browser.at("name").get("value") == "Test"
    assert browser.at("kind").value == "a"
    assert browser.page.xpath("//input[@name='parts' and @checked]/@value") == ["b"]
    assert browser.at("agreed").checked
    assert browser.at("fixed").text == "fest"
    assert browser.page.xpath("//*[@name='fixed']") == []


def test_dates_say_how_they_are_written_in_the_language_of_the_page(all_kinds, language):
    browser = all_kinds(language)
    hints = [browser.words_of(browser.at(key).get("aria-describedby")) for key in ("day", "hour", "moment")]
    day = {"de": "23.11.2026", "en": "23 Nov 2026"}[language]  # after the weekend
    assert day in hints[0]
    assert "14:30" in hints[1]
    assert f"{day} 14:30" in hints[2]
    assert browser.at("day").get("type") == "text"


def test_rows_of_the_designer_are_kept(all_kinds):
    page = all_kinds().page
    places = [page.get_element_by_id(f"f-{key}").xpath("ancestor::div[contains(@class, 'field ')]/@class")[0]
              for key in ("name", "mail", "phone", "code")]  # fmt: skip
    assert [place.split()[2:] for place in places] == [
        ["span-8", "first"], ["span-4"], ["span-4"], ["span-16", "first"],
    ]  # fmt: skip


def test_only_a_form_that_reacts_asks_the_server_at_each_change(open_form, all_kinds):
    fields = all_kinds().page.get_element_by_id("f-all-fields")
    assert (fields.get("hx-post"), fields.get("hx-trigger"), fields.get("hx-swap")) == (
        "/refresh", "change", "outerMorph",
    )  # fmt: skip
    still = open_form({"type": "textfield", "key": "a", "label": "A", "conditional": {"hide": "=b = 1"}})
    assert still.page.xpath("//@hx-post") == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_forms_are_drawn_well(app, path, language):
    """Empty, and with a customer's words in every variable that a note may show."""
    form = forms.read(path.read_bytes(), path.name)
    check_page(Browser(app, form, {}, language).page)
    noise = {"back_note": "<script>x</script>", "remedy": "refund", "basis": "none", "claim_note": "**x**"}
    browser = Browser(app, form, noise, language)
    browser.submit()
    check_page(browser.page)
    assert html.tostring(browser.page).count(b"<script") == 0
