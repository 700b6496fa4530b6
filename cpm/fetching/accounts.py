"""The account behind a mailbox, with the password or token that stands in our environment alone."""

import os
from collections.abc import Mapping

from cpm import settings
from cpm.channels.imap import Account, ImapTrouble
from cpm.errors import Invalid
from cpm.model import Mailbox


def account(box: Mailbox, environ: Mapping[str, str] = os.environ) -> Account:
    """Raises ImapTrouble if there is no password. Read at each sign-in: a token in a file is renewed by somebody else."""
    try:
        secret = settings.mailbox_secret(box.name, environ)
    except Invalid as error:
        raise ImapTrouble("secret", str(error), de=str(error)) from error
    if secret is None:
        variable = f"CPM_MAILBOX_{box.name.upper()}_PASSWORD"
        raise ImapTrouble(
            "secret",
            f"Expected {variable} or {variable}_FILE to hold the password of {box.user}, but neither is set "
            "where `cpm fetch` runs.",
            de=f"Das Passwort fehlt: Weder {variable} noch {variable}_FILE ist dort gesetzt, wo `cpm fetch` läuft.",
        )
    return Account(box.host, box.port, box.security, box.user, secret.word, token=secret.token)
