"""CPU of one evaluation of rules, beside other engines in the same run: microseconds, and how many times ours.

FEEL: an expression compiled once and evaluated again and again. pySFeel reads its text anew each time, having no
other way; zen-engine has its own language and is given its compiled form. Every answer is checked.

Run: python -m tests.bench.rules, after: pip install --target .venv/bench -r tests/bench/requirements.txt
"""

import sys
import timeit
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any

from rules.feel import compile_expression
from tests.bench.tables import tables

# At the end, so that what the environment has goes before; pySFeel wants another dateutil than holidays.
sys.path.append(str(Path(__file__).parents[2] / ".venv" / "bench"))
ROUNDS = 7
INSTALL = "pip install --target .venv/bench -r tests/bench/requirements.txt"

#: name -> (ours and pySFeel's text, its names, the names for others, zen's text, the answer, the promised ratio).
#: Asked without brackets, pySFeel 1.4 takes the same time but has another answer: it reads a > (5 and b) = "x".
FEEL = {
    "a > 5 and b = 'x'": (
        ('a > 5 and b = "x"', '(a > 5) and (b = "x")', "a > 5 and b == 'x'"),
        ({"a": Decimal(7), "b": "x"}, {"a": "7", "b": '"x"'}, {"a": 7, "b": "x"}),
        True,
        60,
    ),
    "a date and three days": (
        (
            'day + duration("P3D") > date("2026-11-21")',
            'day + duration("P3D") > date("2026-11-21")',
            "date(day) + duration('3d') > date('2026-11-21')",
        ),
        ({"day": date(2026, 11, 20)}, {"day": 'date("2026-11-20")'}, {"day": "2026-11-20"}),
        True,
        None,
    ),
    "a filter of 100": (
        ("count(xs[item > 50])", "count(xs[item > 50])", "len(filter(xs, # > 50))"),
        (
            {"xs": [Decimal(number) for number in range(1, 101)]},
            {"xs": str(list(range(1, 101)))},
            {"xs": list(range(1, 101))},
        ),
        50,
        None,
    ),
}


def micros(evaluate: Callable[[], object], wanted: object) -> float:
    """CPU of the quickest of several rounds, each long enough for the clock."""
    assert evaluate() == wanted, f"Expected {wanted}, but got {evaluate()}."
    timer = timeit.Timer(evaluate, timer=process_time)
    times, spent = timer.autorange()
    return min(spent, *timer.repeat(ROUNDS, times)) / times * 1e6


def pysfeel(text: str, names: dict[str, str]) -> Callable[[], object]:
    parser = import_module("pySFeel").SFeelParser()
    for name, value in names.items():
        parser.sFeelParse(f"{name} <- {value}")
    return lambda: parser.sFeelParse(text)[1]


def zen(text: str, names: dict[str, Any]) -> Callable[[], object]:
    compiled = import_module("zen").compile_expression(text)
    return lambda: compiled.evaluate(names)


def feel() -> None:
    print(
        f"{'FEEL':24}{'ours us':>10}{'pySFeel us':>12}{'ratio':>8}{'promised':>10}{'zen us':>10}{'ratio':>8}"
    )
    for name, (texts, scopes, wanted, promised) in FEEL.items():
        own, scope = compile_expression(texts[0]), scopes[0]
        ours = micros(lambda own=own, scope=scope: own(scope), wanted)
        other, compiled = (
            micros(pysfeel(texts[1], scopes[1]), wanted),
            micros(zen(texts[2], scopes[2]), wanted),
        )
        told = f">= {promised}" if promised else "reported"
        ratios = f"{other:12.1f}{other / ours:8.1f}{told:>10}{compiled:10.2f}{compiled / ours:8.2f}"
        print(f"{name:24}{ours:10.2f}{ratios}")


def main() -> None:
    tables(micros)
    try:
        feel()
    except ModuleNotFoundError as missing:
        sys.exit(f"Expected {missing.name} to measure against, but it is not installed. Try: {INSTALL}")


if __name__ == "__main__":
    main()
