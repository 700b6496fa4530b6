"""Takes tokens away and begins elements by hand, as one act, in the way of Camunda 8's process instance modification.

What begins comes first, so that a scope out of which everything is moved, but into which something comes, goes on. A scope
that is left with nothing ends without being left, and so outwards; if nothing is left at all, the process ends. What
was done in a scope that is taken away is not undone. All that speaks against it is found before anything has changed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cpm.bpmn import moving_reasons as reasons
from cpm.bpmn import undoing
from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Trouble
from cpm.bpmn.happened import Begin, Modified
from cpm.bpmn.program import Program
from cpm.bpmn.spiff import STARTED, Token
from cpm.bpmn.variables import values_of

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


class CannotMove(ValueError):
    """Nothing has changed; `reasons` are all that speaks against it, in both languages."""

    def __init__(self, found: tuple[Reason, ...]) -> None:
        super().__init__(" ".join(reason.english for reason in found))
        self.reasons = found


def modify(runner: "Runner", asked: Modified) -> None:
    """The caller lets everything go on afterwards."""
    move = _Move(runner, asked)
    if found := move.problems():
        raise CannotMove(tuple(found))
    for begin in asked.begin:
        move.begin(begin)
    for node in asked.cancel:
        if node in runner.tokens:  # it may have gone with what it was in
            move.cancel(runner.tokens[node])


def targets(program: Program) -> tuple[str, ...]:
    """Elements that can be begun by hand, as far as the model alone tells; in the order of the file, the process's own first."""
    keys = sorted(program.specs, key=lambda key: key.split("/")[0] != program.process)
    found = (
        name for key in keys for name in _own(program.specs[key]) if not _unfit(program.specs[key], name)
    )
    return tuple(dict.fromkeys(found))


def _own(scope: Any) -> Iterator[str]:
    """What somebody drew there."""
    return (name for name, spec in scope.task_specs.items() if "~" not in name and hasattr(spec, "node"))


def _unfit(scope: Any, name: str) -> Reason | None:
    """Why the element can never be begun by hand."""
    spec = scope.task_specs[name]
    node = spec.node
    if node.kind == "startEvent" or name in scope.openers:
        return reasons.starts(node)
    if any(name == each.gateway.id for each in scope.openers.values() if each.gateway):
        return reasons.starts(node)
    if node.kind == "boundaryEvent":
        return reasons.boundary(node)
    if node.by_event:
        return reasons.begun_by_event(node)
    if node.for_compensation:
        return reasons.undoes(node)
    behind = (each for each in scope.task_specs.values() if getattr(each, "chooses", False))
    return next((reasons.behind(node, each.node) for each in behind if name in each.boundaries), None)


class _Move:
    def __init__(self, runner: "Runner", asked: Modified) -> None:
        self.runner, self.asked, self.specs = runner, asked, runner.program.specs
        for node in (*asked.cancel, *(begin.inside for begin in asked.begin if begin.inside is not None)):
            runner.parts.reach(node)
        bodies = [token for token in runner.tokens.values() if token.task_spec.is_body]
        for token in bodies if asked.begin else ():
            runner.parts.peek(token, 2)  # one more than can be meant

    def problems(self) -> list[Reason]:
        found = [] if self.asked.cancel or self.asked.begin else [reasons.nothing()]
        found += [reason for node in self.asked.cancel for reason in self._against_cancel(node)]
        return found + [reason for begin in self.asked.begin for reason in self._against_begin(begin)]

    # What is taken away.

    def _against_cancel(self, node: int) -> Iterator[Reason]:
        token = self.runner.tokens.get(node)
        if token is None:
            yield reasons.gone(node)
        elif any(
            undoing.is_beside_the_model(each) or "undoes" in each.internal_data for each in _around(token)
        ):
            yield reasons.being_undone(token.task_spec.node)
        elif token.task_spec.listens or token.latent:
            yield reasons.beside(token.task_spec.node)

    def cancel(self, token: Token) -> None:
        tree = token.workflow
        undoing.give_back(token)
        body = token.parent if "i" in token.internal_data else None
        self.runner.withdraw(token)
        if body is None:
            self._emptied(tree)
            return
        body.internal_data["open"] -= 1
        if not body.internal_data["open"]:
            self.cancel(body)

    def _emptied(self, tree: Any) -> None:
        if tree.ad_hoc:
            tree.host.task_spec.inner_left(tree.host)  # somebody may still choose there
        elif tree.over and tree.host is None:
            self.runner.end(tree)
        elif tree.over:
            self.cancel(tree.host)

    # What begins.

    def _against_begin(self, begin: Begin) -> Iterator[Reason]:
        keys = self._keys(begin)
        if not keys:
            yield reasons.unknown(begin.element)
            return
        if unfit := _unfit(self.specs[keys[0]], begin.element):
            yield unfit
        elif (body := self._body(begin)) is not None:
            if (
                body.task_spec.loop.sequential
                or body.task_spec.loop.standard
                or "fault" in body.internal_data
            ):
                yield reasons.one_at_a_time(body.task_spec.node)
            elif self._doomed(body):
                yield reasons.inside_gone(begin.element)
        elif begin.inside is not None and not self._encloses(begin):
            yield reasons.not_inside(begin.element)
        else:
            yield from self._no_scope(keys[0], begin)

    def _no_scope(self, key: str, begin: Begin) -> Iterator[Reason]:
        """Why there is no one scope for it, and none can be begun around it."""
        if key == self.runner.program.process:
            return
        found = self._trees(key, begin)
        if len(found) > 1:
            yield reasons.several(begin.element)
        elif found:
            if found[0].ad_hoc and found[0].data["choice"].get("closing"):
                yield reasons.closing(found[0].host.task_spec.node)
        elif (around := self._around(key)) is None:
            yield reasons.not_running(begin.element)
        else:
            yield from self._no_scope(around[0], begin)

    def begin(self, begin: Begin) -> None:
        values = values_of(begin.variables)
        try:
            if (body := self._body(begin)) is not None:
                body.task_spec.add(body, values)
            else:
                self._come(self._tree(self._keys(begin)[0], begin), begin.element, values)
        except Trouble as trouble:
            raise CannotMove((reasons.trouble(begin.element, trouble.message),)) from trouble

    def _come(self, tree: Any, element: str, values: dict[str, Any]) -> None:
        runner = self.runner
        if tree.ad_hoc:
            tree.host.task_spec.begin(tree.host, element, values)
            return
        token = runner.send(tree, element)
        runner.variables.local(str(token.id), values)
        if token.task_spec.joins:
            token.internal_data["took"] = True  # it waits for nothing more (as in Zeebe)
        runner.enter(token)

    def _tree(self, key: str, begin: Begin) -> Any:
        """The scope that runs already, or a new one, begun without its start event."""
        if key == self.runner.program.process:
            return self.runner.tree
        if found := self._trees(key, begin):
            return found[0]
        around = self._around(key)
        assert around is not None, "that was looked at before"
        return self._open(self._tree(around[0], begin), around[1])

    def _open(self, tree: Any, name: str) -> Any:
        runner = self.runner
        host = tree.host.task_spec.chosen(tree.host, name, {}) if tree.ad_hoc else runner.send(tree, name)
        host.task_spec.enter(host)
        host._set_state(STARTED)
        inner = runner.inner_tree(host, host.task_spec.inside)
        if inner.ad_hoc:
            inner.data["choice"] = {"begun": 0, "over": {}}
        runner.listen(inner)
        return inner

    # Where.

    def _keys(self, begin: Begin) -> list[str]:
        """The scopes in which the element was drawn: where `inside` says, then in the process itself, then in called ones."""
        own = self.runner.program.process
        keys = [key for key, spec in self.specs.items() if begin.element in _own(spec)]
        inside = self.runner.tokens.get(begin.inside or 0)
        host = "" if inside is None else inside.task_spec.process
        return sorted(keys, key=lambda key: (key.split("/")[0] != host, key.split("/")[0] != own))

    def _trees(self, key: str, begin: Begin) -> list[Any]:
        """Those that run and stay; of several the one out of which something is taken, if that is one."""
        found = [
            tree
            for tree in self.runner.tree.subprocesses.values()
            if tree.spec.name == key
            and not self._doomed(tree.host)
            and (begin.inside is None or begin.inside in {each.id for each in _around(tree.host)})
        ]
        left = [tree for tree in found if any(tree.host in _around(token) for token in self._named())]
        return left if len(found) > 1 and len(left) == 1 else found

    def _named(self) -> list[Token]:
        return [self.runner.tokens[node] for node in self.asked.cancel if node in self.runner.tokens]

    def _encloses(self, begin: Begin) -> bool:
        """Is `inside` a scope around the element?"""
        inside = self.runner.tokens.get(begin.inside or 0)
        if inside is None or self._doomed(inside):
            return False
        names, key = set(), self._keys(begin)[0]
        while (found := self._host(key)) is not None:
            names.add((found[0], found[1].node.id))
            key = found[0]
        return (inside.workflow.spec.name, inside.task_spec.element) in names

    def _host(self, key: str) -> tuple[str, Any] | None:
        """The scope around a scope, and the node that stands for it there."""
        for outer, scope in self.specs.items():
            for spec in scope.task_specs.values():
                if getattr(spec, "inside", None) == key and not spec.reopens:
                    return outer, spec
        return None

    def _around(self, key: str) -> tuple[str, str] | None:
        """As `_host`, where the scope can be begun without its start event; the name of the node."""
        found = self._host(key)
        if found is None:
            return None
        outer, spec = found
        fixed = spec.calls or spec.node.loop is not None or spec.node.for_compensation
        return None if fixed or spec.node.undoes_its_scope else (outer, spec.name)

    def _body(self, begin: Begin) -> Token | None:
        """Of a multi-instance that is to have one more instance."""
        token = self.runner.tokens.get(begin.inside or 0)
        return (
            token
            if token is not None and token.task_spec.is_body and token.task_spec.element == begin.element
            else None
        )

    def _doomed(self, token: Token) -> bool:
        return any(each.id in self.asked.cancel for each in _around(token))


def _around(token: Token) -> Iterator[Token]:
    """The token, what it hangs at, and all that they are inside of."""
    found: Token | None = token
    while found is not None:
        yield found
        if found.hangs:
            yield found.parent
        found = found.workflow.host
