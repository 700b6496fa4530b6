"""What makes two records one customer, and how much."""

from datetime import date

import pytest

from cpm.identity import Place, Record, compare, keys_of
from cpm.identity.companies import split
from cpm.identity.reasons import KEYS, Reason

BORN = date(1957, 6, 7)
HOME = Place("Hauptstraße 5 a", "40210", "Düsseldorf")


def stefan(**more):
    return Record(first_name="Stefan", last_name="Müller", **more)


def reasons(found):
    return [each.key for each in found.reasons]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (date(1957, 6, 1), "born.day"),
        (date(1957, 8, 7), "born.month"),
        (date(1987, 6, 7), "born.year"),
        (date(1957, 7, 6), "born.swapped"),
        (date(1957, 6, 7), "born.same"),
    ],
)
def test_one_slip_in_the_date_of_birth_is_a_slip(other, reason):
    found = compare(stefan(born=BORN), stefan(born=other))
    assert (found.suggested, reasons(found)[0] in (reason, "name.same")) == (True, True)
    assert reason in reasons(found)


def test_a_wholly_different_date_of_birth_is_another_person():
    found = compare(stefan(born=BORN, places=(HOME,)), stefan(born=date(1961, 11, 30), places=(HOME,)))
    assert not found.suggested
    assert reasons(found)[-1] == "not.born"


def test_the_more_have_a_name_the_less_it_says():
    scores = [compare(stefan(), stefan(), namesakes=many).score for many in (1, 4, 50)]
    assert scores == sorted(scores, reverse=True)
    assert compare(stefan(), stefan(), namesakes=1).suggested
    assert not compare(stefan(), stefan(), namesakes=50).suggested
    assert compare(stefan(places=(HOME,)), stefan(places=(HOME,)), namesakes=50).suggested


@pytest.mark.parametrize(
    "place",
    [
        Place("Hauptstr. 5a", "40210", "Düsseldorf"),
        Place("Hauptstrasse 5 A", "D-40210", "Duesseldorf"),
        Place("HAUPT-STRASSE 5a", "40210"),
        Place("Haupt Str 5a", "40210", "Düsseldorf"),
    ],
)
def test_a_street_is_the_same_however_it_is_written(place):
    mine, theirs = stefan(places=(HOME,)), stefan(places=(place,))
    assert "address.same" in reasons(compare(mine, theirs))
    assert any(key.startswith("s|") for key in keys_of(mine) & keys_of(theirs))


def test_the_neighbour_does_not_live_at_the_same_address():
    assert "address.street" in reasons(
        compare(stefan(places=(HOME,)), stefan(places=(Place("Hauptstraße 7", "40210", ""),)))
    )


def test_the_name_before_the_at_counts_unless_it_is_an_office():
    gmail, gmx = stefan(emails=("stefan.mueller57@gmail.com",)), stefan(emails=("stefanmueller57@gmx.de",))
    assert "mail.local" in reasons(compare(gmail, gmx))
    assert "mail.local" not in reasons(
        compare(stefan(emails=("info@a.example",)), stefan(emails=("info@b.example",)))
    )


FORMS = [
    ("Sonnenschein AG", ("sonnenschein",), "ag"),
    ("Musterbau GmbH & Co. KG", ("musterbau",), "gmbh & co kg"),
    ("Musterbau G.m.b.H.", ("musterbau",), "gmbh"),
    ("Sonnenkraft UG (haftungsbeschränkt)", ("sonnenkraft",), "ug"),
    ("Sonnenkraft UG (haftungsbeschränkt) & Co. KG", ("sonnenkraft",), "ug & co kg"),
    ("Bäckerei Probe e.K.", ("baeckerei", "probe"), "ek"),
    ("Bäckerei Probe e. Kfr.", ("baeckerei", "probe"), "ek"),
    ("Lichtblick SE", ("lichtblick",), "se"),
    ("Merkur KGaA", ("merkur",), "kgaa"),
    ("Merkur SE & Co. KGaA", ("merkur",), "ag & co kg"),
    ("Sportfreunde e.V.", ("sportfreunde",), "ev"),
    ("Hilfe gGmbH", ("hilfe",), "ggmbh"),
    ("Wohnbau eG", ("wohnbau",), "eg"),
    ("Example Ltd.", ("example",), "ltd"),
    ("Example, Inc.", ("example",), "inc"),
    ("Exemple S.A.", ("exemple",), "sa"),
    ("Die Gärtner GbR", ("gaertner",), "gbr"),
    ("Kanzlei Muster PartG mbB", ("kanzlei", "muster"), "partg"),
    ("AG", ("ag",), ""),
    ("Hansag", ("hansag",), ""),
]


@pytest.mark.parametrize(("name", "words", "form"), FORMS)
def test_the_legal_form_is_no_part_of_a_company_s_name(name, words, form):
    assert split(name) == (words, form)


def company(name, **more):
    return Record(company=True, company_name=name, **more)


def test_a_company_is_found_without_its_form_and_by_its_mail():
    one = company("Musterbau GmbH & Co. KG", emails=("info@musterbau.example",))
    other = company("MUSTERBAU", emails=("einkauf@musterbau.example",))
    found = compare(one, other)
    assert {"company.same", "mail.domain"} <= set(reasons(found))
    assert found.suggested
    assert keys_of(one) & keys_of(other)


def test_a_provider_s_domain_says_nothing_of_a_company():
    one, other = (
        company("Musterbau", emails=("musterbau@gmx.de",)),
        company("Musterbau", emails=("bau@gmx.de",)),
    )
    assert "mail.domain" not in reasons(compare(one, other))


def test_two_companies_of_a_group_are_two():
    found = compare(company("Musterbau GmbH", vat_ids=("DE1",)), company("Musterbau AG", vat_ids=("DE2",)))
    assert not found.suggested
    assert {"not.form", "not.vat"} <= set(reasons(found))


def test_a_company_that_wrote_first_and_was_taken_for_a_person_is_found():
    wrote = Record(first_name="Sonnenschein", last_name="AG", emails=("info@sonnenschein.example",))
    known = company("Sonnenschein AG")
    assert compare(wrote, known).suggested
    assert keys_of(wrote) & keys_of(known)


def test_every_reason_is_said_in_both_languages():
    for key in KEYS:
        assert Reason(key).de
        assert Reason(key).en
