"""A list of rows that somebody puts right as text: what is shown is read again as the same, and checked as its form does."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cpm.errors import Invalid
from cpm.model import Case
from cpm.queries import entered, rows_as_text
from tests.commands.conversing import open_case
from tests.web.test_rows_of_cases import EMAIL, TEXT, deployed
from tests.world import World, mail

ZONE = ZoneInfo("Europe/Berlin")
LINES = [
    {
        "sku": "F-05",
        "unit": "kg",
        "qty": Decimal(3),
        "price": Decimal("2.5"),
        "total": Decimal("7.50"),
        "place": "A 3",
    },
    {"sku": "F-01", "unit": "kg", "qty": Decimal(1), "price": Decimal(1), "total": Decimal("1.00")},
]


@pytest.fixture
def case(firm: World) -> Case:
    deployed(firm, EMAIL, TEXT)
    return open_case(firm, "ordering", lines=LINES)


def put_right(firm: World, case: Case, text: str, language: str = "de") -> object:
    with firm.engine.read("sue") as look:
        return entered.values(look, case, {"lines": text}, language)["lines"]


def shown(firm: World, case: Case, language: str = "de") -> str:
    with firm.engine.read("sue") as look:
        field = rows_as_text.lists(look.bundle(case))["lines"]
        return rows_as_text.written(field, LINES, language, ZONE)


def test_rows_are_changed_added_and_taken_away_and_else_stay(firm: World, case: Case) -> None:
    for language in ("de", "en"):
        assert put_right(firm, case, shown(firm, case, language), language) == LINES
    head, first, _ = shown(firm, case).split("\n")
    assert head == "Nr.;Artikel;Menge;Preis;Eilig"
    taken = put_right(firm, case, f"{head}\r\n;F-03;2;;\r\n{first.replace(';3;', ';4;')}\r\n")
    assert taken == [
        {"sku": "F-03", "unit": "kg", "qty": 2, "price": Decimal("1.80"), "total": Decimal("3.60")},
        {**LINES[0], "qty": 4, "total": Decimal("10.00")},
    ]


WRONG = [
    ("", "erste Zeile"),
    ("Nr.;Artikel", "erste Zeile"),
    ('{head}\n1;"F-05;3;2', "erste Zeile"),
    ("{head}\n1;F-05", "Semikolons"),
    ("{head}\nx;F-05;3;2;", "Semikolons"),
    ("{head}\n1;F-99;3;2;", "nicht zu finden"),
    ("{head}\n1;F-05;0;2;", "Zeile 1: „Menge“"),
    ("{head}\n1;F-05;1;2;\n1;F-05;1;2;", "Zeile 2"),
]


def test_what_does_not_fit_is_told_in_words(firm: World, case: Case) -> None:
    head = shown(firm, case).split("\n")[0]
    for text, said in WRONG:
        with pytest.raises(Invalid) as refused:
            put_right(firm, case, text.replace("{head}", head))
        assert said in " ".join(sentence for _, sentence in refused.value.faults("de")), text


def test_days_and_moments_are_put_right_as_people_say_them(firm: World) -> None:
    """As in the step that asked for them."""
    of = firm.receive(mail())
    with firm.engine.read("sue") as look:
        taken = entered.values(look, of, {"delivered_on": "gestern"}, "de")
        assert taken == {"delivered_on": look.local_now.date() - timedelta(days=1)}
        with pytest.raises(Invalid) as refused:
            entered.values(look, of, {"delivered_on": "31.2."}, "de")
    assert "31.2.2026" in refused.value.problems[0][1]
