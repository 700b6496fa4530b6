"""What really leaves: signed, with files and an HTML part, to all recipients or to none."""

import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import dkim
import pytest

from cpm.channels import Attachment, email
from cpm.channels.smtp_sink import sink
from cpm.connectors import Done, Failed, MailServer, Retry, Smtp
from cpm.connectors.dkim_key import DkimKey, of_file
from cpm.errors import Invalid

TOKEN = "abcdefghijklmnopqrstuvwx"
WORK = {
    "to": "mara@example.org",
    "subject": "Ihr Kessel: Prüfung",
    "text": "Guten Tag,\n\n> <b>alt</b>\n\nsiehe https://firm.example/a?b=1&c=2.",
}
FILES = (
    Attachment("Prüfbericht Kessel №7.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff"),
    Attachment("alte Mail.eml", "message/rfc822", b"From: x@example.org\r\n\r\nhallo\r\n"),
    Attachment("", "nonsense", b""),
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> tuple[Path, bytes]:
    """A private key, and the record that stands in the DNS for it."""
    folder = tmp_path_factory.mktemp("dkim")
    private = folder / "key.pem"
    _openssl("genrsa", "-out", private, "2048")
    public = _openssl("rsa", "-in", private, "-pubout", "-outform", "PEM")
    letters = b"".join(line for line in public.splitlines() if not line.startswith(b"-"))
    return private, b"v=DKIM1; k=rsa; p=" + letters


def _openssl(*args: object) -> bytes:
    return subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True).stdout


def sent(tmp_path: Path, call, *, files=(), options=None, **inputs) -> bytes:
    """The mail as it arrived, without the envelope that the sink puts in front."""
    with sink(tmp_path) as server:
        smtp = Smtp(
            MailServer("127.0.0.1", server.port, "service@example.com", "Sonnenschein AG", **(options or {}))
        )
        outcome = smtp(call(files=files, token=TOKEN, **{**WORK, **inputs}))
    assert isinstance(outcome, Done), outcome
    [stored] = tmp_path.glob("*.eml")
    lines = stored.read_bytes().split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith((b"Return-Path:", b"Delivered-To:")))


def test_receivers_can_prove_that_a_mail_is_ours_and_unchanged(tmp_path, call, keys):
    private, record = keys
    key = of_file(private, selector="cpm", domain="example.com")
    raw = sent(
        tmp_path, call, files=FILES, options={"dkim": key, "html": True}, in_reply_to="<q@example.org>"
    )
    asked = []

    def dns(name, timeout=5):
        asked.append(name)
        return record

    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [b"cpm._domainkey.example.com."]
    for forged in (
        raw.replace(b"Guten Tag", b"Guten Tac"),
        raw.replace(b"From: Sonnenschein", b"From: Evil <evil@example.net>\r\nFrom: Sonnenschein", 1),
        raw.replace(b"Subject: ", b"Subject: x", 1),
        b"Auto-Submitted: auto-replied\r\n" + raw,
        raw.replace(b"<q@example.org>", b"<r@example.org>"),
    ):
        assert forged != raw
        assert not dkim.verify(forged, dnsfunc=dns)


def test_a_key_that_signs_nothing_is_told_at_the_start(tmp_path):
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN RSA PRIVATE KEY-----\nabcd\n-----END RSA PRIVATE KEY-----\n")
    for file in (broken, tmp_path / "none.pem"):
        with pytest.raises(Invalid, match="Expected CPM_DKIM_KEY_FILE"):
            of_file(file, selector="cpm", domain="example.com")


def test_a_key_is_never_shown(keys):
    assert "PRIVATE" not in repr(DkimKey("cpm", "example.com", keys[0].read_bytes()))


def test_files_arrive_byte_for_byte_under_their_names(tmp_path, call):
    raw = sent(tmp_path, call, files=FILES, options={"html": True, "marker": True})
    arrived = email.parse(raw)
    assert [(each.name, each.content) for each in arrived.attachments[:2]] == [
        (file.name, file.content) for file in FILES[:2]
    ]
    assert [part.get_content_type() for part in message_from_bytes(raw, policy=policy.default).walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
        "application/pdf", "application/octet-stream", "application/octet-stream",
    ]  # fmt: skip


def test_the_html_part_says_the_same_and_holds_nothing_of_a_stranger(tmp_path, call):
    raw = sent(tmp_path, call, options={"html": True, "marker": True})
    mail = message_from_bytes(raw, policy=policy.default)
    page = mail.get_body(("html",)).get_content()
    assert '<a href="https://firm.example/a?b=1&amp;c=2">' in page
    assert "&lt;b&gt;alt&lt;/b&gt;" in page
    assert "<b>" not in page
    assert f"[cpm:{TOKEN}]" in page
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n").endswith(f"\n[cpm:{TOKEN}]\n")
    assert email.parse(raw).markers == (TOKEN,)


def test_answers_come_back_by_an_address_of_the_case(tmp_path, call):
    mail = message_from_bytes(sent(tmp_path, call, options={"plus": True}), policy=policy.default)
    assert mail["Reply-To"] == f"service+{TOKEN}@example.com"


def test_every_attempt_at_a_mail_with_files_has_the_same_bytes(scripted, call):
    server = scripted(TEXT="!")
    smtp = Smtp(MailServer("127.0.0.1", server.port, "service@example.com", html=True, timeout_seconds=0.5))
    assert isinstance(smtp(call(files=FILES, **WORK)), Retry)
    server.script["TEXT"] = "250 taken"
    assert isinstance(smtp(call(files=FILES, attempt=2, **WORK)), Done)
    assert server.texts[0] == server.texts[1]


def test_one_refused_recipient_keeps_the_mail_from_all(tmp_path, call):
    with sink(tmp_path) as server:
        smtp = Smtp(MailServer("127.0.0.1", server.port, "service@example.com"))
        refused = smtp(
            call(**{**WORK, "to": ["mara@example.org", "Bo@example.org"], "cc": "refuse@example.org"})
        )
        assert isinstance(refused, Failed)
        assert refused.code == "address_refused"
        assert refused.why.endswith("(refuse@example.org)")
        assert not [*tmp_path.glob("*.eml")]
        done = smtp(
            call(
                **{**WORK, "to": "mara@example.org; Bo@example.org", "cc": "MARA@example.org, c@example.org"}
            )
        )
    assert done.sent.recipients == ("mara@example.org", "Bo@example.org", "c@example.org")
    [stored] = tmp_path.glob("*.eml")
    assert stored.read_bytes().count(b"Delivered-To:") == 3


@pytest.mark.parametrize(
    ("to", "automatic"),
    [("service@example.com", False), ("Service+abc@example.com", False), ("box@example.com", False),
     ("no-reply@example.org", True), ("MAILER-DAEMON@example.org", True), ("owner-list@example.org", True),
     ("list-request@example.org", True), ("bounces+77@example.org", True)],
)  # fmt: skip
def test_no_mail_goes_where_it_would_come_back(call, to, automatic):
    smtp = Smtp(MailServer("127.0.0.1", 1, "service@example.com", timeout_seconds=0.2))
    outcome = smtp(call(**{**WORK, "to": to}, automatic=automatic, ours=frozenset({"box@example.com"})))
    assert isinstance(outcome, Failed)
    assert outcome.code == "address_refused"


def test_a_mail_that_is_too_large_is_refused_before_it_travels(call):
    smtp = Smtp(MailServer("127.0.0.1", 1, "service@example.com", largest=1_000_000))
    large = (Attachment("film.mp4", "video/mp4", b"x" * 900_000),)
    outcome = smtp(call(files=large, **WORK))
    assert outcome == Failed(
        "too_large", "Expected a mail of at most 1 MB, but with its files it has 1.2 MB."
    )


def test_automatic_mail_says_so_and_how_it_ends(tmp_path, call):
    with sink(tmp_path) as server:
        smtp = Smtp(MailServer("127.0.0.1", server.port, "service@example.com"))
        done = smtp.send(call(), **WORK, automatic=True, unsubscribe="https://firm.example/o/abc")
    assert done.sent.automatic == "auto-generated"
    [stored] = tmp_path.glob("*.eml")
    mail = message_from_bytes(stored.read_bytes(), policy=policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["List-Unsubscribe"] == "<https://firm.example/o/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email.parse(stored.read_bytes()).automatic


def test_an_ed25519_key_is_refused_with_the_reason(tmp_path: Path):
    file = tmp_path / "ed25519.pem"
    file.write_bytes(_openssl("genpkey", "-algorithm", "ed25519"))
    with pytest.raises(Invalid, match="Ed25519"):
        of_file(file, selector="cpm", domain="example.com")
