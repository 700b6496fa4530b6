"""Whoever looked at a row before the lock acts on what it is now."""

from sqlalchemy import update

from cpm.model import Task, TaskState
from tests.world import World, mail


def test_a_row_that_was_looked_at_before_the_lock_is_read_again(firm: World):
    case = firm.receive(mail())
    firm.drain()
    task_id = firm.step(case, "check_facts").id
    with firm.engine.begin("anna") as uow:
        assert uow.get(Task, task_id).state == TaskState.READY
        meanwhile = update(Task).where(Task.id == task_id).values(state=TaskState.CLAIMED, assignee="ben")
        uow.session.execute(meanwhile, execution_options={"synchronize_session": False})
        assert uow.of_case(Task, task_id).assignee == "ben"
