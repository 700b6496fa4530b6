"""From an environment's settings to an engine, as the command line and the web server open it."""

from pathlib import Path
from typing import Literal, cast

import sqlalchemy

from cpm import connectors, training_settings
from cpm.connectors import Connector, Http, Systems, dkim_key, http
from cpm.connectors.letters import BadAddress
from cpm.connectors.smtp import MailServer
from cpm.engine import Engine, open_engine
from cpm.errors import Invalid, Unavailable
from cpm.settings import Settings


def opened(found: Settings) -> Engine:
    """An engine over the database that is set; Unavailable says what is wrong with it."""
    must_exist(found.database_url)
    if not found.training.here:
        training_settings.must_be_for_real(database_file(found.database_url))
    return open_engine(found, registry(found))


def registry(found: Settings) -> dict[str, Connector]:
    if found.training.here:
        return connectors.sandbox(mail_server(found), Systems(found.erp, found.zone), found.home / "mail")
    return connectors.registry(mail_server(found), Systems(found.erp, found.zone), outgoing(found))


def outgoing(found: Settings) -> Http:
    """What processes may call over HTTP. Invalid names the entry that cannot be read."""
    given = found.outgoing
    try:
        hosts = http.read_entries(given.hosts)
    except ValueError as error:
        raise Invalid(f"Expected CPM_OUTGOING_HOSTS to have entries like {error}") from error
    secrets = {name: http.Secret(word, given.secret_hosts[name]) for name, word in given.secrets.items()}
    return Http(hosts, secrets)


def mail_server(found: Settings) -> MailServer:
    """Where our mail leaves. Invalid names the setting that does not fit, before the first mail has to leave."""
    security = cast("Literal['none', 'starttls', 'tls']", found.smtp_security)
    file, domain = found.dkim_key_file, found.dkim_domain
    try:
        return MailServer(
            host=found.smtp_host,
            port=found.smtp_port,
            sender=found.mail_from,
            sender_name=found.firm,
            security=security,
            username=found.smtp_user or "",
            password=found.smtp_password or "",
            dkim=dkim_key.of_file(file, selector=found.dkim_selector, domain=domain) if file else None,
            html=found.mail_html,
            marker=found.mail_marker,
            plus=found.mail_plus,
            largest=found.mail_largest * 1_000_000,
        )
    except BadAddress as error:
        raise Invalid(f"Expected CPM_MAIL_FROM to be an address, but it is not: {error}") from error


def must_exist(url: str) -> None:
    """Unavailable for an SQLite database without a file, for it would make an empty one."""
    file = database_file(url)
    if file is not None and not file.exists():
        raise Unavailable(f"Expected a database in {file}, but there is none: run `cpm init`")


def database_file(database_url: str) -> Path | None:
    """The file of an SQLite database; None for what is no file."""
    try:
        url = sqlalchemy.make_url(database_url)
    except sqlalchemy.exc.ArgumentError:
        return None  # Database says it better
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None
