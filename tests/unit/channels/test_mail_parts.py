"""Every part of a mail ends as text or as an attachment, byte for byte."""

import base64

import pytest

from cpm.channels import Unreadable, email
from cpm.channels.mail import parts


def multipart(kind: str, *pieces: str, boundary: str = "b", closed: bool = True) -> bytes:
    lines = ["From: a@example.org", f'Content-Type: multipart/{kind}; boundary="{boundary}"', "", "preamble"]
    for piece in pieces:
        lines += [f"--{boundary}", piece]
    return "\r\n".join([*lines, *([f"--{boundary}--"] if closed else []), ""]).encode()


TEXT = "Content-Type: text/plain\r\n\r\nHallo"
HTML = "Content-Type: text/html\r\n\r\n<p>Hallo <b>HTML</b></p>"


def test_of_alternatives_the_plain_text_is_taken():
    assert email.parse(multipart("alternative", TEXT, HTML)).text == "Hallo"


def test_where_the_plain_text_is_blank_html_is_taken():
    assert (
        email.parse(multipart("alternative", "Content-Type: text/plain\r\n\r\n  ", HTML)).text == "Hallo HTML"
    )


def test_texts_around_a_picture_are_all_kept():
    picture = "Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    inbound = email.parse(multipart("mixed", TEXT, picture, "\r\nund danach"))
    assert inbound.text == "Hallo\n\nund danach"
    assert [(a.name, a.media_type, a.content) for a in inbound.attachments] == [
        ("part-1.png", "image/png", b"\x89PNG\r\n\x1a\n")
    ]


def test_a_part_without_header_is_text_even_if_it_looks_like_one():
    assert email.parse(multipart("mixed", "\r\nAchtung: kaputt")).text == "Achtung: kaputt"
    assert email.parse(multipart("mixed", "Achtung: kaputt")).text == "Achtung: kaputt"


@pytest.mark.parametrize("boundary", ["b", "=_(ein.Boundary)+?", "a b"])
def test_an_unclosed_part_reaches_to_the_end(boundary):
    assert email.parse(multipart("mixed", TEXT, boundary=boundary, closed=False)).text == "Hallo"


def test_a_wrong_boundary_is_guessed_and_a_missing_one_makes_text():
    wrong = multipart("mixed", TEXT).replace(b'boundary="b"', b'boundary="other"')
    assert email.parse(wrong).text == "Hallo"
    assert (
        "Hallo" in email.parse(b"From: a@example.org\r\nContent-Type: multipart/mixed\r\n\r\nHallo\r\n").text
    )


def test_a_forwarded_message_is_sliced_not_written_anew():
    inner = "subject:   odd  spacing\r\nfrom: x@example.com\r\nX-Order:  kept\r\n\r\nbody \r\n"
    inbound = email.parse(multipart("mixed", TEXT, f"Content-Type: message/rfc822\r\n\r\n{inner}"))
    [attachment] = inbound.attachments
    assert attachment.content == inner.encode()
    assert attachment.name == "odd spacing.eml"


def test_a_delivery_report_keeps_its_parts():
    status = "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; a@example.org\r\nStatus: 5.1.1\r\n"
    raw = multipart(
        "report; report-type=delivery-status",
        TEXT,
        f"Content-Type: message/delivery-status\r\n\r\n{status}",
        "Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-ID: <ours@example.com>\r\n",
    )
    inbound = email.parse(raw)
    assert inbound.automatic == "report: delivery-status"
    assert [a.media_type for a in inbound.attachments] == ["message/delivery-status", "text/rfc822-headers"]
    assert inbound.attachments[0].content == status.encode()
    assert inbound.references == ("<ours@example.com>",)


def test_a_forwarded_message_is_no_reference():
    forwarded = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <theirs@example.com>\r\n\r\nx"
    assert email.parse(multipart("mixed", TEXT, forwarded)).references == ()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("filename*=UTF-8''M%C3%A4ngel%20%281%29.pdf", "Mängel (1).pdf"),
        ("filename*0*=utf-8''M%C3%A4n;\r\n filename*1=gel; filename*2*=%2Epdf", "Mängel.pdf"),
        ('filename="=?utf-8?Q?M=C3=A4ngel.pdf?="', "Mängel.pdf"),
        ('filename="Mängel.pdf"', "Mängel.pdf"),
        ("filename=ohne anfuehrung.pdf", "ohne anfuehrung.pdf"),
        (r'filename="C:\Users\mara\foto.jpg"', "foto.jpg"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="a\\"b.txt"', 'a"b.txt'),
        ('filename="rechnung\u202efdp.exe"', "rechnungfdp.exe"),
        ('filename=""', "part-1.pdf"),
        ("filename*=x-none''%ff%00.pdf", "ÿ.pdf"),
        (f'filename="{"n" * 400}.pdf"', "n" * 130 + ".pdf"),
    ],
)
def test_attachment_names_are_decoded_and_made_harmless(header, name):
    piece = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {header}\r\n\r\n%PDF"
    [attachment] = email.parse(multipart("mixed", TEXT, piece)).attachments
    assert (attachment.name, attachment.content) == (name, b"%PDF")


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", base64.encodebytes(bytes(range(256))).decode(), bytes(range(256))),
        ("BASE64", "SGFs\r\n!!bG8", b"Hallo"),
        ("base64", "SGFsbG8=\r\n-- \r\nlist footer", b"Hallo"),
        ("base64", "A", b""),
        ("quoted-printable", "Gr=FC=\r\n=DFe =ZZ", b"Gr\xfc\xdfe =ZZ"),
        ("x-uuencode", "begin 644 a\r\n%2&%L;&\\\r\n`\r\nend", b"Hallo"),
        ("x-uuencode", "kein uuencode", b"kein uuencode"),
        ("x-uuencode", "begin 644 a\r\n\x7f\x7f\r\nend", b"begin 644 a\r\n\x7f\x7f\r\nend"),
        ("unheard-of", "as it stood", b"as it stood"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_possible(encoding, body, content):
    piece = f"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
    [attachment] = email.parse(multipart("mixed", piece)).attachments
    assert attachment.content == content


def test_bombs_are_refused_with_a_reason():
    many = multipart("mixed", *[TEXT] * parts.MOST_PARTS)
    deep = b"From: a@example.org\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(parts.DEEPEST + 2)
    )
    for raw, reason in ((many, "more than"), (deep, "deeper than")):
        with pytest.raises(Unreadable, match=reason):
            email.parse(raw)


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(email, "LARGEST", 1_000)
    with pytest.raises(Unreadable, match="larger than"):
        email.parse(b"From: a@example.org\r\n\r\n" + b"x" * 2_000)
