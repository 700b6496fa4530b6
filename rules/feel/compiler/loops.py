"""for, some, every, and filters. Each turn costs as many steps as its body has nodes."""

from typing import cast

from rules.feel.compiler.core import Code, Place, compile_node, compiles
from rules.feel.compiler.operators import Holds, simply_compared
from rules.feel.iteration import (
    Domain,
    Sieve,
    Turns,
    filtering,
    quantifying,
    repeating,
    steps,
    turns_over,
    values_of,
)
from rules.feel.syntax import Filter, For, FunctionOf, Iterator, Node, Quantified, names_in, walk


def weight(node: Node) -> int:
    """The steps that one evaluation of the node costs."""
    return sum(1 for _ in walk(node))


@compiles(For)
def _for(node: For, place: Place) -> Code:
    turns, inside = _turns(node, place)
    body = compile_node(node.body, inside.binding("partial"))
    return repeating(turns, body, cost=weight(node.body), wants_partial="partial" in names_in(node.body))


@compiles(Quantified)
def _quantified(node: Quantified, place: Place) -> Code:
    turns, inside = _turns(node, place)
    condition = compile_node(node.condition, inside)
    return quantifying(turns, condition, cost=weight(node.condition), every=node.every)


@compiles(Filter)
def _filter(node: Filter, place: Place) -> Code:
    of, by = compile_node(node.of, place), compile_node(node.by, place.filtering())
    wants_item = "item" in names_in(node.by)
    simple = None if place.watch else simply_compared(node.by)
    return filtering(
        of,
        by,
        cost=weight(node.by),
        wants_item=wants_item,
        brief=_is_brief(node.by),
        sieve=None if simple is None else _sieve(*simple),
    )


def _sieve(name: str, holds: Holds, fixed: object) -> Sieve:
    """All at once where every item, or every item's entry of that name, has the type of the constant."""
    kinds = {type(fixed)}

    def sieved(items: list[object]) -> list[object] | None:
        values = items
        if set(map(type, items)) == _CONTEXTS:
            values = [cast("dict[str, object]", item).get(name) for item in items]
        elif name != "item":
            return None
        if set(map(type, values)) != kinds:
            return None
        return [item for item, value in zip(items, values, strict=True) if holds(value, fixed)]

    return sieved


_CONTEXTS = {dict}


def _is_brief(node: Node) -> bool:
    """Is no function made there, which would keep the frame that it was made in?"""
    return not any(isinstance(each, FunctionOf) for each in walk(node))


def _turns(loop: For | Quantified, place: Place) -> tuple[Turns, Place]:
    """What makes the frames, and the place inside."""
    compiled = []
    for iterator in loop.iterators:
        compiled.append((iterator.name, _domain(iterator, place)))
        place = place.binding(iterator.name)
    return turns_over(compiled, brief=_is_brief(loop)), place


def _domain(iterator: Iterator, place: Place) -> Domain:
    over = compile_node(iterator.over, place)
    if iterator.until is None:
        return lambda frame: values_of(over(frame))
    until = compile_node(iterator.until, place)
    return lambda frame: steps(over(frame), until(frame))
