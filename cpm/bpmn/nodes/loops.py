"""Multi-instance: a body that stands for the activity, and an instance for each item (BPMN 2.0.2, 10.3.8).

The body counts: `n` items, `next` to begin, `open` instances, `over` finished ones. Finished instances are forgotten.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cpm.bpmn.formula import Formula, Trouble
from cpm.bpmn.model import Loop
from cpm.bpmn.nodes import instance_events
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.nodes.settled import known, truth, whole
from cpm.bpmn.scopes import chain, outer
from cpm.bpmn.spiff import Token

LARGEST = 10_000  #: instances of one body


class LoopBody(Kernel):
    told = False  # its instances are
    is_body = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        assert self.node.loop is not None
        self.loop: Loop = self.node.loop
        self.instance = ""  #: name of the activity itself
        output = self.loop.output_element
        #: The variable of an instance that its output is read from.
        self.result = output.variable if output else None

    def enter(self, token: Token) -> bool:
        items = self.items(token)
        token.internal_data.update(n=len(items), next=0, open=0, over=0)
        if self._lie_apart(token, len(items)):
            token.internal_data["apart"] = True
        if self.loop.output:
            outputs = None if self._outputs_apart(token) else [None] * len(items)
            token.runner.variables.local(str(token.id), {self.loop.output: outputs})
        self.arm(token)
        return True

    def _lie_apart(self, token: Token, number: int) -> bool:
        """Do its instances, or of sequential ones what they bring? What something may undo later stays at hand."""
        if self.loop.sequential and (self.loop.output is None or self.loop.watched):
            return False
        undone = token.workflow.spec.task_specs[self.instance].undoing is not None
        return not undone and token.runner.parts.for_many(number)

    def items(self, token: Token) -> list[Any]:
        collection, cardinality = self.loop.collection, self.loop.cardinality
        if cardinality is not None:
            return [None] * self._times(token, cardinality)
        assert collection is not None
        items = token.runner.value(token, collection)
        if not isinstance(items, list):
            said = "null" if items is None else repr(items)
            raise Trouble(
                "not_a_list",
                f"Expected the input collection {collection.text} to be a list, but it is {said:.80}.",
            )
        if len(items) > LARGEST:
            raise Trouble(
                "too_many",
                f"Expected at most {LARGEST} items in {collection.text}, but there are {len(items)}.",
            )
        return items

    def _times(self, token: Token, cardinality: Formula) -> int:
        number = whole(token, cardinality, "the cardinality")
        if number is None or not 0 <= number <= LARGEST:
            said = "null" if number is None else f"{Decimal(number):.6g}"  # it may have thousands of digits
            raise Trouble(
                "not_a_number",
                f"Expected {cardinality.text:.80} to be a number up to {LARGEST}, but it is {said}.",
            )
        return number

    def act(self, token: Token) -> bool:
        items = self.items(token)
        if not items:
            return True
        for item in items[:1] if self.loop.sequential else items:
            self._begin(token, item)
        return False

    def add(self, token: Token, values: Mapping[str, Any]) -> None:
        """One more instance, beside those that run: with the next item if the collection has one, or what it is given."""
        data, items = token.internal_data, self.items(token)
        item = items[data["next"]] if data["next"] < len(items) else None
        self._begin(token, item, values)
        data["n"] = max(data["n"], data["next"])

    def _begin(self, token: Token, item: Any, values: Mapping[str, Any] = MappingProxyType({})) -> None:
        data = token.internal_data
        apart = "apart" in data and not self.loop.sequential
        node = token.runner.parts.open() if apart else 0
        instance = token.runner.send(token.workflow, self.instance, token, node=node, i=data["next"])
        data["next"] += 1
        data["open"] += 1
        self._seed(instance, item)
        token.runner.variables.local(str(instance.id), values)
        token.runner.enter(instance)

    def seed(self, token: Token, instance: Token) -> None:
        """Give an instance its own variables anew."""
        items, index = self.items(token), instance.internal_data["i"]
        self._seed(instance, items[index] if index < len(items) else None)

    def _seed(self, instance: Token, item: Any) -> None:
        own: dict[str, Any] = {self.result: None} if self.result else {}
        own["loopCounter"] = Decimal(instance.internal_data["i"] + 1)
        if self.loop.element:
            own[self.loop.element] = item
        instance.runner.variables.local(str(instance.id), own)

    # An instance ends.

    def collect(self, token: Token, instance: Token) -> None:
        """Its output goes to its place, not to the end; then the condition is asked whether that is enough."""
        runner, loop, data = token.runner, self.loop, token.internal_data
        if loop.output and loop.output_element:
            value = known if instance.lenient else runner.value
            self._put(token, instance, value(instance, loop.output_element))
        counters = self._counters(data)
        thrown = instance_events.due(loop.events, instance, counters, first=not data["over"])
        if loop.until:
            data["enough"] = truth(
                instance, loop.until, "the completion condition", counters, lenient=instance.lenient
            )
        if thrown:
            data["thrown"] = [
                instance_events.settled(instance, each.event) for each in thrown if each.event.kind != "none"
            ]
            data["enough"] = data.get("enough", False) or any(each.condition for each in thrown)

    def _put(self, token: Token, instance: Token, value: Any) -> None:
        assert self.loop.output is not None
        variables, index = token.runner.variables, instance.internal_data["i"]
        if self._outputs_apart(token):
            variables.local(f"{token.id}#", {str(index): value})
            return
        outputs = list(variables.get(str(token.id)).get(self.loop.output) or ())
        outputs += [None] * (token.internal_data["n"] - len(outputs))
        outputs[index] = value
        variables.local(str(token.id), {self.loop.output: outputs})

    def _outputs_apart(self, token: Token) -> bool:
        """With many instances each output has a place of its own until all are there, unless the model looks at them."""
        return "apart" in token.internal_data and not self.loop.watched

    def _counters(self, data: dict[str, Any]) -> dict[str, Decimal]:
        return {
            "numberOfInstances": Decimal(data["n"] if not self.loop.sequential else data["next"]),
            "numberOfActiveInstances": Decimal(data["open"] - 1),
            "numberOfCompletedInstances": Decimal(data["over"] + 1),
            "numberOfTerminatedInstances": Decimal(0),
        }

    def instance_done(self, token: Token) -> None:
        data = token.internal_data
        data["open"] -= 1
        data["over"] += 1
        for thrown in data.pop("thrown", ()):
            instance_events.throw(token, *thrown)
        if token.id not in token.runner.tokens:
            return  # whoever heard it has ended the activity
        if data.pop("enough", False):
            token.runner.parts.unfold(token)
            for child in token.children:
                if "i" in child.internal_data:
                    token.runner.withdraw(child)
            token.runner.ending.append(token)
        elif data["open"] == 0:
            token.runner.attempt(token, self.go_on)

    def go_on(self, token: Token) -> bool:
        """The next item's turn, of a collection that may have changed meanwhile (as in Camunda 8)."""
        data = token.internal_data
        items = self.items(token) if self.loop.sequential else []
        if data["next"] < len(items):
            data["n"] = len(items)
            self._begin(token, items[data["next"]])
        else:
            token.runner.ending.append(token)
        return True

    def accept(self, token: Token, values: Mapping[str, Any]) -> None:
        """Output mappings are the instances'."""
        token.runner.variables.propagate(list(chain(token)), values)

    def leave(self, token: Token) -> bool:
        if self.loop.output:
            runner = token.runner
            if self._outputs_apart(token):
                self._gather(token)
            own = runner.variables.get(str(token.id))
            if self.loop.output in own:
                runner.variables.propagate(outer(token), {self.loop.output: own[self.loop.output]})
        self.depart(token)
        return True

    def _gather(self, token: Token) -> None:
        """What the instances have brought, each in its place."""
        variables, brought = token.runner.variables, token.runner.parts.outputs(token)
        assert self.loop.output is not None
        outputs = [brought.get(str(index)) for index in range(token.internal_data["n"])]
        variables.local(str(token.id), {self.loop.output: outputs})


class RepeatingBody(LoopBody):
    """A standard loop: the activity again and again, while its condition holds (10.3.8)."""

    def enter(self, token: Token) -> bool:
        token.internal_data.update(next=0, open=0, over=0)
        self.arm(token)
        return True

    def act(self, token: Token) -> bool:
        if self.loop.most == 0 or (self.loop.asks_first and not self._again(token)):
            return True
        self._begin(token, None)
        return False

    def go_on(self, token: Token) -> bool:
        if self._again(token):
            self._begin(token, None)
        else:
            token.runner.ending.append(token)
        return True

    def seed(self, token: Token, instance: Token) -> None:  # noqa: ARG002 there is no collection to look at
        self._seed(instance, None)

    def _again(self, token: Token) -> bool:
        if self.loop.most is not None and token.internal_data["next"] >= self.loop.most:
            return False
        if self.loop.again is None:
            return True
        done = {"loopCounter": Decimal(token.internal_data["next"])}
        return truth(token, self.loop.again, "the loop condition", done)
