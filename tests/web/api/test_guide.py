"""The examples of docs/api.md, as they stand there, against a server."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from cpm.commands import tokens, users
from cpm.model import SCOPES, Role
from tests.world import World, mail

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def everything(firm: World) -> str:
    """A token of somebody who may do all that the guide shows."""
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "ada", name="Ada", roles=list(Role), teams=["service"])
        uow.session.flush()
        until = uow.now + timedelta(days=1)
        return tokens.create(uow, "ada", name="guide", scopes=SCOPES, expires_at=until).text


@pytest.mark.slow
def test_every_example_does_what_it_says(firm: World, address: str, everything: str, tmp_path: Path):
    firm.receive(mail())
    firm.drain()
    (tmp_path / "complaint.eml").write_bytes(mail(message_id="<2@example.org>"))
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    commands = [line for block in blocks for line in re.sub(r"\\\n", " ", block).split("\ncurl ")]
    assert len(commands) == GUIDE.read_text().count("\ncurl ") > 20
    for command in commands:
        line = "curl --fail-with-body " + command.removeprefix("curl ")
        environment = {**os.environ, "CPM": address, "TOKEN": everything}
        done = subprocess.run(
            ["sh", "-c", line], check=False, env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
