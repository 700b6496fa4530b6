"""The demo as people start it: one process tree, mail in, mail out, and a clean end. And the README that promises it."""

import contextlib
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cpm.demo.tree import Tree
from tests.commands.cli import Cpm, initialised

ROOT = Path(__file__).parents[2]
MAIL = b"From: Ida Neu <ida@example.org>\r\nSubject: Zu spaet\r\n\r\nDas ist ein Mangel: die Lieferung kam drei Wochen zu spaet.\r\n"
PIPES: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
#: Seconds; a hang takes for ever. On an idle machine the demo ends within two, under load it has to take turns.
HANGS = 60
pytestmark = pytest.mark.slow


@dataclass
class Demo:
    process: subprocess.Popen[str]
    cpm: Cpm
    intake_port: int
    http_port: int
    mail: Path
    page: str
    environ: dict[str, str]

    def children(self) -> list[int]:
        """Process ids of the running children."""
        return children_of(self.process.pid)

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Exit code and complaints."""
        self.process.send_signal(number)
        _, complaints = self.process.communicate(timeout=HANGS)
        return self.process.returncode, complaints


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    intake_port, smtp_port, http_port = free_ports(3)
    environ = {
        "CPM_INTAKE_PORT": str(intake_port),
        "CPM_SMTP_PORT": str(smtp_port),
        "CPM_HTTP_PORT": str(http_port),
        "CPM_ERP": "demo",  # a real one beside it: tests/erp
    }
    cpm = initialised(f"sqlite:///{tmp_path}/cpm.db", tmp_path, environ)
    outer = {name: value for name, value in os.environ.items() if not name.startswith("CPM_")}
    home = {"CPM_HOME": str(tmp_path), "CPM_DATABASE_URL": cpm.database_url, "CPM_LANGUAGE": "en"}
    whole = {**outer, **environ, **home}
    with started(whole) as (process, page):
        yield Demo(process, cpm, intake_port, http_port, tmp_path / "mail", page, whole)


def children_of(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@contextlib.contextmanager
def started(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo and the page it printed."""
    command = [sys.executable, "-m", "cpm.cli", "demo"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, **PIPES) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            page = "".join(line for line in until(lines, "journal"))
            assert "journal" in page, page + (process.stderr.read() if process.stderr else "")
            yield process, page
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(HANGS)


def until(lines: Iterator[str], word: str) -> Iterator[str]:
    for line in lines:
        yield line
        if word in line:
            return


def free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [each.getsockname()[1] for each in sockets]


def eventually(true: Callable[[], object], within: float = HANGS) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_a_mail_becomes_a_case_somebody_signs_in_and_it_ends_as_a_whole(demo: Demo) -> None:
    """All in one: it takes ten seconds to begin."""
    _a_mail_becomes_a_case_and_its_answer_arrives(demo)
    _somebody_signs_in_with_a_password_that_it_printed(demo)
    _it_ends_all_of_itself(demo, signal.SIGINT)


def _a_mail_becomes_a_case_and_its_answer_arrives(demo: Demo) -> None:
    with smtplib.SMTP("127.0.0.1", demo.intake_port) as server:
        server.sendmail("ida@example.org", ["service@example.com"], MAIL)

    def answers() -> list[str]:
        texts = [path.read_text() for path in demo.mail.glob("0*.eml")]
        return [text for text in texts if "\nDelivered-To: ida@example.org\n" in text]

    eventually(answers)
    [case] = demo.cpm.json("case", "list", "--customer", "ida@example.org")
    assert case["case"] in answers()[0]
    assert f"127.0.0.1:{demo.intake_port}" in demo.page


def _families(children: list[int]) -> list[int]:
    """With their own: the server of pages has a process for requests, the work two workers, as soon as they are begun."""
    found: list[int] = []

    def whole() -> bool:
        found[:] = [*children, *(each for child in children for each in children_of(child))]
        return len(found) == 7

    eventually(whole)
    return found


def _it_ends_all_of_itself(demo: Demo, number: int) -> None:
    children = demo.children()
    assert len(children) == 4
    families = _families(children)

    assert demo.end(number) == (0, "")

    assert not [each for each in families if Path(f"/proc/{each}").exists()]
    assert not list((demo.mail.parent / "metrics").iterdir())


def _somebody_signs_in_with_a_password_that_it_printed(demo: Demo) -> None:
    """In a browser's way: the form's token and the session's cookie go along."""
    address = f"http://127.0.0.1:{demo.http_port}"
    assert address in demo.page
    [login, password, *_] = next(line for line in demo.page.splitlines() if "demo.supervisor" in line).split()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{address}/healthz", timeout=HANGS) as answer:
        assert answer.status == 200
    with browser.open(f"{address}/sign-in", timeout=HANGS) as answer:
        [token] = re.findall(r'name="csrf_token" value="([^"]+)"', answer.read().decode())[:1]
    posted = urllib.parse.urlencode({"login": login, "password": password, "csrf_token": token}).encode()
    with browser.open(f"{address}/sign-in", posted, timeout=HANGS) as answer:
        assert "/exceptions" in answer.url
        assert "Demo Teamleitung" in answer.read().decode()


def test_signals_that_come_together_end_a_program_once(tmp_path: Path) -> None:
    """A handler that waits for what it interrupted would never end."""
    command = [sys.executable, "-m", "cpm.cli", "sink", "--port", "0", "--folder", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"CPM_HOME": str(tmp_path)}, **PIPES
    ) as process:
        assert process.stdout is not None
        assert "Putting mail" in process.stdout.readline()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process.send_signal(number)

        assert process.communicate(timeout=HANGS) == ("", "")
    assert process.returncode == 0


def test_a_child_that_ends_is_named_and_ends_the_rest(demo: Demo) -> None:
    children = demo.children()

    os.kill(children[-1], signal.SIGKILL)  # the last that was begun

    _, complaints = demo.process.communicate(timeout=HANGS)
    assert demo.process.returncode != 0
    assert "Expected `cpm work` to go on, but it ended with -9" in complaints
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_what_only_stands_beside_the_others_is_told_of_and_ends_none_of_them(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The place to practise may not begin in time: the desk needs nothing of it."""
    stopped, told = threading.Event(), []

    def ended(code: int) -> None:
        told.append(code)
        stopped.set()

    with Tree(os.environ, stopped) as tree:
        tree.start("training", "--of-none", ended=ended)
        tree.watch()
    assert told == [2]
    assert "--of-none" in capfd.readouterr().err, "it says itself why"


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = {"CPM_INTAKE_PORT": str(taken.getsockname()[1])}
        cpm = initialised(f"sqlite:///{tmp_path}/cpm.db", tmp_path, port)
        environ = os.environ | {
            "CPM_HOME": str(tmp_path),
            "CPM_DATABASE_URL": cpm.database_url,
            **cpm.environ,
        }
        command = [sys.executable, "-m", "cpm.cli", "intake"]
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=HANGS, check=False
        )

    assert done.returncode == 3
    assert "Expected to listen for mail on 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_readme_keeps_its_word(demo: Demo) -> None:
    """Its second window is typed as it stands, beside what `make run` starts; and SIGTERM ends it as Ctrl-C does."""
    readme = (ROOT / "README.md").read_text()
    assert "\nmake run\n" in readme
    [typed] = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    home = demo.mail.parent
    environ = demo.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-e", "-c", typed], cwd=home, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "Completed the task “Check the facts”." in done.stdout
    assert "Came late and was rude" in done.stdout.split("Case “")[-1]
    assert "What happened:" in done.stdout
    _it_ends_all_of_itself(demo, signal.SIGTERM)
