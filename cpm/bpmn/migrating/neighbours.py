"""What is before, behind and around each element."""

from dataclasses import dataclass, field

from cpm.bpmn.migrating.layout import Layout
from cpm.bpmn.nodes.node import Kernel


@dataclass(slots=True)
class Beside:
    """Keys of elements."""

    before: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    around: str | None = None  #: the subprocess it lies in
    inside: set[str] = field(default_factory=set)


def neighbours(layout: Layout) -> dict[str, Beside]:
    found = {key: Beside() for key in layout.spots}
    for scope, spec in layout.program.specs.items():
        for kernel in spec.task_specs.values():
            for way in kernel.ways if isinstance(kernel, Kernel) and "~" not in kernel.name else ():
                source, target = (
                    layout.key(scope, name.partition("~")[0]) for name in (kernel.name, way.target)
                )
                found[source].behind.add(target)
                found[target].before.add(source)
    for key, spot in layout.spots.items():
        if spot.node.host:
            host_key = layout.key(spot.scope, spot.node.host)
            found[key].before.add(host_key)
            found[host_key].behind.add(key)
        if host := layout.host(spot.scope):
            found[key].around = host.key
            found[host.key].inside.add(key)
    return found
