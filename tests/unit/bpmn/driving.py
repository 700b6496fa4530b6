"""Drives a case as the engine does: from bytes to bytes at every step, each step run twice and compared."""

from datetime import UTC, datetime

from cpm.bpmn import (
    Changed,
    Chosen,
    Completed,
    Decided,
    Ended,
    Errored,
    Fired,
    Retried,
    Signalled,
    Skipped,
    prepare,
    resume,
    start,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Case:
    def __init__(self, *models, decide=None, at=None, program=None, now=NOW, **variables):
        self.program = program or prepare({f"{number}.bpmn": text for number, text in enumerate(models)})
        self.decide = decide or (lambda decision, facts: Decided(f"{decision} says so"))
        self.trace = []
        self.now = now
        self._take(start(self.program, variables, now=self.now, decide=self.decide, at=at))

    def _take(self, step):
        self.step = step
        self.trace += step.trace

    def tell(self, happened):
        def go():
            state = bytes(self.step.state)
            return resume(self.program, state, self.step.scopes, happened, now=self.now, decide=self.decide)

        before = {scope: dict(values) for scope, values in self.step.scopes.items()}
        step, again = go(), go()
        assert step.state == again.state
        assert step.trace == again.trace
        assert step.scopes == again.scopes
        assert before == self.step.scopes, "handed in scopes were changed"
        assert step.last_node >= self.step.last_node
        self._take(step)
        return self

    def do(self, element, **variables):
        return self.tell(Completed(self.node(element), variables))

    def do_node(self, node, **variables):
        return self.tell(Completed(node, variables))

    def fire(self, element, **variables):
        return self.tell(Fired(self.node(element), variables))

    def fire_node(self, node, **variables):
        return self.tell(Fired(node, variables))

    def fail(self, element, code, message="", **variables):
        return self.tell(Errored(self.node(element), code, message, variables))

    def retry(self, element, **variables):
        return self.tell(Retried(self.node(element), variables))

    def choose(self, element, **variables):
        """At the one ad-hoc subprocess that offers it."""
        node = next(each.node for each in self.step.choices if element in self.offered_at(each))
        return self.tell(Chosen(node, element, variables))

    def end(self, element):
        return self.tell(Ended(next(each.node for each in self.step.choices if each.element == element)))

    def offered_at(self, choice):
        return [offer.element for offer in choice.offered]

    @property
    def offered(self):
        """What can be chosen, over all ad-hoc subprocesses."""
        return [element for choice in self.step.choices for element in self.offered_at(choice)]

    @property
    def choice(self):
        (choice,) = self.step.choices
        return choice

    def skip(self, element):
        return self.tell(Skipped(self.node(element)))

    def signal(self, name, **variables):
        return self.tell(Signalled(name, variables))

    def change(self, **variables):
        return self.tell(Changed(variables))

    @property
    def open(self):
        step = self.step
        return [*step.tasks, *step.jobs, *step.timers, *step.waits, *step.listening, *step.faults]

    def node(self, element):
        return next(item.node for item in self.open if item.element == element)

    @property
    def at(self):
        """All that is waited for, by element."""
        return sorted(item.element for item in self.open)

    @property
    def variables(self):
        return dict(self.step.scopes[""])

    def told(self, what):
        return [entry.element for entry in self.trace if entry.what == what]

    @property
    def finished(self):
        return self.step.finished

    @property
    def faults(self):
        return [(fault.element, fault.code) for fault in self.step.faults]
