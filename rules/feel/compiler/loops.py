"""for, some, every, and filters. Each turn costs as many steps as its body has nodes."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from rules.feel.compiler.core import Code, Place, compile_node, compiles
from rules.feel.errors import Unfit
from rules.feel.frames import Frame
from rules.feel.numbers import CONTEXT, is_whole, to_int
from rules.feel.syntax import Filter, For, Node, Quantified, names_in, walk
from rules.feel.syntax import Iterator as IteratorNode
from rules.feel.values import Range

_ONE = Decimal(1)
_Turns = Callable[[Frame], Iterator[Frame]]


def weight(node: Node) -> int:
    """The steps that one evaluation of the node costs."""
    return sum(1 for _ in walk(node))


@compiles(For)
def _for(node: For, place: Place) -> Code:
    """`partial` is the list of the results so far."""
    turns, inside = _turns(node.iterators, place)
    body = compile_node(node.body, inside.binding("partial"))
    cost, wants_partial = weight(node.body), "partial" in names_in(node.body)

    def collected(frame: Frame) -> object:
        run = frame.run
        results: list[object] = []
        try:
            for turn in turns(frame):
                run.spend(cost)
                if wants_partial:
                    run.spend(len(results))
                    turn = Frame({"partial": results.copy()}, turn)  # noqa: PLW2901 the turn and one name more
                results.append(body(turn))
        except Unfit:
            return None
        return results

    return collected


@compiles(Quantified)
def _quantified(node: Quantified, place: Place) -> Code:
    turns, inside = _turns(node.iterators, place)
    condition = compile_node(node.condition, inside)
    cost, by = weight(node.condition), not node.every

    def decided(frame: Frame) -> bool | None:
        verdict: bool | None = not by
        try:
            for turn in turns(frame):
                frame.run.spend(cost)
                value = condition(turn)
                if value is by:
                    return by
                if not isinstance(value, bool):
                    verdict = None
        except Unfit:
            return None
        return verdict

    return decided


def _turns(iterators: tuple[IteratorNode, ...], place: Place) -> tuple[_Turns, Place]:
    """What makes a frame for every combination, and the place inside; a later domain sees earlier names."""
    compiled = []
    for iterator in iterators:
        compiled.append((iterator.name, _domain(iterator, place)))
        place = place.binding(iterator.name)

    def turns(frame: Frame, at: int = 0) -> Iterator[Frame]:
        name, domain = compiled[at]
        last = at == len(compiled) - 1
        for value in domain(frame):
            frame.run.spend(1)
            turn = Frame({name: value}, frame)
            if last:
                yield turn
            else:
                yield from turns(turn, at + 1)

    return turns, place


def _domain(iterator: IteratorNode, place: Place) -> Callable[[Frame], Iterable[object]]:
    over = compile_node(iterator.over, place)
    if iterator.until is None:
        return lambda frame: _values(over(frame))
    until = compile_node(iterator.until, place)
    return lambda frame: _steps(over(frame), until(frame))


def _values(domain: object) -> Iterable[object]:
    if isinstance(domain, list):
        return domain
    if isinstance(domain, Range):
        return _inside(domain)
    if domain is None:
        raise Unfit
    return [domain]


def _inside(span: Range) -> Iterator[object]:
    for value in _steps(span.start, span.end):
        first, last = value == span.start, value == span.end
        if (span.start_included or not first) and (span.end_included or not last):
            yield value


def _steps(start: object, end: object) -> Iterator[object]:
    """From start to end by one, up or down; numbers or dates. Raises Unfit for anything else."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        up = start <= end
        while (start <= end) if up else (start >= end):
            yield start
            start = CONTEXT.add(start, _ONE) if up else CONTEXT.subtract(start, _ONE)
    elif type(start) is dt.date and type(end) is dt.date:
        day, days = start.toordinal(), 1 if start <= end else -1
        yield from map(dt.date.fromordinal, range(day, end.toordinal() + days, days))
    else:
        raise Unfit


@compiles(Filter)
def _filter(node: Filter, place: Place) -> Code:
    """An index if the first verdict is a number, else those items for which it is true."""
    of, by = compile_node(node.of, place), compile_node(node.by, place.filtering())
    cost, wants_item = weight(node.by), "item" in names_in(node.by)

    def around(item: object, frame: Frame) -> Frame:
        if not isinstance(item, dict):
            return Frame({"item": item}, frame)
        return Frame(item, Frame({"item": item}, frame) if wants_item else frame)

    def filtered(frame: Frame) -> object:
        value = of(frame)
        items = value if isinstance(value, list) else [] if value is None else [value]
        run = frame.run
        run.spend(cost)
        verdict = by(around(items[0] if items else None, frame))
        if isinstance(verdict, Decimal):
            return _at(items, verdict)
        if not isinstance(verdict, bool | None) or (value is None and verdict is None):
            return None
        kept = items[:1] if verdict else []
        for item in items[1:]:
            run.spend(cost)
            if by(around(item, frame)) is True:
                kept.append(item)
        return kept

    return filtered


def _at(items: list[object], position: Decimal) -> object:
    if not is_whole(position) or not 1 <= abs(position) <= len(items):
        return None
    at = to_int(position)
    return items[at - 1 if at > 0 else at]
