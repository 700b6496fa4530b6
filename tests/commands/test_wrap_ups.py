"""Work on a case is wrapped up with an outcome and a reason, once nothing queued is left; what is for later becomes a task."""

from datetime import timedelta

import pytest

from cpm.commands import definitions, wrap_ups
from cpm.commands.definitions import NotDeployed
from cpm.commands.wrap_ups import Later, StillQueued
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Case, Task, WrapUp
from cpm.queries import acceptance, wrapping
from tests.commands.test_interventions import told
from tests.commands.test_suggestions import accept, advise, called, claimed, decline, rows
from tests.world import World, mail, shipped


def wrap_up(firm: World, case: Case, who: str = "anna", **more) -> WrapUp:
    said = {"key": "1", "outcome": "settled", "reason": "damaged", "summary": "Bekommt Ersatz."}
    with firm.engine.begin(who) as uow:
        return wrap_ups.wrap_up(uow, case.id, **{**said, **more})


def refused(kind: type[CpmError], *args, **more) -> CpmError:
    with pytest.raises(kind) as found:
        wrap_up(*args, **more)
    return found.value


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def test_what_is_queued_comes_first(firm: World):
    case = called(firm, "+49 211 555 0101")
    error = refused(StillQueued, firm, case)
    assert error.sentence("de") == ("Vorher noch annehmen oder ablehnen: „Nach der E-Mail-Adresse fragen“.")
    assert "Ask for the e-mail address" in error.sentence("en")
    claimed(firm, case)
    refused(StillQueued, firm, case)
    decline(firm, case, "ask_email")
    assert wrap_up(firm, case).outcome == "settled"


def test_what_no_longer_holds_keeps_nobody(firm: World):
    """Half an hour later nobody is on the telephone, whom one could ask."""
    case = called(firm, "+49 211 555 0101")
    claimed(firm, case)
    firm.engine.clock.advance(timedelta(minutes=31))
    wrap_up(firm, case)
    assert rows(firm, case)["ask_email"].state == "passed"


def test_it_stands_in_the_journal_in_words(firm: World, case: Case):
    wrap_up(firm, case)
    assert told(firm, case, "case.wrapped_up").sentence == (
        "Nachbearbeitet: gelöst. Grund: beschädigt geliefert. Bekommt Ersatz."
    )
    assert "delivered damaged" in told(firm, case, "case.wrapped_up", "en").sentence
    assert firm.now(case).state == "open"


def test_the_same_form_twice_is_one_wrap_up(firm: World, case: Case):
    assert wrap_up(firm, case).id == wrap_up(firm, case).id != wrap_up(firm, case, key="2").id
    assert wrap_up(firm, case, who="ben").by == "ben"


def test_the_same_key_at_another_case_is_another_wrap_up(firm: World, case: Case):
    other = firm.receive(mail(message_id="<2@example.org>"))
    assert other is not None
    assert wrap_up(firm, case).case_id == case.id
    assert wrap_up(firm, other).case_id == other.id


def test_what_is_for_later_becomes_a_task(firm: World, case: Case):
    due = firm.engine.clock() + timedelta(days=2)
    row = wrap_up(firm, case, later=Later("Fragen, ob alles passt", due))
    with firm.engine.read() as look:
        task = look.get(Task, row.task_id)
        assert (task.title_de, task.assignee, task.due_at) == (
            "Wiedervorlage: Fragen, ob alles passt",
            "anna",
            due,
        )
    refused(Invalid, firm, case, key="3", later=Later("", due))
    refused(Invalid, firm, case, key="3", later=Later("Zu spät", due - timedelta(days=3)))


def test_of_many_wrap_ups_the_newest_are_read(firm: World, case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wrapping, "_EARLIER", 2)
    for key in "123":
        wrap_up(firm, case, key=key, summary=key)
    with firm.engine.read("anna") as look:
        found = wrapping.of_case(look, look.get(Case, case.id), "en")
    assert [one.summary for one in found.earlier] == ["3", "2"]


def test_outcome_and_reason_are_the_processes_own(firm: World, case: Case):
    refused(Invalid, firm, case, outcome="ordered")
    refused(Invalid, firm, case, reason="")
    refused(NotFound, firm, case, who="otto")
    with firm.engine.read("anna") as look:
        found = wrapping.of_case(look, look.get(Case, case.id), "en")
    assert found.outcomes[0] == ("settled", "settled")
    assert ("damaged", "delivered damaged") in found.reasons


def test_a_way_to_wrap_up_without_a_name_is_not_deployed(firm: World):
    model = dict(shipped())["complaint/complaint.bpmn"].replace(b'"settled, we_answer', b'"settled, nameless')
    with pytest.raises(NotDeployed) as found, firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"complaint/complaint.bpmn": model})
    assert {str(one.reason) for one in found.value.findings} >= {
        "Expected the texts [outcomes] in de.toml to name nameless of cpm:outcomes, but they do not."
    }


def test_supervisors_see_what_becomes_of_suggestions(firm: World):
    advise(firm, "say_it", "say")
    first, second, third, fourth = (
        firm.receive(mail(message_id=f"<{n}@example.org>", text=f"Kessel {n} ist kaputt.")) for n in range(4)
    )
    assert first is not None
    assert second is not None
    assert third is not None
    assert fourth is not None
    accept(firm, first, "say_it")
    decline(firm, second, "say_it", reason="no_time")
    claimed(firm, third)
    wrap_up(firm, third)
    claimed(firm, fourth)
    with firm.engine.read("sue") as look:
        (rate,) = acceptance.rates(look, "en", since=look.local_now.date(), until=look.local_now.date())
        lines = b"".join(acceptance.as_csv([rate], look, "de")).decode("utf-8-sig").splitlines()
        assert acceptance.rates(look, "en", until=look.local_now.date() - timedelta(days=1)) == []
    with firm.engine.read("otto") as look:
        assert acceptance.rates(look, "en") == []
    assert (rate.shown, rate.accepted, rate.declined, rate.passed, rate.open) == (4, 1, 1, 1, 1)
    assert (rate.percent, rate.reasons, rate.process_name) == (33, {"no_time": 1}, "Complaint")
    assert lines[1] == "Complaint;Do it;say_it;suggested;4;1;1;1;1;33;jetzt nicht: 1"
