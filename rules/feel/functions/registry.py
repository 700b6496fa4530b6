"""How a Python function becomes a built-in one: its signature says what may be passed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from rules.feel.errors import FeelAssertion, FeelLimit, Unfit
from rules.feel.frames import Run
from rules.feel.functions.arguments import ARGUMENTS
from rules.feel.values import Function

FUNCTIONS: dict[str, Function] = {}
SIGNATURES: "dict[str, list[Signature]]" = {}  #: the ways to call each of them
_Python = Callable[..., object]
_P = TypeVar("_P", bound=_Python)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of a signature.

    `name: type`, or `name: type?` if it may be left out, or `name: type...` for any number of arguments.
    """

    name: str
    take: Callable[[object], object]
    optional: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    python: _Python
    wants_run: bool

    def takes(self, count: int) -> bool:
        if self.parameters and self.parameters[-1].many:
            return count >= max(len(self.parameters) - 1, 1)
        return sum(not parameter.optional for parameter in self.parameters) <= count <= len(self.parameters)

    def takes_names(self, names: AbstractSet[str]) -> bool:
        known = {parameter.name for parameter in self.parameters}
        needed = {parameter.name for parameter in self.parameters if not parameter.optional}
        return needed <= names <= known

    def lists(self, names: Iterable[str]) -> bool:
        """Are these its parameters in their order? It tells `before(range, point)` from `before(point, range)`."""
        return [parameter.name for parameter in self.parameters] == list(names)

    def __str__(self) -> str:
        shown = (
            f"{each.name}{'?' if each.optional else '...' if each.many else ''}" for each in self.parameters
        )
        return f"({', '.join(shown)})"

    def call(self, run: Run, values: Sequence[object]) -> object:
        """None if an argument does not fit."""
        run.spend(1 + sum(len(value) for value in values if type(value) is list or type(value) is dict))
        run.spend_text(sum(len(value) for value in values if type(value) is str))
        try:
            taken = self._taken(values)
            return self.python(run, *taken) if self.wants_run else self.python(*taken)
        except (FeelLimit, FeelAssertion):  # which null must not hide
            raise
        except (Unfit, ArithmeticError, ValueError):
            return None

    def _taken(self, values: Sequence[object]) -> list[object]:
        last = self.parameters[-1] if self.parameters else None
        if last is None or not last.many:
            return [parameter.take(value) for parameter, value in zip(self.parameters, values, strict=False)]
        fixed = len(self.parameters) - 1
        taken = [self.parameters[at].take(values[at]) for at in range(fixed)]
        return [*taken, [last.take(value) for value in values[fixed:]]]


def builtin(name: str, signature: str = "", *, wants_run: bool = False) -> Callable[[_P], _P]:
    """Register one way to call a function; a second one of the same name adds another way."""

    def register(python: _P) -> _P:
        parameters = tuple(_parameter(entry) for entry in signature.split(", ") if entry)
        SIGNATURES.setdefault(name, []).append(Signature(parameters, python, wants_run))
        FUNCTIONS[name] = _function(name, SIGNATURES[name])
        return python

    return register


def _parameter(entry: str) -> Parameter:
    name, _, kind = entry.partition(": ")
    optional, many = kind.endswith("?"), kind.endswith("...")
    return Parameter(name, ARGUMENTS[kind.rstrip("?.")], optional, many)


def _function(name: str, signatures: list[Signature]) -> Function:
    def call(run: Run, values: Sequence[object]) -> object:
        for signature in signatures:
            if signature.takes(len(values)):
                return signature.call(run, values)
        return None

    def call_named(run: Run, values: Mapping[str, object]) -> object:
        fitting = [signature for signature in signatures if signature.takes_names(values.keys())]
        if not fitting:
            return None
        signature = next((each for each in fitting if each.lists(values)), fitting[0])
        return signature.call(run, _in_order(signature, values))

    return Function(
        name, None, call, call_named, lambda count: any(signature.takes(count) for signature in signatures)
    )


def _in_order(signature: Signature, values: Mapping[str, object]) -> list[object]:
    """The arguments by position, up to the last that is there; one left out before it is null."""
    last = max((at for at, each in enumerate(signature.parameters) if each.name in values), default=-1)
    return [values.get(parameter.name) for parameter in signature.parameters[: last + 1]]
