"""Lists as files: what was written is read back, and nothing a stranger wrote is calculated."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.sheets import Head, Manner, csv_lines, write_xlsx

GERMAN, ENGLISH = (Manner(language, ZoneInfo("Europe/Berlin")) for language in ("de", "en"))
HEADS = [Head("Nummer"), Head("Betrag", money=True), Head("Tag"), Head("Eröffnet")]
ROW = ["C-000042-7", Decimal("-1234.50"), date(2026, 3, 2), datetime(2026, 3, 2, 23, 30, tzinfo=UTC)]
FORMULAS = ["=1+1", "+49-151", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"]


def as_csv(rows, manner=GERMAN, heads=HEADS) -> str:
    return b"".join(csv_lines(heads, rows, manner)).decode()


def as_sheet(rows, manner=GERMAN, heads=HEADS, **more):
    file = io.BytesIO()
    write_xlsx(file, heads, rows, manner, title="Liste", **more)
    return openpyxl.load_workbook(file).active


def test_german_csv_opens_in_a_german_spreadsheet():
    assert as_csv([ROW]) == (
        "\ufeffNummer;Betrag;Tag;Eröffnet\r\nC-000042-7;-1234,50;02.03.2026;03.03.2026 00:30\r\n"
    )


def test_english_csv_has_commas_and_iso_days():
    assert as_csv([ROW], ENGLISH).splitlines()[1] == "C-000042-7,-1234.50,2026-03-02,2026-03-03 00:30"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_csv_is_calculated(text: str):
    assert as_csv([[text]], heads=[Head(text)]).count("'") >= 2
    [[_], [cell]] = csv.reader(
        io.StringIO(as_csv([[text]], heads=[Head("x")])[1:], newline=""), delimiter=";"
    )
    assert cell.startswith("'")
    assert cell.replace("'", "") == text


@pytest.mark.parametrize("manner", [GERMAN, ENGLISH])
@pytest.mark.parametrize("text", ["a;=1+1;b", "a,=1+1,b", "a;-1", "a,-1", "a\n=1", "a,\uff1d1", "a;@x,+1"])
def test_nothing_is_calculated_where_cells_are_parted_otherwise(text: str, manner: Manner):
    line = as_csv([["C-1", text]], manner, [Head("x"), Head("y")]).split("\r\n", 1)[1]
    for cell in re.split("[;,\r\n]", line):
        assert not cell.startswith(("=", "+", "-", "@", "\uff1d"))


def test_texts_with_any_sign_that_parts_cells_are_quoted():
    heads = [Head("x"), Head("y")]
    assert as_csv([["a,b", "500,- EUR"]], GERMAN, heads).splitlines()[1] == '"a,b";"500,- EUR"'
    assert as_csv([["a;b", "c"]], ENGLISH, heads).splitlines()[1] == '"a;b",c'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_csv_gives_back_what_went_in(texts: list[str]):
    heads = [Head("x") for _ in texts]
    [_, row] = csv.reader(io.StringIO(as_csv([texts], heads=heads)[1:], newline=""), delimiter=";")
    assert len(row) == len(texts)
    for cell, text in zip(row, texts, strict=True):
        assert cell.replace("'", "") == text.replace("'", "")
        assert not cell.startswith(tuple("=+-@\t\r\n"))


def test_a_workbook_has_real_numbers_days_and_a_frozen_head():
    sheet = as_sheet([ROW], sums=["Summe", Decimal("-1234.50"), None, None])
    assert [cell.value for cell in sheet[1]] == [head.label for head in HEADS]
    assert [cell.value for cell in sheet[2]] == [
        "C-000042-7",
        -1234.5,
        datetime(2026, 3, 2),  # noqa: DTZ001 - as openpyxl reads a day
        datetime(2026, 3, 3, 0, 30),  # noqa: DTZ001
    ]
    assert sheet["B2"].number_format == '#,##0.00 "€"'
    assert (sheet["C2"].number_format, sheet["D2"].number_format) == ("dd.mm.yyyy", "dd.mm.yyyy hh:mm")
    assert sheet.freeze_panes == "A2"
    assert (sheet["A3"].value, sheet["B3"].value, sheet.max_row) == ("Summe", -1234.5, 3)


@pytest.mark.parametrize("text", [*FORMULAS, "https://example.org", "007", "<r><t>x</t></r>"])
def test_a_text_of_a_workbook_stays_text(text: str):
    cell = as_sheet([[text]], heads=[Head("x")])["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value.strip() == text.strip().replace("\r", "\n") or "_x000D_" in cell.value


@given(st.text())
def test_any_text_makes_a_workbook_that_opens(text: str):
    cell = as_sheet([[text]], heads=[Head("x")])["A2"]
    assert cell.data_type in {"s", "n"}
    assert not isinstance(cell.value, int | float)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("123456789012.345678"), "123456789012.345678"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("-1E-999999999"), "-1E-999999999"),
        (date(1848, 3, 18), "1848-03-18"),
        (None, None),
        (True, "ja"),
    ],
)
def test_what_excel_cannot_hold_is_text(value: object, shown: str):
    assert as_sheet([[value]], heads=[Head("x")])["A2"].value == shown


def test_no_number_makes_a_gigabyte_of_digits():
    lines = list(csv_lines([Head("x")], [[Decimal("1E+999999999")], [Decimal("NaN")]], GERMAN))
    assert [line.strip() for line in lines[2:]] == [b"1E+999999999", b"NaN"]


def test_a_text_that_is_no_unicode_stops_no_table():
    assert b"".join(csv_lines([Head("x")], [["a\ud800"]], GERMAN)).endswith(b"a?\r\n")


def test_a_sheet_has_a_name_that_excel_takes():
    file = io.BytesIO()
    write_xlsx(file, [Head("x")], [], GERMAN, title="Offen/[heute]: " + "x" * 40)
    assert openpyxl.load_workbook(file).sheetnames == ["Offen heute xxxxxxxxxxxxxxxxxxx"]
