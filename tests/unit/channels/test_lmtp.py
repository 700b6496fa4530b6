"""Mail servers hand mail over by LMTP: an answer for each recipient, at a port or a UNIX socket; and nobody blocks us."""

import smtplib
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from cpm.channels import email
from cpm.channels.smtp_intake import intake
from cpm.errors import Unavailable

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nHallo\r\n"
TWO = ("service@example.com", "other@example.com")


def hand_over(
    client: socket.socket, *recipients: str, mail: bytes = MAIL, greeting: str = "LHLO"
) -> list[str]:
    """The answers to the recipients and to the message."""
    with client, client.makefile("rb") as said:
        answers = [_line(said)]
        for command in (
            f"{greeting} me",
            "MAIL FROM:<a@example.org>",
            *(f"RCPT TO:<{to}>" for to in recipients),
        ):
            client.sendall(command.encode() + b"\r\n")
            answers.append(_line(said))
        client.sendall(b"DATA\r\n")
        if not (begun := _line(said)).startswith("354"):
            return [*answers[3:], begun]
        client.sendall(mail + b".\r\n")
        taken = [answer for answer in answers[3:] if answer.startswith("250")]
        return [*answers[3:], *(_line(said) for _ in taken)]


def _line(said) -> str:
    while (line := said.readline().decode())[3:4] == "-":
        pass
    return line.strip()


def at(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def test_each_recipient_gets_an_answer_and_the_message_is_stored_once():
    stored = []
    with intake(lambda raw, sender, to: stored.append((raw, to)), lmtp=True) as server:
        answers = hand_over(at(server.port), *TWO)
    assert [answer[:3] for answer in answers] == ["250"] * 4
    [(raw, to)] = stored
    assert to == list(TWO)
    assert raw.endswith(b"Delivered-To: other@example.com\r\n" + MAIL)


def test_at_a_unix_socket_also_after_one_that_was_killed(tmp_path: Path):
    stored, path = [], tmp_path / "lmtp"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with intake(lambda raw, *_: stored.append(raw), lmtp=True, path=path):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(path))
        assert hand_over(client, TWO[0])[-1] == "250 2.0.0 Stored"
        with pytest.raises(Unavailable, match="another program listens there"):
            intake(lambda *_: None, lmtp=True, path=path).start()
    assert len(stored) == 1


def test_a_file_of_that_name_is_left_alone(tmp_path: Path):
    path = tmp_path / "letter"
    path.write_text("dear")
    with pytest.raises(Unavailable, match="there is a file of that name"):
        intake(lambda *_: None, path=path).start()
    assert path.read_text() == "dear"


def test_only_recipients_that_are_ours_are_taken():
    stored = []
    knows = "service@example.com".__eq__
    with intake(lambda raw, sender, to: stored.append(to), lmtp=True, knows=knows) as server:
        answers = hand_over(at(server.port), *TWO)
        nobody = hand_over(at(server.port), TWO[1])
    assert [answer[:9] for answer in answers] == ["250 2.1.5", "550 5.1.1", "250 2.0.0"]
    assert nobody == ["550 5.1.1 There is no such address here", "503 Error: need RCPT command"]
    assert stored == [["service@example.com"]]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unavailable("the database is locked"), "452 4.3.1"),
        (OSError(28, "No space left on device"), "452 4.3.1"),
        (RuntimeError("a bug"), "451 4.3.0"),
    ],
)
def test_what_cannot_be_stored_stays_with_its_sender_for_every_recipient(error: Exception, code: str):
    def deliver(raw: bytes, sender: str, to: Sequence[str]) -> None:
        raise error

    with intake(deliver, lmtp=True) as server:
        answers = hand_over(at(server.port), *TWO)
    assert [answer[:9] for answer in answers[2:]] == [code, code]


def test_a_message_beyond_the_limit_is_refused_for_every_recipient():
    with intake(lambda *_: None, lmtp=True, largest=1_000) as server:
        answers = hand_over(at(server.port), *TWO, mail=MAIL + b"x\r\n" * 1_000)
    assert [answer[:3] for answer in answers[2:]] == ["552", "552"]


def test_recipients_that_cannot_be_looked_up_just_now_are_asked_to_wait():
    def knows(address: str) -> bool:
        raise Unavailable("the database is locked")

    with intake(lambda *_: None, knows=knows, lmtp=True) as server:
        assert hand_over(at(server.port), TWO[0])[0].startswith("451 4.3.0")


def test_who_comes_and_goes_at_once_leaves_no_connection_open():
    """The greeting may be under way or not begun."""
    with intake(lambda *_: None) as server:
        for _ in range(20):
            with at(server.port) as client:
                client.shutdown(socket.SHUT_WR)
                while client.recv(1000):
                    pass


def test_who_says_nothing_is_let_go():
    """A slow-loris keeps no connection."""
    with intake(lambda *_: None, seconds=0.2) as server, at(server.port) as client:
        client.recv(1000)
        client.sendall(b"HELO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
        said = b""
        while part := client.recv(1000):
            said += part
    assert b"354" in said


def test_more_connections_than_are_good_for_us_are_asked_to_come_later():
    stored = []
    with intake(lambda raw, *_: stored.append(raw), most_sessions=1) as server:
        with at(server.port) as first:
            first.recv(1000)
            with at(server.port) as second:
                assert second.recv(1000).startswith(b"421 4.3.2")
            first.sendall(b"QUIT\r\n")
            while first.recv(1000):
                pass
        with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
            client.sendmail("a@example.org", [TWO[0]], MAIL)
    assert len(stored) == 1


def test_a_mail_without_message_id_that_takes_two_ways_is_the_same():
    ways = [
        b"",
        b"Return-Path: <a@example.org>\r\nDelivered-To: x@example.com\r\n",
        b"return-path:\r\n <a@example.org>\n",
    ]
    digests = {email.parse(way + MAIL).digest for way in ways}
    assert len(digests) == 1
    assert email.parse(MAIL.replace(b"Hallo", b"Tag")).digest not in digests
