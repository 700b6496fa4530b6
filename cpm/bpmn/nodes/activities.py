"""Tasks, subprocesses and call activities."""

from typing import Any

from cpm.bpmn.binding import bare
from cpm.bpmn.formula import Trouble
from cpm.bpmn.happened import DecisionFailed
from cpm.bpmn.model import MOST_PRIORITY, MOST_RETRIES
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.nodes.settled import names, text, when, whole
from cpm.bpmn.scopes import chain
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Decision


class PassingTask(Kernel):
    """A task without a doer: undefined and manual tasks (as in Camunda 8)."""


class ServiceTask(Kernel):
    """A job for a machine; waits until it is settled from outside."""

    def act(self, token: Token) -> bool:
        kind = text(token, self.zeebe.task_type, "the job's type")
        if not kind:
            raise Trouble("no_type", f"Expected a type for the job of {self.element!r}, but it is empty.")
        retries = whole(token, self.zeebe.retries, "the number of retries", MOST_RETRIES)
        token.internal_data["job"] = [kind, retries]
        return False


class UserTask(Kernel):
    """A task for a person; who, until when and how urgent is settled as the token comes."""

    def act(self, token: Token) -> bool:
        zeebe = self.zeebe
        token.internal_data["task"] = [
            text(token, zeebe.assignee, "the assignee"),
            names(token, zeebe.groups, "the candidate groups"),
            names(token, zeebe.users, "the candidate users"),
            when(token, zeebe.due, "the due date"),
            when(token, zeebe.follow_up, "the follow-up date"),
            whole(token, zeebe.priority, "the priority", MOST_PRIORITY),
        ]
        return False


class ScriptTask(Kernel):
    """Puts the value of a FEEL expression into a variable."""

    def act(self, token: Token) -> bool:
        assert self.zeebe.script is not None
        assert self.zeebe.result is not None
        self.accept(token, {self.zeebe.result: token.runner.value(token, self.zeebe.script)})
        return True


class DecisionTask(Kernel):
    """Asks a DMN decision."""

    def act(self, token: Token) -> bool:
        runner, decision = token.runner, self.zeebe.decision
        assert decision is not None
        assert self.zeebe.result is not None
        if runner.decide is None:
            raise Trouble("no_decision", f"Expected somebody to decide {decision!r}, but nobody does.")
        try:
            decided = runner.decide(decision, runner.visible(token))
        except DecisionFailed as failed:
            raise Trouble(failed.code, failed.message) from failed
        runner.note("decided", token, Decision(bare(decision), decided.value, decided.evidence))
        self.accept(token, {self.zeebe.result: decided.value})
        return True


class SubProcess(Kernel):
    """Embedded: its variables are the outer ones and its own."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.inside = ""  #: the scope in it

    def act(self, token: Token) -> bool:
        token.runner.open_inside(token, self.inside)
        return False


class EventSubProcess(SubProcess):
    """Begun by its listener, which brings the event's variables for the start event in it."""

    def act(self, token: Token) -> bool:
        begun = token.runner.open_inside(token, self.inside)
        begun.task_spec.accept(begun, token.brought)
        return False


class CallActivity(SubProcess):
    """Another process, which sees what it is given and nothing else."""

    calls = True

    @property
    def called(self) -> str:
        """The process, or the global task."""
        return self.zeebe.process or next(iter(self.node.inner.nodes if self.node.inner else ()), "")

    def act(self, token: Token) -> bool:
        runner = token.runner
        given = dict(runner.visible(token) if self.zeebe.all_in else runner.variables.get(str(token.id)))
        if self.node.loop and self.node.loop.output:
            # Coming back, it would undo what other instances put there.
            given.pop(self.node.loop.output, None)
        runner.variables.drop(f"{token.id}/")
        runner.variables.local(f"{token.id}/", given)
        runner.note("called", token, self.called)
        return super().act(token)

    def leave(self, token: Token) -> bool:
        variables = token.runner.variables
        brought = dict(variables.get(f"{token.id}/"))
        variables.drop(f"{token.id}/")
        if self.zeebe.outputs:
            variables.local(str(token.id), brought)
        elif self.zeebe.all_out:
            variables.propagate(list(chain(token)), brought)
        super().leave(token)
        token.runner.note("returned", token, self.called)
        return True
