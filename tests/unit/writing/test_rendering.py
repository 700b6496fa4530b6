"""Numbers and dates in letters look as their readers write them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cpm.writing import MissingPlaceholder, TemplateFault, placeholders, render, render_html

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


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{due}}", "due"),
        ("{{ due }}", "due"),
        ("{{due|date}}", "due"),
        ("{{customer.name}}", "customer.name"),
        ("{{customer.address.city|upper}}", "customer.address.city"),
        ("{{lines[3].price}}", "lines.3.price"),
        ("{% if order %}{% endif %}", "order"),
        ("{% for each in lines %}{{each.price|money}}{% endfor %}", "each.price"),
    ],
)
def test_a_missing_value_is_named(template, name):
    values = {"amount": 1, "due": None, "customer": {}, "lines": [{"price": None}]}

    with pytest.raises(MissingPlaceholder) as missing:
        render(template, values, "de", BERLIN)

    assert missing.value.name == name


def test_the_names_a_text_needs_are_told():
    assert placeholders("{{a}} und {{ b }}, {{a}}, {c}") == {"a", "b"}


def test_moments_are_those_of_the_zone_that_is_said():
    moment = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

    assert render("{{due}}", {"due": moment}, "en", ZoneInfo("America/New_York")) == "21 Nov 2026, 08:30"


def test_loops_and_conditions_leave_no_empty_lines():
    template = """Wir liefern:
{% for line in lines %}
{{loop.index}}. {{line.name}}: {{line.price}}{% if not loop.last %};{% endif %}

{% endfor %}
{% if note is defined %}
{{note}}
{% endif %}
Ihr Team
"""
    lines = [{"name": "Pumpe", "price": Decimal("19.9")}, {"name": "Rohr", "price": 5}]

    assert (
        render(template, {"lines": lines, "note": None}, "de", BERLIN)
        == f"Wir liefern:\n1. Pumpe: 19,90{NB}€;\n2. Rohr: 5,00{NB}€\nIhr Team\n"
    )


def test_what_a_customer_wrote_is_never_a_template():
    said = {"subject": "{{ 7*7 }}{% for a in b %}", "note": "<b>&"}

    assert render("{{subject}}/{{note}}", said, "de", BERLIN) == "{{ 7*7 }}{% for a in b %}/<b>&"
    assert (
        render_html("<p>{{subject}}/{{note|upper}}</p>", said, "de", BERLIN)
        == "<p>{{ 7*7 }}{% for a in b %}/&lt;B&gt;&amp;</p>"
    )


def test_a_value_that_a_format_cannot_write_is_told_by_its_line():
    with pytest.raises(TemplateFault, match=r"line 3 .* money") as fault:
        render("eins\nzwei\n{{subject|money}}", {"subject": "1.234"}, "de", BERLIN)

    assert fault.value.line == 3
    assert "Zeile 3" in fault.value.sentence("de")


def test_an_address_stands_in_lines_as_on_the_envelope():
    mara = {"gender_address": "Frau", "title": "Dr.", "first_name": "Mara", "last_name": "Beispiel"}
    there = {"street": "Rue X 1", "postcode": "75001", "city": "Paris", "country": "FR", "extra": None}
    firm = {"kind": "company", "company_name": "Sonnenschein AG", "street": "Domplatz 1", "city": "Köln"}
    german, english = (
        render("{{who|address_block}}", {"who": {**mara, **there}}, language, BERLIN)
        for language in ("de", "en")
    )

    assert german == "Frau Dr. Mara Beispiel\nRue X 1\n75001 Paris\nFRANKREICH"
    assert english.partition("\n")[0] == "Dr. Mara Beispiel"
    assert render("{{who|address_block}}", {"who": mara}, "de", BERLIN) == "Frau Dr. Mara Beispiel"
    both = render("{{who|address_block}}", {"who": [firm, mara]}, "de", BERLIN)
    assert both == "Sonnenschein AG\nFrau Dr. Mara Beispiel\nDomplatz 1\nKöln"
    with pytest.raises(TemplateFault):
        render("{{who|address_block}}", {"who": "Mara"}, "de", BERLIN)
