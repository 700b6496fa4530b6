"""The demo company, from nothing: Tryton's own program makes the database, all else is said to its server over HTTP."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from cpm.demo.erp import goods, house, keeping, members, modules, places
from cpm.demo.erp.keys import Keys, Login
from cpm.demo.erp.server import Server
from cpm.demo.erp.talking import Session
from cpm.errors import Unavailable


def build(version: str) -> Path:
    """Today's snapshot; made if there is none. The first one takes about a minute, that of another day some ten seconds."""
    if not places.installed(version):
        raise Unavailable(f"Expected Tryton {version} to be installed, but it is not: `{places.HOW}`")
    day = places.today()
    there = places.snapshot(version, day)
    with keeping.alone(version):
        if not there.exists():
            empty = modules.database(version)
            with tempfile.TemporaryDirectory(dir=keeping.in_memory(), prefix="cpm-erp-") as made:
                _build(version, empty, Path(made), day)
                keeping.keep(Path(made), there, "keys.json")
            keeping.forget_old(f"{version}-*")
    return there


def _build(version: str, empty: Path, folder: Path, day: dt.date) -> None:
    shutil.copy2(empty / f"{places.DATABASE}.sqlite", folder)
    admin = Login((empty / modules.PASSWORD).read_text())
    with Server(version, folder) as server:
        session = Session(server.url, server.database, "admin", admin.password)
        of = house.build(session, years=range((day - members.LATE).year, day.year + 2))
        price_list = goods.build(session, of, day)
        members.build_customers(session, of, price_list, day)
        members.build_shop(session, of)
        users = members.build_users(session, of)
    Keys(admin=admin, **users, day=day).write(folder)
