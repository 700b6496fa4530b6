"""Files of cases and customers: versions, names, limits, what is dangerous, what has a virus."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.channels import Attachment
from cpm.commands import document_changes, documents, incidents
from cpm.commands.document_limits import TooLarge
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.forms.files import chosen
from cpm.forms.messages import Misfit
from cpm.model import AuditEntry, Case, Customer, Document, Incident, Job, JobKind, Scan
from cpm.queries import documents as queries
from cpm.queries.lookups.asking import Asking
from tests.contracts.fake_clamd import EICAR, FakeClamd
from tests.world import World, mail


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def _set(world: World, **more: object) -> None:
    settings = world.engine.settings
    world.engine.settings = replace(settings, documents=replace(settings.documents, **more))


def _add(world: World, case: Case, content: bytes = b"abc", name: str = "a.txt", **more: str) -> Document:
    with world.engine.begin("anna") as uow:
        owner = uow.case(case.id)
        return documents.add(uow, owner, io.BytesIO(content), name=name, media_type="text/plain", **more)


def _change(world: World, document: Document, **what: object) -> Document:
    with world.engine.begin("anna") as uow:
        return document_changes.change(uow, uow.get(Document, document.id), **what)


def test_a_confirmation_is_named_by_convention_and_again_when_its_invoices_come(firm: World, case: Case):
    with firm.engine.begin("test") as uow:
        uow.get(Customer, case.customer_id).company_name = "Sonnenschein AG"
    one = _add(firm, case, b"%PDF-1.7", "scan0001.pdf")
    assert _change(firm, one, kind="AB", numbers=["100235"]).name == "Sonnenschein AG_AB 100235.pdf"
    for invoice in ("Re 523", "Re 000523", "Re 531"):
        with firm.engine.begin("anna") as uow:
            named = document_changes.add_number(uow, uow.get(Document, one.id), invoice)
    assert named.name == "Sonnenschein AG_AB 100235_Re 000523_Re 000531.pdf"
    assert named.aliases == [
        "scan0001.pdf",
        "Sonnenschein AG_AB 100235.pdf",
        "Sonnenschein AG_AB 100235_Re 000523.pdf",
    ]
    again = _change(
        firm, _add(firm, case, b"%PDF-1.7 b", "b.pdf"), kind="AB", numbers=["100235", "Re 523", "Re 531"]
    )
    assert again.name == "Sonnenschein AG_AB 100235_Re 000523_Re 000531 (2).pdf"
    assert firm.story(case).count("document.renamed") == 4


def test_a_new_version_takes_the_place_and_the_old_one_stays_within_reach(firm: World, case: Case):
    first = _add(firm, case, b"one", "offer.txt")
    with firm.engine.begin("ben") as uow:
        before = uow.get(Document, first.id)
        second = documents.new_version(
            uow, before, io.BytesIO(b"two"), name="neu.md", media_type="text/plain"
        )
        assert second.name == "offer.md"
    with firm.engine.begin("ben") as uow, pytest.raises(Conflict, match="newer"):
        documents.new_version(uow, uow.get(Document, first.id), io.BytesIO(b"3"), name="x", media_type="a/b")
    with firm.engine.read("anna") as look:
        [row] = queries.of_case(look, case.id)
        assert (row.version, [each.id for each in row.earlier]) == (2, [first.id])
        assert documents.content(look, queries.must_see(look, first.id)) == b"one"
        assert documents.content(look, queries.must_see(look, row.id)) == b"two"
    with pytest.raises(Conflict):
        _change(firm, first, title="too late")
    assert firm.story(case)[-1] == "document.versioned"


def test_who_removes_a_file_says_why_and_it_is_gone_with_all_versions(firm: World, case: Case):
    first = _add(firm, case)
    with firm.engine.begin("anna") as uow:
        second = documents.new_version(
            uow, uow.get(Document, first.id), io.BytesIO(b"2"), name="a.txt", media_type="text/plain"
        )
    with firm.engine.begin("anna") as uow, pytest.raises(Invalid, match="reason"):
        document_changes.remove(uow, uow.get(Document, second.id), " ")
    with firm.engine.begin("anna") as uow:
        document_changes.remove(uow, uow.get(Document, second.id), "falscher Kunde")
    with firm.engine.read("anna") as look:
        assert queries.of_case(look, case.id) == ()
        [gone] = queries.removed_of_case(look, case.id)
        assert (gone.by, gone.why) == ("anna", "falscher Kunde")
        for each in (first, second):
            with pytest.raises(NotFound):
                queries.must_see(look, each.id)
        assert look.store.read(first.digest) == b"abc"
    assert firm.story(case)[-1] == "document.removed"


def test_a_customer_may_have_files_without_a_case(firm: World, case: Case):
    with firm.engine.begin("anna") as uow:
        customer = uow.get(Customer, case.customer_id)
        made = documents.add(
            uow, customer, io.BytesIO(b"x"), name="C:\\a\\Vertrag.txt", media_type="text/plain"
        )
        assert made.name == "Vertrag.txt"
    _change(firm, made, title="Rahmenvertrag")
    _add(firm, case, b"y", "b.txt")
    with firm.engine.read("anna") as look:
        rows = queries.of_customer(look, case.customer_id)
        assert [(row.name, row.case) for row in rows] == [("b.txt", case.number), ("Vertrag.txt", None)]
        told = look.session.scalars(select(AuditEntry.what).where(AuditEntry.what.like("document.%"))).all()
        assert told == ["document.added", "document.described"]
    with firm.engine.read("otto") as look, pytest.raises(NotFound):
        queries.must_see(look, made.id)


def test_too_much_is_refused_in_plain_words(firm: World, case: Case):
    _set(firm, file_limit=10, case_limit=15, message_limit=12)
    with pytest.raises(TooLarge, match="at most"):
        _add(firm, case, b"x" * 11)
    _add(firm, case, b"x" * 10)
    with pytest.raises(TooLarge, match="together"):
        _add(firm, case, b"y" * 6)
    with firm.engine.begin("worker") as uow:
        files = [Attachment(name, "text/plain", b"z" * size) for name, size in (("a", 8), ("b", 5), ("c", 4))]
        kept = documents.attach_all(uow, uow.case(case.id), files, interaction=None)
    assert [each.name for each in kept] == ["a", "c"]
    assert "document.refused" in firm.story(case)


def test_what_a_file_is_and_may_do_is_kept_beside_what_its_sender_says(firm: World, case: Case):
    one = _add(firm, case, b"MZ\x90\0" + b"\0" * 60, "Rechnung.pdf")
    with firm.engine.read("anna") as look:
        [row] = queries.of_case(look, case.id)
        assert (row.type, row.declared, row.risk) == ("application/x-msdownload", "text/plain", "program")
        assert queries.preview(look.get(Document, one.id)) is None


def test_a_file_that_an_earlier_release_did_not_know_is_looked_at_again(firm: World, case: Case):
    """Or nobody has looked at all: then its name is no lie."""
    paper = _add(firm, case, b"\0\1\n%PDF-1.7", "a.pdf")
    junk = _add(firm, case, b"\0\1\2\3", "b.pdf")
    unseen = _add(firm, case, b"\0\1\2\4", "c.pdf")
    with firm.engine.begin("anna") as uow:
        uow.get(Document, paper.id).sniffed = "application/octet-stream"
        row = uow.get(Document, unseen.id)
        row.sniffed, row.media_type = None, "application/octet-stream"
        uow.session.flush()
        asked = Asking(uow, case.id, frozenset()).files([str(each.id) for each in (paper, junk, unseen)])
        assert asked[str(paper.id)].type == "application/pdf"
        kept = chosen([str(paper.id), str(unseen.id)], asked, [".pdf"])
        assert [each.name for each in kept] == ["a.pdf", "c.pdf"]
        with pytest.raises(Misfit):
            chosen([str(junk.id)], asked, [".pdf"])
        row = queries.row(uow, uow.get(Document, junk.id))
        assert (row.declared, row.called) == (None, "application/pdf")


def test_a_file_is_held_until_the_scanner_has_looked_and_a_virus_is_an_incident(firm: World, case: Case):
    with FakeClamd() as clamd:
        _set(firm, clamd=clamd.address)
        good, bad = _add(firm, case, b"abc"), _add(firm, case, EICAR, "bill.txt")
        with firm.engine.read("anna") as look, pytest.raises(Conflict, match="scanned"):
            queries.must_be_free(look, look.get(Document, good.id))
        firm.drain()
        with firm.engine.read("anna") as look:
            queries.must_be_free(look, look.get(Document, good.id))
            with pytest.raises(Forbidden, match="virus"):
                queries.must_be_free(look, look.get(Document, bad.id))
            assert {row.name: row.scan for row in queries.of_case(look, case.id)} == {
                "a.txt": "clean",
                "bill.txt": "infected",
            }
            [found] = look.session.scalars(select(Incident).where(Incident.code == "virus_found"))
            assert (found.team, found.facts["document"]) == ("operations", bad.id)
        other = firm.receive(mail(message_id="<2@x>"))
        assert other is not None
        _add(firm, other, EICAR, "again.txt")
        firm.drain()
        with firm.engine.read("anna") as look:
            told = look.session.scalars(select(Incident.case_id).where(Incident.code == "virus_found"))
            assert sorted(told) == [case.id, other.id]
        assert clamd.asked == 3


@pytest.mark.parametrize("unscanned", ["hold", "pass"])
def test_while_the_scanner_is_away_files_are_held_or_passed_and_it_is_asked_again(
    firm: World, case: Case, unscanned: str
):
    with FakeClamd() as clamd:
        address = clamd.address
    _set(firm, clamd=address, unscanned=unscanned)
    one = _add(firm, case)
    firm.drain()
    with firm.engine.read("anna") as look:
        [row] = queries.of_case(look, case.id)
        assert (row.scan, row.held) == ("failed", unscanned == "hold")
        job = look.session.scalars(select(Job).where(Job.kind == JobKind.SCAN)).one()
        assert job.run_at > look.now
    with FakeClamd() as clamd:
        _set(firm, clamd=clamd.address)
        firm.engine.clock.advance(timedelta(minutes=10))
        firm.drain()
    with firm.engine.read("anna") as look:
        assert look.get(Document, one.id).content.scan == Scan.CLEAN
        assert look.session.scalars(select(Job).where(Job.kind == JobKind.SCAN)).all() == []


def test_a_worker_that_dies_between_the_verdict_and_the_incident_is_made_good(
    firm: World, case: Case, monkeypatch: pytest.MonkeyPatch
):
    def dies(*_: object) -> None:
        raise SystemExit

    with FakeClamd() as clamd:
        _set(firm, clamd=clamd.address)
        _add(firm, case, EICAR)
        with monkeypatch.context() as patch:
            patch.setattr(incidents, "raise_incident", dies)
            firm.drain()
        firm.engine.clock.advance(timedelta(minutes=30))
        firm.drain()
    assert firm.incident(case).code == "virus_found"
