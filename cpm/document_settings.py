"""What an installation may set about documents: where they lie, how large they may be, who looks for viruses."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cpm.errors import Invalid

MEGABYTE = 1 << 20
DATABASE, FILE = "database", "file"


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    store: str = DATABASE  #: CPM_STORE: database | file; where new contents are put
    path: Path = Path("var/documents")  #: CPM_STORE_PATH: the folder of the file store
    file_limit: int = 25 * MEGABYTE  #: CPM_FILE_MB: bytes of one file that people and programs bring
    message_limit: int = 50 * MEGABYTE  #: CPM_MESSAGE_MB: bytes of all attachments of one message
    case_limit: int = 1000 * MEGABYTE  #: CPM_CASE_MB: bytes of all files of one case, or of one customer
    clamd: str | None = None  #: CPM_CLAMD: host:port or the path of a socket; None: nobody looks for viruses
    unscanned: str = "hold"  #: CPM_UNSCANNED: hold | pass; what is not scanned yet, or could not be


def load(environ: Mapping[str, str], home: Path) -> DocumentSettings:
    """From the environment; Invalid names the variable that does not fit."""
    return DocumentSettings(
        store=_word(environ, "CPM_STORE", (DATABASE, FILE)),
        path=Path(environ.get("CPM_STORE_PATH") or home / "documents").absolute(),
        file_limit=_megabytes(environ, "CPM_FILE_MB", 25),
        message_limit=_megabytes(environ, "CPM_MESSAGE_MB", 50),
        case_limit=_megabytes(environ, "CPM_CASE_MB", 1000),
        clamd=_clamd(environ),
        unscanned=_word(environ, "CPM_UNSCANNED", ("hold", "pass")),
    )


def _word(environ: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    if (word := environ.get(name) or words[0]) not in words:
        raise Invalid(f"Expected {name} to be one of {', '.join(words)}, but it is {word!r}")
    return word


def _megabytes(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) < 100_000:
        raise Invalid(f"Expected {name} to be a number of megabytes from 1 to 99999, but it is {text!r}")
    return int(text) * MEGABYTE


def _clamd(environ: Mapping[str, str]) -> str | None:
    given = environ.get("CPM_CLAMD") or None
    if given is None or given.startswith("/"):
        return given
    host, _, port = given.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise Invalid(
            f"Expected CPM_CLAMD to be like localhost:3310 or the path of a socket, but it is {given!r}"
        )
    return given
