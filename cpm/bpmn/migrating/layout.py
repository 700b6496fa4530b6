"""Where the elements of a program are: in which scope, and which scopes lie around that.

A *root* is a scope that sees nothing of what is around it: the process itself, or one that it calls. Within a root ids
are unique, and its elements are known by them; those of a called one have its name before theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cpm.bpmn.model import Node
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.program import Program
from cpm.bpmn.spiff import ScopeSpec


@dataclass(frozen=True, slots=True)
class Spot:
    """An element and its place."""

    key: str  #: by which a plan knows it
    root: str
    scope: str
    outer: Kernel  #: what flows lead to; the body, if there are instances
    kernel: Kernel  #: what does the element's work

    @property
    def element(self) -> str:
        return self.kernel.element

    @property
    def node(self) -> Node:
        return self.kernel.node

    @property
    def name(self) -> str:
        return self.node.name or self.element


class Layout:
    def __init__(self, program: Program) -> None:
        self.program = program
        self._around: dict[
            str, tuple[str, str]
        ] = {}  #: subprocess's scope -> the scope around and its element there
        for name, spec in program.specs.items():
            for kernel in _kernels(spec):
                if isinstance(kernel, SubProcess) and not kernel.calls and not kernel.reopens:
                    self._around[kernel.inside] = name, kernel.element
        self.spots: dict[str, Spot] = {spot.key: spot for name in program.specs for spot in self._spots(name)}

    def root(self, scope: str) -> str:
        while scope in self._around:
            scope = self._around[scope][0]
        return scope

    def key(self, scope: str, element: str) -> str:
        """By which a plan knows the element, found anywhere in the root that the scope belongs to."""
        root = self.root(scope)
        return element if root == self.program.process else f"{root}/{element}"

    def way_to(self, scope: str) -> list[tuple[str, str]]:
        """The scopes from the root to this one, each with its element in the one around."""
        way = []
        while scope in self._around:
            around, element = self._around[scope]
            way.append((scope, element))
            scope = around
        return [(scope, ""), *reversed(way)]

    def host(self, scope: str) -> Spot | None:
        """The subprocess whose scope it is; None for a root."""
        if scope not in self._around:
            return None
        around, element = self._around[scope]
        return self.spots[self.key(around, element)]

    def _spots(self, scope: str) -> Iterator[Spot]:
        specs = self.program.specs[scope].task_specs
        for kernel in _kernels(self.program.specs[scope]):
            if "~" not in kernel.name:
                plain = specs.get(f"{kernel.name}~each", kernel)
                yield Spot(self.key(scope, kernel.name), self.root(scope), scope, kernel, plain)


def _kernels(spec: ScopeSpec) -> list[Kernel]:
    return [kernel for kernel in spec.task_specs.values() if isinstance(kernel, Kernel)]
