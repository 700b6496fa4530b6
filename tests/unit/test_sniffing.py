"""What a file is, whatever it is called; and whether it runs."""

import io
import mimetypes
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpm.sniffing import BYTES, MACROS, PROGRAM, belied, called, look, mismatch

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def zipped(*names: str, first: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, first or b"x")
    return made.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")
MAIL = b"From: a@x.example\r\nTo: b@x.example\r\nSubject: Hi\r\n\r\nHi"


@pytest.mark.parametrize(
    ("content", "name", "sniffed", "risk"),
    [
        (b"%PDF-1.7\n", "a.pdf", "application/pdf", None),
        (PNG, "a.txt", "image/png", None),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "a.jpg", "image/jpeg", None),
        (b"GIF89a" + b"\0" * 20, "a.gif", "image/gif", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", "image/webp", None),
        (zipped(*WORD), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
        (zipped(*WORD, "word/vbaProject.bin"), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", MACROS),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "a.xlsm", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MACROS),
        (zipped("mimetype", first=b"application/vnd.oasis.opendocument.text"), "a.odt", "application/vnd.oasis.opendocument.text", None),
        (zipped("a.txt"), "a.zip", "application/zip", None),
        (zipped("META-INF/MANIFEST.MF"), "a.zip", "application/java-archive", PROGRAM),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "application/msword", None),
        (OLE + "Workbook_VBA_PROJECT".encode("utf-16-le"), "a.xls", "application/vnd.ms-excel", MACROS),
        (b"MZ\x90\0" + b"\0" * 60, "rechnung.pdf", "application/x-msdownload", PROGRAM),
        (b"\x7fELF" + b"\0" * 60, "a", "application/x-executable", PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "text/plain", PROGRAM),
        (b"WScript.Echo 1", "a.vbs", "text/plain", PROGRAM),
        (b"alert(1)", "a.js", "text/plain", PROGRAM),
        (b"alert(1)", "a.js. ", "text/plain", PROGRAM),
        (b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "a.pdf", BYTES, PROGRAM),
        (b"<html><script>alert(1)</script>", "a.txt", "text/html", None),
        (b"\xef\xbb\xbf \n<!-- x --><!DOCTYPE html>", "a.png", "text/html", None),
        (b"<?xml version='1.0'?><!-- x --><svg xmlns='x' onload='a()'>", "a.png", "image/svg+xml", None),
        ("<svg onload='a()'>".encode("utf-16"), "a.png", "image/svg+xml", None),
        (b"<?xml version='1.0'?><a/>", "a.xml", "text/xml", None),
        (MAIL, "a.eml", "message/rfc822", None),
        (b"name;ort\r\nM\xfcller;K\xf6ln\r\n", "a.csv", "text/csv", None),
        ("Grüße aus Köln".encode(), "a.txt", "text/plain", None),
        ("Grüße aus Köln".encode("utf-16"), "a.txt", "text/plain", None),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "a.ics", "text/calendar", None),
        (b"", "a.txt", "text/plain", None),
        (b"\x00\x01\x02\x03", "a.txt", BYTES, None),
        (b"\x00\x01\x02\x03", "a.pdf", BYTES, None),
        (b"\x00\x01\r\n%PDF-1.7\n", "a.pdf", "application/pdf", None),
        (b"printed by x\n%PDF-1.7\n", "a.pdf", "application/pdf", None),
        (b"<html><body>%PDF-1.7", "a.pdf", "text/html", None),
        *((b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1" + brand, "a.jpg", "image/heic", None) for brand in (b"heix", b"hevc", b"heim")),
        (b"PK00" + zipped("a.txt"), "a.zip", "application/zip", None),
    ],
)  # fmt: skip
def test_its_bytes_say_what_it_is(content: bytes, name: str, sniffed: str, risk: str | None):
    found = look(io.BytesIO(content), name)
    assert (found.sniffed, found.risk) == (sniffed, risk)


@pytest.mark.parametrize(
    ("declared", "sniffed", "differs"),
    [
        ("application/pdf", "application/pdf", False),
        ("application/pdf", "application/x-msdownload", True),
        ("image/jpg", "image/jpeg", False),
        ("image/png", "image/jpeg", True),
        ("text/x-log; charset=utf-8", "text/plain", False),
        ("text/plain", "text/html", True),
        ("application/octet-stream", "text/html", False),
        ("application/pdf", None, False),
        ("application/pdf", BYTES, True),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", BYTES, True),
        ("text/csv", BYTES, False),
        ("video/mp4", BYTES, False),
    ],
)
def test_who_says_something_else_than_what_is_there_is_told(
    declared: str, sniffed: str | None, differs: bool
):
    assert mismatch(declared, sniffed) is differs


def test_an_archive_with_a_million_entries_is_not_read():
    """Its directory would fill the memory before anybody has asked for it."""
    bomb = bytearray(zipped("[Content_Types].xml", "word/document.xml"))
    at = bomb.rfind(b"PK\x05\x06")
    bomb[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    assert look(io.BytesIO(bytes(bomb)), "a.docx").sniffed == "application/zip"


@settings(max_examples=60)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", OLE[:8], b"\xff\xfe", b"<?xml"]),
    st.text(max_size=20),
)
def test_nothing_that_somebody_sends_breaks_the_look(content: bytes, begins: bytes, name: str):
    found = look(io.BytesIO(begins + content), name)
    assert "/" in found.sniffed


@pytest.mark.parametrize(
    ("name", "sniffed", "expected"),
    [
        ("bill.pdf", "application/x-msdownload", True),
        ("bill.docx", "application/x-executable", True),
        ("bill.pdf", "text/html", True),
        ("bill.txt", "application/pdf", True),
        ("bill.PDF", "application/pdf", False),
        ("setup.exe", "application/x-msdownload", False),
        ("door.png", "image/jpeg", False),
        ("drawing.xml", "image/svg+xml", False),
        ("table.csv", "text/plain", False),
        ("bill.pdf", BYTES, True),
        ("door.JPG", BYTES, True),
        ("offer.docx", BYTES, True),
        ("all.zip", BYTES, True),
        ("call.mp3", BYTES, False),
        ("drawing.dwg", BYTES, False),
        ("paper.tex", "text/plain", False),
        ("old.xls", BYTES, False),
        ("old.xls", "application/pdf", True),
        ("door.jpg", "image/heic", False),
        ("logs.tar.gz", "application/gzip", False),
        ("bill.pdf.gz", "application/gzip", False),
        ("form.dot", "application/msword", False),
        ("a.webp", BYTES, True),
        (".pdf", BYTES, True),
    ],
)
def test_bytes_that_are_surely_something_else_belie_the_name(name: str, sniffed: str, *, expected: bool):
    assert belied(name, sniffed) is expected


def test_what_a_name_claims_is_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_args, **_more: (None, None))
    names = ("docx", "xlsx", "pptx", "odt", "webp", "rtf", "pdf", "doc", "ppt", "zip", "png", "jpeg", "gif")
    assert [name for name in names if not belied(f"a.{name}", BYTES)] == []


@pytest.mark.parametrize(
    ("name", "sniffed", "expected"),
    [
        ("bill.pdf", BYTES, "application/pdf"),
        ("bill.pdf", "application/pdf", None),
        ("letter.doc", "application/rtf", None),
        ("letter.doc", "application/pdf", "application/msword"),
        ("a.bin", BYTES, None),
        ("bill.pdf", None, None),
        ("logs.tar.gz", "application/gzip", None),
    ],
)
def test_what_a_file_is_called_and_is_not_is_told(name: str, sniffed: str | None, expected: str | None):
    assert called(name, sniffed) == expected
