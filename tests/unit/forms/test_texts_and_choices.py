"""Texts lose what cannot be seen; choices are taken by value or label, and nothing else gets through."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.forms.field import Option
from cpm.forms.messages import MESSAGES, Misfit
from cpm.forms.take.choices import take_choice, take_choices, take_tick
from cpm.forms.take.texts import first_unseen, take_line, take_lines
from cpm.forms.words import Words

CAUSES = [
    Option("defect", Words("Mangel", "Defect")),
    Option("late", Words("Verspätung", "Late")),
    Option("a,b", Words("A, dann B", "A, then B")),
]


def code_of(taking, *args):
    with pytest.raises(Misfit) as misfit:
        taking(*args)
    return misfit.value.code


def test_text_is_trimmed_and_its_line_ends_are_one_character():
    assert take_lines("  eins\r\nzwei\rdrei\n ") == "eins\nzwei\ndrei"
    assert take_line(" eins\r\n\tzwei ") == "eins zwei"
    assert take_lines("\n\t ") is take_line("") is take_lines(None) is None


def test_letters_are_composed_so_that_equal_texts_are_equal():
    assert take_line("Mu\u0308ller") == "Müller"


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\x7f", "\x85x", "\ud800", "\x0b"])
def test_control_characters_and_half_characters_are_refused(bad):
    assert code_of(take_lines, f"a{bad}b") == "control"


def test_exactly_the_control_characters_and_half_characters_of_unicode_are_unseen():
    every = (chr(code) for code in range(0x110000))
    unseen = {character for character in every if unicodedata.category(character) in {"Cc", "Cs"}}
    assert {character for character in map(chr, range(0x110000)) if first_unseen(character)} == unseen - set(
        "\n\t"
    )


@pytest.mark.parametrize("raw", [1, True, [], ["a"], {"a": "b"}, b"bytes"])
def test_only_text_is_text(raw):
    assert code_of(take_lines, raw) == "no_text"


def test_a_text_beyond_all_limits_is_not_even_looked_at():
    assert code_of(take_lines, "\x00" * 1_000_000) == "too_long"


@given(st.text())
def test_any_text_comes_out_clean_or_is_refused(text):
    try:
        taken = take_lines(text)
    except Misfit:
        return
    assert taken is None or (taken == taken.strip() and taken.encode("utf-8"))
    assert take_lines(taken) == (taken and unicodedata.normalize("NFC", taken))


@pytest.mark.parametrize("raw", [True, "true", "ja", "Ja", "YES", "on", "1", " x "])
def test_a_tick_is_set_by_any_usual_word(raw):
    assert take_tick(raw) is True


@pytest.mark.parametrize("raw", [False, None, "false", "nein", "No", "off", "0", ""])
def test_a_tick_is_cleared_by_any_usual_word(raw):
    assert take_tick(raw) is False


@pytest.mark.parametrize("raw", ["vielleicht", 1, 0, [], [True], {}])
def test_anything_else_is_no_tick(raw):
    assert code_of(take_tick, raw) == "no_tick"


@pytest.mark.parametrize("typed", ["defect", " defect ", "Mangel", "mangel", "Defect"])
def test_an_option_is_chosen_by_value_or_label(typed):
    assert take_choice(typed, CAUSES) == "defect"


def test_a_value_that_is_anothers_label_means_itself():
    swapped = [Option("a", Words("b", "b")), Option("b", Words("a", "a"))]
    assert take_choice("a", swapped) == "a"
    assert code_of(take_choice, "A", swapped) == "no_choice"


def test_what_is_not_on_offer_is_refused_and_repeated_without_harm():
    with pytest.raises(Misfit) as misfit:
        take_choice("\x1b[2J" + "x" * 500, CAUSES)
    sentence = misfit.value.sentence("Ursache", "de")
    assert sentence.isprintable()
    assert len(sentence) < 150


@pytest.mark.parametrize("raw", [1, True, ["defect"], {"value": "defect"}])
def test_a_choice_is_one_text(raw):
    assert code_of(take_choice, raw, CAUSES) == "no_text"


@pytest.mark.parametrize(
    "raw", [["late", "defect", "late"], "late,defect", "Verspätung, Mangel", " late ,, defect "]
)
def test_a_checklist_comes_in_the_order_of_its_options(raw):
    assert take_choices(raw, CAUSES) == ["defect", "late"]


def test_a_comma_inside_one_option_does_not_split_it():
    assert take_choices("a,b", CAUSES) == take_choices("A, then B", CAUSES) == ["a,b"]


@pytest.mark.parametrize("raw", [None, "", [], " , "])
def test_no_choice_is_an_empty_list(raw):
    assert take_choices(raw, CAUSES) == []


@pytest.mark.parametrize("raw", [1, {"a": 1}, [1], [["defect"]], [None], ["defect"] * 5000])
def test_a_checklist_is_a_list_of_texts_of_bearable_length(raw):
    assert code_of(take_choices, raw, CAUSES) == "no_list"


def test_a_text_of_countless_commas_does_not_explode():
    assert code_of(take_choices, "late," * 100_000, CAUSES) == "no_choice"


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_every_message_is_there_in_both_languages_and_asks_for_the_same(message):
    places = {"label", "limit", "length", "code", "given", "count"}
    named = [{place for place in places if f"{{{place}}}" in text} for text in (message.de, message.en)]
    assert named[0] == named[1]
    assert message.de != message.en
    assert message.de.endswith(".")
    assert message.en.endswith(".")
