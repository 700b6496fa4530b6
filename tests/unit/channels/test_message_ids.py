"""A Message-ID of ours brings a reply to its case; one that somebody made up brings it nowhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cpm.channels import message_ids

SECRET, DOMAIN = b"demo secret", "example.org"


@given(st.integers(1, 2**63 - 1), st.text())
def test_the_case_is_read_back_however_the_case_of_letters_changed(case_id, key):
    made = message_ids.make(SECRET, DOMAIN, case_id, key)
    assert made == message_ids.make(SECRET, DOMAIN, case_id, key)
    assert re.fullmatch(r"<[a-z2-7]{48}@example\.org>", made)
    for written in (
        made,
        made.upper(),
        made.strip("<>"),
        made.replace(DOMAIN, "new.example.com"),
        f" {made} ",
    ):
        assert message_ids.read(SECRET, written) == case_id


def test_each_key_has_its_own():
    made = {message_ids.make(SECRET, DOMAIN, case_id, key) for case_id in range(1, 30) for key in ("a", "b")}
    assert len(made) == 58


def test_any_changed_letter_or_other_secret_is_refused():
    made = message_ids.make(SECRET, DOMAIN, 7, "k")
    for place in range(1, 49):
        letter = "a" if made[place] != "a" else "b"
        assert message_ids.read(SECRET, made[:place] + letter + made[place + 1 :]) is None
    assert message_ids.read(b"another", made) is None


@given(st.text())
def test_foreign_ids_are_no_cases(text):
    assert message_ids.read(SECRET, text) is None
    assert message_ids.read(SECRET, f"<{text}@example.org>") is None


@given(st.text(alphabet="abcxyz01289!=", min_size=48, max_size=48))
def test_foreign_ids_of_the_right_length_are_no_cases(letters):
    assert message_ids.read(SECRET, f"<{letters}@example.org>") is None


def test_neighbouring_cases_do_not_look_alike():
    one, two = (message_ids.make(SECRET, DOMAIN, case_id, "k") for case_id in (1, 2))
    assert sum(a == b for a, b in zip(one[1:49], two[1:49], strict=True)) < 12


@given(st.integers(1, 2**40 - 1))
def test_a_case_has_one_token_that_leads_back_to_it(case_id):
    made = message_ids.token(SECRET, case_id)
    assert made == message_ids.token(SECRET, case_id)
    assert re.fullmatch("[a-z2-7]{24}", made)
    assert message_ids.case_of_token(SECRET, made.upper()) == case_id
    assert message_ids.case_of_token(b"another", made) is None
    assert message_ids.MARKER.findall(f"> {message_ids.marker(SECRET, case_id)}") == [made]


def test_any_changed_letter_of_a_token_is_refused():
    made = message_ids.token(SECRET, 7)
    for place in range(24):
        letter = "a" if made[place] != "a" else "b"
        assert message_ids.case_of_token(SECRET, made[:place] + letter + made[place + 1 :]) is None


@given(st.text())
def test_foreign_tokens_are_no_cases(text):
    assert message_ids.case_of_token(SECRET, text) is None
