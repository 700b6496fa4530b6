"""What people look for is found however they spell it, and shown where it stands."""

import pytest

from cpm import sought


def marked(text: str, looked_for: str) -> str:
    pieces = sought.excerpt(text, sought.words(looked_for))
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("Müller", "muller"),
        ("Müller", "MUELLER"),
        ("Mueller", "müller"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Kesselriss", "kessel"),
        ("café", "cafe"),
        ("C-000123-4", "000123"),
    ],
)
def test_spellings_find_each_other(written, looked_for):
    assert "[" in marked(f"eins {written} zwei", looked_for)


@pytest.mark.parametrize("looked_for", ["riss", "mull er", "kesselrisse"])
def test_a_word_is_found_from_its_beginning_and_whole(looked_for):
    assert "[" not in marked("Kesselriss bei Müller", looked_for) or looked_for == "mull er"


def test_every_find_is_marked():
    assert marked("Der Kessel: kesseln, Kessel!", "kessel") == "Der [Kessel]: [kesseln], [Kessel]!"


def test_of_a_long_text_the_place_is_shown():
    shown = marked("x " * 5000 + "der Riss im Kessel " + "y " * 5000, "riss")
    assert shown.startswith("…x")
    assert "der [Riss] im Kessel" in shown
    assert shown.endswith("…")
    assert len(shown) < 260


@pytest.mark.parametrize("nothing", ["", "  ", "&|!():*<->'\"", "_"])
def test_what_has_no_word_looks_for_nothing(nothing):
    assert sought.words(nothing) == ()


def test_what_databases_are_asked_holds_letters_and_digits_alone():
    wanted = sought.words("a'b\"c:* & | ! (x) NEAR -d ue")
    assert sought.for_postgresql(wanted).replace("':*", "").replace("'", "") == (
        "(a) & (b) & (c) & (x) & (near) & (d) & (ue | u)"
    )
    assert sought.for_sqlite(wanted).count('"') == 2 * 8
