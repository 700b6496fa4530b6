"""Where the demo's Tryton lives: its environment beside the source, its snapshots in the user's cache."""

import datetime as dt
import hashlib
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from cpm.connectors.erp.demo import catalogue
from cpm.settings import SHIPPED

VERSIONS = ("8.0", "8.2")
DATABASE = "erp"
HOW = "make erp"
_BUILDERS = ("building", "modules", "house", "goods", "members", "debts")
_ZONE = ZoneInfo("Europe/Berlin")  #: the demo company's


def environment(version: str) -> Path:
    """`make erp` puts it there. A linked work tree of git shares that of the main one."""
    tree, marker = SHIPPED, SHIPPED / ".git"
    if marker.is_file():  # "gitdir: <main>/.git/worktrees/<name>" (gitrepository-layout(5))
        tree = Path(marker.read_text().removeprefix("gitdir:").strip()).parents[2]
    return tree / ".erp" / version


def lock(version: str) -> Path:
    """Which versions of its modules are installed there."""
    return Path(__file__).parent / "locks" / f"{version}.lock"


def installed(version: str) -> bool:
    return (environment(version) / "made.stamp").exists()


def today() -> dt.date:
    """In the company's house."""
    return dt.datetime.now(_ZONE).date()


def snapshot(version: str, day: dt.date) -> Path:
    """Deliveries on their way and open invoices have days, so a snapshot is that of one day; of another code it is another."""
    return snapshots() / f"{version}-{_made_by(version)}-{day}"


def newest_snapshot(version: str) -> Path | None:
    """Whatever its day; what it says of times is as old as that."""
    return max(snapshots().glob(f"{version}-{_made_by(version)}-????-??-??"), default=None)


def snapshots() -> Path:
    """Not in the repository: many work trees share them."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cpm-erp"


def _made_by(version: str) -> str:
    """Changes with all that goes into a snapshot: the code that builds, the catalogue, the versions of Tryton's modules."""
    here = Path(__file__).parent
    files = [*(here / f"{name}.py" for name in _BUILDERS), lock(version)]
    files += sorted(Path(catalogue.__file__).parent.glob("catalogue.*"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
