"""An empty database of Tryton with the modules that the demo company needs: most of the building time, and the same every day."""

import hashlib
import os
import secrets
import subprocess
import tempfile
from pathlib import Path

from cpm.demo.erp import keeping, places
from cpm.demo.erp.server import write_config
from cpm.errors import Unavailable

#: What they depend on comes with them.
_MODULES = (
    "account_dunning",
    "account_invoice_stock",
    "purchase",
    "sale",
    "sale_amendment",
    "sale_credit_limit",
    "sale_price_list",
    "sale_stock_quantity",
    "stock_supply",
    "web_shop",
)
PASSWORD = "password"  # noqa: S105 - the name of the file with that of "admin"


def database(version: str) -> Path:
    """A folder with the database and the administrator's password; made if there is none."""
    there = places.snapshots() / f"modules-{version}-{_made_by(version)}"
    if not there.exists():
        with tempfile.TemporaryDirectory(dir=keeping.in_memory(), prefix="cpm-erp-") as made:
            _make(version, Path(made))
            keeping.keep(Path(made), there, PASSWORD)
        keeping.forget_old(f"modules-{version}-*")
    return there


def _make(version: str, folder: Path) -> None:
    """In German: without it there is no German chart of accounts."""
    (folder / f"{places.DATABASE}.sqlite").touch(mode=0o600)
    word = folder / PASSWORD
    word.touch(mode=0o600)
    word.write_text(secrets.token_urlsafe(24))
    options = ["-c", str(write_config(folder)), "-d", places.DATABASE, "-u", "ir", "res", *_MODULES]
    options += ["--activate-dependencies", "-l", "de", "--email", "admin@example.com", "-p"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CPM_")}
    done = subprocess.run(  # noqa: S603 - our own arguments
        [places.environment(version) / "bin" / "trytond-admin", *options],
        env=ours | {"TRYTONPASSFILE": str(word)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-2000:]
        raise Unavailable(f"Expected trytond-admin to make a database, but: {said}")


def _made_by(version: str) -> str:
    text = f"{places.lock(version).read_text()}{_MODULES}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
