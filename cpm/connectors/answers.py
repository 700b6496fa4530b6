"""What a mail server's answer means (RFC 5321 4.2, RFC 3463), in the codes that exceptions.dmn routes by."""

import re
from typing import Literal

from cpm.connectors.outcomes import Failed, Retry

Stage = Literal["connect", "login", "sender", "recipient", "text"]

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_FULL = re.compile(r"quota|mailbox.{0,20}full|over ?limit|storage", re.IGNORECASE)
#: Enhanced codes (without the class) that mean the same wherever they come; others go by their stage.
_MEANT = {
    "1.0": "address_refused",
    "1.1": "address_refused",
    "1.2": "address_refused",
    "1.3": "address_refused",
    "1.4": "address_refused",
    "1.6": "address_refused",
    "1.10": "address_refused",
    "2.0": "bounced_hard",
    "2.1": "bounced_hard",
    "2.2": "mailbox_full",
    "2.3": "too_large",
    "3.4": "too_large",
    "4.1": "undeliverable",
    "4.3": "undeliverable",
    "4.4": "undeliverable",
    "4.6": "undeliverable",
}
_BY_STAGE = {
    "connect": "unreachable",
    "login": "auth_failed",
    "sender": "auth_failed",  # our own address or login is refused: nothing that the customer's record could cure
    "recipient": "undeliverable",
    "text": "bounced_hard",
}
_ADDRESS_CODES = (550, 551, 553, 556)


def judge(code: int, answer: bytes | str, stage: Stage) -> Retry | Failed:
    """The outcome of a refusal: 4xx may go well later, 5xx will not (except at connecting: servers come back)."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    why = f"The mail server answered {code} {' '.join(text.split())[:300]}".rstrip()
    if stage == "connect":
        return Retry(why, code="unreachable")
    if 500 <= code < 600:
        return Failed(_permanent(code, text, stage), why)
    return Retry(why, code=_temporary(code, text, stage))


def _permanent(code: int, text: str, stage: Stage) -> str:
    if meant := _enhanced(text):
        return meant
    if code == 552:
        return "mailbox_full" if _FULL.search(text) else "too_large"
    if code in (530, 534, 535, 538):
        return "auth_failed"
    if stage == "recipient" and code in _ADDRESS_CODES and not _ENHANCED.match(text):
        return "address_refused"
    return _BY_STAGE[stage]


def _temporary(code: int, text: str, stage: Stage) -> str:
    if code == 421 or not 400 <= code < 500 or stage in ("login", "sender"):
        return "unreachable"
    found = _enhanced(text)
    if found == "mailbox_full" or (code == 452 and not _ENHANCED.match(text)):
        return "mailbox_full"
    return "bounced_soft"  # greylisting among others


def _enhanced(text: str) -> str:
    found = _ENHANCED.match(text)
    return _MEANT.get(f"{found[2]}.{found[3]}", "") if found else ""
