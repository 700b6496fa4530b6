"""What we lean on in SpiffWorkflow 3.2.0, so that another version fails here and loudly, not in a case."""

from importlib.metadata import version

import pytest
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from cpm.bpmn import spiff
from cpm.bpmn.spiff import NodeSpec, ScopeSpec
from cpm.bpmn.state import load
from tests.unit.bpmn.drawing import boundary, end, model, node, path, start, timer, user
from tests.unit.bpmn.driving import Case


def test_the_version_is_the_one_that_was_read():
    assert version("SpiffWorkflow") == "3.2.0"


@pytest.mark.parametrize(
    ("owner", "members"),
    [
        (Task, ["_set_state", "_ready", "run", "complete", "cancel", "_drop_children", "_child_added_notify", "children", "parent"]),
        (TaskSpec, ["_update", "_update_hook", "_run", "_run_hook", "_on_ready", "_on_ready_hook", "_on_complete", "_on_complete_hook", "_predict", "_on_cancel", "test", "connect"]),
        (Workflow, ["_task_completed_notify"]),
        (BpmnWorkflow, ["get_task_from_id", "create_subprocess"]),
        (BpmnSubWorkflow, ["_calculate_depth"]),
    ],
)  # fmt: skip
def test_the_hooks_we_fill_are_there(owner, members):
    assert [member for member in members if not hasattr(owner, member)] == []


def test_states_have_the_order_and_numbers_that_stored_cases_use():
    assert (spiff.FUTURE, spiff.WAITING, spiff.READY, spiff.STARTED, spiff.COMPLETED) == (4, 8, 16, 32, 64)
    assert TaskState.FINISHED_MASK & TaskState.NOT_FINISHED_MASK == 0
    assert TaskState.STARTED & spiff.UNFINISHED


class Note(NodeSpec):
    """Writes down what Spiff calls, in order."""

    element = "x"
    waits = joins = calls = chooses = listens = False
    told = False

    def __init__(self, *args, result=True):
        super().__init__(*args)
        self.calls_seen, self.result = [], result

    def enter(self, token):
        self.calls_seen.append(("enter", token.state))
        return True

    def act(self, token):
        self.calls_seen.append(("act", token.state))
        return self.result

    def leave(self, token):
        self.calls_seen.append(("leave", token.state))
        return True

    def done(self, token):
        self.calls_seen.append(("done", token.state))


class Runner:
    """The least that trees and tokens need."""

    def __init__(self):
        self.tokens, self.ready, self.retired, self.last = {}, [], [], 0

    def next_node(self, _part):
        self.last += 1
        return self.last

    def attempt(self, token, action):
        return action(token)

    def retire(self, token):
        self.retired.append(token.id)


def a_token(result=True):
    scope = ScopeSpec("p")
    note = Note(scope, "x", result=result)
    runner = Runner()
    tree = spiff.CaseTree(scope, runner)
    return note, runner, spiff.Token(tree, note, tree.task_tree)


def test_spiff_calls_the_hooks_in_this_order():
    note, runner, token = a_token()
    token.task_spec._update(token)
    assert (token.state, runner.ready) == (TaskState.READY, [token])
    assert token.run() is True
    assert note.calls_seen == [("enter", 4), ("act", 16), ("leave", 16), ("done", 64)]
    assert (token.state, runner.retired) == (TaskState.COMPLETED, [1])


def test_a_node_that_is_not_done_is_started_and_completes_later():
    note, runner, token = a_token(result=False)
    token.task_spec._update(token)
    assert token.run() is None
    assert (token.state, runner.retired) == (TaskState.STARTED, [])
    token.complete()
    assert note.calls_seen[-1] == ("done", 64)
    assert runner.retired == [1]


def test_updating_twice_enters_once():
    note, runner, token = a_token()
    token.task_spec._update(token)
    token.task_spec._update(token)
    assert (len(note.calls_seen), len(runner.ready)) == (1, 1)


def test_a_token_that_is_cancelled_tells_nobody_but_its_node():
    note, runner, token = a_token()
    token.cancel()
    assert token.state == TaskState.CANCELLED
    assert (note.calls_seen, runner.retired) == ([], [])


def test_nothing_of_spiffs_own_is_in_a_scope():
    scope = ScopeSpec("p")
    assert set(scope.task_specs) == {"~root"}
    assert isinstance(scope.start, BpmnSpecMixin)


def test_spiff_predicts_keeps_and_copies_nothing():
    sub = node("subProcess", "sub", start("s1"), user("x"), user("y"), path("s1", "x", "y"))
    text = model(
        start(),
        user("a"),
        sub,
        boundary("b", "sub", timer("P1D")),
        user("z"),
        end(),
        path("s", "a", "sub", "z", "e"),
        path("b", "z"),
    )
    case = Case(text, x=1)
    for element in ("a", "x", "y"):
        runner = load(case.program, case.step.state, case.step.scopes)
        tokens = list(runner.tokens.values())
        assert len(tokens) <= 3
        assert all(token.state in {TaskState.WAITING, TaskState.STARTED} for token in tokens)
        assert all(token.data == {} for token in tokens)
        case.do(element)


def test_python_is_never_evaluated():
    with pytest.raises(PermissionError, match="FEEL only"):
        spiff._ENGINE.environment.evaluate("1 + 1", {})
    with pytest.raises(PermissionError, match="FEEL only"):
        spiff._ENGINE.environment.execute("x = 1", {})
