"""Make a release's fixture anew: `python -m tests.releases.make 0011 f7bbc70` writes tests/releases/0011.backup.

The release's own code fills an SQLite database (`fill.py`), today's `cpm backup` writes it down. README.md says which
commit is which release.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
#: As tests.world signs Message-IDs, so that replies find their cases.
SECRET = "a secret of the tests alone"


def make(revision: str, commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, home = Path(folder) / "code", Path(folder) / "home"
        code.mkdir()
        home.mkdir()
        packed = subprocess.run(["git", "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "x", "-C", code], input=packed, check=True)
        url = f"sqlite:///{home / 'cpm.db'}"
        drawing = HERE.parent / "unit" / "bpmn" / "drawing.py"
        of_release = os.environ | {"PYTHONPATH": str(code)}
        subprocess.run(
            [sys.executable, HERE / "fill.py", url, home, drawing], check=True, cwd=code, env=of_release
        )
        today = os.environ | {"CPM_DATABASE_URL": url, "CPM_HOME": str(home), "CPM_SECRET": SECRET}
        taken = Path(folder) / "taken"
        subprocess.run([sys.executable, "-m", "cpm.cli", "backup", taken], check=True, env=today)
        small = gzip.compress(gzip.decompress(taken.read_bytes()), 9, mtime=0)
        (HERE / f"{revision}.backup").write_bytes(small)


if __name__ == "__main__":
    make(*sys.argv[1:])
