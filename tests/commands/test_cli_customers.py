"""Customers from the command line, and from a file of another system."""

from pathlib import Path

import pytest

from tests.commands.cli import Cpm, ready
from tests.databases import Databases

FILE = """Fremdnummer;Firma;Nachname;Anrede;E-Mail;Telefon;Straße;PLZ;Ort;Kategorien;Status
4711;Sonnenschein AG;;;info@sun.example;0221 1234567;Domplatz 1;50667;Köln;IAA 2013;Kunde
4712;;Beispiel;Frau;mara@example.org;;;;;"IAA 2013, VIP";
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def databases(request: pytest.FixtureRequest) -> Databases:
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    return ready(database_url, tmp_path)


def test_a_customer_is_added_shown_and_put_right(cpm: Cpm):
    made = cpm.json(
        "customer", "add", "--last-name", "Beispiel", "--email", "mara@example.org", "--as", "anna"
    )
    assert made["name"] == "Beispiel"
    cpm("customer", "words", "declare", "roof", "number", "Dachfläche")
    cpm("customer", "reach", made["number"], "phone", "0221 1234567", "--verified", "--as", "anna")
    changed = cpm.json(
        *("customer", "set", "+492211234567", "--title", "Dr.", "--particular", "roof=12,5", "--as", "anna")
    )
    assert (changed["name"], changed["attributes"][0]["value"]) == ("Dr. Beispiel", "12.5")
    told = cpm("customer", "show", "mara@example.org")
    assert "Dachfläche" in told
    assert "+492211234567" in told
    cpm(
        "customer",
        "unreachable",
        "mara@example.org",
        "phone",
        "0221 1234567",
        "Kein Anschluss",
        "--as",
        "anna",
    )
    assert "Kein Anschluss" in cpm("customer", "show", made["number"])
    cpm("customer", "reachable", "mara@example.org", "phone", "0221 1234567", "--as", "anna")
    assert "Kein Anschluss" not in cpm("customer", "show", made["number"])
    cpm("customer", "reachable", made["number"], "phone", "0221 7654321", "--as", "anna", code=1)
    cpm("customer", "reachable", made["number"], "post", "Ring 1", "--as", "anna", code=1)
    cpm("customer", "show", "nobody@example.org", code=1)
    cpm("customer", "note", made["number"], "Bitte duzen.", "--as", "anna")
    assert "Bitte duzen." in cpm("customer", "notes", "mara@example.org", "--as", "anna")


def test_a_file_is_looked_at_first_and_then_taken_once(cpm: Cpm, tmp_path: Path):
    file = tmp_path / "customers.csv"
    file.write_text(FILE, encoding="utf-8")
    assert cpm.json("customer", "import", file, "--as", "anna")["added"] == 2
    cpm("customer", "show", "info@sun.example", code=1)
    assert cpm.json("customer", "import", file, "--really", "--as", "anna")["taken"]
    shown = cpm.json("customer", "show", "4711")
    assert (shown["name"], shown["status"]) == ("Sonnenschein AG", "customer")
    assert [one["name"] for one in shown["categories"]] == ["IAA 2013"]
    again = cpm.json("customer", "import", file, "--really", "--as", "anna")
    assert (again["added"], again["changed"]) == (0, 2)
    assert cpm.json("customer", "show", "4711") == shown


def test_every_bad_line_is_told_and_nothing_is_taken(cpm: Cpm, tmp_path: Path):
    file = tmp_path / "customers.csv"
    bad = "4713;;;;x@example.org;;;;;;\n4714;;Kim;;kim at example;;;;;;\n4715;;Lee;;;;Ring 1;5;Köln;;\n"
    file.write_text(FILE + bad, encoding="utf-8")
    told = cpm.json("customer", "import", file, "--really", "--as", "anna", code=1)
    assert not told["taken"]
    assert [fault["line"] for fault in told["faults"]] == [4, 5, 6]
    assert "email" in told["faults"][1]["why"]
    assert "Postleitzahl" in told["faults"][2]["why_de"]
    cpm("customer", "show", "info@sun.example", code=1)
    file.write_text("Schuhgröße;Firma\n44;X\n", encoding="utf-8")
    cpm("customer", "import", file, "--as", "anna", code=1)
    assert "Schuhgröße" in cpm.complaint
