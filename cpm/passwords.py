"""Passwords: made, hashed with argon2id, compared, and refused when they are easy to guess (NIST SP 800-63B 5.1.1.2).

No database here: hashing takes tens of milliseconds on purpose, and no transaction may wait for it.
"""

import secrets
import string
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from cpm.errors import Invalid

SHORTEST, LONGEST = 12, 128  #: characters
_HASHER = PasswordHasher()
#: Nobody mixes up these signs, on paper or by telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5  # 20 signs of 31: 99 bits
_BETWEEN = frozenset(string.punctuation + string.whitespace)
_LEAST_DIFFERENT = 5  #: signs; fewer are one key held down, or a few in turn
_LEAST_OWN = 6  #: signs beside login and name
#: What is tried first, as it looks without signs between the letters. Shorter ones are refused by their length.
_COMMON = frozenset(
    """
    123456789012 1234567890123 12345678901234 123456789123 123123123123 112233445566 987654321098
    qwertzuiop123 qwertzuiopasdf qwertyuiop123 qwertyuiopas asdfghjkl123 1q2w3e4r5t6z 1q2w3e4r5t6y 1qaz2wsx3edc
    passwort1234 passwort12345 passwort123456 passwortpasswort password1234 password12345 password123456
    passwordpassword changeme1234 changemechangeme letmeinletmein welcome12345 willkommen123 willkommen1234
    hallohallohallo administrator administrator1 abcdefghijkl abcdefghijklm abcd12345678 abc123abc123
    iloveyou1234 ichliebedich sommer2024sommer sonnenschein sonnenschein1 sonnenschein123 geheimgeheim geheim123456
    superman1234 schatzschatz dragon123456 football1234 fussball1234 correcthorsebatterystaple
    """.split()  # noqa: SIM905 - reads better
)


def hash_(plain: str) -> str:
    return _HASHER.hash(_same(plain))


def verify(hash_of_it: str | None, plain: str) -> bool:
    """Whether it is this password. Takes as long for None, so that nobody can hear which users there are."""
    try:
        right = _HASHER.verify(hash_of_it or _nobodys(), _same(plain))
    except (Argon2Error, InvalidHashError):
        return False
    return right and hash_of_it is not None


def outdated(hash_of_it: str) -> bool:
    """Made with other parameters than those in force: to be made anew when the password is at hand."""
    return _HASHER.check_needs_rehash(hash_of_it)


def generate() -> str:
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def check(plain: str, login: str, name: str) -> None:
    """Invalid says why it is too easy to guess. Which signs it has is up to its owner."""
    if len(plain) < SHORTEST:
        raise _refused(f"at least {SHORTEST} characters", f"mindestens {SHORTEST} Zeichen")
    if len(plain) > LONGEST:
        raise _refused(f"at most {LONGEST} characters", f"höchstens {LONGEST} Zeichen")
    if _bare(plain) in _COMMON or len(set(plain)) < _LEAST_DIFFERENT:
        raise _refused("one that is not among the commonest", "eines, das nicht zu den häufigsten gehört")
    if len(_without(plain, login, name)) < _LEAST_OWN:
        raise _refused("more than login and name", "mehr als Anmeldename und Name")


def _refused(wanted: str, gewollt: str) -> Invalid:
    return Invalid(
        f"Expected a password that is hard to guess: {wanted}",
        [("password", f"needs {wanted}")],
        de=f"Das Passwort ist zu leicht zu erraten. Nötig: {gewollt}.",
    )


def _without(plain: str, login: str, name: str) -> str:
    left = _bare(plain)
    for known in (login, name, *login.split("."), *name.split()):
        if len(bare := _bare(known)) > 2:
            left = left.replace(bare, "")
    return left


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign not in _BETWEEN)


def _same(plain: str) -> str:
    """One password is one, whichever way the keyboard composes an umlaut (NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFC", plain)


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
