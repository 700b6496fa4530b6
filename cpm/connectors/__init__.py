"""How we reach other systems. A connector answers a `Call` with an outcome; no transaction is open meanwhile."""

from cpm.connectors.demo import Demo
from cpm.connectors.notice import Notice
from cpm.connectors.outcomes import Call, Connector, Done, Failed, Outcome, Retry, Sent
from cpm.connectors.smtp import MailServer, Smtp


def registry(mail: MailServer) -> dict[str, Connector]:
    """What stands before the first dot of a service type, and who does it."""
    smtp = Smtp(mail)
    return {
        "smtp": smtp,
        "notice": Notice(smtp),
        "erp": Demo(),  # until the ERP is joined; its results name themselves as demo
        "demo": Demo(),
    }


__all__ = [
    "Call",
    "Connector",
    "Demo",
    "Done",
    "Failed",
    "MailServer",
    "Notice",
    "Outcome",
    "Retry",
    "Sent",
    "Smtp",
    "registry",
]
