"""What an installation may set: environment variables that begin with CPM_, read once at start.

A secret may stand in a file that the variable's name with _FILE points to: environments are shown by many tools.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from cpm import document_settings, outgoing_settings, training_settings
from cpm.document_settings import DocumentSettings
from cpm.erp_settings import DEMO, SYSTEMS, TRYTON, ErpSettings
from cpm.errors import Invalid
from cpm.outgoing_settings import OutgoingSettings
from cpm.training_settings import TrainingSettings

#: Processes and rules that ship with the package lie beside it, in a checkout and in a wheel alike.
SHIPPED = Path(__file__).resolve().parent.parent
_SHORTEST = 16  #: bytes of a secret


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path  #: CPM_HOME: database, secret and demo mail of an embedded installation
    #: CPM_DATABASE_URL, by default SQLite below home; with the password of CPM_DATABASE_PASSWORD, or _FILE
    database_url: str
    secret: bytes  #: CPM_SECRET, or _FILE: signs our Message-IDs; all hosts of one installation share it
    firm: str  #: CPM_FIRM: how we call ourselves to customers
    zone: ZoneInfo  #: CPM_ZONE: the time zone people read
    land: str  #: CPM_LAND: the Land whose holidays count, e.g. NW
    mail_from: str  #: CPM_MAIL_FROM: sender of our mail
    mail_domain: str  #: CPM_MAIL_DOMAIN: right-hand side of our Message-IDs
    smtp_host: str  #: CPM_SMTP_HOST
    smtp_port: int  #: CPM_SMTP_PORT
    smtp_user: str | None  #: CPM_SMTP_USER
    smtp_password: str | None  #: CPM_SMTP_PASSWORD, or _FILE
    smtp_security: str  #: CPM_SMTP_SECURITY: starttls | tls | none
    intake_port: int  #: CPM_INTAKE_PORT: where `cpm intake` listens on loopback
    http_port: int  #: CPM_HTTP_PORT: where `cpm serve` listens
    http_url: str  #: CPM_HTTP_URL: the address under which browsers reach us
    http_proxies: (
        int  #: CPM_HTTP_PROXIES: how many proxies of ours stand before us; their headers are believed
    )
    log_level: str  #: CPM_LOG_LEVEL: WARNING | INFO | DEBUG | ERROR; INFO has a line for each request
    session_idle: timedelta  #: CPM_SESSION_IDLE: minutes without a request after which a sign-in ends
    session_length: timedelta  #: CPM_SESSION_HOURS: hours after which it ends however busy
    status_days: int  #: CPM_STATUS_DAYS: how long after its end customers may look at the page of their case
    api_rate: int  #: CPM_API_RATE: requests a minute that one API token may make of one process
    mail_html: bool = False  #: CPM_MAIL_HTML: our mail has an HTML part
    mail_marker: bool = False  #: CPM_MAIL_MARKER: our mail has a marker that leads answers to their case
    mail_plus: bool = False  #: CPM_MAIL_PLUS: answers go to box+token@..., which the mail server must deliver
    mail_largest: int = 20  #: CPM_MAIL_LARGEST: megabytes that a mail of ours may have with its files
    dkim_selector: str = ""  #: CPM_DKIM_SELECTOR: under which our public key stands in the DNS
    dkim_domain: str = ""  #: CPM_DKIM_DOMAIN, by default that of CPM_MAIL_FROM
    dkim_key_file: Path | None = None  #: CPM_DKIM_KEY_FILE: our private key; without one, mail is not signed
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    outgoing: OutgoingSettings = field(default_factory=OutgoingSettings)
    erp: ErpSettings = field(default_factory=ErpSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)


def practised(environ: Mapping[str, str] = os.environ) -> TrainingSettings:
    """Only whether people practise here: without the secret, which `load` makes where there is none and a backup brings along."""
    return TrainingSettings(here=training_settings.is_here(environ, _home(environ)))


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; Invalid names the variable that does not fit."""
    home = _home(environ)
    mail_from, secret = environ.get("CPM_MAIL_FROM", "service@cpm.example"), _secret(environ, home)
    found = Settings(
        home=home,
        database_url=database_url(environ),
        secret=secret,
        firm=environ.get("CPM_FIRM", "Sonnenschein AG (Demo)"),
        zone=_zone(environ),
        land=environ.get("CPM_LAND", "NW"),
        mail_from=mail_from,
        mail_domain=environ.get("CPM_MAIL_DOMAIN") or mail_from.rpartition("@")[2],
        smtp_host=environ.get("CPM_SMTP_HOST", "127.0.0.1"),
        smtp_port=_port(environ, "CPM_SMTP_PORT", 2525),
        smtp_user=environ.get("CPM_SMTP_USER"),
        smtp_password=_secret_word(environ, "CPM_SMTP_PASSWORD"),
        smtp_security=_word(environ, "CPM_SMTP_SECURITY", ("none", "starttls", "tls")),
        intake_port=_port(environ, "CPM_INTAKE_PORT", 2526),
        http_port=_port(environ, "CPM_HTTP_PORT", 8080),
        http_url=_url(environ),
        http_proxies=_few(environ, "CPM_HTTP_PROXIES"),
        log_level=_word(environ, "CPM_LOG_LEVEL", ("WARNING", "INFO", "DEBUG", "ERROR")),
        session_idle=timedelta(minutes=_number(environ, "CPM_SESSION_IDLE", 60)),
        session_length=timedelta(hours=_number(environ, "CPM_SESSION_HOURS", 12)),
        status_days=_number(environ, "CPM_STATUS_DAYS", 90),
        api_rate=_number(environ, "CPM_API_RATE", 600),
        mail_html=_word(environ, "CPM_MAIL_HTML", ("on", "off")) == "on",
        mail_marker=_word(environ, "CPM_MAIL_MARKER", ("on", "off")) == "on",
        mail_plus=_word(environ, "CPM_MAIL_PLUS", ("off", "on")) == "on",
        mail_largest=_number(environ, "CPM_MAIL_LARGEST", 20),
        dkim_selector=environ.get("CPM_DKIM_SELECTOR", ""),
        dkim_domain=environ.get("CPM_DKIM_DOMAIN") or mail_from.rpartition("@")[2],
        dkim_key_file=_dkim_key_file(environ),
        documents=document_settings.load(environ, home),
        outgoing=outgoing_settings.load(environ, lambda name: _secret_word(environ, name)),
        erp=_erp(environ, home),
        training=training_settings.load(environ, home, secret, _port, _url),
    )
    if not found.training.here:
        return found
    training_settings.must_be_apart(environ, home)
    return replace(found, **training_settings.harmless(home, found.documents))


def database_url(environ: Mapping[str, str] = os.environ) -> str:
    """As in Settings, for who must not make anything else yet."""
    url = environ.get("CPM_DATABASE_URL") or f"sqlite:///{_home(environ) / 'cpm.db'}"
    password = _secret_word(environ, "CPM_DATABASE_PASSWORD")
    if password is None:
        return url
    try:
        return make_url(url).set(password=password).render_as_string(hide_password=False)
    except ArgumentError:
        return url  # `database.connect` says what is wrong with it


@dataclass(frozen=True, slots=True)
class MailboxSecret:
    """What signs us in at a mailbox: a password, or a token (OAuth 2)."""

    word: str
    token: bool = False


def mailbox_secret(name: str, environ: Mapping[str, str] = os.environ) -> MailboxSecret | None:
    """CPM_MAILBOX_<NAME>_PASSWORD, or _FILE, or CPM_MAILBOX_<NAME>_TOKEN_FILE, which somebody else keeps fresh."""
    prefix = f"CPM_MAILBOX_{name.upper()}"
    if environ.get(f"{prefix}_TOKEN_FILE"):
        token = _secret_word(environ, f"{prefix}_TOKEN")
        return MailboxSecret(token, token=True) if token else None
    password = _secret_word(environ, f"{prefix}_PASSWORD")
    return MailboxSecret(password) if password else None


def own_secret(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where the secret lies that an installation makes for itself; None where it was given one."""
    given = environ.get("CPM_SECRET") or environ.get("CPM_SECRET_FILE")
    return None if given else _home(environ) / "secret"


def keep_secret(kept: Path, secret: bytes) -> None:
    """There is either a whole secret or none, whoever else keeps one and whatever stops us half-way."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent) as file:  # readable by its owner only
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.link(file.name, kept)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("CPM_HOME", "var")).absolute()


def _secret_word(environ: Mapping[str, str], name: str) -> str | None:
    """The variable, or the first line of the file that it names with _FILE."""
    given, file = environ.get(name), environ.get(f"{name}_FILE")
    if not file:
        return given
    if given:
        raise Invalid(f"Expected {name} or {name}_FILE, but both are set")
    try:
        found = Path(file).read_text().partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"Expected {name}_FILE to name a file that can be read, but {error}") from error
    if not found:
        raise Invalid(
            f"Expected {name}_FILE to name a file with a secret, but {file} begins with an empty line"
        )
    return found


def _secret(environ: Mapping[str, str], home: Path) -> bytes:
    """The given secret, else one that is made once and kept beside the database, readable by its owner only."""
    if given := _secret_word(environ, "CPM_SECRET"):
        if len(given) < _SHORTEST:
            raise Invalid(f"Expected CPM_SECRET to have at least {_SHORTEST} characters, but it is shorter")
        return given.encode()
    kept = home / "secret"
    if not kept.exists():
        keep_secret(kept, secrets.token_hex(32).encode())
    secret = kept.read_bytes()
    if len(secret) < _SHORTEST:
        raise Invalid(
            f"Expected {kept} to hold a secret of at least {_SHORTEST} bytes, but it has {len(secret)}: "
            "put the right one back, or delete the file and a new one is made"
        )
    return secret


def _erp(environ: Mapping[str, str], home: Path) -> ErpSettings:
    main, url = _word(environ, "CPM_ERP", SYSTEMS), environ.get("CPM_ERP_URL") or None
    if main == TRYTON and not (url and environ.get("CPM_ERP_DATABASE")):
        raise Invalid("Expected CPM_ERP_URL and CPM_ERP_DATABASE beside CPM_ERP=tryton, but one is not set")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise Invalid(
            f"Expected CPM_ERP_URL to be an address like https://erp.example.com, but it is {url!r}"
        )
    return ErpSettings(
        main=main,
        standin=_word(environ, "CPM_ERP_STANDIN", ("", DEMO)) or None,
        url=url and url.rstrip("/"),
        database=environ.get("CPM_ERP_DATABASE", ""),
        key=_secret_word(environ, "CPM_ERP_KEY") or "",
        user=environ.get("CPM_ERP_USER", ""),
        password=_secret_word(environ, "CPM_ERP_PASSWORD") or "",
        timeout=timedelta(seconds=_number(environ, "CPM_ERP_TIMEOUT", 30)),
        cache=timedelta(seconds=_number(environ, "CPM_ERP_CACHE", 10)),
        shop=environ.get("CPM_ERP_SHOP") or "CPM",
        prefix=environ.get("CPM_ERP_PREFIX", ""),
        demo=home / "erp-demo.db",
        poll=timedelta(seconds=_number(environ, "CPM_ERP_POLL", 5)),
        catalogue=timedelta(minutes=_number(environ, "CPM_ERP_CATALOGUE", 60)),
        reconcile=_time(environ, "CPM_ERP_RECONCILE", "02:30"),
        dun=_time(environ, "CPM_ERP_DUN", "06:00"),
    )


def _dkim_key_file(environ: Mapping[str, str]) -> Path | None:
    file, selector = environ.get("CPM_DKIM_KEY_FILE"), environ.get("CPM_DKIM_SELECTOR")
    if bool(file) != bool(selector):
        given, missing = ("CPM_DKIM_KEY_FILE", "CPM_DKIM_SELECTOR")[:: 1 if file else -1]
        raise Invalid(f"Expected {missing} beside {given}, but it is not set")
    return Path(file) if file else None


def _zone(environ: Mapping[str, str]) -> ZoneInfo:
    name = environ.get("CPM_ZONE", "Europe/Berlin")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(
            f"Expected CPM_ZONE to be a time zone like Europe/Berlin, but it is {name!r}"
        ) from error


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise Invalid(f"Expected {name} to be a port number, but it is {text!r}")
    return int(text)


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) < 10_000:
        raise Invalid(f"Expected {name} to be a number from 1 to 9999, but it is {text!r}")
    return int(text)


def _time(environ: Mapping[str, str], name: str, default: str) -> time:
    text = environ.get(name, default)
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, wherever the firm is
    except ValueError as error:
        raise Invalid(f"Expected {name} to be a time like 02:30, but it is {text!r}") from error


def _url(environ: Mapping[str, str], name: str = "CPM_HTTP_URL") -> str:
    url = environ.get(name) or f"http://127.0.0.1:{environ.get('CPM_HTTP_PORT', 8080)}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise Invalid(f"Expected {name} to be an address like https://cpm.example.com, but it is {url!r}")
    return url.rstrip("/")


def _few(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "0")
    if not text.isdecimal() or int(text) > 9:
        raise Invalid(f"Expected {name} to be a number from 0 to 9, but it is {text!r}")
    return int(text)


def _word(environ: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    word = environ.get(name, words[0])
    if word not in words:
        raise Invalid(f"Expected {name} to be one of {', '.join(words)}, but it is {word!r}")
    return word
