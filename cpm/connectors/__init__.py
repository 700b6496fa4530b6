"""How we reach other systems. A connector answers a `Call` with an outcome; no transaction is open meanwhile."""

from pathlib import Path

from cpm.connectors.demo import Demo
from cpm.connectors.document import Letters
from cpm.connectors.erp.connector import ErpConnector
from cpm.connectors.erp.systems import Systems
from cpm.connectors.http import Http
from cpm.connectors.notice import Notice
from cpm.connectors.outcomes import Call, Capped, Connector, Done, Failed, Linked, Made, Outcome, Retry, Sent
from cpm.connectors.sandbox import into
from cpm.connectors.smtp import MailServer, Smtp


def registry(
    mail: MailServer,
    systems: Systems,
    http: Http = Http(),  # noqa: B008 - frozen: calls nobody
) -> dict[str, Connector]:
    """What stands before the first dot of a service type, and who does it."""
    smtp = Smtp(mail)
    return {
        "smtp": smtp,
        "notice": Notice(smtp),
        "document": Letters(mail.sender_name),
        "erp": ErpConnector(systems),
        "http": http,
        "demo": Demo(),
    }


def sandbox(mail: MailServer, systems: Systems, kept: Path) -> dict[str, Connector]:
    """Where people practise: the same doors, and nothing behind them but the demo's ERP and a folder for mail; letters say what they are."""
    harmless = Smtp(mail, hand_over=into(kept))
    typeset = Letters(mail.sender_name, practice=True)
    return {**registry(mail, systems), "smtp": harmless, "notice": Notice(harmless), "document": typeset}


__all__ = [
    "Call",
    "Capped",
    "Connector",
    "Demo",
    "Done",
    "ErpConnector",
    "Failed",
    "Http",
    "Letters",
    "Linked",
    "Made",
    "MailServer",
    "Notice",
    "Outcome",
    "Retry",
    "Sent",
    "Smtp",
    "Systems",
    "registry",
    "sandbox",
]
