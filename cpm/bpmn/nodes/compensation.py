"""Events that undo what was done, and the nodes beside the model that see to it."""

from cpm.bpmn import compensation, undoing
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.spiff import Token


class CompensationEvent(Kernel):
    """Undoes an activity or all that can be seen from here; waits for that unless it is told not to (10.5.6)."""

    def act(self, token: Token) -> bool:
        assert self.event is not None
        if "undoing" in token.internal_data:
            return True
        token.internal_data["undoing"] = True
        if not undoing.throw(token, self.event.activity, awaited=self.event.awaited):
            return True
        token.runner.note("compensating", token, self.event.activity)
        return not self.event.awaited


class CancelEvent(Kernel):
    """Stops all in its transaction and undoes what was done there; then the transaction is left (10.3.5, 10.5.6).

    Of several instances of the transaction all are cancelled: its one boundary event ends them all.
    """

    def act(self, token: Token) -> bool:
        data = token.internal_data
        if "undoing" not in data:
            data["undoing"] = 1
            undoing.stop_all_else(token)
            if undoing.throw(token, None, awaited=True):
                token.runner.note("compensating", token)
                return False
        if data["undoing"] == 1:
            data["undoing"] = 2
            if undoing.undo_instances(token):
                return False
        return True

    def leave(self, token: Token) -> bool:
        token.workflow.data["cancelled"] = True
        return super().leave(token)


class Undo(Kernel):
    """Has what was done in its scope undone, one after another."""

    told = False

    def enter(self, token: Token) -> bool:  # noqa: ARG002 nobody drew it
        return True

    def act(self, token: Token) -> bool:
        return undoing.go_on(token)

    def done(self, token: Token) -> None:
        undoing.finish(token)


class Reopened(SubProcess):
    """A subprocess that has completed and has no handler of its own: what was done in it is undone in there.

    Its variables are as they were when it completed; around it they are the present ones (10.7.1).
    """

    told = False
    reopens = True

    def enter(self, token: Token) -> bool:  # noqa: ARG002 it was entered when it was done
        return True

    def act(self, token: Token) -> bool:
        record = token.parent.internal_data[compensation.UNDOABLE][-1]
        tree = token.runner.inner_tree(token, self.inside)
        tree.data[compensation.UNDOABLE], record[2] = record[2], []
        if undoing.undo_inside(tree):
            return False
        del token.runner.tree.subprocesses[token.id]
        return True

    def leave(self, token: Token) -> bool:  # noqa: ARG002 its outputs were mapped when it was done
        return True
