"""Moves the tokens of one case through one step: what is ready acts, until everything waits or has ended."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn import catching, compensation, opening, throwing, undoing
from cpm.bpmn.awaited import Awaited, waits
from cpm.bpmn.formula import Formula, Trouble
from cpm.bpmn.happened import Decide, Signalled
from cpm.bpmn.holding import endless, hold, release
from cpm.bpmn.parts import Parts
from cpm.bpmn.places import Elsewhere
from cpm.bpmn.program import Program
from cpm.bpmn.scopes import chain
from cpm.bpmn.spiff import STARTED, UNFINISHED, WAITING, CaseTree, InnerTree, Token
from cpm.bpmn.step import Raised, Sent, Trace, What
from cpm.bpmn.stuck import joins_open, reset
from cpm.bpmn.variables import Variables

DEEPEST = 50  #: processes and subprocesses within each other, so that one that calls itself is stopped too


class Runner:
    """The tokens, variables and findings of one step. Lives for one call of `start` or `resume`."""

    def __init__(
        self,
        program: Program,
        scopes: Mapping[str, Mapping[str, Any]],
        *,
        now: datetime | None,
        decide: Decide | None,
        last_node: int,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        if now is not None and now.tzinfo is None:
            raise ValueError(f"Expected a moment with its offset, but {now} has none")
        self.program, self.now, self.decide, self.last_node = program, now, decide, last_node
        self.variables = Variables(scopes)
        self.tokens: dict[Any, Token] = {}
        self.ready: deque[Token] = deque()
        self.ending: deque[Token] = deque()  #: hosts whose inside has ended
        self.joins: dict[int, Token] = {}  #: tokens that wait at a joining gateway
        self.throwing: deque[Token] = deque()  #: at events that throw
        self.awaited = Awaited()
        self.moves = 0
        self.made = 0
        self.again = 0  #: the node that is done once more
        self.heard = 0  #: how often something was to hear a signal
        self.undoable: int | None = None  #: how much can be undone, once it was counted
        self.holder = 0  #: the token parked as `endless`, which stands for all that are held
        self.trace: list[Trace] = []
        self.escalations: list[Raised] = []
        self.errors: list[Raised] = []
        self.sent: list[Sent] = []
        self.signals: list[Signalled] = []
        self.tree = CaseTree(program.specs[program.process], self)
        self.parts = Parts(self, elsewhere)

    def next_node(self, part: int = 0) -> int:
        if part:
            return self.parts.next_node(part)
        self.last_node += 1
        return self.last_node

    def value(self, token: Token, formula: Formula, extra: Mapping[str, Any] | None = None) -> Any:
        """The formula's value as the token sees the variables; `extra` hides them."""
        if formula.expression is None:
            return formula.text
        scope = self.variables.visible(chain(token))
        return formula({**scope, **extra} if extra else scope, self.now)

    def visible(self, token: Token) -> dict[str, Any]:
        return dict(self.variables.visible(chain(token)))

    def see(self, node: int) -> dict[str, Any]:
        return self.visible(self.tokens[node])

    def note(self, what: What, token: Token, detail: object = None) -> None:
        self.trace.append(Trace(what, token.task_spec.element, token.id, detail))

    def send(
        self,
        tree: Any,
        spec: str,
        parent: Token | None = None,
        *,
        like: Token | None = None,
        node: int = 0,
        **data: Any,
    ) -> Token:
        """A new token, not yet entered; it belongs to the same choice as its parent, or as the one it is `like`.

        `node` is its number if it does not just get the next one.
        """
        self.made += 1
        token = Token(tree, tree.spec.task_specs[spec], parent or tree.task_tree, node=node)
        origin = parent or like
        if origin is not None and "chosen" in origin.internal_data:
            token.internal_data["chosen"] = origin.internal_data["chosen"]
        token.internal_data.update(data)
        return token

    def open_inside(self, host: Token, scope: str) -> Token:
        """A subprocess or called process begins."""
        return self.begin(self.inner_tree(host, scope))

    def inner_tree(self, host: Token, scope: str) -> InnerTree:
        if host.workflow.depth >= DEEPEST:
            raise Trouble(
                "too_deep", f"Expected at most {DEEPEST} processes within each other, but there are more."
            )
        return InnerTree(self.program.specs[scope], host)

    def begin(self, tree: Any, at: str | None = None) -> Token:
        """A scope begins: its event subprocesses listen, and a token comes to its start event, or to all that begins
        where there is none. Gives the first.
        """
        self.listen(tree)
        tokens = opening.tokens(self, tree, at)
        for token in tokens:
            self.enter(token)
        return tokens[0]

    def listen(self, tree: Any) -> None:
        for listener in tree.spec.listeners:
            self.enter(self.send(tree, listener))

    def enter(self, token: Token) -> None:
        tree = token.workflow
        if not tree.ad_hoc or tree.host.task_spec.admits(token):
            token.task_spec._update(token)

    def wait(self, token: Token) -> None:
        """An event waits from now on."""
        token._set_state(WAITING)
        self.awaited.add(token)

    def attempt(self, token: Token, action: Callable[[Token], bool]) -> bool:
        """Do it, or park the token as a fault."""
        try:
            return action(token)
        except Trouble as trouble:
            self.park(token, trouble.code, trouble.message)
            return False

    def park(self, token: Token, code: str, message: str) -> None:
        token.internal_data["fault"] = [code, message]
        token._set_state(STARTED)

    def finish(self, token: Token) -> None:
        """What the node waited for is done: leave it and go on, unless that is a fault."""
        token.internal_data["done"] = True  # so that to try again is not to do it again
        if self.attempt(token, token.task_spec.leave):
            token.complete()

    def withdraw(self, token: Token) -> None:
        """Cancel a token with all that hangs on it or runs inside it."""
        self.withdraw_below(token)
        token.cancel()
        if token.task_spec.told and not token.quiet and not token.latent:
            self.note("left" if token.throws else "cancelled", token)  # what throws has done its part
        self._forget(token)

    def withdraw_below(self, token: Token) -> None:
        self.parts.unfold(token)
        for child in token.children:
            self.withdraw(child)
        if inner := self.tree.subprocesses.get(token.id):
            for each in inner.live():
                if not each.hangs:
                    self.withdraw(each)
            compensation.discard(self, inner.data.get(compensation.UNDOABLE, []))
            # Only now: what lies apart is brought into it to be withdrawn.
            del self.tree.subprocesses[token.id]

    def retire(self, token: Token) -> None:
        """A token has completed."""
        parent = token.parent
        tree = token.workflow
        self._forget(token)
        if "i" in token.internal_data:
            parent.task_spec.instance_done(parent)
        elif "undoes" in token.internal_data:
            undoing.undone(parent, token)
        elif tree.ad_hoc:
            if tree.over:
                reset(tree)
            tree.host.task_spec.inner_left(tree.host)
        elif tree.over and not reset(tree):
            self.end(tree)

    def end(self, tree: Any) -> None:
        """Nothing is left in it."""
        for listener in tree.live():
            if not listener.hangs:
                self.withdraw(listener)
        compensation.carry_out(tree)
        if tree.host is not None:
            self.tree.subprocesses.pop(tree.host.id, None)
            if "cancelled" in tree.data:
                undoing.cancel(tree.host)
            else:
                self.ending.append(tree.host)

    def absorb(self, token: Token, by: Token) -> None:
        """A token that waited at a join goes on as part of another, and sees on what it saw by its choice."""
        mine, theirs = (str(each.internal_data.get("chosen")) for each in (token, by))
        kept = self.variables.get(theirs)
        missing = {name: value for name, value in self.variables.get(mine).items() if name not in kept}
        self.variables.local(theirs, missing)
        self._forget(token)

    def _forget(self, token: Token) -> None:
        data = token.internal_data
        node = str(token.id)
        self.variables.drop(f"{node}#", *(() if token.kept else (node, f"{node}/")))
        if compensation.UNDOABLE in data:
            compensation.discard(self, data[compensation.UNDOABLE])
        self.joins.pop(token.id, None)
        if token.task_spec.waits:
            self.awaited.forget(token)
        token.workflow.forget(token)
        chosen = data.get("chosen")
        if chosen and not any(other.internal_data.get("chosen") == chosen for other in token.workflow.live()):
            self.variables.drop(str(chosen))

    def run(self) -> None:
        """Go on until every token waits, is a fault or has ended."""
        release(self)
        self._ask()
        while self.ready or self.ending or joins_open(self) or release(self):
            while self.ready:
                token = self.ready.popleft()
                if token.id not in self.tokens or not token.has_state(UNFINISHED):
                    continue
                if reason := endless(self, token):
                    hold(self, token, reason)
                    continue
                token.run()
                if self.throwing:
                    self._throw()
                self._ask()
            if self.ending:
                host = self.ending.popleft()
                if host.id in self.tokens:
                    self.finish(host)
                self._ask()

    def _throw(self) -> None:
        while self.throwing:
            throwing.throw(self, self.throwing.popleft())

    def _ask(self) -> None:
        """After each move: conditions whose variables it changed, and those that are new, which may hold at once."""
        changes = self.variables.take_changes()
        for token in self.awaited.concerned(changes) if self.awaited.conditional else ():
            if not waits(token):
                continue  # another condition has ended it
            if reason := endless(self, token):
                token.internal_data = {k: v for k, v in token.internal_data.items() if v or k != "met"}
                hold(self, token, reason)
            elif self.attempt(token, token.task_spec.comes_true):
                self.note("met", token)
                catching.fire(self, token, {})
