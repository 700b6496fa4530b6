"""What strangers wrote, printed to a real terminal: nothing of it acts."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.cli import Cpm, ready
from tests.databases import Sqlite

NASTY = "\x1b]0;owned\x07 \x9b31m \u202eevil"
RAW = frozenset("\x1b\x07\x9b\u202e")


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    return ready(database_url, tmp_path)


def on_a_terminal(cpm: Cpm, *arguments: object) -> str:
    ours, theirs = pty.openpty()
    environ = {
        **os.environ,
        "CPM_DATABASE_URL": cpm.database_url,
        "CPM_HOME": str(cpm.home),
        "CPM_LANGUAGE": "en",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-m", "cpm.cli", *map(str, arguments)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environ):
        os.close(theirs)
        said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return said.decode()


def _read(ours: int) -> bytes:
    try:
        return os.read(ours, 65536)
    except OSError:  # Linux: the other side is closed
        return b""


def mail(folder: Path, *headers: str) -> Path:
    lines = [
        "From: Kim Kunde <kim@example.org>",
        "To: help@example.com",
        "Message-ID: <nasty@example.org>",
        'Content-Type: text/plain; charset="utf-8"',
        *headers,
        "",
        f"A text {NASTY}",
    ]
    file = folder / "nasty.eml"
    file.write_bytes("\r\n".join(lines).encode())
    return file


def test_a_machines_mail_that_says_why_in_escapes(cpm: Cpm, tmp_path: Path) -> None:
    file = mail(tmp_path, f"Subject: {NASTY}", f"Auto-Submitted: auto-replied{NASTY}")

    for said in (
        on_a_terminal(cpm, "receive", file),
        on_a_terminal(cpm, "mail", "show", 1),
        on_a_terminal(cpm, "mail", "show", 1, "--json"),
    ):
        assert "auto-replied" in said
        assert "\\u001b" in said
        assert not RAW & set(said)


def test_a_customers_mail_is_seen_on_no_page_raw(cpm: Cpm, tmp_path: Path) -> None:
    number = on_a_terminal(cpm, "receive", mail(tmp_path, f"Subject: A {NASTY}")).split()[-1]

    for command in (("tasks",), ("task", 1), ("case", "show", number), ("case", "show", number, "--json")):
        said = on_a_terminal(cpm, *command)
        assert number in said
        assert not RAW & set(said)


def test_findings_name_strange_files_and_ids_harmlessly(cpm: Cpm, tmp_path: Path) -> None:
    file = tmp_path / f"{NASTY}.bpmn"
    file.write_text("<no/>")

    for command in ("check", "deploy"):
        said = on_a_terminal(cpm, command, file)
        assert "\\u202eevil.bpmn" in said
        assert not RAW & set(said)
