"""Tags and files on a page: what is chosen stands ticked, and a box takes more of them."""

from decimal import Decimal

import pytest

from tests.web.forms.conftest import check_page

FITS = {"amount": "1", "name": "Test", "kind": "a", "way": "b", "parts": ["a"], "agreed": "true"}


def ticks(browser, key):
    found = browser.page.xpath(f"//input[@type='checkbox' and @name='{key}']")
    return {each.get("value"): each.checked for each in found}


def draw(browser, **entries):
    """As a change draws the fields again."""
    browser.show(browser.typed(**entries))


def test_tags_are_typed_by_their_names_in_either_way(all_kinds, language):
    browser = all_kinds(language)
    typed = {"de": "dach, Kabel", "en": "roof, Cable"}[language]
    assert browser.submit(**FITS, tags=typed)["tags"] == ["roof", "cable"]
    box = browser.at("tags")
    offered = [each.get("value") for each in browser.page.xpath("//datalist/option")]
    assert box.get("list") == "f-tags-list"
    assert {"de": "Dachziegel", "en": "Roof tile"}[language] in offered


def test_a_tag_that_is_named_becomes_a_tick_and_one_that_may_go_on_stays_in_the_box(all_kinds):
    browser = all_kinds()
    draw(browser, tags=["Kabel"])
    assert ticks(browser, "tags") == {"cable": True}
    assert browser.at("tags").get("value") == ""
    draw(browser, tags=["cable", "Dach"])
    assert browser.at("tags").get("value") == "Dach"
    draw(browser, tags=["cable", "Dachziegel"])
    assert ticks(browser, "tags") == {"roof_tile": True, "cable": True}
    check_page(browser.page)


def test_what_is_unticked_stays_to_be_ticked_again(all_kinds):
    browser = all_kinds(tags=["roof", "cable"])
    assert ticks(browser, "tags") == {"roof": True, "cable": True}
    draw(browser, tags=["cable", ""])
    assert ticks(browser, "tags") == {"roof": False, "cable": True}
    assert browser.submit(**FITS)["tags"] == ["cable"]


def test_an_unknown_tag_is_refused_and_stays_as_it_was_typed(all_kinds, language):
    browser = all_kinds(language)
    assert browser.submit(**FITS, tags=["roof", "Mond"]) is None
    assert [key for key, _ in browser.problems] == ["tags"]
    assert browser.at("tags").get("value") == "Mond"
    assert browser.at("tags").get("aria-invalid") == "true"
    assert ticks(browser, "tags") == {"roof": True}


def test_files_that_are_kept_are_ticked_by_their_names_and_can_be_left_out(all_kinds):
    browser = all_kinds()
    draw(browser, photos=["17", "18"])
    assert ticks(browser, "photos") == {"17": True, "18": True}
    assert "Tür.JPG" in browser.page.text_content()
    draw(browser, photos=["18"])
    assert ticks(browser, "photos") == {"17": False, "18": True}
    assert [each["documentId"] for each in browser.submit(**FITS)["photos"]] == ["18"]


@pytest.mark.parametrize(
    ("given", "said"), [(["99"], "gibt es die Datei 99"), (["x"], "jede mit ihrer Nummer")]
)
def test_files_of_elsewhere_are_refused(all_kinds, given, said):
    browser = all_kinds()
    assert browser.submit(**FITS, photos=given) is None
    assert said in dict(browser.problems)["photos"]


def test_a_file_input_says_what_it_takes(all_kinds):
    box = all_kinds().at("photos")
    assert (box.get("name"), box.get("accept"), box.get("multiple")) == (
        "_file.photos",
        ".pdf,image/*",
        "multiple",
    )
    assert "Erlaubt sind .pdf, Bilder." in all_kinds().words_of(box.get("aria-describedby"))


def test_what_is_only_shown_is_shown(all_kinds, language):
    items = [{"sku": "A", "qty": 2, "price": Decimal("9.5")}, {"sku": "<b>", "qty": None}]
    papers = [{"documentId": "17", "metadata": {"fileName": "Tür.JPG", "contentType": "image/jpeg"}}, "x"]
    told = {"buyer": "Solar Ost", "sent_by": "van", "lines": [{"sku": "A", "qty": 2}]}
    page = all_kinds(language, items=items, papers=papers, **told).page
    heads = [each.text_content() for each in page.xpath("//th")]
    assert (
        heads[:3] == {"de": ["Artikel", "Menge", "Preis"], "en": ["Article", "Quantity", "Price"]}[language]
    )
    cells = [each.text_content() for each in page.xpath("//td")]
    assert {"de": "9,50\xa0€", "en": "€9.50"}[language] in cells
    assert "<b>" in cells
    assert [each.text_content() for each in page.xpath("//ul[@class='files']/li")] == ["Tür.JPG"]
    facts = {each.text_content(): each.getnext().text_content() for each in page.xpath("//dt")}
    wanted = {
        "de": {"Käufer": "Solar Ost", "Versand": "Lieferwagen"},
        "en": {"Buyer": "Solar Ost", "Shipping": "Van"},
    }
    assert facts == wanted[language]
    assert page.xpath("//*[@name='buyer']") == []
    check_page(page)


def test_a_summary_changes_nothing(all_kinds):
    """What a browser sends for it is refused, and it is no part of the answer."""
    browser = all_kinds(buyer="Solar Ost", lines=[{"sku": "A", "qty": 2}])
    taken = browser.submit(**FITS)
    assert not taken.keys() & {"buyer", "lines", "sent_by"}
    assert browser.post(browser.filled(**FITS) | {"buyer": "Mond"}) is None
    assert [key for key, _ in browser.problems] == ["buyer"]
