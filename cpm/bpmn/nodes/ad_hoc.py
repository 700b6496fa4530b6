"""Ad-hoc subprocesses: what happens in one is chosen as it goes on (BPMN 2.0.2, 10.3.5 and 13.3.5).

Whatever no flow leads to can be begun any number of times; what a flow leads to follows by itself. After each
activity the completion condition is asked. Each choice has variables of its own (as in Zeebe), under a number that all
tokens bear which come of it (`chosen`). The tree remembers in `data["choice"]`: how many were `begun`, which was the `last`,
what is `over` and how often, whether `all` of what the model began suffices, and whether it is `closing`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn.formula import Formula, Trouble
from cpm.bpmn.happened import NotWaiting
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.nodes.ad_hoc_offers import MOST_OPEN, is_activity, offers, runs
from cpm.bpmn.nodes.settled import truth
from cpm.bpmn.places import part_of
from cpm.bpmn.scopes import chain, outer
from cpm.bpmn.spiff import FUTURE, Token
from cpm.bpmn.step import Ending, Offer, Trace
from cpm.bpmn.vocabulary import ACTIVITIES

#: What Zeebe tells of the elements that can be begun, so that `activeElementsCollection` may name all of them.
_ELEMENTS = "adHocSubProcessElements"
_MOST_OUTPUTS = 10_000


class AdHocSubProcess(SubProcess):
    ad_hoc = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        assert self.node.ad_hoc is not None
        assert self.node.inner is not None
        self.how = self.node.ad_hoc
        choosable = self.node.inner.choosable()
        self.choosable = {node.id: node.name for node in choosable}
        self.can_end = self.how.until is None
        self.result = self.how.output_element.variable if self.how.output_element else None
        self.told_of = [
            {
                "elementId": node.id,
                "elementName": node.name,
                "documentation": node.documentation,
                "properties": dict(node.zeebe.properties),
                "parameters": [],
            }
            for node in choosable
        ]

    # It begins.

    def map_inputs(self, token: Token) -> None:
        own: dict[str, Any] = {_ELEMENTS: self.told_of}
        if self.how.output:
            own[self.how.output] = []
        token.runner.variables.local(str(token.id), own)
        super().map_inputs(token)

    def act(self, token: Token) -> bool:
        first = self._first(token)
        tree = token.runner.inner_tree(token, self.inside)
        tree.data["choice"] = {"begun": 0, "over": {}}
        if first and self.how.until is None:
            tree.data["choice"]["all"] = True
        token.runner.listen(tree)
        for element in first:
            self.begin(token, element, {})
        return False

    def _first(self, token: Token) -> list[str]:
        """What is begun at once; one that is not there would be silently left out, so that is a fault (as in Zeebe)."""
        if self.how.first is None:
            return []
        found = token.runner.value(token, self.how.first)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            said = "null" if found is None else repr(found)
            raise Trouble(
                "not_a_list", f"Expected {self.how.first.text} to be a list of ids, but it is {said:.80}."
            )
        if unknown := [each for each in found if each not in self.choosable]:
            raise Trouble(
                "not_offered",
                f"Expected {self.how.first.text} to name what can be begun in {self.element!r}, but {unknown[0]!r:.80} cannot.",
            )
        if len(found) > MOST_OPEN:
            raise Trouble(
                "too_many", f"Expected at most {MOST_OPEN} to be begun at once, but there are {len(found)}."
            )
        return found

    # Somebody chooses.

    def is_open(self, host: Token) -> bool:
        """Can anything still be chosen?"""
        return self._tree(host) is not None and not self.known(host).get("closing")

    def known(self, host: Token) -> dict[str, Any]:
        return self._tree(host).data["choice"]  # type: ignore[no-any-return]

    def offers(self, host: Token) -> tuple[Offer, ...]:
        return offers(self._tree(host), self.choosable, sequential=self.how.sequential)

    def running(self, host: Token) -> tuple[str, ...]:
        return tuple(token.task_spec.element for token in self._tree(host).live() if runs(token))

    def begin_one(self, host: Token, element: str, values: Mapping[str, Any]) -> None:
        if element not in {offer.element for offer in self.offers(host)}:
            raise NotWaiting(
                f"Expected {element!r:.80} to be offered at node {host.id}, but it is not or not now."
            )
        self.begin(host, element, values)

    def begin(self, host: Token, element: str, values: Mapping[str, Any]) -> None:
        host.runner.enter(self.chosen(host, element, values))

    def chosen(self, host: Token, element: str, values: Mapping[str, Any]) -> Token:
        """A token that is a choice of its own, not yet entered."""
        runner, known = host.runner, self.known(host)
        known["begun"] += 1
        known["last"] = element
        choice = runner.next_node(part_of(host.id))
        # What it comes to stays with this choice (as in Zeebe).
        own = {self.result: None} if self.result else {}
        runner.variables.local(str(choice), {**own, **values})
        token = runner.send(self._tree(host), element, chosen=choice)
        runner.trace.append(Trace("chosen", element, token.id, self.element))
        return token

    def end_by_person(self, host: Token) -> None:
        if not self.can_end:
            raise NotWaiting(
                f"Expected {self.element!r} to end when its condition holds, but somebody was to end it."
            )
        self.end_with(host, {})

    def end_with(self, host: Token, values: Mapping[str, Any]) -> None:
        """It is done, whatever its condition says, and this is what it brought."""
        host.runner.variables.propagate(list(chain(host)), values)
        self._close(host, "person")
        self.inner_left(host)

    # What is in it goes on.

    def admits(self, token: Token) -> bool:
        """May it come to its node now? One activity at a time runs in a sequential one; the others queue (13.3.5)."""
        if not self.how.sequential or not is_activity(token):
            return True
        others = [other for other in token.workflow.live() if other is not token and other.state != FUTURE]
        return not any(map(is_activity, others))

    def inner_leaves(self, host: Token, token: Token) -> None:
        """A token inside has done what it came for. All that can fail comes first: it may be tried again."""
        known = self.known(host)
        if known.get("closing"):
            token.taken = ()
        self._collect(host, token)
        if not is_activity(token):
            return
        if not known.get("closing") and self._enough(host, token):
            token.taken = ()  # nothing further is done (13.3.5), not even what a flow leads to
            self._collect(host, token)
            self._close(host, "condition")
        if not token.lenient:
            element = token.task_spec.element
            times = known["over"].get(element, [0])[0]
            known["over"][element] = [times + 1, _written(host.runner.now)]

    def inner_left(self, host: Token) -> None:
        """A token inside is gone."""
        tree, known = self._tree(host), self.known(host)
        if known.get("closing"):
            self._sweep(host)
        elif self.how.sequential:
            self._next_in_queue(host)
        if tree.over and known.get("all") and not known.get("closing"):
            self._close(host, "done")
        if tree.over and known.get("closing"):
            host.runner.end(tree)

    def interrupted(self, host: Token) -> None:
        """An event subprocess took the place of all that was in it: when that is done, so is this (as in Zeebe)."""
        self.known(host)["closing"] = True

    def leave(self, token: Token) -> bool:
        runner, output = token.runner, self.how.output
        own = runner.variables.get(str(token.id))
        if output and output in own:
            runner.variables.propagate(outer(token), {output: own[output]})
        return super().leave(token)

    def _enough(self, host: Token, token: Token) -> bool:
        """The condition sees what the subprocess sees."""
        until = self.how.until
        return until is not None and truth(host, until, "the completion condition", lenient=token.lenient)

    def _collect(self, host: Token, token: Token) -> None:
        """The last token of a choice brings what the choice came to; again, and it brings nothing."""
        formula, output, data = self.how.output_element, self.how.output, token.internal_data
        if formula is None or output is None or token.taken or "chosen" not in data or "collected" in data:
            return
        others = [other for other in token.workflow.live() if other is not token and not other.hangs]
        if any(other.internal_data.get("chosen") == data["chosen"] for other in others):
            return
        variables = host.runner.variables
        outputs = variables.get(str(host.id)).get(output)
        if not isinstance(outputs, list) or len(outputs) >= _MOST_OUTPUTS:
            raise Trouble(
                "not_a_list", f"Expected {output!r} to be a list with room for one more, but it is not."
            )
        value = self._came_to(host, formula, str(data["chosen"]))
        variables.local(str(host.id), {output: [*outputs, value]})
        data["collected"] = True

    def _came_to(self, host: Token, formula: Formula, choice: str) -> Any:
        return formula(dict(host.runner.variables.visible([choice, *chain(host)])), host.runner.now)

    def _close(self, host: Token, why: Ending) -> None:
        self.known(host)["closing"] = True
        host.runner.trace.append(Trace("ended", self.element, host.id, why))

    def _sweep(self, host: Token) -> None:
        """It closes: what still runs is cancelled, or else waited for, and then nothing follows it (13.3.5)."""
        for token in self._tree(host).live():
            if token.id not in host.runner.tokens or not runs(token):
                continue
            queued = token.state == FUTURE
            if self.how.cancels or queued or token.task_spec.node.kind not in ACTIVITIES:
                token.quiet = token.quiet or queued
                host.runner.withdraw(token)

    def _next_in_queue(self, host: Token) -> None:
        queue = [token for token in self._tree(host).live() if token.state == FUTURE]
        if queue:
            host.runner.enter(queue[0])

    def _tree(self, host: Token) -> Any:
        return host.runner.tree.subprocesses.get(host.id)


def _written(now: datetime | None) -> str:
    assert now is not None, "a step has its moment"
    return now.isoformat()
