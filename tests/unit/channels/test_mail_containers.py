"""Files that do not lie in parts of their own are found too: in Outlook's container, in the text, in an invitation."""

import base64
import binascii
import random
import struct

import pytest

from cpm.channels import email
from cpm.channels.mail import tnef


def mail(*lines: str) -> bytes:
    return "\r\n".join(lines).encode() + b"\r\n"


def attribute(level: int, name: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def properties(*each: tuple[int, int, bytes]) -> bytes:
    packed = struct.pack("<I", len(each))
    for identity, kind, value in each:
        packed += struct.pack("<HH", kind, identity)
        packed += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return packed


def container(*attributes: bytes) -> bytes:
    return tnef.SIGNATURE + b"\x01\x00" + b"".join(attributes)


CODE_PAGE = attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))
PACKED = container(
    CODE_PAGE,
    attribute(1, 0x9003, 6, properties((0x1013, 0x102, b"<p>die Pumpe ist <b>kaputt</b></p>"))),
    attribute(2, 0x9002, 6, b"\0" * 14),
    attribute(2, 0x8010, 1, b"RECHNU~1.PDF\0"),
    attribute(2, 0x800F, 6, b"%PDF-1.7 eins"),
    attribute(
        2,
        0x9005,
        6,
        properties(
            (0x3707, 0x1F, "Rechnung für März.pdf\0".encode("utf-16-le")),
            (0x370E, 0x1E, b"application/pdf\0"),
        ),
    ),
    attribute(2, 0x9002, 6, b"\0" * 14),
    attribute(2, 0x8010, 1, b"..\\..\\zwei.txt\0"),
    attribute(2, 0x800F, 6, b"zwei"),
)


def outlook(packed: bytes) -> bytes:
    return mail(
        "From: a@example.org",
        "Content-Type: application/ms-tnef; name=winmail.dat",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(packed).decode(),
    )


def test_what_outlook_packed_is_unpacked():
    inbound = email.parse(outlook(PACKED))
    assert [(each.name, each.media_type, each.content) for each in inbound.attachments] == [
        ("Rechnung für März.pdf", "application/pdf", b"%PDF-1.7 eins"),
        ("zwei.txt", "application/octet-stream", b"zwei"),
    ]
    assert inbound.text == "die Pumpe ist kaputt"


def test_a_broken_container_is_kept_as_it_came():
    for broken in (PACKED[:-20], PACKED[:40], tnef.SIGNATURE, container(CODE_PAGE)):
        only = email.parse(outlook(broken)).attachments
        assert [(each.name, each.content) for each in only] == [("winmail.dat", broken)]


def test_no_container_makes_the_reader_stumble():
    dice = random.Random(7)
    for _ in range(2000):
        hostile = bytearray(PACKED)
        for _ in range(dice.randint(1, 6)):
            hostile[dice.randrange(6, len(hostile))] = dice.randrange(256)
        assert email.parse(outlook(bytes(hostile))).sender == "a@example.org"


def test_a_container_of_a_million_attributes_is_refused_before_it_is_read():
    with pytest.raises(tnef.NotTnef):
        tnef.read(container(*[attribute(1, 0x8006, 0, b"")] * 3_000))


def test_files_in_the_text_are_taken_out_of_it():
    content = bytes(range(256))
    lines = [
        binascii.b2a_uu(content[start : start + 45]).decode().rstrip("\n") for start in range(0, 256, 45)
    ]
    inbound = email.parse(
        mail(
            "From: a@example.org",
            "",
            "Anbei.",
            "",
            "begin 644 ../Foto Küche.jpg",
            *lines,
            "`",
            "end",
            "",
            "Danke",
        )
    )
    assert [(each.name, each.content) for each in inbound.attachments] == [("Foto Küche.jpg", content)]
    assert inbound.text.split() == ["Anbei.", "Danke"]


@pytest.mark.parametrize(
    "text", ["begin 644 x", "begin 644 x\n#abc", "begin 644 x\nend", "we begin 644 x\n#86)C\nend"]
)
def test_what_only_looks_like_a_file_is_text(text):
    inbound = email.parse(mail("From: a@example.org", "", *text.split("\n")))
    assert inbound.attachments == ()
    assert inbound.full_text == text


def test_an_invitation_without_words_is_told():
    inbound = email.parse(
        mail(
            "From: a@example.org",
            "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
            "",
            "BEGIN:VCALENDAR",
            "METHOD:REQUEST",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Berlin",
            "DTSTART:19700101T000000",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            "SUMMARY:Wartung\\, Heizung",
            'DTSTART;TZID="Europe/Berlin":20261124T100000',
            "DTEND:20261124T100000Z",
            "ORGANIZER;CN=Mara:mailto:mara@example.org",
            "DESCRIPTION:Bitte den Keller\\naufsch",
            " ließen",
            "END:VEVENT",
            "END:VCALENDAR",
        )
    )
    assert inbound.full_text.split("\n") == [
        "Wartung, Heizung",
        "2026-11-24 10:00 (Europe/Berlin) - 2026-11-24 10:00 UTC",
        "mara@example.org",
        "Bitte den Keller",
        "aufschließen",
    ]
    assert inbound.attachments[0].name == "part-1.ics"
