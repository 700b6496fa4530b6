"""The child process that makes letters: stopped when it takes too long, without our environment and our files.

It gets a folder with the files that a letter may use and nothing else; what it answers is bytes or a fault.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpm.writing.faults import TemplateFault

LONGEST_SECONDS = 20
_CHILD = Path(__file__).with_name("child.py")
_CODE = Path(__file__).parents[3]
#: A port that nobody listens on: typst fetches packages through the proxy that the environment names.
_NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to make; the files lie in a folder of their own."""

    make: str  #: pdf, png, docx, docx-names
    main: str
    files: Mapping[str, bytes]
    options: Mapping[str, Any]


def make(order: Order) -> bytes:
    """Raises TemplateFault; its line is that of `order.main`."""
    [answer] = make_all([order])
    if isinstance(answer, TemplateFault):
        raise answer
    assert answer is not None, "the first is come to"
    return answer


def make_all(orders: Sequence[Order]) -> list[bytes | TemplateFault | None]:
    """By one child, so that many small ones cost one start; None for those it did not come to, because one took too much."""
    with tempfile.TemporaryDirectory(prefix="letter-") as folder:
        root = Path(folder)
        for number, order in enumerate(orders):
            _lay_out(root / str(number), order)
        stopped = _run(root)
        answers = [_answer(root / str(number)) for number in range(len(orders))]
    if None in answers:
        answers[answers.index(None)] = _too_much() if stopped else _told(None, "it made nothing")
    return answers


def _run(root: Path) -> bool:
    """Was it stopped by its bounds?"""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, in a folder of its own
            [sys.executable, "-I", str(_CHILD), str(root), str(_CODE)],
            env=_environment(root),
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _lay_out(folder: Path, order: Order) -> None:
    (folder / "files").mkdir(parents=True)
    for name, content in order.files.items():
        (folder / "files" / name).write_bytes(content)
    about = {"make": order.make, "main": order.main, "options": order.options}
    (folder / "order.json").write_text(json.dumps(about), encoding="utf-8")


def _environment(root: Path) -> dict[str, str]:
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"), _NOWHERE)
    quiet = {"RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    return {"PATH": os.defpath, "HOME": str(root), "TMPDIR": str(root), **quiet, **proxies}


def _answer(folder: Path) -> bytes | TemplateFault | None:
    """What the child left there; None if it was ended before. What it was writing then has not got its name."""
    if (made := folder / "made").exists():
        return made.read_bytes()
    if not (told := folder / "fault.json").exists():
        return None
    fault = json.loads(told.read_text(encoding="utf-8"))
    return _told(fault["line"], fault["message"])


def _told(line: int | None, why: str) -> TemplateFault:
    at, there = ("", "") if line is None else (f" in line {line}", f" Zeile {line}:")
    return TemplateFault(
        line,
        f"Expected a template that can be made into a letter, but{at} {why.rstrip('.')}.",
        de=f"Aus der Vorlage wird kein Schreiben.{there} {why.rstrip('.')}.",
    )


def _too_much() -> TemplateFault:
    return TemplateFault(
        None,
        f"Expected a template that is done within {LONGEST_SECONDS} seconds and some memory, but it takes more.",
        de=f"Die Vorlage braucht mehr als {LONGEST_SECONDS} Sekunden oder zu viel Speicher.",
    )
