"""What everybody at a desk reads about the ERP says nothing twice and nothing that is not so."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cpm.connectors.erp.breaker import Standing
from cpm.queries import erp_words

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
DOWN = Standing(False, datetime(2026, 11, 20, 13, 2, tzinfo=UTC), "it is away")
COPY = datetime(2026, 11, 21, 12, 55, tzinfo=UTC)
SINCE = {
    "de": "Die Warenwirtschaft (ERP) antwortet seit 20.11.2026, 14:02 nicht.",
    "en": "The ERP has not answered since 20 Nov 2026, 14:02.",
}
TAKEN = {
    "de": "Aufträge werden mit der Kopie des Katalogs von 13:55 aufgenommen; geprüft und bestätigt werden sie, sobald sie wieder da ist.",
    "en": "Orders are taken with the copy of the catalogue of 13:55; they are checked and confirmed as soon as it is back.",
}


def away(language: str, standin: str | None, catalogue: datetime | None) -> str:
    about = {"language": language, "zone": ZoneInfo("Europe/Berlin"), "now": NOW}
    return erp_words.away(DOWN, standin=standin, catalogue=catalogue, **about)


@pytest.mark.parametrize("language", ["de", "en"])
def test_orders_are_taken_with_the_copy_of_the_catalogue(language: str):
    assert away(language, None, COPY) == f"{SINCE[language]} {TAKEN[language]}"


def test_without_a_copy_nobody_is_told_that_orders_go_on():
    assert away("en", None, None).endswith("there is no copy of the catalogue to choose products from.")
    assert "Alles außer Aufträgen" in away("de", None, None)


def test_with_a_stand_in_only_the_cases_of_the_other_wait():
    assert away("en", "demo", COPY) == (
        f"{SINCE['en']} New cases are served by the demo ERP. For those that began with the ERP: {TAKEN['en']}"
    )
    assert "Neue Vorgänge bedient so lange das Demo-ERP. Für die begonnenen gilt:" in away("de", "demo", COPY)


@pytest.mark.parametrize(("known", "shown"), [(True, True), (False, False)])
def test_a_panel_shows_what_was_heard_last_only_if_something_was(known: bool, shown: bool):
    about = {"language": "en", "zone": ZoneInfo("Europe/Berlin"), "now": NOW}
    told = erp_words.unheard("timeout", DOWN, known=known, **about)
    assert ("What was heard last is shown." in told) == shown
