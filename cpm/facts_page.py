"""docs/facts.md, made from the one table of facts: `make facts`."""

import sys

from cpm.fact import Fact
from cpm.steering_facts import FACTS, FACTS_VERSION

_HEAD = f"""# Facts that decisions get

Made by `make facts` from `cpm/steering_facts.py`. This is version {FACTS_VERSION} of the facts.

Each decision that the engine asks gets exactly the facts listed with it. All of them are always there; one that is not
known is null. A table that asks for any other name is refused when it is deployed.

A fact keeps its name, its type and its meaning for good. A later release may only add some: they get the next
version, and *since* says which. A table that is right today is right for every later release.

What was known when a decision was made stands in the case's journal (`case.steered`), with the version of the table.
"""


def page() -> str:
    return "\n".join([_HEAD, *(_section(decision, facts) for decision, facts in FACTS.items())])


def _section(decision: str, facts: tuple[Fact, ...]) -> str:
    rows = [f"| `{fact.name}` | {fact.type} | {fact.en} | {fact.since} |" for fact in facts]
    return "\n".join([f"## {decision}", "| Fact | Type | Meaning | since |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
