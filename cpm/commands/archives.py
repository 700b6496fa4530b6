"""Reads zip archives of strangers: bounded while they are read, whatever their directory claims, and never on the disk."""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from cpm.commands.sources import deployable
from cpm.errors import Invalid

LARGEST = 20 * 1024 * 1024  #: bytes of all files together, unpacked
MOST_FILES = 500
STEEPEST = 200  #: unpacked bytes for one packed; our XML comes to 30
_SMALL = 256 * 1024  #: bytes that may be packed as tightly as they like
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # Python unpacks the others without a bound


def read(name: str, content: bytes) -> dict[str, bytes]:
    """What can be deployed of it, as of a folder on the command line. Invalid says what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return dict(_members(archive))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OverflowError,
    ) as error:
        raise unfit(
            f"{name} to be a zip archive that can be read, but {error}",
            f"{name} ist kein lesbares ZIP-Archiv.",
        ) from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = archive.infolist()
    if len(members) > 2 * MOST_FILES:  # folders and litter count as well
        raise unfit(
            f"at most {MOST_FILES} files in an archive, but there are {len(members)} entries",
            f"Das Archiv hat mehr als {MOST_FILES} Dateien.",
        )
    left, seen = LARGEST, set()
    for member in members:
        name = path(member.filename)
        if member.is_dir() or _litter(name):
            continue
        _refuse_odd(member, name)
        if not _deployable(name):
            continue
        if name in seen:
            raise unfit(f"each file once, but {name} is there twice", f"{name} ist doppelt.")
        seen.add(name)
        with archive.open(member) as opened:
            data = opened.read(left + 1)
        if (left := left - len(data)) < 0:
            raise too_large()
        yield name, data


def _refuse_odd(member: zipfile.ZipInfo, name: str) -> None:
    if member.flag_bits & 0x1:
        raise unfit(f"files without a password, but {name} has one", f"{name} ist verschlüsselt.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise unfit(f"files only, but {name} is a link", f"{name} ist eine Verknüpfung.")
    if name.lower().endswith(".zip"):
        raise unfit(f"no archive inside an archive, but there is {name}", f"{name} ist ein Archiv im Archiv.")
    if member.compress_type not in _METHODS:
        raise unfit(f"{name} to be deflated or stored, but it is not", f"{name} ist ungewöhnlich gepackt.")
    if member.file_size > max(_SMALL, STEEPEST * member.compress_size):
        raise unfit(
            f"files of models, but {name} unpacks to more than {STEEPEST} times its size",
            f"{name} ist gepackt verdächtig klein.",
        )


def path(name: str) -> str:
    """The name with forward slashes, composed letters and no way out of its folder."""
    found = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = found.rstrip("/").split("/")
    if not found or found.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        raise _unnamed(name)
    if re.search(r"[\x00-\x1f\x7f:\ud800-\udfff]", found) or len(found) > 250:
        raise _unnamed(name)
    return found


def _deployable(name: str) -> bool:
    return deployable(PurePosixPath(name))


def _litter(name: str) -> bool:
    """What file managers leave behind."""
    parts = PurePosixPath(name).parts
    return bool(_LITTER & set(parts)) or parts[-1].startswith("._")


def _unnamed(name: str) -> Invalid:
    return unfit(f"plain file names, but one is {name!r:.80}", f"Dieser Dateiname geht nicht: {name!r:.80}")


def too_large() -> Invalid:
    most = LARGEST // 1024 // 1024
    return unfit(f"at most {most} MB unpacked, but there is more", f"Entpackt sind es mehr als {most} MB.")


def unfit(what: str, german: str) -> Invalid:
    return Invalid(f"Expected {what}", [("files", what)], de=german)
