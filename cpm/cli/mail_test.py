"""`cpm mail test`: whether mail leaves as the settings say, before customers find out."""

from datetime import datetime
from secrets import token_hex

import click

from cpm import settings as environment
from cpm import training_settings
from cpm.channels import message_ids
from cpm.cli.terminal import Terminal, printing
from cpm.connectors import Call, Done, MailServer, Smtp
from cpm.installation import mail_server


@click.command()
@click.argument("address")
@printing
@click.pass_context
def test(context: click.Context, terminal: Terminal, address: str) -> None:
    """Send a test mail to ADDRESS, signed and built as all others are."""
    settings = environment.load()
    training_settings.must_not_be_here(settings.training, "send a test mail")
    server = mail_server(settings)
    key = f"test/{token_hex(8)}"
    call = Call(
        operation="smtp.send",
        inputs={"to": address, **_words(terminal), "automatic": True},
        headers={},
        key=key,
        attempt=1,
        case_number="",
        case_id=0,
        message_id=message_ids.make(settings.secret, settings.mail_domain, 0, key),
        texts={},
        now=datetime.now(settings.zone),
    )
    outcome = Smtp(server)(call)
    taken = isinstance(outcome, Done)
    why = "" if isinstance(outcome, Done) else outcome.why
    told = {
        "server": f"{server.host}:{server.port}",
        "taken": taken,
        "why": why,
        "signed": server.dkim is not None,
    }
    terminal.show(told, _sentence(terminal, server, why))
    context.exit(0 if taken else 1)


def _words(terminal: Terminal) -> dict[str, str]:
    return {
        "subject": terminal.say("Testnachricht", "Test mail"),
        "text": terminal.say(
            "Diese Nachricht prüft, ob unsere Mail ankommt. Grüße: ä ö ü €.",
            "This message tests whether our mail arrives. Greetings: ä ö ü €.",
        ),
    }


def _sentence(terminal: Terminal, server: MailServer, why: str) -> str:
    say, where = terminal.say, f"{server.host}:{server.port}"
    if why:
        return say(f"{where} hat die Mail nicht genommen: {why}", f"{where} did not take the mail: {why}")
    if server.dkim is None:
        signed = say("nicht unterschrieben (DKIM)", "not signed (DKIM)")
    else:
        name = f"{server.dkim.selector}._domainkey.{server.dkim.domain}"
        signed = say(f"unterschrieben, der Schlüssel steht in {name}", f"signed; its key is in {name}")
    return say(f"{where} hat die Mail genommen; {signed}.", f"{where} has taken the mail; {signed}.")
