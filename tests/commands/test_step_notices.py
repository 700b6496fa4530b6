"""What the customer is told at a step without a drawn call: once per coming, beside the process, by the same table."""

import pytest
from sqlalchemy import select

from cpm.commands import cases, closing, consents, customers, definitions, process, resolutions
from cpm.connectors import Failed
from cpm.errors import Invalid
from cpm.model import Case, CaseState, Incident, Interaction, Remedy
from tests.unit.bpmn.drawing import end, model, node, path, start, user
from tests.world import World

MARA = "mara@example.org"


def telling(event: str) -> str:
    return f'<zeebe:properties><zeebe:property name="cpm:notice" value="{event}"/></zeebe:properties>'


def texts(*events: str) -> bytes:
    return "\n".join(
        f'[notices.{event}]\nsubject = "{event} {{{{case_no}}}}"\ntext = "{{{{what}}}}"' for event in events
    ).encode()


def deploy(firm: World, *inside: str, de: bytes, en: bytes | None = None) -> None:
    files = {"p/p.bpmn": model(*inside), "p/texts/de.toml": de, "p/texts/en.toml": de if en is None else en}
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, files)


def begin(firm: World, **data: object) -> Case:
    known = {"email": MARA, "what": "Wir kommen.", **data}
    with firm.engine.begin("test") as uow:
        customer = customers.of_address(uow, MARA, name="Mara Beispiel", language="de")
        case = cases.open_case(
            uow, customer, process="p", subject="x", channel="email", language="de", data=known
        )
        process.start(uow, case)
        return case


def at_both_ends(firm: World) -> Case:
    """A person's step and the end tell the customer something."""
    step, last = (
        user("a", zeebe=telling("visit_confirmed, visit_reminder")),
        end(zeebe=telling("data_changed")),
    )
    known = texts("visit_confirmed", "visit_reminder", "data_changed")
    deploy(firm, start(), step, last, path("s", "a", "e"), de=known)
    return begin(firm)


def told(firm: World) -> list[tuple[str, str]]:
    return [(str(call.inputs["event"]), str(call.inputs["to"])) for call in firm.post.calls]


def test_each_step_tells_once_and_the_end_tells_after_it(firm: World):
    case = at_both_ends(firm)
    firm.drain()
    assert told(firm) == [("visit_confirmed", MARA), ("visit_reminder", MARA)]
    assert firm.post.calls[0].inputs["values"]["what"] == "Wir kommen."
    assert firm.at(case) == ["a"]
    firm.do(case, "a", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
    firm.drain()
    assert told(firm)[2:] == [("data_changed", MARA)]
    with firm.engine.read() as look:
        of_case = select(Interaction.notice).where(Interaction.case_id == case.id).order_by(Interaction.id)
        assert [*look.session.scalars(of_case)] == ["visit_confirmed", "visit_reminder", "data_changed"]
    assert firm.story(case).count("job.enqueued") == firm.story(case).count("job.finished") == 3


def test_the_table_leaves_it_out_and_the_journal_says_why(firm: World):
    case = at_both_ends(firm)
    with firm.engine.begin("anna") as uow:
        customer = uow.get(Case, case.id).customer
        consents.withdraw(uow, customer, "email", "notices", source="phone")
    firm.drain()
    assert told(firm) == []
    assert firm.story(case).count("notice.skipped") == 2
    assert firm.at(case) == ["a"]


@pytest.mark.parametrize(("remedy", "sent"), [(Remedy.RETRY, 1), (Remedy.SUPPLY, 0)])
def test_what_fails_is_somebodys_and_stops_nothing(firm: World, remedy: Remedy, sent: int):
    deploy(
        firm,
        start(),
        user("a", zeebe=telling("data_changed")),
        end(),
        path("s", "a", "e"),
        de=texts("data_changed"),
    )
    case = begin(firm)
    firm.post.outcomes.append(Failed("refused", "550 no"))
    firm.drain()
    firm.do(case, "a", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
    incident = firm.incident(case)
    assert incident.node is None
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, remedy, note="angerufen" if remedy == Remedy.SUPPLY else "")
    firm.drain()
    assert len(told(firm)) == 1 + sent
    assert firm.story(case).count("job.finished") == sent


def test_a_step_that_is_tried_again_tells_nothing_more(firm: World):
    call = '<zeebe:taskDefinition type="smtp.send"/><zeebe:ioMapping><zeebe:input source="=email" target="to"/></zeebe:ioMapping>'
    step = node("serviceTask", "a", zeebe=call + telling("data_changed"))
    deploy(firm, start(), step, end(), path("s", "a", "e"), de=texts("data_changed"))
    case = begin(firm)
    firm.post.outcomes += [Failed("refused", "550 no")] * 2
    firm.drain()
    placed = [each for each in incidents(firm, case) if each.node is not None]
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, placed[0].id, Remedy.RETRY)
    firm.drain()
    assert firm.now(case).state == CaseState.CLOSED
    assert [call.operation for call in firm.post.calls].count("notice.send") == 1


def incidents(firm: World, case: Case) -> list[Incident]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(Incident).where(Incident.case_id == case.id)))


def test_who_ends_a_case_by_hand_says_nothing_more(firm: World):
    case = at_both_ends(firm)
    with firm.engine.begin("sue") as uow:
        closing.end(uow, uow.case(case.id), outcome="withdrawn", reason="test")
    firm.drain()
    assert told(firm) == []


def test_a_text_that_is_missing_in_a_language_is_refused(firm: World):
    step = user("a", zeebe=telling("data_changed"))
    with pytest.raises(Invalid) as refused:
        deploy(firm, start(), step, end(), path("s", "a", "e"), de=texts("data_changed"), en=b"")
    said = [message for _, message in refused.value.problems]
    assert any("a: Expected the text [notices.data_changed] in en.toml" in each for each in said), said


def test_a_repeated_step_is_refused(firm: World):
    loop = '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1, 2]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    step = user("a", loop, zeebe=telling("data_changed"))
    with pytest.raises(Invalid) as refused:
        deploy(firm, start(), step, end(), path("s", "a", "e"), de=texts("data_changed"))
    assert any("done once, but this one is repeated" in each for _, each in refused.value.problems)
