"""Ways round an approval that somebody might try: to approve one's own act, or something else than was approved."""

from decimal import Decimal

import pytest

from cpm.commands import definitions, users, variables
from cpm.model import Case, Remedy
from cpm.policies import Assent, PolicyNeedsApproval
from tests.commands.test_policies import (
    ANSWER,
    FACTS,
    claimed,
    complete,
    on_the_desk_of,
    resolve,
    table,
    to_answer,
    told,
    unapproved_credit,
)
from tests.world import World, mail


def promote(firm: World, who: str) -> None:
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, who, teams=("service", "supervisors"))


def deploy_policy(firm: World, action: str, when: str) -> None:
    own = table(action, when, '"approval"', approver='"supervisors"')
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": own})
    firm.engine.library.refresh(now=True)


def stopped_answer(firm: World) -> Case:
    """Anna's answer was enqueued, and a policy that came into force just then stops the worker."""
    case = to_answer(firm)
    firm.drain()
    firm.do(case, "write_answer", "anna", ANSWER)
    deploy_policy(firm, '"send"', "true")
    firm.drain()
    return case


def test_who_led_a_case_to_a_call_does_not_approve_it_though_the_worker_stopped_it(firm: World):
    incident = firm.incident(stopped_answer(firm))
    promote(firm, "anna")
    with pytest.raises(PolicyNeedsApproval) as needed:
        resolve(firm, incident, Remedy.RETRY, "anna", said=Assent(override="Ich war es."))
    assert not needed.value.may_approve
    resolve(firm, incident, Remedy.RETRY, said=Assent(override="Gelesen."))


def test_nobody_changes_the_data_of_a_call_and_approves_it_at_once(firm: World):
    case = stopped_answer(firm)
    corrected = {"data": {"email": "eve@example.org"}}
    with pytest.raises(PolicyNeedsApproval) as needed:
        resolve(
            firm, firm.incident(case), Remedy.CORRECT, said=Assent(override="Lieber dorthin."), **corrected
        )
    assert not needed.value.may_approve


def test_an_approval_that_was_asked_for_lets_a_stopped_call_go_on(firm: World):
    case = unapproved_credit(firm)
    incident = firm.incident(case)
    promote(firm, "anna")
    with pytest.raises(PolicyNeedsApproval, match="asked for and not yet given"):
        resolve(firm, incident, Remedy.RETRY, "anna", said=Assent(ask="Lange gewartet."))
    with on_the_desk_of(firm, case, "sue") as desk:
        complete(firm, desk, {"approved": "yes", "note": ""}, "sue")
    resolve(firm, incident, Remedy.RETRY, "anna")
    firm.drain()
    assert firm.at(case) == ["write_answer"]
    assert told(firm, case, "policy.approval_used")[0]["by"] == "sue"


def test_an_approval_is_not_used_for_other_facts(firm: World):
    """What was approved at 500 euros is not approved at 5000, wherever the amount comes from."""
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    deploy_policy(firm, '"complete"', "amount > 100")
    task = claimed(firm, case, "check_facts")
    put(firm, case, "amount", "500")
    with pytest.raises(PolicyNeedsApproval):
        complete(firm, task, FACTS, ask="Bitte.")
    with on_the_desk_of(firm, case, "sue") as desk:
        complete(firm, desk, {"approved": "yes", "note": ""}, "sue")
    put(firm, case, "amount", "5000")
    with pytest.raises(PolicyNeedsApproval, match="has not been asked for"):
        complete(firm, task, FACTS)
    put(firm, case, "amount", "500")
    complete(firm, task, FACTS)


def put(firm: World, case: Case, name: str, amount: str) -> None:
    with firm.engine.begin("test") as uow:
        ours = uow.case(case.id)
        before = variables.load(uow, ours)
        uow.record(ours, "test.put")
        variables.save(uow, ours, before, {**before, "": {**before[""], name: Decimal(amount)}})
