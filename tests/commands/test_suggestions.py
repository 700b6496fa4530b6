"""What suggests itself is written down when it is shown, done when it is accepted, and declined with a reason."""

import pytest
from sqlalchemy import select, update

from cpm.commands import definitions, identifier_facts, notes, suggestions, tasks
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import (
    Case,
    CaseLink,
    CustomerKind,
    Identifier,
    Job,
    Suggestion,
    SuggestionState,
    Task,
    TaskKind,
)
from cpm.queries import journal, variables
from cpm.queries import suggestions as shown
from tests.world import World


def called(firm: World, phone: str, process: str = "complaint", name: str = "Mara") -> Case:
    facts = Facts(kind=CustomerKind.PERSON, first_name=name, last_name="Beispiel", language="de")
    with firm.engine.begin("anna") as uow:
        said = Said(channel="phone", subject="Kessel", text=f"Kaputt, rufen Sie an: {phone}")
        return notes.open_by_hand(uow, said, process=process, customer=NewCustomer(facts, phone=phone))


def rows(firm: World, case: Case) -> dict[str, Suggestion]:
    with firm.engine.read() as look:
        return dict(shown.of_case(look, look.get(Case, case.id)))


def claimed(firm: World, case: Case, who: str = "anna", element: str = "check_facts") -> Task:
    with firm.engine.begin(who) as uow:
        return tasks.claim(uow, firm.step(case, element).id)


def accept(firm: World, case: Case, action: str, who: str = "anna", **given: str) -> Suggestion:
    with firm.engine.begin(who) as uow:
        return suggestions.accept(uow, case.id, action, given=given)


def decline(firm: World, case: Case, action: str, who: str = "anna", **why: str) -> Suggestion:
    with firm.engine.begin(who) as uow:
        return suggestions.decline(uow, case.id, action, **{"reason": "not_wanted", **why})


def advise(firm: World, action: str, does: str, **more: str) -> None:
    """The table suggests only this, always."""
    told = {"kind": "suggested", "reason_de": "Weil es passt.", "reason_en": "Because it fits.", **more}
    columns = {"action": action, "title_de": "Tu es", "title_en": "Do it", "does": does, **told}
    outputs = "".join(f'<output id="o{n}" name="{name}" typeRef="string"/>' for n, name in enumerate(columns))
    entries = "".join(
        f'<outputEntry id="e{n}"><text>"{value}"</text></outputEntry>'
        for n, value in enumerate(columns.values())
    )
    table = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="http://camunda.org/schema/1.0/dmn">
<decision id="next_action" name="n"><decisionTable id="t" hitPolicy="RULE ORDER"><input id="i" label="process">
<inputExpression id="x" typeRef="string"><text>process</text></inputExpression></input>{outputs}
<rule id="r"><inputEntry id="c"><text></text></inputEntry>{entries}</rule></decisionTable></decision></definitions>"""
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"next_action.dmn": table.encode()})
    firm.engine.library.refresh(now=True)


@pytest.fixture
def case(firm: World) -> Case:
    return called(firm, "+49 211 555 0101")


def test_what_is_shown_is_written_down_once_as_the_step_is_claimed(firm: World, case: Case):
    assert rows(firm, case) == {}
    task = claimed(firm, case)
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    claimed(firm, case, "ben")
    (row,) = rows(firm, case).values()
    assert (row.action, row.kind, row.state, row.shown_to) == ("ask_email", "queued", "open", "anna")
    assert (row.element, row.process, row.reason_en) == (
        "check_facts",
        "complaint",
        "No written confirmation without e-mail.",
    )


def test_an_address_that_is_given_is_the_customers_and_the_cases(firm: World, case: Case):
    claimed(firm, case)
    with pytest.raises(Invalid):
        accept(firm, case, "ask_email", email="keine")
    assert rows(firm, case)["ask_email"].state == SuggestionState.OPEN
    accept(firm, case, "ask_email", email="Mara@Example.org")
    with firm.engine.read() as look:
        known = select(Identifier.value).where(Identifier.customer_id == case.customer_id)
        assert "mara@example.org" in look.session.scalars(known).all()
        assert variables.of_case(look, look.get(Case, case.id))["email"] == "mara@example.org"
    assert accept(firm, case, "ask_email").state == SuggestionState.ACCEPTED
    assert firm.story(case).count("suggestion.accepted") == 1


def test_what_arose_after_the_claim_is_written_down_as_it_is_decided(firm: World, case: Case):
    assert decline(firm, case, "ask_email").state == SuggestionState.DECLINED
    entry = next(each for each in told(firm, case) if each.what == "suggestion.declined")
    assert entry.sentence == (
        "Vorschlag abgelehnt: „Nach der E-Mail-Adresse fragen“. Grund: Kunde möchte es nicht."
    )


def told(firm: World, case: Case, language: str = "de"):
    with firm.engine.read("anna") as look:
        return journal.journal(look, case.id, language).entries


def test_to_decline_wants_a_reason_and_something_else_wants_words(firm: World, case: Case):
    for why in ({"reason": "egal"}, {"reason": "other"}, {"reason": "other", "note": " "}):
        with pytest.raises(Invalid):
            decline(firm, case, "ask_email", **why)
    row = decline(firm, case, "ask_email", reason="other", note="Hat keine Adresse.")
    assert (row.declined_for, row.note, row.decided_by) == ("other", "Hat keine Adresse.", "anna")
    assert decline(firm, case, "ask_email", who="ben", reason="no_time").decided_by == "anna"
    accept(firm, case, "ask_email", email="mara@example.org")
    with pytest.raises(Conflict):
        decline(firm, case, "ask_email")


def test_a_process_that_is_accepted_begins_linked_for_the_same_customer(firm: World, case: Case):
    advise(firm, "take_order", "start:order")
    row = accept(firm, case, "take_order")
    with firm.engine.read() as look:
        made = look.get(Case, row.made_case_id)
        (link,) = look.session.scalars(select(CaseLink))
        assert (made.process, made.customer_id, made.state) == ("order", case.customer_id, "open")
        assert (link.kind, link.case_id, link.other_id) == ("caused", made.id, case.id)
    firm.drain()
    assert firm.at(made) == ["capture_customer"]
    assert accept(firm, case, "take_order").made_case_id == made.id
    entry = next(each for each in told(firm, case, "en") if each.what == "suggestion.accepted")
    assert entry.sentence == f"Suggestion accepted: “Do it” ({made.number}). Because it fits."


def test_all_of_it_is_done_or_nothing(firm: World, case: Case):
    advise(firm, "start_nothing", "start:no_such_process")
    before = firm.story(case)
    with pytest.raises(Conflict):
        accept(firm, case, "start_nothing")
    assert firm.story(case) == before
    assert rows(firm, case) == {}


@pytest.mark.parametrize("does", ["task", "task:supervisors"])
def test_a_task_that_is_accepted_waits_in_its_inbox(firm: World, case: Case, does: str):
    advise(firm, "call", does, due="1bd")
    row = accept(firm, case, "call")
    with firm.engine.read() as look:
        task = look.get(Task, row.made_task_id)
        assert (task.kind, task.title_de, task.title_en) == (
            TaskKind.FOLLOW_UP,
            "Wiedervorlage: Tu es",
            "Follow-up: Do it",
        )
        assert (task.team, task.assignee) == (("supervisors", None) if ":" in does else ("service", "anna"))


def test_a_notice_that_is_accepted_leaves_for_the_customer(firm: World, case: Case):
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, case.customer_id, "email", "mara@example.org")
    advise(firm, "reassure", "send:still_working")
    accept(firm, case, "reassure")
    with firm.engine.read() as look:
        (job,) = look.session.scalars(select(Job).where(Job.type == "notice.send", Job.element.is_(None)))
        assert job.payload["inputs"]["event"] == "still_working"
    firm.drain()
    with firm.engine.read("anna") as look:
        told = [entry.sentence for entry in journal.journal(look, case.id).entries]
    name = f"„Wir sind dran ({case.number})“"
    assert [text for text in told if text.startswith(name) and "Benachrichtigung" in text] == [
        f"{name} ist veranlasst (Benachrichtigung).",
        f"{name} ist erledigt (Benachrichtigung).",
    ], told


def test_the_other_open_case_is_linked(firm: World, case: Case):
    with firm.engine.begin("anna") as uow:
        said = Said(channel="phone", subject="Noch einmal", text="Kaputt")
        other = notes.open_by_hand(uow, said, process="complaint", customer=case.customer_id)
    advise(firm, "open_same_kind", "link")
    assert accept(firm, other, "open_same_kind").made_case_id == case.id
    assert "case.linked" in firm.story(case)


def test_what_a_colleague_has_decided_meanwhile_is_not_done_again(firm: World, case: Case):
    """It was looked at before the case was locked, to know which other case is locked with it."""
    advise(firm, "call", "task")
    claimed(firm, case)
    with firm.engine.begin("anna") as uow:
        seen = shown.of_case(uow, uow.get(Case, case.id))["call"]
        assert seen.state == SuggestionState.OPEN
        theirs = {"state": SuggestionState.ACCEPTED, "decided_by": "ben", "decided_at": uow.now}
        uow.rows.execute(update(Suggestion).where(Suggestion.id == seen.id).values(**theirs))
        assert suggestions.accept(uow, case.id, "call").decided_by == "ben"
    assert "suggestion.accepted" not in firm.story(case)


def test_only_who_works_on_cases_decides_and_only_on_what_is_suggested(firm: World, case: Case):
    with pytest.raises(NotFound):
        accept(firm, case, "ask_email", who="otto")
    with pytest.raises(Conflict):
        accept(firm, case, "nothing_of_the_kind")
    with pytest.raises(Conflict):
        accept(firm, case, "none")


def test_what_was_shown_at_a_step_before_stays_to_be_done(firm: World, case: Case):
    with firm.engine.read("anna") as look:
        offers = shown.pending(look, look.get(Case, case.id), "en")
    assert [(one.action, one.queued, one.fresh) for one in offers] == [("ask_email", True, True)]
    claimed(firm, case)
    accept(firm, case, "ask_email", email="mara@example.org")
    with firm.engine.read("anna") as look:
        assert shown.pending(look, look.get(Case, case.id), "en") == []
