"""Random syntax trees of every kind, scopes for them to be evaluated in, and what came of it."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from rules.feel import syntax
from rules.feel.functions import FUNCTIONS, SIGNATURES
from rules.feel.functions.arguments import ARGUMENTS
from rules.feel.temporal.reading import read_any
from rules.feel.temporal.wide import kind_of
from rules.feel.values import Function, Range, YearsMonths

NAMES = ("a", "b", "xs", "order", "i", "j", "f", "item", "partial", "first name")
ENTRIES = ("a", "b", "net", "year", "day", "start", "time offset", "first name", "then")
TEMPORAL = ("2026-11-21", "2024-02-29", "23:59:59Z", "14:30:00.5", "2026-03-29T02:30:00@Europe/Berlin",
            "2026-11-21T24:00:00", "9999-12-31T23:59:59+14:00", "P1DT2H", "-PT0.000001S", "P1Y2M", "-P9999Y", "P0D",
            "-999999999-01-01", "12026-11-21T00:00:00.000000001Z", "12:00:00.123456789", "P999999999DT0.000000001S")  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "0.1",
    "1.50",
    "99999999999999999999",
    "1E+6144",
    "1E-6143",
    "6000",
    "1E+30",
)
TYPES = ("number", "string", "boolean", "date", "date and time", "list", "context", "function", "Any", "Null")

KIND_OF = {take: kind for kind, take in ARGUMENTS.items()}

numbers = st.sampled_from(NUMBERS).map(Decimal)
texts = st.one_of(
    st.text(max_size=4), st.sampled_from(("2026-11-21", "P1D", "a+", "[a-z]*", "\\", '"', "\n", "ß"))
)
moments = st.sampled_from(TEMPORAL).map(read_any)
literals = st.one_of(st.sampled_from((None, True, False)), numbers, texts, moments).map(syntax.Literal)
names = st.sampled_from(NAMES).map(syntax.Name)
functions = st.sampled_from(sorted(FUNCTIONS)).map(syntax.Name)


def _types(inside):
    several = st.lists(inside, max_size=2).map(tuple)
    return st.one_of(
        st.builds(syntax.ListType, inside),
        st.builds(syntax.RangeType, inside),
        st.builds(syntax.ContextType, st.tuples(st.tuples(st.sampled_from(NAMES), inside))),
        st.builds(syntax.FunctionType, several, inside),
    )


types = st.recursive(st.sampled_from(TYPES).map(syntax.NamedType), _types, max_leaves=3)


def _tests(inside):
    comparisons = st.builds(syntax.ComparisonTest, st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), inside)
    test = st.one_of(comparisons, st.builds(syntax.ExpressionTest, inside))
    return st.lists(test, min_size=1, max_size=3).map(tuple)


def _arithmetic(inside):
    def chains(*symbols):
        rest = st.lists(st.tuples(st.sampled_from(symbols), inside), min_size=1, max_size=2).map(tuple)
        return st.builds(syntax.Arithmetic, inside, rest)

    return st.one_of(chains("+", "-"), chains("*", "/"), chains("**"))


def _ranges(inside):
    both = st.builds(syntax.RangeOf, inside, inside, st.booleans(), st.booleans())
    below = st.builds(syntax.RangeOf, st.none(), inside, st.just(False), st.booleans())
    above = st.builds(syntax.RangeOf, inside, st.none(), st.booleans(), st.just(False))
    return st.one_of(both, below, above, st.builds(syntax.EqualTo, inside, st.booleans()))


def _loops(inside):
    iterator = st.builds(
        syntax.Iterator, st.sampled_from(("i", "j", "first name")), inside, st.none() | inside
    )
    iterators = st.lists(iterator, min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(syntax.For, iterators, inside),
        st.builds(syntax.Quantified, st.booleans(), iterators, inside),
    )


def _calls(inside):
    several = st.lists(inside, max_size=3).map(tuple)
    entries = st.dictionaries(st.sampled_from(("x", "from", "list", "n")), inside, min_size=1, max_size=2)
    by_name = entries.map(lambda each: tuple(each.items()))
    parameters = st.dictionaries(st.sampled_from(("x", "f", "i")), st.none() | types, max_size=2).map(
        lambda each: tuple(each.items())
    )
    return st.one_of(
        st.builds(syntax.Call, functions, several),
        st.builds(syntax.Call, inside, several),
        st.builds(syntax.NamedCall, functions | inside, by_name),
        st.builds(syntax.FunctionOf, parameters, inside),
    )


def _nodes(inside):
    parts = st.lists(inside, min_size=2, max_size=3).map(tuple)
    comparators = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
    entries = st.dictionaries(st.sampled_from(ENTRIES), inside, max_size=3).map(
        lambda each: tuple(each.items())
    )
    return st.one_of(
        _arithmetic(inside),
        _ranges(inside),
        _loops(inside),
        _calls(inside),
        st.builds(syntax.Path, inside, st.sampled_from(ENTRIES)),
        st.builds(syntax.Filter, inside, inside),
        st.builds(syntax.Negation, inside),
        st.builds(syntax.Comparison, comparators, inside, inside),
        st.builds(syntax.Between, inside, inside, inside),
        st.builds(syntax.In, inside, _tests(inside).map(syntax.Tests)),
        st.builds(syntax.And, parts),
        st.builds(syntax.Or, parts),
        st.builds(syntax.If, inside, inside, inside),
        st.builds(syntax.ListOf, st.lists(inside, max_size=3).map(tuple)),
        st.builds(syntax.ContextOf, entries),
        st.builds(syntax.InstanceOf, inside, types),
    )


def _lists_of(kind):
    return st.lists(kind, max_size=4).map(lambda items: syntax.ListOf(tuple(items)))


_numbers, _texts, _truths = (each.map(syntax.Literal) for each in (numbers, texts, st.booleans()))
_temporal = {
    kind: st.sampled_from([read_any(text) for text in TEMPORAL if kind_of(read_any(text)) in classes]).map(
        syntax.Literal
    )
    for kind, classes in (
        ("day", (dt.date, dt.datetime)),
        ("time", (dt.time,)),
        ("duration", (dt.timedelta,)),
        ("months", (YearsMonths,)),
    )
}
_all_kinds = st.one_of(_numbers, _texts, _truths, *_temporal.values())
_comparing = syntax.FunctionOf(
    (("x", None), ("y", None)), syntax.Comparison("<", syntax.Name("x"), syntax.Name("y"))
)
_contexts = st.dictionaries(st.sampled_from(ENTRIES), _all_kinds, max_size=3).map(
    lambda each: syntax.ContextOf(tuple(each.items()))
)
_ordered = st.one_of(_lists_of(_numbers), _lists_of(_texts), _lists_of(_temporal["day"]), _lists_of(_truths))
#: What fits a parameter of each kind.
FITTING = _temporal | {
    "number": _numbers,
    "integer": st.integers(-3, 8).map(lambda number: syntax.Literal(Decimal(abs(number)))),
    "string": _texts,
    "boolean": _truths,
    "list": st.one_of(_ordered, _lists_of(_all_kinds), _lists_of(_contexts), _lists_of(_ordered)),
    "context": _contexts,
    "function": st.just(_comparing),
    "range": st.builds(syntax.RangeOf, _numbers, _numbers, st.booleans(), st.booleans()),
}
_ANYTHING = st.one_of(*FITTING.values())


@st.composite
def fitting_calls(draw):
    """Calls of built-in functions with arguments of the right kinds, so that they get beyond their door."""
    name = draw(st.sampled_from(sorted(SIGNATURES)))
    signature = draw(st.sampled_from(SIGNATURES[name]))
    arguments = []
    for parameter in signature.parameters:
        kind = FITTING.get(KIND_OF.get(parameter.take, ""), _ANYTHING)
        if not parameter.optional or draw(st.booleans()):
            arguments += draw(st.lists(kind, max_size=3)) if parameter.many else [draw(kind)]
    return syntax.Call(syntax.Name(name), tuple(arguments))


trees = st.recursive(st.one_of(literals, names, functions, fitting_calls()), _nodes, max_leaves=12)
cells = st.one_of(
    st.just(syntax.Tests(())),
    st.builds(syntax.Tests, _tests(trees | st.just(syntax.Name("?"))), st.booleans()),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), texts, moments, numbers, numbers.map(lambda number: -number)),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(ENTRIES), inside, max_size=3)
    ),
    max_leaves=6,
)
scopes = st.dictionaries(st.sampled_from(NAMES), values, max_size=5)


def same(one, other):
    """Functions are equal to nothing, not even to themselves; here two of them count as the same."""
    if type(one) is not type(other):
        return False
    match one:
        case list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict():
            return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
        case Range():
            ends = (one.start_included, one.end_included) == (other.start_included, other.end_included)
            return ends and same(one.start, other.start) and same(one.end, other.end)
        case Function() | YearsMonths():
            return str(one) == str(other) or isinstance(one, Function)
    return one == other
