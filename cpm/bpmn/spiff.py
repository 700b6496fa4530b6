"""All that leans on SpiffWorkflow's insides: tokens, token trees and the hooks of a node.

SpiffWorkflow 3.2.0 (pinned) owns a token's states, its place in a tree, and trees inside trees. Three of its habits
are turned off, because they cost time that grows with the process or keep what we store elsewhere: it predicts the
remaining way, keeps finished tokens, and copies data from token to token. Here a tree holds the live tokens only:
each hangs at the root, except boundary events and loop instances, which hang at their host.
`tests/unit/bpmn/test_bpmn_spiff.py` fails when a later version behaves differently.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from cpm.bpmn.places import part_of

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner

FUTURE, WAITING, READY, STARTED = TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED = TaskState.COMPLETED
UNFINISHED = TaskState.NOT_FINISHED_MASK


class Token(Task):
    """A token at a node. Its `id` is the node number that the rest of the system knows."""

    taken: tuple[Any, ...] = ()  #: the flows it leaves by, once chosen
    lenient = False  #: it is being skipped: missing results are no trouble
    quiet = False  #: its end was told already
    throws: tuple[Any, ...] = ()  #: what an event throws, once its names are settled
    kept = False  #: its variables stay, for what undoes it
    brought: Mapping[str, Any] = MappingProxyType({})  #: variables of the event that began it

    def __init__(self, tree: Any, spec: Any, parent: Any, state: int = FUTURE, node: int | str = 0) -> None:
        super().__init__(tree, spec, parent, state, node or tree.runner.next_node(_place(tree, parent)))
        tree.runner.tokens[self.id] = self

    def _set_state(self, value: int) -> None:
        self._state = value  # Spiff writes a log line and reads the clock here

    @property
    def runner(self) -> "Runner":
        return self.workflow.runner  # type: ignore[no-any-return]

    @property
    def hangs(self) -> bool:
        """Is it a boundary event, an instance or a handler that undoes, which ends with its host?"""
        return self._parent != ROOT

    @property
    def latent(self) -> bool:
        """Is it an event that waits at its host? Nobody was told of it yet."""
        return self.hangs and self.task_spec.waits and not self.internal_data.keys() & {"i", "undoes"}

    def move_to_root(self) -> None:
        """Take the token from its host, so that it survives it."""
        self.parent._children.remove(self.id)
        self._parent = ROOT
        self.workflow.task_tree._children.append(self.id)


ROOT = "root"


def _place(tree: Any, parent: Any) -> int:
    """The part in which a new token lies: that of what it hangs at, or of what it is inside of."""
    if parent.id != ROOT:
        return part_of(parent.id)
    return part_of(tree.host.id) if tree.host else 0


class _Tree:
    """Shared by the case's own tree and those inside: holds live tokens, forgets each as it ends."""

    runner: "Runner"
    tasks: dict[Any, Any]
    host: Any  #: the token that stands for it outside; None for the case's own
    ad_hoc = False  #: is somebody asked what to do next in here?
    data: dict[str, Any]  #: what the scope has to remember as long as it lasts, as JSON; kept in the state

    def plant(self) -> None:
        """The root, which every other token hangs at; it was never a token itself."""
        self.task_tree = Task(self, self.spec.start, None, COMPLETED, ROOT)  # type: ignore[attr-defined]
        self.data = {}  # Spiff's place for variables, which are elsewhere here

    def live(self) -> list[Token]:
        return [token for node, token in self.tasks.items() if node != ROOT]

    @property
    def breadth(self) -> int:
        """How many tokens are side by side here, boundary events and instances not counted."""
        return len(self.task_tree._children)

    @property
    def over(self) -> bool:
        """Is there nothing left but events that would have started something?"""
        return all(node == ROOT or token.task_spec.listens for node, token in self.tasks.items())

    def forget(self, token: Token) -> None:
        token.parent._children.remove(token.id)
        del self.tasks[token.id]
        del self.runner.tokens[token.id]

    def _task_completed_notify(self, token: Token) -> None:
        # Spiff would look for its End task and update every waiting one.
        self.runner.retire(token)


class _NoPython(BasePythonScriptEngineEnvironment):
    """Nothing is ever evaluated as Python."""

    def evaluate(self, *_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError("Expected FEEL only, but Python was to be evaluated")

    execute = call_service = evaluate


_ENGINE = PythonScriptEngine(_NoPython())


class CaseTree(_Tree, BpmnWorkflow):
    def __init__(self, spec: Any, runner: "Runner") -> None:
        self.runner = runner
        super().__init__(spec, {}, script_engine=_ENGINE, deserializing=True)
        self.plant()

    host = None

    def get_task_from_id(self, task_id: Any) -> Any:
        return self.runner.tokens[task_id]


class InnerTree(_Tree, BpmnSubWorkflow):
    """The tokens inside a subprocess or a called process; `host` is the token that stands for it outside."""

    def __init__(self, spec: Any, host: Token) -> None:
        self.runner, self.host, self.ad_hoc = host.workflow.runner, host, host.task_spec.ad_hoc
        super().__init__(spec, host.id, host.workflow.top_workflow, deserializing=True)
        self.plant()
        self.top_workflow.subprocesses[host.id] = self


class ScopeSpec(BpmnProcessSpec):
    """The nodes of a process or subprocess, without Spiff's own Start, EndJoin and End among them."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name, addstart=False)
        self.data_objects: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = BpmnSpecMixin(self, "~root")
        self.listeners: tuple[str, ...] = ()  #: what waits as long as the scope lasts
        self.openers: Mapping[str, Any] = {}  #: what begins the process as its message comes
        self.undone_by = ""  #: name of its compensation event subprocess
        self.starts: tuple[
            str, ...
        ] = ()  #: where tokens come as the scope begins, unless it is told otherwise


class NodeSpec(BpmnSpecMixin):
    """Spiff's hooks, brought down to four that a node may fill: enter, act, leave and followers.

    `enter`, `act` and `leave` may raise Trouble; then the token is parked as a fault and everything else goes on.
    """

    def enter(self, token: Token) -> bool:
        """A token comes; False if it has to wait here."""
        raise NotImplementedError

    def act(self, token: Token) -> bool:
        """Do what the node does; False if somebody outside has to finish it."""
        raise NotImplementedError

    def leave(self, token: Token) -> bool:
        """Everything fallible about going on; always True."""
        raise NotImplementedError

    def done(self, token: Token) -> None:
        """The token has left: make its followers."""
        raise NotImplementedError

    def test(self) -> None:
        """Spiff wants every node connected; an unreachable one is fine."""

    def _predict(self, my_task: Any, *_args: Any, **_kwargs: Any) -> None:
        """No guesses about the remaining way."""

    def _update_hook(self, my_task: Token) -> bool:
        return my_task.state == FUTURE and my_task.runner.attempt(my_task, self.enter)

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.runner.ready.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        return my_task.runner.attempt(my_task, self._act_and_leave) or None  # None: Spiff calls it started

    def _act_and_leave(self, token: Token) -> bool:
        return self.act(token) and self.leave(token)

    def _on_complete_hook(self, my_task: Token) -> None:
        self.done(my_task)
