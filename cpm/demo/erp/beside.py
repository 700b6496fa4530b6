"""The demo's Tryton beside the demo: started and never waited for, its data kept between runs, gone with the demo."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from cpm.demo.erp import places
from cpm.demo.erp.server import Server

#: The one that lasts longest.
_VERSION = places.VERSIONS[0]
_URL = "url"


def folder(home: Path) -> Path:
    """Where an installation keeps it: its database, its secrets, its log, and the address while it runs."""
    return home / f"tryton-{_VERSION}"


@contextlib.contextmanager
def beside(home: Path) -> Iterator[Server | None]:
    """Starting, not yet there; None where none is built."""
    server = _server(home)
    if server is None:
        yield None
        return
    address = server.folder / _URL
    try:
        server.start(wait=False)
        address.write_text(server.url)
        yield server
    finally:
        address.unlink(missing_ok=True)
        server.stop()


def environ(server: Server) -> dict[str, str]:
    """What web and worker need to work with it. Until it answers, and whenever it is away, new cases go to the stand-in."""
    secrets = {"CPM_ERP_KEY_FILE": server.keys.cpm.key, "CPM_ERP_PASSWORD_FILE": server.keys.cpm.password}
    return {
        "CPM_ERP": "tryton",
        "CPM_ERP_URL": server.url,
        "CPM_ERP_DATABASE": server.database,
        "CPM_ERP_USER": "cpm",
        "CPM_ERP_STANDIN": "demo",
    } | {name: str(_kept(server.folder / name.lower(), secret)) for name, secret in secrets.items()}


def joined(home: Path) -> dict[str, str]:
    """What another window needs to work with the same ERP as the demo that runs; nothing if none runs beside it."""
    with contextlib.suppress(OSError, ValueError):
        return environ(_started(home))
    return {}


def running(home: Path) -> Server | None:
    """That which `cpm demo` of this installation has started, for who only talks to it; None if it does not answer."""
    with contextlib.suppress(OSError, ValueError):
        server = _started(home)
        return server if server.answers() else None
    return None


def _started(home: Path) -> Server:
    """OSError or ValueError if there is none."""
    address = (folder(home) / _URL).read_text()
    return Server(_VERSION, folder(home), port=int(address.rpartition(":")[2]))


def _server(home: Path) -> Server | None:
    """Over the data of the last run; else over a copy of the newest snapshot, of whatever day."""
    if not places.installed(_VERSION):
        return None
    there = folder(home)
    if (there / f"{places.DATABASE}.sqlite").exists():
        return Server(_VERSION, there)
    snapshot = places.newest_snapshot(_VERSION)
    return Server.from_snapshot(_VERSION, snapshot, there) if snapshot else None


def _kept(file: Path, secret: str) -> Path:
    """Readable by its owner only, as its folder is."""
    file.touch(mode=0o600)
    file.write_text(secret)
    return file
