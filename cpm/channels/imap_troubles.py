"""What goes wrong between us and a mailbox, in words for the operator who can mend it."""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from cpm.errors import Unavailable

_LONGEST = 200  #: characters of what a server says


class ImapTrouble(Unavailable):
    """`code`: connection | tls | login | folder | message | move | server | secret."""

    def __init__(self, code: str, message: str, *, de: str) -> None:
        super().__init__(message, de=de)
        self.code = code


@contextlib.contextmanager
def plain_words(host: str, secret: str, what: str, code: str) -> Iterator[None]:
    """Whatever the network or the server says to what we ask becomes an ImapTrouble. The secret is never in it."""
    try:
        yield
    except ImapTrouble:
        raise
    except ssl.SSLCertVerificationError as error:
        raise _trouble(
            "tls",
            f"Expected {host} to prove who it is, but its certificate does not: {error.verify_message}.",
            f"{host} kann sich nicht ausweisen, sein Zertifikat gilt nicht: {error.verify_message}.",
        ) from error
    except ssl.SSLError as error:
        raise _trouble(
            "tls",
            f"Expected an encrypted connection to {host}, but it failed ({error.reason}): tls and port do not fit?",
            f"Die Verschlüsselung mit {host} kommt nicht zustande ({error.reason}): Passen Sicherheit und Port?",
        ) from error
    except TimeoutError as error:
        raise _trouble(
            "connection",
            f"Expected {host} to {what}, but it did not answer in time.",
            f"{host} hat nicht rechtzeitig geantwortet.",
        ) from error
    except socket.gaierror as error:
        raise _trouble(
            "connection",
            f"Expected to find the server {host}, but no such name is known.",
            f"Den Rechner {host} findet niemand: Ist der Name richtig geschrieben?",
        ) from error
    except imaplib.IMAP4.abort as error:
        raise _trouble(
            "connection",
            f"Expected {host} to {what}, but the connection ended: {_said(error, secret)}",
            f"Die Verbindung zu {host} ist abgebrochen: {_said(error, secret)}",
        ) from error
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        raise _refused(host, what, code, _said(error, secret)) from error
    except ConnectionRefusedError as error:
        raise _trouble(
            "connection",
            f"Expected {host} to {what}, but nobody listens on this port.",
            f"An diesem Port von {host} nimmt niemand Verbindungen an: Stimmt der Port?",
        ) from error
    except OSError as error:
        raise _trouble(
            "connection",
            f"Expected {host} to {what}, but {error.strerror or error}.",
            f"{host} ist nicht zu erreichen: {error.strerror or error}.",
        ) from error


def _refused(host: str, what: str, code: str, said: str) -> ImapTrouble:
    german = {
        "login": "Die Anmeldung wurde abgelehnt. Stimmen Benutzer und Passwort?",
        "folder": "Der Ordner lässt sich nicht öffnen. Gibt es ihn?",
        "move": "Der Ordner, in den Abgeholtes kommen soll, nimmt nichts an. Gibt es ihn?",
    }.get(code, "Der Mailserver lehnt das ab.")
    return _trouble(
        code, f"Expected {host} to {what}, but it refused: {said}", f"{german} {host} sagt: {said}"
    )


def _trouble(code: str, english: str, german: str) -> ImapTrouble:
    return ImapTrouble(code, english, de=german)


def _said(error: BaseException, secret: str) -> str:
    """In one readable line. A server may repeat what we sent."""
    text = str(error)
    if isinstance(error, UnexpectedCommandStatusError):
        text = b" ".join(each for each in error.command_result[1] if isinstance(each, bytes)).decode(
            "utf-8", "replace"
        )
    text = text.replace(secret, "***") if secret else text
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line[:_LONGEST]
