"""Changes a model as a designer might, at random: each edit says which ids are gone and what became of them."""

from itertools import count

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TASKS = ("userTask", "serviceTask", "subProcess")
USER = '<b:{kind} xmlns:b="{bpmn}" id="{id}" {more}>{inside}</b:{kind}>'


def q(name):
    return f"{{{BPMN}}}{name}"


class Editor:
    """`renamed` tells which id became which; `edited` what was done."""

    def __init__(self, text, random):
        self.root, self.random, self.numbers = etree.fromstring(text), random, count(1)
        self.renamed, self.edited = {}, []

    @property
    def text(self):
        return etree.tostring(self.root)

    def edit(self, times=1):
        for _ in range(times):
            self.edit_by(*self.KINDS)

    def edit_by(self, *kinds):
        """One of these edits."""
        kinds = self.random.sample(kinds, len(kinds))
        self.edited += [
            kind.__name__ for kind in [next((kind for kind in kinds if kind(self)), None)] if kind
        ]

    # What is there.

    def one(self, found):
        found = list(found)
        return self.random.choice(found) if found else None

    def flows(self, scope, end, node_id):
        return [flow for flow in scope.findall(q("sequenceFlow")) if flow.get(end) == node_id]

    def simple(self, *kinds):
        """Nodes with one flow in and one out, with nothing at their border, which nothing undoes."""
        for node in self.root.iter(*(q(kind) for kind in kinds)):
            scope = node.getparent()
            beside = {each.get("attachedToRef") for each in scope.findall(q("boundaryEvent"))}
            associated = {each.get("targetRef") for each in scope.findall(q("association"))}
            into, out = (self.flows(scope, end, node.get("id")) for end in ("targetRef", "sourceRef"))
            if len(into) == len(out) == 1 and node.get("id") not in beside | associated:
                yield node, scope, into[0], out[0]

    # What is added.

    def new_id(self):
        return f"new{next(self.numbers)}"

    def add(self, scope, kind, inside="", **more):
        node_id = more.pop("id", None) or self.new_id()
        attributes = " ".join(f'{name}="{value}"' for name, value in more.items())
        node = etree.fromstring(USER.format(kind=kind, bpmn=BPMN, id=node_id, more=attributes, inside=inside))
        scope.append(node)
        return node_id

    def task(self, scope):
        zeebe = '<b:extensionElements><z:userTask xmlns:z="http://camunda.org/schema/zeebe/1.0"/></b:extensionElements>'
        return self.add(scope, "userTask", zeebe, id=f"t{self.new_id()}")

    def flow(self, scope, source, target):
        return self.add(scope, "sequenceFlow", sourceRef=source, targetRef=target)

    # Edits; True if there was something to edit.

    def rename(self):
        node = self.one(node for node in self.root.iter(*map(q, TASKS)))
        if node is None or node.get("id") in self.renamed.values():
            return False
        old, new = node.get("id"), f"t{self.new_id()}"
        self.renamed[old] = new
        for each in self.root.iter():
            for name, value in each.attrib.items():
                if value == old and name != "name":
                    each.set(name, new)
        return True

    def insert(self):
        """A task on a flow, whose first or second half keeps its id."""
        flow = self.one(self.root.iter(q("sequenceFlow")))
        scope, task = flow.getparent(), self.task(flow.getparent())
        source = next((each for each in scope if each.get("id") == flow.get("sourceRef")), None)
        if (
            self.random.random() < 0.5
            or len(flow)
            or source.tag == q("eventBasedGateway")
            or source.get("default")
        ):
            if source.tag == q("eventBasedGateway"):
                scope.remove(scope[-1])
                return False
            self.flow(scope, task, flow.get("targetRef"))
            flow.set("targetRef", task)
        else:
            self.flow(scope, flow.get("sourceRef"), task)
            flow.set("sourceRef", task)
        return True

    def delete(self):
        found = self.one(self.simple("userTask", "serviceTask"))
        if found is None:
            return False
        node, scope, into, out = found
        source = next(each for each in scope if each.get("id") == into.get("sourceRef"))
        target = next(each for each in scope if each.get("id") == out.get("targetRef"))
        loops = target.tag == q("exclusiveGateway") or source.tag == q("exclusiveGateway")
        if source.tag == q("eventBasedGateway") or loops:
            return False
        into.set("targetRef", out.get("targetRef"))
        scope.remove(node)
        scope.remove(out)
        return True

    def wrap(self):
        """One activity in a subprocess of its own."""
        found = self.one(self.simple(*TASKS))
        if found is None:
            return False
        node, scope, into, out = found
        sub = self.add(scope, "subProcess")
        inner = scope[-1]
        scope.remove(node)
        inner.append(node)
        into.set("targetRef", sub)
        out.set("sourceRef", sub)
        begin, end = self.add(inner, "startEvent"), self.add(inner, "endEvent")
        self.flow(inner, begin, node.get("id"))
        self.flow(inner, node.get("id"), end)
        return True

    def wrap_block(self):
        """All between a fork and its join."""
        gateways = ("parallelGateway", "inclusiveGateway")
        fork = self.one(each for each in self.root.iter(*map(q, gateways)) if each.get("id").endswith("f"))
        if fork is None:
            return False
        scope, first, last = fork.getparent(), fork.get("id"), f"{fork.get('id')[:-1]}j"
        inside = self.between(scope, first, last)
        into, out = self.flows(scope, "targetRef", first), self.flows(scope, "sourceRef", last)
        if inside is None or len(into) != 1 or len(out) != 1:
            return False
        sub = self.add(scope, "subProcess")
        inner = scope[-1]
        for each in list(scope):
            ends = {each.get("sourceRef"), each.get("targetRef")} - {None}
            if each.get("id") in inside or (ends and ends <= inside):
                inner.append(each)
        into[0].set("targetRef", sub)
        out[0].set("sourceRef", sub)
        self.flow(inner, self.add(inner, "startEvent"), first)
        self.flow(inner, last, self.add(inner, "endEvent"))
        return True

    def between(self, scope, first, last):
        """Ids of all from the fork to the join with what is at its border; None if that is left otherwise."""
        inside, todo = {first}, [first]
        while todo:
            name = todo.pop()
            new = (
                {each.get("targetRef") for each in self.flows(scope, "sourceRef", name)}
                if name != last
                else set()
            )
            new |= {e.get("id") for e in scope.findall(q("boundaryEvent")) if e.get("attachedToRef") == name}
            new |= {e.get("targetRef") for e in scope.findall(q("association")) if e.get("sourceRef") == name}
            todo += new - inside
            inside |= new
        thrown = any(
            True
            for each in scope
            if each.get("id") in inside
            for _ in each.iter(q("compensateEventDefinition"))
        )
        return None if last not in inside or thrown else inside

    def unwrap(self):
        """A subprocess is taken away, what is in it stays."""
        plain = [
            found
            for found in self.simple("subProcess")
            if not found[0].get("triggeredByEvent")
            and found[0].find(q("multiInstanceLoopCharacteristics")) is None
            and not any(
                True for _ in found[0].iter(q("errorEventDefinition"), q("compensateEventDefinition"))
            )
            and not any(each.get("triggeredByEvent") for each in found[0].findall(q("subProcess")))
        ]
        found = self.one(plain)
        if found is None:
            return False
        node, scope, into, out = found
        begin = node.find(q("startEvent"))
        ends = [each for each in node.findall(q("endEvent")) if self.flows(node, "targetRef", each.get("id"))]
        first = self.flows(node, "sourceRef", begin.get("id"))
        last = [each for end in ends for each in self.flows(node, "targetRef", end.get("id"))]
        if (
            first == last
            or len(first) != 1
            or len(ends) != 1
            or len(last) != 1
            or any(len(end) for end in ends)
        ):
            return False
        into.set("targetRef", first[0].get("targetRef"))
        out.set("sourceRef", last[0].get("sourceRef"))
        for gone in (begin, *ends, first[0], last[0]):
            node.remove(gone)
        for each in list(node):
            scope.append(each)
        scope.remove(node)
        return True

    def add_timer(self):
        found = self.one(self.simple(*TASKS))
        if found is None:
            return False
        node, scope, *_ = found
        timer = "<b:timerEventDefinition><b:timeDuration>PT9H</b:timeDuration></b:timerEventDefinition>"
        boundary = self.add(
            scope,
            "boundaryEvent",
            timer,
            id=f"c{self.new_id()}",
            attachedToRef=node.get("id"),
            cancelActivity="false",
        )
        self.flow(scope, boundary, self.add(scope, "endEvent"))
        return True

    def add_branch(self):
        """A task beside an activity, between two new parallel gateways."""
        found = self.one(self.simple(*TASKS))
        if found is None:
            return False
        node, scope, into, out = found
        fork, join = (self.add(scope, "parallelGateway") for _ in range(2))
        beside = self.task(scope)
        into.set("targetRef", fork)
        out.set("sourceRef", join)
        for source, target in (
            (fork, node.get("id")),
            (node.get("id"), join),
            (fork, beside),
            (beside, join),
        ):
            self.flow(scope, source, target)
        return True

    KINDS = (rename, insert, delete, wrap, wrap_block, unwrap, add_timer, add_branch)
