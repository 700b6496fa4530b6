"""The secret that signs our Message-IDs: one for all processes of an installation, and never an empty one."""

import os
import re
import threading
from pathlib import Path

import pytest

from cpm import settings
from cpm.errors import Invalid


def _secret(home: Path) -> bytes:
    return settings.load({"CPM_HOME": str(home)}).secret


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path):
    home = tmp_path / "var"
    assert len(_secret(home)) >= 32
    assert _secret(home) == _secret(home)
    assert [file.name for file in home.iterdir()] == ["secret"]
    assert (home / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kept", [b"", b"too short"])
def test_a_kept_secret_that_is_none_is_refused(tmp_path: Path, kept: bytes):
    """Whoever knows an empty secret can sign Message-IDs that reach any case."""
    (tmp_path / "secret").write_bytes(kept)
    with pytest.raises(Invalid, match=f"at least 16 bytes, but it has {len(kept)}"):
        _secret(tmp_path)
    assert (tmp_path / "secret").read_bytes() == kept


def test_a_process_that_dies_half_way_leaves_no_empty_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            _secret(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(_secret(tmp_path)) >= 32


def test_processes_that_start_together_share_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """All of them have seen that there is none before the first one makes it."""
    together, really = threading.Barrier(4), os.fsync

    def fsync(descriptor: int) -> None:
        together.wait(10)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(_secret(tmp_path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_secret_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "given").write_text("given to all our hosts\n")
    (tmp_path / "password").write_text("p@ss/word\n")
    found = settings.load(
        {
            "CPM_HOME": str(tmp_path / "var"),
            "CPM_SECRET_FILE": str(tmp_path / "given"),
            "CPM_DATABASE_URL": "postgresql+psycopg://cpm@db/cpm",
            "CPM_DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
            "CPM_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    assert found.secret == b"given to all our hosts"
    assert found.database_url == "postgresql+psycopg://cpm:p%40ss%2Fword@db/cpm"
    assert found.smtp_password == "p@ss/word"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"CPM_SECRET_FILE": "/no/such/file"}, "CPM_SECRET_FILE to name a file that can be read"),
        ({"CPM_SECRET_FILE": "/dev/null"}, "begins with an empty line"),
        ({"CPM_SECRET_FILE": "/dev/null", "CPM_SECRET": "x" * 16}, "but both are set"),
    ],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, environ: dict[str, str], told: str):
    with pytest.raises(Invalid, match=told):
        settings.load({"CPM_HOME": str(tmp_path), **environ})


def test_every_setting_is_listed_for_those_who_operate_it():
    root = Path(settings.__file__).parent
    code = "".join((root / name).read_text() for name in ("settings.py", "document_settings.py"))
    guide = (root.parent / "docs" / "operating.md").read_text()
    names = set(re.findall(r'"(CPM_[A-Z_]+[A-Z])"', code))
    assert "CPM_CASE_MB" in names
    assert sorted(name for name in names if f"`{name.removesuffix('_FILE')}" not in guide) == []
