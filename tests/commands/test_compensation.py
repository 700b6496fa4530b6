"""What was done is undone by people and machines like all other work, until the case ends (BPMN 2.0.2, 10.3.5, 13.5.5)."""

import pytest

from cpm.commands import cases, customers, definitions, process, resolutions, tasks
from cpm.model import Case, CaseState, Remedy, Task
from cpm.queries.journal import story
from tests.unit.bpmn.drawing import (
    CANCEL,
    boundary,
    compensate,
    each,
    end,
    flow,
    job,
    mapping,
    model,
    node,
    path,
    start,
    undone,
    user,
    xor,
)
from tests.world import World


def refund(order: str = "ok") -> str:
    doing = job("demo.refund") + mapping({"demo": f'="{order}"'})
    return node("serviceTask", "undo_pay", zeebe=doing, isForCompensation="true")


def ordering(handler: str) -> bytes:
    return model(
        start(),
        node(
            "transaction", "tx", start("s1"), user("confirm"), undone("confirm"), user("pay"), undone("pay", handler),
            xor("ok", default="no"), end("fine"), end("stop", CANCEL), path("s1", "confirm", "pay", "ok"),
            flow("ok", "fine", "=paid"), flow("ok", "stop", flow_id="no"),
        ),
        boundary("cancelled", "tx", CANCEL), end("closed"), end("sent"), path("s", "tx", "sent"), path("cancelled", "closed"),
        process_id="ordering",
    )  # fmt: skip


def opened(firm: World, text: bytes, process_id: str, **data: object) -> Case:
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {f"{process_id}.bpmn": text})
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": process_id, "subject": "x", "channel": "email", "language": "de"}
        case = cases.open_case(uow, customer, **about, data=data)
        process.start(uow, case)
    return case


def undoing_told(firm: World, case: Case) -> list[str]:
    with firm.engine.read() as uow:
        entries = story.journal(uow, case.id, "en").entries
    words = ("compensation.", "activity.", "transaction.")
    return [entry.sentence for entry in entries if entry.what.startswith(words)]


def test_a_cancelled_order_is_undone_by_a_machine_and_then_a_person_and_the_case_ends(firm: World):
    case = opened(firm, ordering(refund()), "ordering", paid=False)
    firm.do(case, "confirm", "anna", {})
    firm.do(case, "pay", "anna", {})
    assert firm.at(case) == []
    firm.drain()
    assert firm.at(case) == ["undo_confirm"]
    firm.do(case, "undo_confirm", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
    assert undoing_told(firm, case) == [
        "What was done is being undone: “stop”.",
        "“pay” is undone.",
        "“confirm” is undone.",
        "“tx” is cancelled.",
    ]


@pytest.mark.parametrize("remedy", [Remedy.SKIP, Remedy.SUPPLY])
def test_a_handler_that_fails_is_an_exception_for_people_and_the_undoing_goes_on(firm: World, remedy: Remedy):
    case = opened(firm, ordering(refund("fail:no_money")), "ordering", paid=False)
    firm.do(case, "confirm", "anna", {})
    firm.do(case, "pay", "anna", {})
    firm.drain()
    incident = firm.incident(case)
    assert (incident.element, incident.code) == ("undo_pay", "no_money")
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, remedy, note="Bar ausgezahlt.", data={})
    firm.do(case, "undo_confirm", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
    assert ("“pay” is undone." in undoing_told(firm, case)) == (remedy == Remedy.SUPPLY)


def test_ending_a_case_while_it_is_undone_leaves_nothing_open(firm: World):
    case = opened(firm, ordering(refund("fail:no_money")), "ordering", paid=False)
    firm.do(case, "confirm", "anna", {})
    firm.do(case, "pay", "anna", {})
    firm.drain()
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, firm.incident(case).id, Remedy.END, note="Erledigt.", outcome="withdrawn")
    assert firm.now(case).state == CaseState.CLOSED
    assert firm.at(case) == []
    assert firm.drain() == 0


def test_variables_that_the_undoing_needs_outlive_their_step_in_the_database(firm: World):
    text = model(
        start(), user("a", each("=items")), undone("a"), user("b"), end("t", compensate()), path("s", "a", "b", "t"),
        process_id="several",
    )  # fmt: skip
    case = opened(firm, text, "several", items=["Kessel", "Pumpe"])
    for _ in range(2):
        first = min(firm.open_tasks(case), key=lambda task: task.node or 0)
        with firm.engine.begin("anna") as uow:
            tasks.claim(uow, first.id)
            tasks.complete(uow, first.id, {})
    firm.do(case, "b", "anna", {})
    seen = []
    while firm.at(case):
        task = firm.step(case, "undo_a")
        with firm.engine.read() as uow:
            seen.append(process.visible(uow, uow.get(Task, task.id))["item"])
        firm.do(case, "undo_a", "anna", {})
    assert seen == ["Pumpe", "Kessel"]
    assert firm.now(case).state == CaseState.CLOSED


@pytest.mark.parametrize("handled", [True, False])
def test_all_instances_of_a_large_cancelled_transaction_are_stopped(firm: World, *, handled: bool):
    """Also those whose tokens lie in rows of their own."""
    tx = node(
        "transaction", "tx", start("s1"), user("a"), undone("a") if handled else "", end("stop", CANCEL),
        path("s1", "a", "stop"), each("=items"),
    )  # fmt: skip
    text = model(
        start(), tx, boundary("cancelled", "tx", CANCEL), user("instead"), path("s", "tx"), path("cancelled", "instead"),
        process_id="many",
    )  # fmt: skip
    case = opened(firm, text, "many", items=list(range(18)))
    first = min(firm.open_tasks(case), key=lambda task: task.node or 0)
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, first.id)
        tasks.complete(uow, first.id, {})
    if handled:
        firm.do(case, "undo_a", "anna", {})
    assert firm.at(case) == ["instead"]
    firm.do(case, "instead", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
