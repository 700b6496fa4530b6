"""What an installation may set about practising: where people of it practise, or that it is itself the one for that."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cpm.document_settings import DocumentSettings
from cpm.erp_settings import ErpSettings
from cpm.errors import Invalid
from cpm.outgoing_settings import OutgoingSettings

#: Of an installation, where people of it practise.
FOLDER = "training"
#: In its folder: whoever works on its database is practising, whatever the environment says or forgets to say.
MARK = "practised-here"
#: What lies elsewhere may be the real installation's; whoever starts the training over empties it.
_ELSEWHERE = ("CPM_DATABASE_URL", "CPM_STORE_PATH")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    here: bool = False  #: CPM_TRAINING: on: people practise here, and nothing leaves the house
    url: str = ""  #: CPM_TRAINING_URL: where people practise; empty: nowhere
    port: int = 8081  #: CPM_TRAINING_PORT: where `cpm training` listens
    desk: str = ""  #: CPM_TRAINING_DESK: where those who practise here have come from
    #: CPM_TRAINING_KEY: signs the tickets with which people come over; made of the secret, which is not handed on
    key: bytes = field(default=b"", repr=False)


def load(
    environ: Mapping[str, str],
    home: Path,
    secret: bytes,
    port: Callable[[Mapping[str, str], str, int], int],
    url: Callable[[Mapping[str, str], str], str],
) -> TrainingSettings:
    """`port` and `url` read a variable of that name; Invalid says what does not fit."""
    there, desk = (
        url(environ, name) if environ.get(name) else "" for name in ("CPM_TRAINING_URL", "CPM_TRAINING_DESK")
    )
    given = environ.get("CPM_TRAINING_KEY", "")
    return TrainingSettings(
        here=is_here(environ, home),
        url=there,
        port=port(environ, "CPM_TRAINING_PORT", 8081),
        desk=desk,
        key=(given or key(secret)).encode(),
    )


def is_here(environ: Mapping[str, str], home: Path) -> bool:
    return environ.get("CPM_TRAINING", "off") != "off" or (home / MARK).exists()


def must_be_apart(environ: Mapping[str, str], home: Path) -> None:
    """Invalid where practising would touch real cases: the setting slipped into a real installation's environment."""
    for name in _ELSEWHERE:
        if environ.get(name):
            raise Invalid(f"Expected `cpm training` alone to set CPM_TRAINING, but {name} is set too")
    if home.name != FOLDER:
        raise Invalid(
            f"Expected `cpm training` alone to set CPM_TRAINING, with a CPM_HOME that ends in {FOLDER}, but it is {home}"
        )


def must_be_for_real(file: Path | None) -> None:
    """Invalid where a real installation, with its mail server, would work on the SQLite file that people practise in."""
    if file is not None and (file.parent / MARK).exists():
        raise Invalid(f"Expected CPM_DATABASE_URL to name a real database, but people practise in {file}")


def must_not_be_here(found: TrainingSettings, verb: str) -> None:
    """Invalid where people practise: what would lead out of the house, or into it from outside, is for the real installation."""
    if found.here:
        raise Invalid(
            f"Expected the real installation to {verb}, but people practise here and nothing leaves the house",
            de="Hier wird geübt: nichts verlässt das Haus, und nichts kommt herein.",
        )


def harmless(home: Path, documents: DocumentSettings) -> dict[str, Any]:
    """What settings are where people practise, whatever is set: no way leads out. RFC 6761 6.4: nobody answers under .invalid."""
    return {
        "smtp_host": "training.invalid",
        "smtp_user": None,
        "smtp_password": None,
        "dkim_key_file": None,
        "outgoing": OutgoingSettings(),
        "erp": ErpSettings(demo=home / "erp-demo.db"),
        "documents": replace(documents, clamd=None, unscanned="pass"),
    }


def key(secret: bytes) -> str:
    return hmac.new(secret, b"training tickets", hashlib.sha256).hexdigest()
