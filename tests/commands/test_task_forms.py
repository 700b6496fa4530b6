"""A step's form while somebody fills it in."""

import pytest

from cpm.commands import tasks
from cpm.errors import Invalid
from cpm.queries import task as task_query
from tests.world import World, mail

DEFECT = {"cause": "defect", "damage_text": "Steht still.", "delivered_on": "2026-03-01"}


def test_the_form_follows_what_was_typed(firm: World):
    task = firm.step(firm.receive(mail()), "check_facts")
    with firm.engine.read() as uow:
        fields = {field["key"] for field in task_query.view(uow, task.id).fields}
        typed = {field["key"]: field for field in task_query.view(uow, task.id, typed=DEFECT).fields}
    assert "failed_repairs" not in fields
    assert typed["failed_repairs"]["shown"] == ""
    assert typed["damage_text"]["shown"] == "Steht still."


def test_what_speaks_against_an_answer_is_told_without_giving_it(firm: World):
    task = firm.step(firm.receive(mail()), "check_facts")
    with firm.engine.read() as uow:
        assert task_query.problems(uow, task.id, DEFECT) == ()
        (found,) = task_query.problems(uow, task.id, {**DEFECT, "damage_text": None}, "en")
    assert found == ("damage_text", "Please fill in “What happened?”.")


def test_a_step_is_not_completed_over_a_field_that_nobody_saw(firm: World):
    """The number of failed repairs is asked only of defects, and the page did not know yet that it is one."""
    task = firm.step(firm.receive(mail()), "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with pytest.raises(Invalid) as refused, firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, DEFECT, asked=frozenset(DEFECT))
    assert "failed_repairs" in [key for key, _ in refused.value.problems]
    with firm.engine.begin("anna") as uow:
        assert tasks.complete(uow, task.id, DEFECT).assignee == "anna"
