"""`cpm check` and `cpm test` on tables of rules: what designers read, what programs read, and when it fails. No database."""

import shutil
from pathlib import Path

import pytest

from cpm.settings import SHIPPED
from tests.commands.cli import Cpm
from tests.commands.test_importing import PRICE, named
from tests.unit.dmn.documents import document, fact, literal, needs, table

FACTS = [fact("kind", type_="string"), fact("amount", type_="number")]


@pytest.fixture
def cpm(tmp_path: Path) -> Cpm:
    return Cpm(f"sqlite:///{tmp_path}/none.db", tmp_path)


def written(folder: Path, *rules: list[str], policy: str = "FIRST") -> Path:
    file = folder / "discount.dmn"
    rows = table(
        ["kind", "amount"],
        ["discount"],
        list(rules),
        policy=policy,
        id_="discount",
        extra=needs("kind", "amount"),
    )
    file.write_bytes(document(*FACTS, rows))
    return file


def test_what_ships_passes_its_checks_and_tests(cpm: Cpm) -> None:
    assert cpm.json("check", SHIPPED / "rules", SHIPPED / "processes") == {"findings": [], "warnings": []}
    assert cpm.json("test", SHIPPED / "rules", "--min-coverage", 100)["coverage"] == 100


def test_an_error_is_told_with_file_line_table_rule_and_column(cpm: Cpm, tmp_path: Path) -> None:
    file = written(tmp_path, ["gold", "-", "5"], ["-", "-", "0"])

    assert cpm("check", file, code=1) == (
        "discount.dmn:5: discount, rule 1, kind: Expected a known name, but “gold” is none. "
        'The text is written "gold".\n'
    )
    assert "discount, Regel 1, kind: Hier steht „gold“" in cpm("check", file, "--lang", "de", code=1)
    [found] = cpm.json("check", file, code=1)["findings"]
    assert (found["line"], found["element"]) == (5, "discount_1")


def test_a_warning_is_shown_and_refuses_nothing(cpm: Cpm, tmp_path: Path) -> None:
    file = written(tmp_path, ["-", "-", "0"], ['"gold"', "-", "5"])

    said = cpm("check", file)

    assert said.startswith("Nothing speaks against it.\nwarning: discount.dmn:5: discount, rule 2: Expected")
    assert "Hinweis: discount.dmn:5: discount, Regel 2: Diese Regel" in cpm("check", file, "--lang", "de")
    assert len(cpm.json("check", file)["warnings"]) == 1


def test_a_name_that_the_reader_and_the_checks_miss_is_told_once(cpm: Cpm, tmp_path: Path) -> None:
    file = written(tmp_path, ["-", "&gt; amuont", "5"], ["-", "-", "0"])

    assert cpm("check", file, code=1).count("amuont”") == 1


def test_a_table_that_steers_asks_only_for_facts_that_the_engine_gives(cpm: Cpm, tmp_path: Path) -> None:
    file = tmp_path / "customer_value.dmn"
    file.write_text((SHIPPED / "rules" / file.name).read_text().replace("revenue_12m", "revenue_13m"))

    said = cpm("check", file, code=1)

    assert "“revenue_13m” is none; did you mean “revenue_12m”?" in said
    assert "customer_status, key_account, revenue_12m" in said


def test_a_table_that_steers_has_no_gap(cpm: Cpm, tmp_path: Path) -> None:
    file = tmp_path / "customer_value.dmn"
    shipped = (SHIPPED / "rules" / file.name).read_text()
    last = shipped.rindex("<text></text>", 0, shipped.rindex("<outputEntry"))
    file.write_text(shipped[:last] + "<text>null</text>" + shipped[last + len("<text></text>") :])

    assert 'none fires for revenue_12m = 4999, key_account = false, customer_status = "other"' in cpm(
        "check", file, code=1
    )


def test_a_failing_test_is_told_with_what_was_expected_and_what_came(cpm: Cpm, tmp_path: Path) -> None:
    file = written(tmp_path, ['"gold"', "-", "5"], ["-", "-", "0"])
    tests = tmp_path / "discount.test.yaml"
    tests.write_text("- {name: Gold is dear, facts: {kind: gold}, rules: [2], result: 6}\n")

    assert cpm("test", tmp_path, code=1).splitlines() == [
        f"{tests}:1: Gold is dear",
        "  Expected rule 2 of “discount” to fire, but rule 1 did.",
        "  Expected 6, but got 5.",
        f"{file}, discount: 1 tests, 1 of 2 rules; never fired: 2",
        "1 tests, 1 of them failed. 50 % of the rules are tested.",
    ]
    assert "  Erwartet: 6; es ist aber 5." in cpm("test", tests, "--lang", "de", code=1)
    [one] = cpm.json("test", file, code=1)["files"]
    assert one["outcomes"][0]["rules"] == {"discount": [1]}
    assert one["outcomes"][0]["expected"]["result"] == "6"
    assert one["coverage"] == [{"table": "discount", "rules": 2, "missing": [2]}]


def test_too_little_coverage_fails(cpm: Cpm, tmp_path: Path) -> None:
    written(tmp_path, ['"gold"', "-", "5"], ["-", "-", "0"])
    (tmp_path / "discount.test.yaml").write_text("- {name: a, facts: {kind: gold}, rules: [1]}\n")

    assert cpm("test", tmp_path, "--min-coverage", 50).endswith("50 % of the rules are tested.\n")
    assert "50 % of the rules are tested, 51 % are asked for." in cpm(
        "test", tmp_path, "--min-coverage", 51, code=1
    )


def test_what_cannot_be_run_fails_with_its_reason(cpm: Cpm, tmp_path: Path) -> None:
    assert "no decision table here" in cpm("test", tmp_path, code=1)

    (tmp_path / "discount.test.yaml").write_text("- {name: a}\n")
    assert "Expected a table discount.dmn beside its tests" in cpm("test", tmp_path, code=1)

    written(tmp_path, ["-", "-", "0"])
    assert "discount.test.yaml:1: Expected the test to say what comes out" in cpm("test", tmp_path, code=1)

    (tmp_path / "discount.dmn").write_text("<no/>")
    assert "discount.dmn:1" in cpm("test", tmp_path, code=1)


def test_tests_lie_beside_a_copy_as_well(cpm: Cpm, tmp_path: Path) -> None:
    for name in ("remedy.dmn", "remedy.test.yaml"):
        shutil.copy(SHIPPED / "rules" / name, tmp_path)

    assert cpm.json("test", tmp_path / "remedy.test.yaml")["failed"] == 0


def test_tables_that_import_one_another_are_checked_and_tested_together(cpm: Cpm, tmp_path: Path) -> None:
    price, tax = tmp_path / "price.dmn", tmp_path / "tax.dmn"
    tax.write_bytes(
        named("urn:tax", fact("land"), literal("rate", "if land = 1 then 19 else 7", requires=needs("land")))
    )
    price.write_bytes(PRICE)
    (tmp_path / "price.test.yaml").write_text(
        "- {name: a, facts: {land: 1}, result: 119}\n- {name: b, facts: {'{urn:tax}land': 2}, result: 107}\n"
    )

    assert cpm.json("check", price, tax)["findings"] == cpm.json("check", tmp_path)["findings"] == []
    assert cpm.json("test", tmp_path)["passed"]
    for command in ("check", "test"):
        told = cpm(command, price, code=1)
        assert "a document with the namespace urn:tax to import, but there is none." in told
