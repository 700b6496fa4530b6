"""What a browser posts becomes values, and what nobody's browser posts becomes a message."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.web.forms.conftest import NOW, check_page
from web.forms import asked, posted

FITS = {"name": "Test", "kind": "a", "way": "b", "parts": ["a", "b"], "agreed": "true"}


def test_people_write_numbers_and_moments_in_the_language_of_the_page(all_kinds, language):
    written = {
        "de": {"amount": "1.234,50", "day": "21.11.2026", "moment": "21.11.2026 14:30"},
        "en": {"amount": "1,234.50", "day": "2026-11-21", "moment": "2026-11-21 14:30"},
    }[language]
    values = all_kinds(language).submit(**FITS, hour="14:30", **written)
    assert values == {
        "name": "Test", "mail": None, "phone": None, "code": None, "amount": Decimal("1234.5"), "count": None,
        "kind": "a", "way": "b", "parts": ["a", "b"], "agreed": True, "day": date(2026, 11, 21),
        "hour": time(14, 30), "moment": datetime(2026, 11, 21, 13, 30, tzinfo=UTC), "more": False, "none": [], "tags": [], "photos": [],
    }  # fmt: skip


def test_days_are_said_by_their_distance_and_written_out_at_once(all_kinds):
    browser = all_kinds()
    typed = browser.typed(**FITS, day="Gestern", moment="morgen 9 Uhr", amount="1", hour="14:30")
    assert (typed["day"], typed["moment"]) == ("20.11.2026", "22.11.2026 9:00")
    assert all_kinds("en").typed(day="yesterday")["day"] == "20 Nov 2026"
    assert browser.typed(day="Montag")["day"] == "Montag", "the last one or the next?"


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        ("1.000", "1000", "1"),
        ("1,000", "1", "1000"),
        ("1.234", "1234", "1.2340"),
        ("1,5", "1,5", "1,5"),
        ("viele", "viele", "viele"),
    ],
)
def test_a_number_that_each_language_reads_otherwise_is_written_out(all_kinds, amount, german, english):
    typed = all_kinds().typed(amount=amount)["amount"], all_kinds("en").typed(amount=amount)["amount"]
    assert typed == (german, english)


def test_what_is_shown_can_be_posted_back_unchanged(all_kinds, language):
    known = {
        "name": "Test", "amount": Decimal("1234.5"), "day": date(2026, 12, 1), "hour": time(8, 5),
        "moment": datetime(2026, 12, 1, 7, 5, tzinfo=UTC), "kind": "b", "way": "a", "parts": ["b"],
        "agreed": True, "more": True, "story": "Zeile\nZeile", "fixed": "fest",
    }  # fmt: skip
    values = all_kinds(language, **known).submit()
    assert {key: values[key] for key in known if key != "fixed"} == {
        key: value for key, value in known.items() if key != "fixed"
    }


def test_a_tick_taken_away_is_a_no_and_an_empty_list_is_empty(all_kinds):
    browser = all_kinds(agreed=True, more=True, parts=["a"])
    values = posted(
        browser.form.fields, browser.filled(agreed=None, parts=None, way=None, name=""), NOW, "de"
    )
    assert (values["agreed"], values["parts"], values["way"], values["name"]) == (False, [], None, None)


def test_a_field_that_was_not_on_the_page_keeps_what_it_had(all_kinds):
    browser = all_kinds()
    assert "story" not in posted(browser.form.fields, browser.filled(), NOW, "de")
    assert "fixed" not in asked(browser.filled())


def test_a_post_of_somebody_else_s_page_counts_as_an_answer_to_all(all_kinds):
    data = MultiDict({"name": "x"})
    assert asked(data) is None
    values = posted(all_kinds().form.fields, data, NOW, "de")
    empty = {"parts": [], "agreed": False, "more": False, "none": [], "tags": [], "photos": []}
    assert values == {"name": "x", "way": None, **empty}


def test_a_field_that_shows_only_because_of_the_answer_brings_the_form_back(open_form, language):
    """Without JavaScript nobody has seen it yet; that it may be left empty is not for us to say."""
    browser = open_form(
        {"type": "checkbox", "key": "more", "label": "Mehr"},
        {"type": "textfield", "key": "why", "label": "Warum", "conditional": {"hide": "=more != true"}},
        language=language,
    )
    assert browser.submit(more="true") is None
    assert browser.at("more").checked
    told = browser.words_of(browser.at("why").get("aria-describedby"))
    assert {"de": "kommt durch die Angaben hinzu", "en": "because of what was entered"}[language] in told
    assert browser.submit() == {"more": True, "why": None}


def test_a_required_field_that_appears_asks_to_be_filled_in(all_kinds):
    browser = all_kinds(name="Test", amount=Decimal(1), kind="a", way="a", parts=["a"], agreed=True)
    assert browser.submit(more="true") is None
    assert browser.problems == (("story", "Bitte „Geschichte“ ausfüllen."),)
    assert browser.submit(story="Es war einmal.")["story"] == "Es war einmal."


def test_names_that_the_form_does_not_know_are_refused_but_those_of_the_page(all_kinds, language):
    browser = all_kinds(language)
    data = browser.filled(amount="1", **FITS)
    data.update({"csrf_token": "x", "_action": "x", "status\x00<b>": "x"})
    assert browser.post(data) is None
    assert [key for key, _ in browser.problems] == ["status�<b>"]
    check_page(browser.page)


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("name", ["a", "b"]), ("name", "x" * 200_000), ("name", "a\x00b"), ("name", "\x1b[2J"),
        ("amount", ["1", "2"]), ("amount", "9" * 5000), ("amount", "1e999"), ("amount", "NaN"),
        ("amount", "-0,001"), ("kind", ["a", "b"]), ("kind", "c"), ("kind", "a\x00"), ("way", ["a", "b"]),
        ("parts", ["a"] * 2000), ("parts", "zzz"), ("agreed", "maybe"), ("agreed", ["true", "false"]),
        ("day", ["2026-11-21", "2026-11-22"]), ("day", "٢٠٢٦-11-21"), ("day", "2026-02-30"),
        ("hour", "24:00"), ("moment", "9999-12-31 23:59"), ("moment", "2026-11-21 14:30+99:99"),
        ("fixed", "changed"), ("none", "anything"),
    ],
)  # fmt: skip
def test_what_no_browser_sends_ends_at_its_field(all_kinds, language, key, sent):
    browser = all_kinds(language)
    assert browser.submit(**{"amount": "1", **FITS, key: sent}) is None
    assert key in [about for about, _ in browser.problems]
    check_page(browser.page)


KEYS = st.sampled_from(
    ["name", "mail", "phone", "code", "amount", "count", "kind", "way", "parts", "agreed", "day", "hour",
     "moment", "more", "story", "fixed", "none", "_asked", "csrf_token", "nobody"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=50),
    st.sampled_from(
        ["", "true", "a", "b", "1.234,50", "2026-11-21", "14:30", "\ud800", "\x00", "x" * 11_000]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(KEYS, TEXTS), max_size=30))
def test_whatever_is_posted_is_answered(all_kinds, data):
    browser = all_kinds()
    browser.post(MultiDict(data))
    check_page(browser.page)
    browser.text.encode()
