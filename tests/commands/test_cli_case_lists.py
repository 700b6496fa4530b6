"""`cpm cases` and `cpm attributes`: what a terminal can ask of lists, and the files it gets."""

from pathlib import Path

import openpyxl
import pytest

from tests.commands.cli import COMPLAINT, DEMO, Cpm, ready
from tests.databases import Databases, Kind


@pytest.fixture
def cpm(databases: Databases, tmp_path: Path):
    with databases.fresh(tmp_path, Kind.EMPTY) as url:
        cpm = ready(url, tmp_path)
        cpm("receive", DEMO / "complaint-german.eml")
        cpm("receive", "-", given=COMPLAINT)
        cpm("work", "--once")
        task = cpm.json("tasks", "--as", "anna")[0]
        cpm("claim", task["id"], "--as", "anna")
        facts = ["cause=late", "damage_text=@SUM(1)", "claim_amount=1.234,50", "order_no==1+1"]
        cpm("complete", task["id"], "--as", "anna", "--lang", "de", *(w for f in facts for w in ("--set", f)))
        yield cpm


def test_cases_are_filtered_sorted_and_summed(cpm: Cpm):
    found = cpm.json(
        "cases", "--process", "complaint", "--where", "claim_amount>=1000", "--sort", "-claim_amount"
    )
    assert (found["total"], found["sums"]["claim_amount"]) == (1, "1234.50")
    assert found["cases"][0]["cause"] == "late"
    columns = ("--columns", "case,cause,claim_amount", "--sum")
    told = cpm("cases", "--process", "complaint", "--where", "cause=late,wear", *columns, "--lang", "de")
    assert "Verspätung" in told
    assert "Forderung des Kunden: 1.234,50" in told
    assert "1 of 2 cases." in cpm("cases", "--limit", 1)
    assert cpm.json("cases", "--where", "subject~nowhere")["total"] == 0
    assert cpm("cases", "--where", "state=closed").strip() == "No cases."


def test_a_list_of_the_process_is_asked_by_its_key(cpm: Cpm):
    assert cpm.json("cases", "--view", "complaint:open")["total"] == 2
    assert cpm.json("cases", "--view", "complaint:open", "--where", "state=closed")["total"] == 0
    cpm("cases", "--view", "complaint:ghost", code=1)
    assert "Expected to find list complaint:ghost" in cpm.complaint


def test_files_hold_what_was_found_and_no_formula(cpm: Cpm, tmp_path: Path):
    asked = ("cases", "--process", "complaint", "--columns", "case,order_no,claim_amount", "--sort", "case")
    cpm(*asked, "--csv", tmp_path / "x.csv", "--lang", "de")
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Nummer;Auftrag;Forderung des Kunden"
    assert [line for line in lines if line.endswith(";'=1+1;1234,50")]
    cpm(*asked, "--xlsx", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    cells = [[cell.value for cell in row] for row in sheet]
    assert cells[-1] == ["Sum", None, 1234.5]
    assert [row[1:] for row in cells[1:-1] if row[2]] == [["=1+1", 1234.5]]
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}


def test_wrong_questions_are_plain_sentences(cpm: Cpm):
    cpm("cases", "--where", "nonsense", code=2)
    cpm("cases", "--where", "ghost=1", code=1)
    assert "ghost is no column of it" in cpm.complaint
    cpm("cases", "--process", "ghost", code=1)


def test_older_cases_are_indexed_by_hand(cpm: Cpm):
    assert cpm.json("attributes", "refill", "complaint") == {"cases": 2, "values": 0}
    assert "claim_amount     money" in cpm("attributes", "list", "complaint")
