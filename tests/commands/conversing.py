"""Small processes that talk to each other, put in force beside the shipped ones; and cases of them."""

import threading
from collections.abc import Callable

from sqlalchemy import select

from cpm.commands import cases, correlation, customers, definitions, process
from cpm.commands.messages import Sent
from cpm.model import Case, CaseState, Wait
from cpm.uow import UnitOfWork
from tests.unit.bpmn.drawing import (
    boundary,
    catch,
    each,
    end,
    mapping,
    message,
    model,
    node,
    path,
    start,
    throw,
    user,
)
from tests.world import World


def declared(**names: str) -> str:
    """Messages by id; `name|=key` has a correlation key."""
    return "".join(_message(reference, *name.split("|")) for reference, name in names.items())


def _message(reference: str, name: str, key: str = "") -> str:
    inside = (
        f'<bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements>'
        if key
        else ""
    )
    return f'<bpmn:message id="{reference}" name="{name}">{inside}</bpmn:message>'


def waiting(process_id: str, name: str = "paid|=order") -> bytes:
    """Waits for a message whose key is the order."""
    parts = (start(), catch("wait", message()), end(), path("s", "wait", "e"))
    return model(*parts, process_id=process_id, declared=declared(m1=name))


def waiting_for_each(process_id: str) -> bytes:
    """Waits for a message for each of the orders."""
    wait = node("receiveTask", "wait", each("=orders", element="order"), messageRef="m1")
    parts = (start(), wait, end(), path("s", "wait", "e"))
    return model(*parts, process_id=process_id, declared=declared(m1="paid|=order"))


def begun(process_id: str, name: str = "ordered") -> bytes:
    """Begins by a message; a person does the rest."""
    parts = (start("s", message()), user("work"), end(), path("s", "work", "e"))
    return model(*parts, process_id=process_id, declared=declared(m1=name))


def sending(process_id: str, name: str = "paid|=order", **brings: str) -> bytes:
    """Sends a message and ends."""
    send = node("sendTask", "send", zeebe=mapping(brings) if brings else "", messageRef="m1")
    parts = (start(), send, end(), path("s", "send", "e"))
    return model(*parts, process_id=process_id, declared=declared(m1=name))


SIGNALS = '<bpmn:signal id="si1" name="storm"/>'
_STORM = '<bpmn:signalEventDefinition signalRef="si1"/>'


def listening(process_id: str) -> bytes:
    """Waits for a storm, while a person may go on without it."""
    parts = (start(), catch("wait", _STORM), user("after"), end(), path("s", "wait", "after", "e"))
    return model(*parts, process_id=process_id, declared=SIGNALS)


def listening_beside(process_id: str) -> bytes:
    """A person works; each storm is noted beside it."""
    beside = boundary("b", "work", _STORM, interrupting=False)
    parts = (start(), user("work"), beside, user("look"), end(), path("s", "work", "e"), path("b", "look"))
    return model(*parts, process_id=process_id, declared=SIGNALS)


def listening_twice(process_id: str) -> bytes:
    """Two people work beside each other, and a storm stops them both."""
    stops = (boundary("b", "one", _STORM), boundary("c", "other", _STORM))
    ways = (path("s", "one", "e"), path("s", "other", "e"), path("b", "e"), path("c", "e"))
    parts = (start(), user("one"), user("other"), *stops, end(), *ways)
    return model(*parts, process_id=process_id, declared=SIGNALS)


def throwing(process_id: str, **brings: str) -> bytes:
    """Throws a storm and hears it itself."""
    thrown = throw("throw", _STORM, zeebe=mapping(brings) if brings else "")
    parts = (start(), thrown, end(), path("s", "throw", "e"))
    return model(*parts, process_id=process_id, declared=SIGNALS)


def begun_by_storm(process_id: str) -> bytes:
    parts = (start("s", _STORM), user("work"), end(), path("s", "work", "e"))
    return model(*parts, process_id=process_id, declared=SIGNALS)


def deploy(firm: World, *models: bytes) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {f"{number}.bpmn": content for number, content in enumerate(models)})


def open_case(firm: World, process_id: str, **data: object) -> Case:
    with firm.engine.begin("test") as uow:
        return begin(uow, process_id, **data)


def begin(uow: UnitOfWork, process_id: str, **data: object) -> Case:
    customer = customers.of_address(uow, "mara@example.org", name="Mara Beispiel", language="de")
    given = {"process": process_id, "subject": "Test", "channel": "phone", "language": "de"}
    case = cases.open_case(uow, customer, data=data, **given)
    process.start(uow, case)
    return case


def at_once(*work: Callable[[], object]) -> None:
    """Each in a thread of its own; none may fail."""
    failed: list[Exception] = []

    def guarded(do: Callable[[], object]) -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(do,)) for do in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def publish(firm: World, name: str, key: str, unique_id: str = "1", **more: object) -> bool:
    payload = more.pop("payload", {})
    with firm.engine.begin("worker") as uow:
        if email := more.pop("email", None):
            more["customer_id"] = customers.of_address(uow, email, name="Mara Beispiel", language="de").id
        return correlation.publish(uow, Sent(name, key, unique_id, payload, **more))


def cases_of(firm: World, process_id: str) -> list[Case]:
    with firm.engine.read() as look:
        return [*look.session.scalars(select(Case).where(Case.process == process_id).order_by(Case.id))]


def open_ones(firm: World, process_id: str) -> list[Case]:
    return [case for case in cases_of(firm, process_id) if case.state == CaseState.OPEN]


def waits(firm: World) -> int:
    with firm.engine.read() as look:
        return len(look.session.scalars(select(Wait.id)).all())
