"""Mail as programs of all kinds write it comes out as a person reads it."""

import pytest

from cpm.channels import email
from cpm.channels.mail.replies import new_text

HEAD = b"From: Anna <a@example.org>\nSubject: x\nMIME-Version: 1.0\n"


def read(rest: str, encoding: str = "utf-8"):
    return email.parse(HEAD + rest.encode(encoding))


@pytest.mark.parametrize(
    ("parameters", "written", "text"),
    [
        ("", "Dies ist ein \nlanger Satz.\nNeu", "Dies ist ein langer Satz.\nNeu"),
        ("; DelSp=Yes", "https://example.org/lang/ \nweiter und \n noch", "https://example.org/lang/weiter undnoch"),
        ("", "> alter \n> Text\nneu", "> alter Text\nneu"),
        ("", " From hier\n >kein Zitat", "From hier\n >kein Zitat"),
        ("", "Gruß \n-- \nAnna", "Gruß \n-- \nAnna"),
    ],
)  # fmt: skip
def test_wrapped_paragraphs_are_whole_again(parameters, written, text):
    raw = f"Content-Type: text/plain; charset=utf-8; format=flowed{parameters}\n\n{written}\n"
    assert read(raw).full_text == text


def test_text_cut_in_the_middle_of_a_character_keeps_all_others():
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + "Grüße für Öl ü".encode()[:-1]
    assert email.parse(raw).text == "Grüße für Öl \ufffd"


def test_japanese_of_windows_and_in_bare_headers_is_read():
    raw = b"From: a@example.org\nSubject: \x1b$BF|K\\8l\x1b(B\nContent-Type: text/plain; charset=ISO-2022-JP\n\n"
    found = email.parse(raw + b"\x1b$B-!F|K\\\x1b(B")
    assert (found.subject, found.text) == ("日本語", "①日本")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("=?utf-8?Q?M=C3=BCller,_Anna?= <a@example.org>", "Müller, Anna"),
        ("Frau =?utf-8?Q?Anna_(M=C3=BCller)?= <a@example.org>", "Frau Anna (Müller)"),
        ("=?utf-8?Q?Wer_bin_ich??= <a@example.org>", "Wer bin ich?"),
        ("=?utf-8?Q?<x@example.com>?= <a@example.org>", "<x@example.com>"),
    ],
)
def test_names_that_break_the_rules_of_encoded_words_are_read(header, name):
    found = email.parse(f"From: {header}\n\nx".encode())
    assert (found.sender_name, found.sender) == (name, "a@example.org")


def test_a_file_given_two_names_has_the_better_one():
    names = "filename=\"n?me.pdf\"; filename*=UTF-8''n%C3%A4me.pdf"
    found = read(f"Content-Type: application/pdf\nContent-Disposition: attachment; {names}\n\nx")
    assert [each.name for each in found.attachments] == ["näme.pdf"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('Content-Type: text/plain; name="mail.txt"\n\nHallo', "Hallo"),
        ("Content-Type: text/markdown\n\n*Hallo*", "*Hallo*"),
        ("Content-Type: text/enriched\n\n<bold>Hallo</bold> Welt", "Hallo Welt"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64 (so)\n\nSGFsbG8=", "Hallo"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGFsbG8h\n\n____\nfoot of a list\n", "Hallo!"),
        ("Content-Type: text/plain; charset=utf-8\n\n\ufeffHallo", "Hallo"),
        (
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHallo\n--b\nContent-Type: text/x-amp-html\n\n<p>amp",
            "Hallo",
        ),
    ],
)  # fmt: skip
def test_what_was_written_is_text_and_no_file(raw, text):
    found = read(raw)
    assert (found.full_text, found.attachments) == (text, ())


def sequence(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes([tag, 0x84]) + len(content).to_bytes(4) + content


def endless(tag: int, *parts: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


OF_SIGNED = bytes.fromhex("06092a864886f70d010702")
OF_DATA = bytes.fromhex("06092a864886f70d010701")


@pytest.mark.parametrize("enclose", [sequence, endless])
def test_a_message_inside_its_signature_is_opened(enclose):
    """Outlook can sign so (checked with openssl's `smime -sign -nodetach` and `cms -sign -stream`)."""
    inner = "Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße".encode()
    pieces = enclose(0x24, sequence(0x04, inner[:20]), sequence(0x04, inner[20:]))
    content = enclose(0x30, OF_DATA, enclose(0xA0, pieces))
    data = enclose(0x30, b"\x02\x01\x01", enclose(0x31), content)
    raw = HEAD + b'Content-Type: application/pkcs7-mime; name="smime.p7m"\n\n'
    signed = enclose(0x30, OF_SIGNED, enclose(0xA0, data))
    found = email.parse(raw + signed)
    assert found.text == "Grüße"
    assert [each.name for each in found.attachments] == ["smime.p7m"]
    for broken in (signed[:60], signed.replace(OF_SIGNED, OF_DATA), b"0"):
        assert [each.content for each in email.parse(raw + broken).attachments] == [broken]


def test_the_armour_of_a_signed_text_is_no_part_of_it():
    armoured = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHallo\n- - Punkt\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----"
    )
    assert new_text(armoured) == "Hallo\n- Punkt"


NEW = "Das passt so.\n\nMit freundlichen Grüßen\nAnna"


@pytest.mark.parametrize(
    "below",
    [
        "**Von:** S <s@example.org>\n**Gesendet:** Montag\n**An:** Anna\n**Betreff:** x\n\nalt",
        "-----Original-Nachricht-----\nBetreff: x\nDatum: y\nVon: z\n\nalt",
        "S <s@example.org> hat am 21.11.2026 10:00 geschrieben:\n\n alt",
        "Gesendet von meinem Samsung Galaxy Smartphone.",
        "Gesendet mit WEB.DE Mail\n-------- Ursprüngliche Nachricht --------\nVon: x\n\nalt",
        "Gesendet von Outlook für iOS<https://example.org/o>",
        "Sent with Proton Mail secure email.",
        "Sent from Yahoo Mail on Android \n \n  On Sat, Nov 21, 2026 at 10:00, S<s@example.org> wrote:   alt",
        "S schrieb:\n> alt",
        "---- Am Sa, 21 Nov 2026 10:00:00 +0100 s@example.org schrieb ----\n\nalt",
    ],
)
def test_what_mail_programs_put_below_is_cut(below):
    assert new_text(f"{NEW}\n\n{below}") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "Am 21.11. um 10:00 schrieb ich Ihnen, dass die Ware fehlt:\n3 Kartons",
        "On 3 May I wrote to you about 2 pumps:\none is broken",
        "Guten Tag,\n\nFrau Meier schrieb am 3.5.2026 folgendes:\n„Die Ware ist da.“",
    ],
)
def test_what_a_customer_tells_of_earlier_letters_is_no_quote(text):
    assert new_text(text) == text
