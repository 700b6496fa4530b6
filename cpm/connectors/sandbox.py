"""Mail where people practise: written as any other, and kept in a folder instead of sent. No socket is opened here."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from cpm.connectors.outcomes import Failed, Retry
from cpm.connectors.smtp import MailServer

#: As the demo's mail sink: who writes to such an address practises an exception.
_REFUSED = "refuse"


def into(folder: Path) -> Callable[[MailServer, Sequence[str], bytes], Retry | Failed | None]:
    """The same mail again is the same file."""

    def keep(_server: MailServer, everybody: Sequence[str], message: bytes) -> Retry | Failed | None:
        if any(one.startswith(_REFUSED) for one in everybody):
            return Failed("address_refused", "550 5.1.1 This address was made up, to practise an exception.")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{hashlib.sha256(message).hexdigest()[:16]}.eml").write_bytes(message)
        return None

    return keep
