"""Functions on contexts; DMN 1.5 table 82."""

from rules.feel.errors import Unfit
from rules.feel.functions.arguments import entries, of_type
from rules.feel.functions.registry import builtin
from rules.feel.limits import DEEPEST_VALUE


@builtin("get value", "m: context, key: one")
@builtin("get value", "context: context, keys: any")
def get_value(context: dict[str, object], key: object) -> object:
    """The entry of that name, or at the end of that way of names."""
    value: object = context
    for name in _way(key):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _way(key: object) -> list[str]:
    keys = key if isinstance(key, list) else [key]
    if not 1 <= len(keys) <= DEEPEST_VALUE:
        raise Unfit
    return [of_type(name, str) for name in keys]


@builtin("get entries", "m: context")
def get_entries(context: dict[str, object]) -> list[dict[str, object]]:
    return [{"key": name, "value": value} for name, value in context.items()]


@builtin("context", "entries: list")
def context(pairs: list[object]) -> dict[str, object]:
    """Of contexts with `key` and `value`, as `get entries` makes them; every key once."""
    made: dict[str, object] = {}
    for pair in pairs:
        if not isinstance(pair, dict) or not {"key", "value"} <= pair.keys():
            raise Unfit
        name = of_type(pair["key"], str)
        if name in made:
            raise Unfit
        made[name] = pair["value"]
    return made


@builtin("context put", "context: context, key: any, value: any")
@builtin("context put", "context: context, keys: any, value: any")
def context_put(into: dict[str, object], key: object, value: object) -> dict[str, object]:
    """A copy with the entry set, at the end of a way of names, all contexts there, if `key` is a list of them."""
    name, *further = _way(key)
    if further:
        value = context_put(of_type(into.get(name), dict), further, value)
    return {**into, name: value}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[object]) -> dict[str, object]:
    """Later ones win."""
    merged: dict[str, object] = {}
    for each in contexts:
        merged |= entries(each)
    return merged
