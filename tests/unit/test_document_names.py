"""File names by the house's convention, and what strangers' names may not do on anybody's disk."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpm.document_names import another, each_once, file_name, folder_name, safe, with_ending

_ANY = st.text(max_size=300) | st.text(alphabet='./\\:*?"<>| CONULTcomaux\u202e\x00\n\xad€ä', max_size=120)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        ("AB", ["100235"], "Sonnenschein AG_AB 100235.pdf"),
        ("AB", ["100235", "Re 523"], "Sonnenschein AG_AB 100235_Re 000523.pdf"),
        ("AB", ["100235", "Re 000523", "Re 000531"], "Sonnenschein AG_AB 100235_Re 000523_Re 000531.pdf"),
        ("MA2", ["523"], "Sonnenschein AG_MA2 000523.pdf"),
        ("RK", [], "Sonnenschein AG_RK.pdf"),
        ("Re", ["2026-17/4"], "Sonnenschein AG_Re 2026-17-4.pdf"),
        (None, [], "Sonnenschein AG.pdf"),
    ],
)
def test_a_document_is_called_by_customer_kind_and_numbers(kind, numbers, expected):
    assert file_name(kind, "Sonnenschein AG", numbers, ending="pdf") == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("  zu   viel\tLuft . ", "zu viel Luft"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM¹", "_COM¹"),
        ("Constanze", "Constanze"),
        ("Mu\u0308ller", "M\u00fcller"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.exe"),
        ("..", "_"),
        ("", "_"),
        ("x" * 200, "x" * 80),
    ],
)
def test_what_no_disk_takes_is_replaced(given, expected):
    assert safe(given) == expected


def test_the_same_name_again_gets_a_number():
    assert another("a.pdf", []) == "a.pdf"
    assert another("a.pdf", ["A.PDF"]) == "a (2).pdf"
    assert another("a.pdf", ["a.pdf", "a (2).pdf"]) == "a (3).pdf"
    assert another("Nr. 5 von 2026", ["Nr. 5 von 2026"]) == "Nr. 5 von 2026 (2)"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "a (2) (2).pdf", "b"]), max_size=9))
def test_many_names_are_numbered_as_one_after_the_other(names):
    found: list[str] = []
    for name in names:
        found.append(another(name, found))
    assert list(each_once(names)) == found


def test_a_long_name_keeps_its_ending():
    assert with_ending("x" * 400 + ".PDF").endswith("x.PDF")
    assert with_ending("../../etc/passwd") == "..-..-etc-passwd"
    assert with_ending(".htaccess") == ".htaccess"


def _must_be_safe(name: str) -> None:
    assert name
    assert len(name) <= 200
    assert len(name.encode()) <= 255
    assert not set(name) & set('\\/:*?"<>|')
    assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs"} for each in name)
    assert name == unicodedata.normalize("NFC", name)
    assert name[-1] not in ". "
    assert name == name.strip()
    assert name not in {".", ".."}
    assert not _RESERVED.fullmatch(name)


@settings(max_examples=60)
@given(_ANY, _ANY, st.lists(_ANY, max_size=5), _ANY)
def test_whatever_is_typed_a_file_name_is_one_that_every_disk_takes(customer, kind, numbers, ending):
    _must_be_safe(file_name(kind, customer, numbers, ending=ending))


@settings(max_examples=60)
@given(_ANY, st.lists(_ANY, max_size=5))
def test_whatever_strangers_call_a_file_its_name_is_safe_and_one_of_its_own(name, taken):
    found = with_ending(name)
    _must_be_safe(found)
    free = another(found, [*map(with_ending, taken), found])
    _must_be_safe(free)
    assert free.casefold() not in {each.casefold() for each in [*map(with_ending, taken), found]}


@settings(max_examples=60)
@given(_ANY, _ANY)
def test_whatever_a_customer_is_called_so_may_a_folder_be(number, customer):
    _must_be_safe(folder_name(number, customer))
    _must_be_safe(safe(customer))


@settings(max_examples=60)
@given(_ANY)
def test_a_safe_name_stays_as_it_is(name):
    assert safe(safe(name)) == safe(name)
