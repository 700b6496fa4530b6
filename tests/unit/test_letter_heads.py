"""Whom a letter goes to and where, line by line, by the table of the client."""

import pytest

from cpm import countries
from cpm.letter_heads import Place, address_block
from cpm.salutation import Party

JONAS = Party(gender_address="Herr", first_name="Jonas", last_name="Probe")
MARA = Party(gender_address="Frau", title="Dr.", first_name="Mara", last_name="Beispiel")
KIM = Party(gender_address="divers", title="Prof. Dr.", first_name="Kim", last_name="Vorlage")
FIRM = Party(kind="company", company_name="Sonnenschein AG")


@pytest.mark.parametrize(
    ("parties", "lines"),
    [
        ((JONAS,), ("Herrn Jonas Probe",)),
        ((MARA,), ("Frau Dr. Mara Beispiel",)),
        ((KIM,), ("Prof. Dr. Kim Vorlage",)),
        ((Party(last_name="Vorlage"),), ("Vorlage",)),
        ((FIRM,), ("Sonnenschein AG",)),
        ((FIRM, JONAS), ("Sonnenschein AG", "Herrn Jonas Probe")),
        ((MARA, JONAS), ("Frau Dr. Mara Beispiel", "Herrn Jonas Probe")),
        (
            (Party(gender_address="Herr", title="Dipl.-Ing.", last_name="von Probe"),),
            ("Herrn Dipl.-Ing. von Probe",),
        ),
        ((Party(gender_address="Herr", first_name="Jon", last_name="Doe", language="en"),), ("Mr Jon Doe",)),
        ((Party(gender_address="Frau", title="Dr", last_name="Doe", language="en"),), ("Dr Doe",)),
        ((Party(),), ()),
    ],
)
def test_whom_it_goes_to(parties: tuple[Party, ...], lines: tuple[str, ...]):
    assert address_block(*parties) == lines


def test_a_letter_that_stays_in_the_country_does_not_name_it():
    place = Place("Domplatz 1", "50667", "Köln", extra="Einkauf")
    assert address_block(FIRM, place=place)[1:] == ("Einkauf", "Domplatz 1", "50667 Köln")


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (Place("Ring 1", "1010", "Wien", "AT"), ("Ring 1", "1010 Wien", "ÖSTERREICH")),
        (
            Place("1 High St", "SW1A 1AA", "London", "GB"),
            ("1 High St", "London SW1A 1AA", "VEREINIGTES KÖNIGREICH"),
        ),
    ],
)
def test_abroad_the_country_comes_last_in_german_and_capitals(place: Place, lines: tuple[str, ...]):
    """The post that takes the letter reads German, whatever its reader does."""
    assert (
        address_block(Party(kind="company", company_name="Sun Ltd", language="en"), place=place)[1:] == lines
    )


def test_countries_are_known_by_code_and_name():
    assert [countries.code_of(each) for each in ("at", "Österreich", " austria ", "GB", "Atlantis")] == [
        "AT",
        "AT",
        "AT",
        "GB",
        None,
    ]
    assert countries.name("AT", "en") == "Austria"
    assert len(countries.names()) == 250
