"""Numbers and dates in letters look as their readers write them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cpm.texts import MissingPlaceholder, placeholders, render

BERLIN = ZoneInfo("Europe/Berlin")
NB = "\u00a0"


@pytest.mark.parametrize(
    ("name", "value", "german", "english"),
    [
        ("amount", Decimal("1234.56"), f"1.234,56{NB}€", "€1,234.56"),
        ("goodwill_amount", 30, f"30,00{NB}€", "€30.00"),
        ("amount", Decimal("-0.005"), f"-0,01{NB}€", "-€0.01"),
        ("amount", Decimal("2.345"), f"2,35{NB}€", "€2.35"),
        ("pieces", Decimal(12000), "12.000", "12,000"),
        ("pieces", Decimal("1E+3"), "1.000", "1,000"),
        ("rate_percent", Decimal("2.5"), f"2,5{NB}%", "2.5%"),
        ("day", date(2026, 11, 21), "21.11.2026", "21 Nov 2026"),
        ("day", date(2026, 5, 3), "03.05.2026", "3 May 2026"),
        ("moment", datetime(2026, 11, 21, 13, 30, tzinfo=UTC), "21.11.2026, 14:30 Uhr", "21 Nov 2026, 14:30"),
        ("moment", datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "02.07.2026, 00:30 Uhr", "2 Jul 2026, 00:30"),
        ("hour", time(14, 30), "14:30 Uhr", "14:30"),
        ("yes", True, "ja", "yes"),
        ("ways", ["a", Decimal("1.5")], "a, 1,5", "a, 1.5"),
        ("text", "wie {{er}} ist", "wie {{er}} ist", "wie {{er}} ist"),
    ],
)
def test_values_are_written_in_the_readers_way(name, value, german, english):
    assert render(f"({{{{{name}}}}})", {name: value}, "de", BERLIN) == f"({german})"
    assert render(f"({{{{ {name} }}}})", {name: value}, "en", BERLIN) == f"({english})"


@pytest.mark.parametrize("template", ["{{due}}", "{{ due }}", "{{amount + 1}}", "{{}}"])
def test_a_missing_value_is_named(template):
    with pytest.raises(MissingPlaceholder) as missing:
        render(template, {"amount": 1, "due": None}, "de", BERLIN)
    assert missing.value.name == template.strip("{} ")


def test_the_names_a_text_needs_are_told():
    assert placeholders("{{a}} und {{ b }}, {{a}}, {c}") == {"a", "b"}


def test_moments_are_those_of_the_zone_that_is_said():
    moment = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

    assert render("{{due}}", {"due": moment}, "en", ZoneInfo("America/New_York")) == "21 Nov 2026, 08:30"
