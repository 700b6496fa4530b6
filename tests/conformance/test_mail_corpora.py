"""Mail that others collected: nothing in it makes the reader stumble, and replies are cut as a person would.

`CPM_CORPORA` names a folder whose `mail/` holds parts of public repositories: the test data of CPython's `email`,
`loop_detection.json` made from OTOBO's tests, and the replies of `talon`, `mail-parser-reply` and `quotequail`.
"""

import json
import os
import quopri
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpm.channels import Unreadable, email
from cpm.channels.mail import html, replies
from cpm.channels.mail.charsets import clean, to_text


@pytest.fixture(scope="module")
def corpora() -> Path:
    folder = Path(os.environ.get("CPM_CORPORA", "nowhere")) / "mail"
    if not folder.is_dir():
        message = "CPM_CORPORA names no folder with mail/ (originals: python/cpython, RotherOSS/otobo, mailgun/talon)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


def test_odd_messages_are_read_or_refused_and_nothing_is_lost(corpora):
    seen = unreadable = 0
    for path in sorted((corpora / "cpython-email").iterdir()):
        seen += 1
        raw = path.read_bytes()
        try:
            email.parse(raw)
        except Unreadable:
            unreadable += 1
        inbound = email.parse(b"From: somebody@example.org\r\n" + raw)  # many leave the sender out on purpose
        words = {word for word in _body_words(raw) if word.isalpha() and len(word) > 6}
        kept = inbound.full_text.encode() + b"".join(attachment.content for attachment in inbound.attachments)
        missing = {word for word in words if word not in kept}
        assert len(missing) <= len(words) * 0.1, (path.name, missing)
    assert seen > 40
    assert unreadable < seen * 0.6


def _body_words(raw: bytes) -> list[bytes]:
    """Words of parts that stand there unencoded; encoded ones and headers are left to the unit tests."""
    if b"encoding: base64" in raw.lower() or b"quoted-printable" in raw.lower() or b"\0" in raw:
        return []
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return [] if b"multipart/" in raw.lower() else body.split()


def test_loops_are_told_from_people(corpora):
    cases = json.loads((corpora / "otobo" / "loop_detection.json").read_text())
    told = [bool(email.parse(case["email"].encode()).automatic) == case["auto"] for case in cases]
    assert sum(told) == len(told) == 8


#: What a person keeps (first) and cuts (second), by words that stand in the one part only.
TEXTS = {
    "begins_with_signature": ("you can join", "10.30 AM pacific"),
    "caution": ("advise us ASAP", ""),
    "caution2": ("time sensitive", ""),
    "correct_sig": ("this is an email", "rick"),
    "email_1_1": ("clear a Riak bucket", ""),
    "email_1_3": ("having the function", "You can list the keys"),
    "email_1_4": ("Awesome!", "Loader seems"),
    "email_1_5": ("goes on and on", ""),
    "email_1_6": ("proper rendering as well", "Was this caching"),
    "email_1_7": (":+1:", "Steps 0-2"),
    "email_1_8": ("I will reply under this one", "write some stuff"),
    "email_2_1": ("Outlook with a reply", "Dear Google Apps"),
    "email_2_2": ("directly above line", "A new comment"),
    "email_2_3": ("unusual format", "Respond to Kim"),
    "email_3_1": ("nothing too hard", "second test reply"),
    "email_bullets": ("how about bullets", "Give us an example"),
    "email_danish_1": ("Det lyder godt", "Hvordan"),
    "email_danish_2": ("modtaget filerne", "Her er filerne"),
    "email_danish_3": ("Svar.", "Oprindelig"),
    "email_danish_4": ("Svar.", "Oprindelig"),
    "email_danish_5": ("Svar.", ""),
    "email_gmail": ("inbox replying", "That way people"),
    "email_headers_no_delimiter": ("And another reply", "A reply"),
    "email_ja_1_2": ("お待ちしております", "かしこまりました"),
    "email_nl_1_2": ("Outlook met een antwoord", "Beste Google"),
    "email_one_is_not_on": ("when I run...", "The good news"),
    "email_partial_quote_header": ("the tunnel is not", "I am having an odd"),
    "email_pl_1_1": ("Jak się masz", "Wysłano"),
    "email_pl_1_2": ("Jak się masz", "Wszystko w porządku"),
    "email_sent_from_BlackBerry": ("another email", "BlackBerry"),
    "email_sent_from_iPhone": ("another email", "iPhone"),
    "email_sent_from_multi_word_mobile_device": ("another email", "Verizon"),
    "email_sent_from_not_signature": ("from my desk", ""),
    "email_sig_delimiter_in_middle_of_line": ("kthxbai", ""),
    "email_sv_anon_1": ("flexibel fram", "Ursäkta"),
    "email_swedish_1": ("Ursäkta mitt", "tjänstedesigner"),
    "email_swedish_2": ("end of the year", "software experience"),
    "forward": ("without PU#", ""),
    "greedy_on": ("the tunnel is not", "I am having an odd"),
    "multi_header": ("start a new order", "we are unable"),
    "outlook": ("clear a Riak bucket", "Get Outlook"),
    "pathological": ("get back to a computer", "shortening the reference"),
}
PAGES = {
    "quotequail/apple_reply": ("Foo", "wrote"),
    "quotequail/gmail_reply": ("foo", "wrote"),
    "quotequail/ios_mail_reply_unescaped_address": ("be there at 2", "wrote"),
    "quotequail/yahoo_reply_unescaped_address": ("before Friday", "wrote"),
    "talon-replies/html_replies/gmail": ("I am fine", "How are you"),
    "talon-replies/html_replies/hotmail": ("I am fine", "How are you"),
    "talon-replies/html_replies/mail_ru": ("I am fine", "How are you"),
    "talon-replies/html_replies/ms_outlook_2003": ("I am fine", "How are you"),
    "talon-replies/html_replies/ms_outlook_2007": ("I am fine", "How are you"),
    "talon-replies/html_replies/ms_outlook_2010": ("I am fine", "How are you"),
    "talon-replies/html_replies/thunderbird": ("I am fine", "How are you"),
    "talon-replies/html_replies/windows_mail": ("I am fine", "How are you"),
    "talon-replies/html_replies/yandex_ru": ("I am fine", "How are you"),
    "talon-replies/OLK_SRC_BODY_SECTION": ("Reply", ""),
    "talon-replies/reply-separated-by-hr": ("there", ""),
}


def test_replies_are_cut_as_a_person_would(corpora):
    wrong = sorted(name for name, right in _judged(corpora) if not right)
    total = len(list(_judged(corpora)))
    assert total >= 65
    assert len(wrong) / total <= 0.05, wrong


def _judged(corpora: Path) -> Iterator[tuple[str, bool]]:
    for name, (kept, cut) in TEXTS.items():
        raw = (corpora / "mail-parser-reply" / f"{name}.txt").read_bytes()
        raw = quopri.decodestring(raw) if b"=\n" in raw else raw
        new = replies.new_text(clean(to_text(raw)))
        yield name, kept.lower() in new.lower() and not (cut and cut in new)
    for name, (kept, cut) in PAGES.items():
        new = replies.new_text(html.to_text(clean(to_text((corpora / f"{name}.html").read_bytes()))))
        yield name, kept in new and not (cut and cut in new)
    for path in sorted((corpora / "talon-replies" / "standard_replies").glob("*.eml")):
        yield path.name, email.parse(path.read_bytes()).text.strip() == "Hello"
