"""Our signature under outgoing mail (DKIM, RFC 6376), so that receivers can tell it from forged mail."""

import base64
from dataclasses import dataclass, field
from pathlib import Path

import dkim

from cpm.errors import Invalid

#: RFC 6376 5.4.1, and what makes a mail an answer or a machine's. From twice: nobody can add a second one.
_SIGNED = (
    *("from", "from", "to", "cc", "subject", "date", "message-id", "references", "in-reply-to", "reply-to"),
    *("auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "mime-version", "content-type"),
    "content-transfer-encoding",
)
#: The algorithm at the beginning of a PKCS #8 key: 1.3.101.112 (RFC 8410 3).
_ED25519 = bytes.fromhex("06032b6570")
_SAMPLE = b"From: test@example.com\r\n\r\ntest\r\n"


@dataclass(frozen=True, slots=True)
class DkimKey:
    """An RSA key in PEM; its public half stands in the DNS at `<selector>._domainkey.<domain>`."""

    selector: str
    domain: str
    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Invalid at the start, not when the first mail has to leave."""
        if _is_ed25519(self.private):
            raise Invalid(
                "Expected CPM_DKIM_KEY_FILE to hold an RSA key, but it is an Ed25519 key, whose signatures many receivers"
                " cannot read (RFC 8463): make one with `openssl genrsa 2048`",
                de="In CPM_DKIM_KEY_FILE liegt ein Ed25519-Schlüssel. Dessen Unterschriften lesen viele Empfänger nicht:"
                " bitte einen RSA-Schlüssel erzeugen, `openssl genrsa 2048`.",
            )
        try:
            self.signed(_SAMPLE)
        except (dkim.DKIMException, ValueError, TypeError, IndexError) as error:
            raise Invalid(
                f"Expected CPM_DKIM_KEY_FILE to hold an RSA key in PEM that signs mail, but it does not: {error}",
                de=f"Mit dem Schlüssel in CPM_DKIM_KEY_FILE lässt sich keine Mail unterschreiben: {error}",
            ) from error

    def signed(self, mail: bytes) -> bytes:
        """The mail with its signature on top. Header fields that are not there are signed too: nobody adds them."""
        signature = dkim.sign(
            mail,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.private,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
        return bytes(signature) + mail


def _is_ed25519(key: bytes) -> bool:
    body = b"".join(line.strip() for line in key.splitlines() if not line.startswith(b"-----"))
    try:
        return _ED25519 in base64.b64decode(body)[:32]
    except ValueError:
        return False


def of_file(file: Path, *, selector: str, domain: str) -> DkimKey:
    try:
        private = file.read_bytes()
    except OSError as error:
        raise Invalid(
            f"Expected CPM_DKIM_KEY_FILE to name a file that can be read, but {error}",
            de=f"Die Datei aus CPM_DKIM_KEY_FILE lässt sich nicht lesen: {error}",
        ) from error
    return DkimKey(selector, domain, private)
