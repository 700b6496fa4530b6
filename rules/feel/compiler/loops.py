"""for, some, every, and filters. Each turn costs as many steps as its body has nodes."""

from rules.feel.compiler.core import Code, Place, compile_node, compiles
from rules.feel.iteration import (
    Domain,
    Turns,
    filtering,
    quantifying,
    repeating,
    steps,
    turns_over,
    values_of,
)
from rules.feel.syntax import Filter, For, Iterator, Node, Quantified, names_in, walk


def weight(node: Node) -> int:
    """The steps that one evaluation of the node costs."""
    return sum(1 for _ in walk(node))


@compiles(For)
def _for(node: For, place: Place) -> Code:
    turns, inside = _turns(node.iterators, place)
    body = compile_node(node.body, inside.binding("partial"))
    return repeating(turns, body, cost=weight(node.body), wants_partial="partial" in names_in(node.body))


@compiles(Quantified)
def _quantified(node: Quantified, place: Place) -> Code:
    turns, inside = _turns(node.iterators, place)
    condition = compile_node(node.condition, inside)
    return quantifying(turns, condition, cost=weight(node.condition), every=node.every)


@compiles(Filter)
def _filter(node: Filter, place: Place) -> Code:
    of, by = compile_node(node.of, place), compile_node(node.by, place.filtering())
    return filtering(of, by, cost=weight(node.by), wants_item="item" in names_in(node.by))


def _turns(iterators: tuple[Iterator, ...], place: Place) -> tuple[Turns, Place]:
    """What makes the frames, and the place inside."""
    compiled = []
    for iterator in iterators:
        compiled.append((iterator.name, _domain(iterator, place)))
        place = place.binding(iterator.name)
    return turns_over(compiled), place


def _domain(iterator: Iterator, place: Place) -> Domain:
    over = compile_node(iterator.over, place)
    if iterator.until is None:
        return lambda frame: values_of(over(frame))
    until = compile_node(iterator.until, place)
    return lambda frame: steps(over(frame), until(frame))
