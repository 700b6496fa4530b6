"""Hit policies: what becomes of the rules that match (DMN 1.5 8.2.11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.dmn.evidence import EvaluationError, Fired
from rules.feel.comparison import equal
from rules.feel.frames import Run
from rules.feel.functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and its outputs."""

    rule: Fired
    outputs: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the outputs of a table make its result."""

    table: str  #: for messages
    names: tuple[str, ...]
    priorities: tuple[tuple[object, ...], ...]  #: the output values of each output, the first one wins

    def boxed(self, outputs: Sequence[object]) -> object:
        """The bare value of a single output, a context of several."""
        return outputs[0] if len(outputs) == 1 else dict(zip(self.names, outputs, strict=True))

    def rank(self, hit: Hit, run: Run) -> tuple[int, ...]:
        """By the first output, then by the next; what is not among the output values comes last."""
        return tuple(
            next((at for at, value in enumerate(values) if equal(value, output, run) is True), len(values))
            for values, output in zip(self.priorities, hit.outputs, strict=True)
        )


Settled = tuple[object, Sequence[Hit]]  #: the result, and the hits that made it
Policy = Callable[[Shape, list[Hit], Run], Settled]


def _unique(shape: Shape, hits: list[Hit], _run: Run) -> Settled:
    if len(hits) > 1:
        raise EvaluationError(
            f"Expected one rule of “{shape.table}” to match, but rules {_numbers(hits, 'and')} do.",
            german=f"Nur eine Regel von „{shape.table}“ darf zutreffen, die Regeln {_numbers(hits, 'und')} tun es.",
        )
    return shape.boxed(hits[0].outputs), hits


def _any(shape: Shape, hits: list[Hit], run: Run) -> Settled:
    first = shape.boxed(hits[0].outputs)
    for hit in hits[1:]:
        if equal(first, shape.boxed(hit.outputs), run) is not True:
            raise EvaluationError(
                f"Expected all matching rules of “{shape.table}” to say the same, but rules {_numbers(hits, 'and')} do not.",
                german=f"Alle zutreffenden Regeln von „{shape.table}“ müssen dasselbe sagen, "
                f"die Regeln {_numbers(hits, 'und')} tun es nicht.",
            )
    return first, hits


def _first(shape: Shape, hits: list[Hit], _run: Run) -> Settled:
    return shape.boxed(hits[0].outputs), hits[:1]


def _priority(shape: Shape, hits: list[Hit], run: Run) -> Settled:
    best = min(hits, key=lambda hit: shape.rank(hit, run))
    return shape.boxed(best.outputs), [best]


def _rule_order(shape: Shape, hits: list[Hit], _run: Run) -> Settled:
    return [shape.boxed(hit.outputs) for hit in hits], hits


def _output_order(shape: Shape, hits: list[Hit], run: Run) -> Settled:
    return _rule_order(shape, sorted(hits, key=lambda hit: shape.rank(hit, run)), run)


def _aggregated(function: str) -> Policy:
    def collected(_shape: Shape, hits: list[Hit], run: Run) -> Settled:
        return FUNCTIONS[function].call(run, [[hit.outputs[0] for hit in hits]]), hits

    return collected


def _count(_shape: Shape, hits: list[Hit], _run: Run) -> Settled:
    return Decimal(len(hits)), hits


def _numbers(hits: list[Hit], before_last: str) -> str:
    *most, last = [str(hit.rule.number) for hit in hits]
    return f"{', '.join(most)} {before_last} {last}"


POLICIES: dict[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _rule_order,
    "COLLECT SUM": _aggregated("sum"),
    "COLLECT MIN": _aggregated("min"),
    "COLLECT MAX": _aggregated("max"),
    "COLLECT COUNT": _count,
}
#: What there is if no rule matches and nothing is said for that case; for all others, null. The aggregates are
#: those of FEEL for an empty list (DMN 1.5 8.2.8.2 and 10.3.4.4): `sum([])` is null, `count([])` is 0.
WITHOUT_HITS = {"COLLECT COUNT": Decimal(0)}
BY_OUTPUT_VALUES = frozenset({"PRIORITY", "OUTPUT ORDER"})
