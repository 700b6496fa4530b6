"""How we ask clamd, on real sockets."""

import io
import socketserver
import threading
from pathlib import Path

import pytest

from cpm.clamd import Clean, Infected, Unsure, scan
from tests.contracts.fake_clamd import EICAR, FakeClamd


@pytest.mark.parametrize("unix", [False, True])
def test_clamd_says_whether_there_is_a_virus(tmp_path: Path, unix: bool):
    with FakeClamd(tmp_path / "clamd.sock" if unix else None) as clamd:
        assert scan(clamd.address, io.BytesIO(b"")) == Clean()
        assert scan(clamd.address, io.BytesIO(b"x" * 300_000)) == Clean()
        assert scan(clamd.address, io.BytesIO(b"x" * 300_000 + EICAR)) == Infected("Eicar-Signature")


def test_a_file_that_is_too_large_for_clamd_is_not_taken_for_clean():
    with FakeClamd(limit=100_000) as clamd:
        assert scan(clamd.address, io.BytesIO(b"x" * 200_000)) == Unsure("INSTREAM size limit exceeded.")


def test_a_clamd_that_is_not_there_or_hangs_up_is_asked_again():
    with FakeClamd() as clamd:
        address = clamd.address
    with pytest.raises(OSError):
        scan(address, io.BytesIO(b"abc"))
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as mute:
        thread = threading.Thread(target=mute.handle_request)
        thread.start()
        with pytest.raises(OSError):
            scan("{}:{}".format(*mute.server_address), io.BytesIO(b"abc"))
        thread.join()
