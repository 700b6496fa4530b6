"""What runs a body again and again: loops, quantifiers and filters. Every turn costs steps."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.frames import Frame
from rules.feel.numbers import CONTEXT, is_whole, to_int
from rules.feel.temporal.make import day_numbered
from rules.feel.temporal.wide import Date, kind_of
from rules.feel.values import Range

Code = Callable[[Frame], object]
Domain = Callable[[Frame], Iterable[object]]  #: raises Unfit for what cannot be gone through
Sieve = Callable[[list[object]], list[object] | None]  #: the items that stay; None if each must be asked
Turns = Callable[[Frame], Iterator[Frame]]

_ONE = Decimal(1)


def turns_over(iterators: Sequence[tuple[str, Domain]], *, brief: bool = False) -> Turns:
    """A frame for every combination of values; a later domain sees the names of earlier ones.

    If `brief`, nothing keeps a frame beyond its turn, as a function would that is made there; then one will do.
    """

    def turns(frame: Frame, at: int = 0) -> Iterator[Frame]:
        name, domain = iterators[at]
        last = at == len(iterators) - 1
        spend = frame.run.spend
        turn = Frame({}, frame)
        for value in domain(frame):
            spend(1)
            if brief:
                turn.names = {name: value}
            else:
                turn = Frame({name: value}, frame)
            if last:
                yield turn
            else:
                yield from turns(turn, at + 1)

    return turns


def repeating(turns: Turns, body: Code, *, cost: int, wants_partial: bool) -> Code:
    """`for`: the list of results; in the body, `partial` is the list of those so far."""

    def collected(frame: Frame) -> object:
        run = frame.run
        results: list[object] = []
        try:
            for turn in turns(frame):
                run.spend(cost)
                inner = turn
                if wants_partial:
                    run.spend(len(results))
                    inner = Frame({"partial": results.copy()}, turn)
                results.append(body(inner))
        except Unfit:
            return None
        return results

    return collected


def quantifying(turns: Turns, condition: Code, *, cost: int, every: bool, strict: bool = False) -> Code:
    """`some` and `every`: true or false as soon as one turn decides; null if there is doubt.

    If `strict`, a condition that is neither boolean nor null ends it with null at once.
    """
    by = not every

    def decided(frame: Frame) -> bool | None:
        verdict: bool | None = every
        try:
            for turn in turns(frame):
                frame.run.spend(cost)
                value = condition(turn)
                if value is by:
                    return by
                if not isinstance(value, bool):
                    verdict = None
                    if strict and value is not None:
                        break
        except Unfit:
            return None
        return verdict

    return decided


def filtering(
    of: Code, by: Code, *, cost: int, wants_item: bool, brief: bool = False, sieve: Sieve | None = None
) -> Code:
    """An index if the first verdict is a number, else those items for which it is true; `brief` as in a loop."""

    def filtered(frame: Frame) -> object:
        value = of(frame)
        items = value if isinstance(value, list) else [] if value is None else [value]
        frame.run.spend(cost)
        if items and sieve is not None and (kept := sieve(items)) is not None:
            frame.run.spend(cost * (len(items) - 1))
            return kept
        turns = _turns_around(items or [None], frame, wants_item=wants_item, brief=brief)
        verdict = by(next(turns))
        if isinstance(verdict, Decimal):
            return _at(items, verdict)
        if not isinstance(verdict, bool | None) or (value is None and verdict is None):
            return None
        frame.run.spend(cost * (len(items) - 1))
        return _with_kept(items[:1] if verdict else [], items[1:], map(by, turns))

    return filtered


def _turns_around(items: list[object], frame: Frame, *, wants_item: bool, brief: bool) -> Iterator[Frame]:
    """A frame for every item: its entries if it is a context, and itself as `item`."""
    turn = Frame({}, frame)
    for item in items:
        if isinstance(item, dict):
            outer = Frame({"item": item}, frame) if wants_item else frame
            turn = Frame(item, outer)
        elif brief:
            turn.names = {"item": item}
        else:
            turn = Frame({"item": item}, frame)
        yield turn


def _with_kept(kept: list[object], items: list[object], verdicts: Iterator[object]) -> list[object] | None:
    """And those items whose verdict is true; None if one of them is neither true, false nor null."""
    for item, verdict in zip(items, verdicts, strict=True):
        if verdict is True:
            kept.append(item)
        elif verdict is not None and verdict is not False:
            return None
    return kept


def _at(items: list[object], position: Decimal) -> object:
    if not is_whole(position) or not 1 <= position.copy_abs() <= len(items):
        return None
    at = to_int(position)
    return items[at - 1 if at > 0 else at]


def values_of(domain: object) -> Iterable[object]:
    """What a loop goes through. Raises Unfit for null and for ranges without steps."""
    if isinstance(domain, list):
        return domain
    if isinstance(domain, Range):
        return _inside(domain)
    if domain is None:
        raise Unfit
    return [domain]


def _inside(span: Range) -> Iterator[object]:
    for value in steps(span.start, span.end):
        first, last = value == span.start, value == span.end
        if (span.start_included or not first) and (span.end_included or not last):
            yield value


def steps(start: object, end: object) -> Iterator[object]:
    """From start to end by one, up or down; numbers or dates. Raises Unfit for anything else."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        up = start <= end
        if max(start.adjusted(), end.adjusted()) > CONTEXT.Emax:
            raise Unfit  # from outside, and no number of FEEL
        while (start <= end) if up else (start >= end):
            yield start
            start = CONTEXT.add(start, _ONE) if up else CONTEXT.subtract(start, _ONE)
    elif kind_of(start) is dt.date and kind_of(end) is dt.date:
        yield from _days(start, end)  # type: ignore[arg-type]
    else:
        raise Unfit


def _days(start: Date, end: Date) -> Iterator[Date]:
    first, last = start.toordinal(), end.toordinal()
    step = 1 if first <= last else -1
    in_python = type(start) is dt.date and type(end) is dt.date
    return map(dt.date.fromordinal if in_python else day_numbered, range(first, last + step, step))
