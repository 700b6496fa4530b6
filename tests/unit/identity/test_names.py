"""Two ways to write one person's name are seen as one, and two names as two."""

import pytest

from cpm.identity import Record, compare, keys_of
from cpm.identity.names import name_of

ONE = [
    (("Jürgen", "Müller"), ("Juergen", "Mueller"), "name.same"),
    (("José", "Łukasz"), ("Jose", "Lukasz"), "name.same"),
    (("Karl-Heinz", "Probe"), ("Karlheinz", "Probe"), "name.same"),
    (("Dr. Mara", "Beispiel"), ("Mara", "Beispiel"), "name.same"),
    (("Otto", "von Bismarck"), ("Otto", "Bismarck"), "name.same"),
    (("Karl Theodor", "Freiherr von und zu Probe"), ("Karl Theodor", "und Probe"), "name.same"),
    (("", "Probe, Jonas"), ("Jonas", "Probe"), "name.same"),
    (("Jonas", "Meier"), ("Jonas", "Mayer"), "name.sounds"),
    (("Jonas", "Schmidt"), ("Jonas", "Schmitt"), "name.sounds"),
    (("Hartmut", "Schulte"), ("Hartmut", "Schute"), "name.typo"),
    (("Jonas", "Prboe"), ("Jonas", "Probe"), "name.sounds"),
    (("Karl-Heinz", "Probe"), ("Karl", "Probe"), "name.part"),
    (("Mara", "Beispiel-Vorlage"), ("Mara", "Beispiel"), "name.part"),
    (("Mara", "Beispiel geb. Vorlage"), ("Mara", "Vorlage"), "name.part"),
    (("J.", "Probe"), ("Jonas", "Probe"), "name.initial"),
    (("", "Probe"), ("Jonas", "Probe"), "name.last"),
    (("Beispiel", "Mara"), ("Mara", "Beispiel"), "name.swapped"),
]


def person(first, last, **more):
    return Record(first_name=first, last_name=last, phones=("+49211555",), **more)


@pytest.mark.parametrize(("one", "other", "reason"), ONE)
def test_a_name_written_otherwise_is_recognised_and_found(one, other, reason):
    mine, theirs = person(*one), person(*other)
    found = compare(mine, theirs)
    assert reason in [each.key for each in found.reasons]
    assert found.suggested
    assert keys_of(mine) & keys_of(theirs)
    assert found == compare(theirs, mine), "it does not matter who is compared with whom"


TWO = [
    (("Mara", "Beispiel"), ("Jonas", "Beispiel")),
    (("Jonas", "Probe"), ("Jonas", "Muster")),
    (("Jonas", "Beck"), ("Jonas", "Becker")),
    (("Anna", "Weber"), ("Hanna Maria", "Wegener")),
    (("J.", "Probe"), ("Mara", "Probe")),
    (("", ""), ("", "")),
]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_a_family_with_one_telephone_stays_several_persons(one, other):
    assert not compare(person(*one), person(*other)).suggested


def test_a_couple_with_like_names_is_told_apart_by_how_they_are_addressed():
    he, she = person("Daniel", "Weber", gender="Herr"), person("Daniela", "Weber", gender="Frau")
    found = compare(he, she)
    assert "not.gender" in [each.key for each in found.reasons]
    assert found.score < compare(person("Daniel", "Weber"), person("Daniela", "Weber")).score


def test_father_and_son_are_two():
    assert not compare(person("Karl", "Probe sen."), person("Karl", "Probe jun.")).suggested


def test_a_name_that_is_all_titles_keeps_them():
    assert name_of("C.", "Graf").last == ("graf",)
    assert name_of("C.", "Graf").first == ("c",)


@pytest.mark.parametrize(
    "strange", ["", " ", "---", "李小龙", "Ω", "\u202e", "\U0001d50a", "a" * 300, "ß", "-" * 50 + "x"]
)
def test_whatever_stands_in_a_name_nothing_breaks_and_keys_stay_short(strange):
    found = keys_of(Record(first_name=strange, last_name=strange))
    assert all(len(key) <= 80 for key in found)
    compare(Record(first_name=strange, last_name=strange), person("Mara", "Beispiel"))
