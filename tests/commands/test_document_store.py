"""The bytes of documents: kept once, whole, and before the row that names them; on both databases and in both stores."""

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cpm.channels import Attachment
from cpm.commands import documents
from cpm.document_settings import DocumentSettings
from cpm.errors import Unavailable
from cpm.model import Case, Content, ContentPart, Document
from cpm.store import PIECE, Blob, Damaged, FileStore
from tests.world import World, mail

LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["database", "file"])
def stored(request: pytest.FixtureRequest, firm: World, tmp_path: Path) -> World:
    kept = DocumentSettings(store=request.param, path=tmp_path / "documents")
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    return firm


@pytest.fixture
def case(stored: World) -> Case:
    found = stored.receive(mail())
    assert found is not None
    return found


def _attach(world: World, case: Case, content: bytes, name: str = "a.txt") -> Document:
    with world.engine.begin("anna") as uow:
        return documents.attach(uow, uow.case(case.id), Attachment(name, "text/plain", content))


def _files(world: World) -> list[Path]:
    folder = world.engine.settings.documents.path
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")


@pytest.mark.parametrize("content", [b"", b"abc", b"x" * PIECE, bytes(range(256)) * 12_000])
def test_what_was_put_comes_back_and_lies_there_once(stored: World, case: Case, content: bytes):
    first, second = _attach(stored, case, content), _attach(stored, case, content, "b.txt")
    with stored.engine.read() as look:
        for each in (first, second):
            assert documents.content(look, look.get(Document, each.id)) == content
        assert look.session.scalars(select(Content.size)).all() == [len(content)]
        parts = look.session.scalar(select(func.count()).select_from(ContentPart))
    in_files = stored.engine.settings.documents.store == "file"
    assert parts == (0 if in_files else max(1, -(-len(content) // PIECE)))
    assert len(_files(stored)) == (1 if in_files else 0)


def test_what_is_rolled_back_leaves_no_row_and_what_it_wrote_is_put_to_use_later(stored: World, case: Case):
    with stored.engine.rehearse("anna") as uow:
        documents.attach(uow, uow.case(case.id), Attachment("a", "text/plain", b"abc"))
    with stored.engine.read() as look:
        assert look.session.scalars(select(Content)).all() == []
    assert len(_files(stored)) == (1 if stored.engine.settings.documents.store == "file" else 0)
    _attach(stored, case, b"abc")
    with stored.engine.read() as look:
        assert look.store.read(hashlib.sha256(b"abc").hexdigest()) == b"abc"


def test_two_that_bring_the_same_at_once_share_one(stored: World, case: Case):
    content, together, failed = b"the same" * 300_000, threading.Barrier(4), []
    cases = [stored.receive(mail(message_id=f"<{number}@x>")) for number in range(4)]

    def bring(one: Case) -> None:
        together.wait()
        try:
            _attach(stored, one, content)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=bring, args=(one,)) for one in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with stored.engine.read() as look:
        assert look.session.scalar(select(func.count()).select_from(Content)) == 1
        assert look.session.scalar(select(func.count()).select_from(Document)) == 4
        assert look.store.read(hashlib.sha256(content).hexdigest()) == content


def test_bytes_that_changed_or_went_are_found_when_they_are_read(stored: World, case: Case):
    digest = _attach(stored, case, b"abc").digest
    with stored.engine.begin("test") as uow:
        if stored.engine.settings.documents.store == "file":
            _files(stored)[0].write_bytes(b"abd")
        else:
            uow.session.get(ContentPart, (digest, 0)).bytes = b"abd"
    with stored.engine.read() as look, pytest.raises(Damaged, match="not those that were put"):
        look.store.read(digest)
    with stored.engine.begin("test") as uow:
        uow.store.stores[stored.engine.settings.documents.store].delete(digest)
    with stored.engine.read() as look, pytest.raises(Damaged, match="missing"):
        look.store.read(digest)


@pytest.mark.parametrize("stored", ["file"], indirect=True)
def test_who_brings_bytes_again_that_went_heals_the_file(stored: World, case: Case):
    digest = _attach(stored, case, b"abc").digest
    for spoil in (Path.unlink, lambda file: file.write_bytes(b"a")):
        spoil(_files(stored)[0])
        _attach(stored, case, b"abc")
        with stored.engine.read() as look:
            assert look.store.read(digest) == b"abc"


def test_a_file_that_is_about_to_get_its_row_is_not_swept_away(tmp_path: Path):
    store, blob = FileStore(tmp_path), Blob.of(b"abc")
    store.put(blob)
    old = datetime.now(UTC) - timedelta(hours=1)
    assert list(store.digests(older_than=old)) == []
    assert not store.delete_old(blob.digest, older_than=old)
    assert list(store.digests(older_than=LATER)) == [blob.digest]
    assert store.delete_old(blob.digest, older_than=LATER)
    assert not store.exists(blob.digest)


def test_no_name_leads_out_of_the_folder(tmp_path: Path):
    for name in ("../" * 21 + "x", "..", "A" * 64, "", "/etc/passwd"):
        with pytest.raises(KeyError):
            FileStore(tmp_path).exists(name)


def test_a_disk_that_takes_nothing_is_a_plain_sentence(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="Expected to keep a file"):
        FileStore(tmp_path / "file").put(Blob.of(b"abc"))
