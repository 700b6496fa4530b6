"""Mail that comes in is stored before the sender hears so; mail of a demo lands in a folder."""

import smtplib
import socket
import threading
import time

import pytest

from cpm.channels import email
from cpm.channels.smtp_intake import intake
from cpm.channels.smtp_sink import sink
from cpm.errors import Invalid, Unavailable

MAIL = b"From: a@example.org\r\nSubject: x\r\n\r\nHallo\r\n"


def send(port: int, *recipients: str, mail: bytes = MAIL, sender: str = "a@example.org") -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=10) as client:
        client.sendmail(sender, list(recipients), mail)


def test_250_comes_only_after_the_message_was_stored():
    stored = []

    def deliver(raw, sender, recipients):
        time.sleep(0.1)
        stored.append((raw, sender, recipients))

    with intake(deliver) as server:
        send(server.port, "service@example.com", "zwei@example.com")
        assert stored == [
            (
                b"Return-Path: <a@example.org>\r\nDelivered-To: service@example.com\r\n"
                b"Delivered-To: zwei@example.com\r\n" + MAIL,
                "a@example.org",
                ["service@example.com", "zwei@example.com"],
            )
        ]


def test_a_message_that_cannot_be_stored_stays_with_its_sender():
    def deliver(raw, sender, recipients):
        raise OSError("disk full")

    with intake(deliver) as server, pytest.raises(smtplib.SMTPDataError) as refused:
        send(server.port, "service@example.com")
    assert refused.value.smtp_code == 451
    assert b"send it again later" in refused.value.smtp_error
    assert b"disk" not in refused.value.smtp_error


def test_an_empty_sender_tells_a_bounce():
    stored = []
    with intake(lambda raw, sender, recipients: stored.append((raw, sender))) as server:
        send(server.port, "service@example.com", sender="")
    [(raw, sender)] = stored
    assert sender == ""
    assert email.parse(raw).automatic == "empty return path"


def test_lines_longer_than_the_standard_allows_are_taken():
    stored = []
    with intake(lambda raw, *_: stored.append(raw)) as server:
        send(server.port, "service@example.com", mail=MAIL + b"x" * 100_000 + b"\r\n")
    assert b"x" * 100_000 in stored[0]


def test_a_message_beyond_the_limit_is_refused_for_good():
    stored = []
    with intake(lambda raw, *_: stored.append(raw), largest=10_000) as server:
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            send(server.port, "service@example.com", mail=MAIL + b"x\r\n" * 5_000)
        assert refused.value.smtp_code == 552
    assert stored == []


def test_one_slow_message_does_not_keep_others_waiting():
    first_may_end, stored = threading.Event(), []

    def deliver(raw, sender, recipients):
        if "slow@example.com" in recipients:
            first_may_end.wait(10)
        stored.append(recipients[0])

    with intake(deliver) as server:
        slow = threading.Thread(target=send, args=(server.port, "slow@example.com"))
        slow.start()
        send(server.port, "quick@example.com")
        first_may_end.set()
        slow.join()
    assert stored == ["quick@example.com", "slow@example.com"]


def test_stopping_waits_for_the_message_being_stored():
    begun, stored, answered = threading.Event(), [], []

    def deliver(raw, sender, recipients):
        begun.set()
        time.sleep(0.3)
        stored.append(raw)

    with intake(deliver) as server:
        client = threading.Thread(target=lambda: answered.append(_refusal(server.port)))
        client.start()
        assert begun.wait(10)
    client.join()
    assert len(stored) == 1
    assert answered == [None]


def _refusal(port: int) -> Exception | None:
    try:
        client = smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=10)
        client.sendmail("a@example.org", ["service@example.com"], MAIL)
        client.close()
    except (OSError, smtplib.SMTPException) as error:
        return error
    return None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "mail.example.org", ""])
def test_the_intake_binds_to_loopback_only(host):
    with pytest.raises(Invalid, match="loopback"):
        intake(lambda *_: None, host=host)


def test_the_intake_knows_localhost_by_name():
    stored = []
    with intake(lambda raw, *_: stored.append(raw), host="localhost") as server:
        send(server.port, "service@example.com")
    assert len(stored) == 1


def test_a_taken_port_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unavailable, match=r"Expected to listen for mail on 127\.0\.0\.1"):
            intake(lambda *_: None, port=taken.getsockname()[1]).start()


def test_the_sink_keeps_each_mail_as_a_file_and_counts_on_after_a_restart(tmp_path):
    for _ in range(2):
        with sink(tmp_path / "mails") as server:
            send(server.port, "kunde@example.org")
    names = sorted(path.name for path in (tmp_path / "mails").iterdir())
    assert [name[:7] for name in names] == ["000001-", "000002-"]
    kept = (tmp_path / "mails" / names[0]).read_bytes()
    assert kept == b"Return-Path: <a@example.org>\r\nDelivered-To: kunde@example.org\r\n" + MAIL


@pytest.mark.parametrize(
    ("recipient", "answer"),
    [
        ("refuse.me@example.org", b"5.1.1"),
        ("BUSY@example.org", b"4.7.1"),
        ("full@example.org", b"4.2.2"),
        ("toolarge@example.org", b"5.3.4"),
    ],
)
def test_some_addresses_refuse_so_that_incidents_can_be_tried(tmp_path, recipient, answer):
    with sink(tmp_path) as server, pytest.raises(smtplib.SMTPException) as refused:
        send(server.port, recipient)
    assert answer in str(refused.value).encode()
    assert list(tmp_path.iterdir()) == []
