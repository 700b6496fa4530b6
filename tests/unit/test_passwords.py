"""Passwords: hashed so that a stolen database is of little use, refused when they are easy to guess."""

import math

import pytest
from argon2 import PasswordHasher

from cpm import passwords
from cpm.errors import Invalid


def test_a_password_is_known_again_by_its_hash_alone():
    made = passwords.hash_("Kranich über Köln")
    assert made.startswith("$argon2id$")
    assert passwords.verify(made, "Kranich über Köln")
    assert not passwords.verify(made, "Kranich über Bonn")
    assert made != passwords.hash_("Kranich über Köln")


def test_an_umlaut_is_one_whichever_way_the_keyboard_composes_it():
    assert passwords.verify(passwords.hash_("M\u00f6wen am Himmel"), "Mo\u0308wen am Himmel")


def test_without_a_hash_nothing_is_right_but_as_much_work_is_done(monkeypatch: pytest.MonkeyPatch):
    """Else the time of the answer says which users there are."""
    asked: list[str] = []

    class Hasher(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - argon2's name
            asked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Hasher())
    assert not passwords.verify(None, "whatever it may be")
    assert asked[0].startswith("$argon2id$")


def test_what_is_no_hash_is_a_wrong_password():
    assert not passwords.verify("not a hash", "not a hash")


def test_a_hash_with_other_parameters_is_outdated():
    assert not passwords.outdated(passwords.hash_("some long password"))
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


def test_a_generated_password_is_good_and_never_the_same():
    made = {passwords.generate() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        passwords.check(each, "anna", "Anna")
    signs = {sign for each in made for sign in each} - {"-"}
    assert not signs & set("0O1lI")
    assert 20 * math.log2(31) >= 80


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        ("elevensigns", "at least 12"),
        ("x" * 129, "at most 128"),
        ("Passwort-1234", "commonest"),
        ("123456789012", "commonest"),
        ("aaaaaaaaaaaaaaaa", "commonest"),
        ("abababababababab", "commonest"),
        ("demo.agent123", "more than login and name"),
        ("Kundenservice1", "more than login and name"),
        ("agent-demo-AGENT", "more than login and name"),
    ],
)
def test_what_is_easy_to_guess_is_refused_in_both_languages(plain: str, why: str):
    with pytest.raises(Invalid, match=why) as refused:
        passwords.check(plain, "demo.agent", "Demo Kundenservice")
    assert refused.value.problems[0][0] == "password"
    assert "Passwort" in refused.value.sentence("de")


@pytest.mark.parametrize("plain", ["drei kleine hunde", "qqwxkzjvmbtr", "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧"])
def test_no_kind_of_sign_is_asked_for(plain: str):
    passwords.check(plain, "demo.agent", "Demo Kundenservice")
