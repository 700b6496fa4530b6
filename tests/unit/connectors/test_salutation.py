"""How people are addressed is the first thing they read; a wrong guess offends, a missing title does not."""

import pytest

from cpm.salutation import Party, closing, name_spoken, salutation

JONAS = Party(gender_address="Herr", first_name="Jonas", last_name="Probe")
MARA = Party(gender_address="Frau", title="Dr.", first_name="Mara", last_name="Beispiel")
KIM = Party(gender_address="divers", title="Prof. Dr.", first_name="Kim", last_name="Vorlage")
FIRM = Party(kind="company", company_name="Sonnenschein AG")


def english(party: Party) -> Party:
    fields = {name: getattr(party, name) for name in Party.__slots__}
    return Party(**(fields | {"language": "en"}))


@pytest.mark.parametrize(
    ("party", "german", "english_line", "spoken"),
    [
        (JONAS, "Sehr geehrter Herr Probe,", "Dear Mr Probe,", "Herr Probe"),
        (MARA, "Sehr geehrte Frau Dr. Beispiel,", "Dear Dr Beispiel,", "Frau Dr. Beispiel"),
        (
            Party(gender_address="Frau", last_name="Beispiel"),
            "Sehr geehrte Frau Beispiel,",
            "Dear Ms Beispiel,",
            "Frau Beispiel",
        ),
        (
            Party(gender_address="Herr", title="Dr. h. c.", last_name="von Probe"),
            "Sehr geehrter Herr Dr. h. c. von Probe,",
            "Dear Dr von Probe,",
            "Herr Dr. h. c. von Probe",
        ),
        (
            Party(gender_address="Herr", title="Prof. Dr.", last_name="Vorlage"),
            "Sehr geehrter Herr Professor Vorlage,",
            "Dear Professor Vorlage,",
            "Herr Professor Vorlage",
        ),
        (
            Party(gender_address="Frau", title="Prof.", last_name="Vorlage"),
            "Sehr geehrte Frau Professorin Vorlage,",
            "Dear Professor Vorlage,",
            "Frau Professorin Vorlage",
        ),
        (
            Party(gender_address="Herr", title="Dipl.-Ing.", last_name="Probe"),
            "Sehr geehrter Herr Probe,",
            "Dear Mr Probe,",
            "Herr Probe",
        ),
        (KIM, "Guten Tag Prof. Dr. Kim Vorlage,", "Dear Professor Vorlage,", "Kim Vorlage"),
        (
            Party(first_name="Kim", last_name="Vorlage"),
            "Guten Tag Kim Vorlage,",
            "Dear Kim Vorlage,",
            "Kim Vorlage",
        ),
        (
            Party(title="Dr.", first_name="Kim", last_name="Vorlage"),
            "Guten Tag Dr. Kim Vorlage,",
            "Dear Dr Vorlage,",
            "Kim Vorlage",
        ),
        (Party(last_name="Vorlage"), "Guten Tag,", "Dear Sir or Madam,", None),
        (Party(gender_address="Herr", first_name="Jonas"), "Guten Tag,", "Dear Sir or Madam,", None),
        (Party(), "Guten Tag,", "Dear Sir or Madam,", None),
        (FIRM, "Sehr geehrte Damen und Herren,", "Dear Sir or Madam,", "Sonnenschein AG"),
        (
            Party(kind="company", company_name="Sonnenschein AG", gender_address="Herr", last_name="Probe"),
            "Sehr geehrter Herr Probe,",
            "Dear Mr Probe,",
            "Herr Probe",
        ),
        (
            Party(kind="company", company_name="Sonnenschein AG", last_name="Probe"),
            "Sehr geehrte Damen und Herren,",
            "Dear Sir or Madam,",
            "Sonnenschein AG",
        ),
    ],
)
def test_everybody_is_addressed_as_the_table_says(party, german, english_line, spoken):
    assert salutation(party) == german
    assert salutation(english(party)) == english_line
    assert name_spoken(party) == spoken


def test_two_people_share_a_line():
    assert salutation(MARA, JONAS) == "Sehr geehrte Frau Dr. Beispiel, sehr geehrter Herr Probe,"
    assert salutation(english(MARA), english(JONAS)) == "Dear Dr Beispiel and Mr Probe,"
    assert name_spoken(MARA, JONAS) == "Frau Dr. Beispiel und Herr Probe"


def test_names_in_english_are_spoken_in_english():
    assert name_spoken(english(JONAS)) == "Mr Probe"
    assert name_spoken(english(Party(title="Dr.", last_name="Vorlage"))) == "Dr Vorlage"


def test_a_first_name_never_decides_the_form_of_address():
    assert salutation(Party(first_name="Maria", last_name="Muster")) == "Guten Tag Maria Muster,"


def test_the_closing_fits_the_salutation():
    assert closing("de") == "Mit freundlichen Grüßen"
    assert closing("en", "Dear Mr Probe,") == "Yours sincerely,"
    assert closing("en", "Dear Sir or Madam,") == closing("en") == "Yours faithfully,"


def test_blanks_and_line_ends_in_names_do_not_reach_the_letter():
    assert salutation(Party(gender_address=" Herr ", last_name=" Pro\r\nbe ")) == "Sehr geehrter Herr Pro be,"
