"""Keeps what of a case lies apart, as the database does, and drives a case on it beside the same one kept whole."""

from collections import Counter

from cpm.bpmn import (
    Completed,
    Decided,
    Errored,
    Fired,
    Retried,
    Skipped,
    part_of_scope,
    resume,
    start,
    visible,
)
from tests.unit.bpmn.driving import NOW


class Kept:
    """Hands out what is asked for, and takes a step's changes."""

    def __init__(self):
        self.parts, self.variables, self.asked = {}, {0: {"": {}}}, set()

    def part(self, number):
        return self.parts.get(number)

    def parts_of(self, body):
        return {number: part for number, part in self.parts.items() if part.body == body}

    def scopes(self, parts):
        self.asked |= set(parts)
        return {scope: values for part in parts for scope, values in self.variables.get(part, {}).items()}

    def main(self):
        """What lies in no instance; a step begins with it."""
        self.asked = {0}
        return dict(self.variables[0])

    @property
    def present(self):
        return {scope: values for scopes in self.variables.values() for scope, values in scopes.items()}

    def take(self, step):
        for number, part in step.parts.items():
            if part is None:
                del self.parts[number]
            else:
                self.parts[number] = part
        for part in self.asked:
            self.variables.pop(part, None)
        for scope, values in step.scopes.items():
            there = self.variables.setdefault(part_of_scope(scope), {})
            there[scope] = {**there.get(scope, {}), **values}


class Whole:
    """All in the state."""

    kept = None

    def __init__(self, program, variables):
        self.program, self.trace, self.waiting, self.instances = program, [], {}, {}
        self.take(start(program, variables, now=NOW, decide=decide, elsewhere=self.kept))

    def take(self, step):
        self.step, self.scopes = step, step.scopes
        self.trace += [(each.what, each.element) for each in step.trace]
        covered = self.waiting if step.covers is None else step.covers
        here = [*step.tasks, *step.jobs, *step.timers, *step.waits, *step.faults, *step.listening]
        self.waiting = {node: item for node, item in self.waiting.items() if node not in covered}
        self.waiting |= {item.node: item for item in here}

    def tell(self, happened):
        given = {"now": NOW, "decide": decide, "elsewhere": self.kept}
        if self.kept:
            self.scopes = self.kept.main()
        step = resume(self.program, self.step.state, self.scopes, happened, **given)
        again = resume(self.program, self.step.state, self.scopes, happened, **given)
        assert (step.state, step.parts, step.trace) == (again.state, again.parts, again.trace)
        self.take(step)

    def see(self, node):
        return visible(self.program, self.step.state, self.scopes, node, self.kept)

    def places(self):
        """What is waited for: (kind, element, what tells its instance, the how many-eth) -> node."""
        found, equals = {}, Counter()
        for node, item in sorted(self.waiting.items()):
            if node not in self.instances:
                seen = self.see(node)
                self.instances[node] = seen.get("item"), seen.get("inner")
            key = (type(item).__name__, item.element, *self.instances[node])
            found[*key, equals[key]] = node
            equals[key] += 1
        return found


class Apart(Whole):
    """Large multi-instances lie apart."""

    def __init__(self, program, variables):
        self.kept = Kept()
        super().__init__(program, variables)

    def take(self, step):
        super().take(step)
        self.kept.take(step)
        self.scopes = {
            scope: values for scope, values in self.kept.present.items() if part_of_scope(scope) == 0
        }


def decide(decision, _facts):
    return Decided(f"{decision} says so")


def happening(random, kind, node, code="E1"):
    """Something that may happen to what waits there."""
    match kind:
        case "UserTask":
            return Completed(node, {"answer": random.randrange(100)})
        case "ServiceCall":
            return Completed(node, {"answer": 1}) if random.random() < 0.8 else Errored(node, code, "no")
        case "Fault":
            return random.choice([Retried(node, {"go": True}), Skipped(node), Completed(node, {"go": True})])
    return Fired(node, {"rang": True})
