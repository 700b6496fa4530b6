"""Decisions in force: what one process deploys, every other one follows; what cannot be read stops nobody else."""

import logging
import threading
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cpm.commands import definitions, steering
from cpm.engine import Engine
from cpm.errors import Invalid, NotFound
from cpm.library import Library
from cpm.model import Resource, ResourceKind
from tests.world import World, mail, shipped


def in_force(firm: World, key: str, content: bytes, **more: object) -> None:
    """As an earlier release may have left it: nobody examines it now."""
    with firm.engine.begin("test") as uow:
        row = {"kind": ResourceKind.DECISION, "key": key, "version": 2, "file": f"{key}.dmn", "digest": "x"}
        about = {"deployed_at": uow.now, "deployed_by": "test"}
        uow.session.add(Resource(**{**row, **about, "content": content, **more}))
    firm.engine.library.refresh(now=True)


def test_an_unreadable_decision_stops_nobody_who_does_not_ask_it(
    firm: World, caplog: pytest.LogCaptureFixture
):
    in_force(firm, "exceptions", b"<no/>")
    in_force(firm, "other", b"<neither/>", version=1)
    case = firm.receive(mail())
    assert firm.at(case) == ["check_facts"]
    with pytest.raises(
        NotFound, match=r"decision exceptions .* this release cannot read exceptions\.dmn, other\.dmn"
    ):
        firm.engine.library.steering("exceptions")
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.message for record in errors] == ["decision.unreadable"] * 2


def test_deploying_an_unreadable_decision_again_mends_it(firm: World):
    in_force(firm, "exceptions", b"<no/>")
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"exceptions.dmn": dict(shipped())["exceptions.dmn"]})
    firm.engine.library.refresh(now=True)
    assert "exceptions" in firm.engine.library.steering("exceptions").model.decisions


def test_what_is_deployed_beside_an_unreadable_decision_is_taken_unless_it_needs_it(firm: World):
    in_force(firm, "goodwill", b"<no/>")
    files = dict(shipped())
    table = files.pop("goodwill.dmn")
    with firm.engine.begin("test") as uow:
        assert definitions.deploy(uow, {"assignment.dmn": files["assignment.dmn"] + b"\n"}).resources
    with firm.engine.begin("test") as uow, pytest.raises(Invalid) as error:
        definitions.deploy(uow, files)
    told = "\n".join(sentence for _, sentence in error.value.problems)
    assert "Expected decision 'goodwill' to be deployed" in told
    assert "goodwill.dmn:1" in told
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, files | {"goodwill.dmn": table})


def test_a_decision_that_is_committed_late_under_a_low_number_is_noticed(firm: World):
    """PostgreSQL hands out ids when rows are written, not when they are committed."""
    files = dict(shipped())
    in_force(firm, "goodwill", files["goodwill.dmn"], id=2000)
    in_force(firm, "assignment", files["assignment.dmn"].replace(b'"service"', b'"finance"'), id=1000)
    case = firm.receive(mail(subject="Guten Tag", text="Hallo."))
    assert case.team == "finance"


@pytest.mark.parametrize("way", ["rehearse", "read"])
def test_a_process_that_only_looks_knows_the_decisions_too(firm: World, way: str):
    """A preview is often the first thing that a process is asked for."""
    case = firm.receive(mail())
    ours = firm.engine
    fresh = Engine(ours.settings, ours.database, Library(ours.database.read), ours.connectors, ours.clock)
    with getattr(fresh, way)("sue") as uow:
        assert steering.assign(uow, case, "check_facts", {}).team == "service"


def test_who_comes_while_somebody_looks_goes_on_with_what_is_known(
    firm: World, monkeypatch: pytest.MonkeyPatch
):
    looks = 0

    def read() -> AbstractContextManager[Session]:
        nonlocal looks
        looks += 1
        if looks == 2:
            other = threading.Thread(target=library.refresh, daemon=True)
            other.start()
            other.join(10)
            assert not other.is_alive()
        return firm.engine.database.read()

    library = Library(read)
    library.refresh()
    monkeypatch.setattr("cpm.library.FRESH", timedelta(0))
    library.refresh()
    assert looks == 2
    assert "service" in library.teams


def test_what_is_changed_while_somebody_looks_is_looked_for_once_more(firm: World):
    looks = 0

    def read() -> AbstractContextManager[Session]:
        nonlocal looks
        looks += 1
        if looks == 1:
            library.forget()
        return firm.engine.database.read()

    library = Library(read)
    for _ in range(3):
        library.refresh()
    assert looks == 2
