"""Texts for people are filled with what is known, and stop nobody for what is not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cpm import writing
from cpm.queries import troubles, wording, words

BERLIN = ZoneInfo("Europe/Berlin")


def test_what_is_missing_shows_as_an_ellipsis() -> None:
    text = wording.filled(
        "{{salutation}} am {{visit_on}}: {{note}}", {"note": None, "visit_on": date(2026, 3, 2)}, "de", BERLIN
    )

    assert text == "… am 02.03.2026: …"


def test_a_customers_placeholder_stays_what_it_is() -> None:
    assert (
        wording.filled("Betreff: {{subject}}", {"subject": "{{case_no}}", "case_no": "C-1"}, "de", BERLIN)
        == "Betreff: {{case_no}}"
    )


def test_moments_are_told_in_the_zone_of_the_office() -> None:
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert writing.written(moment, "de", BERLIN) == "02.07.2026, 00:30 Uhr"
    assert writing.written(moment, "en", ZoneInfo("America/New_York")) == "1 Jul 2026, 18:30"


def test_contexts_and_lists_are_told_by_their_parts() -> None:
    value = {"amount": Decimal(5), "ways": ["a", "b"], "note": None}

    assert writing.written(value, "en", BERLIN) == "amount: €5.00, ways: a, b"


def test_the_demo_connector_is_named_as_such_and_no_other() -> None:
    assert (
        words.system("erp.credit_note", "de", connector="demo") == "ERP: Demo-Anbindung, kein echtes System"
    )
    assert words.system("smtp.send", "en", connector="smtp") == "mail server"
    assert words.system("demo.work", "en", connector="demo") == "demo connector, no real system"


def test_an_unknown_trouble_is_still_told() -> None:
    assert troubles.told("martian", "job", None, "en") == "The step failed (martian)."
    assert (
        troubles.told("other", "declared", "Etwas anderes", "de") == "Als Sonderfall gemeldet: Etwas anderes."
    )
